/** The image catalogue: the images of all repositories, each of one snapshot, in one order. Pure. */
import { titleOfDistribution } from "./distribution-titles.ts";
import type { ImageWords } from "./filter/image-words.ts";
import type { Image } from "./image.ts";
import { mergedInOrder } from "./image-order.ts";

/** An image, and where it is. Its URL here is `{base}{repository}/{path}`, with the path's escapes. */
export interface CatalogueImage extends Image {
  /** The repository's name. */
  repository: string;
  /** Of the distribution, for people: `Debian`. */
  title: string;
}

/** The snapshot whose images the catalogue has. */
export interface CatalogueSnapshot {
  repository: string;
  /** As in `/{repository}@{id}/`. */
  id: string;
  generation: number;
  /** When it was published, Unix ms. */
  at: number;
}

/** A repository whose newest images aren't in the catalogue. */
export interface UnreadImages {
  repository: string;
  /** A sentence for people. */
  why: string;
}

/** One repository's images. */
export interface CatalogueImages {
  /** In the order in which the repository gives them. */
  images: readonly CatalogueImage[];
  /** That order is the canonical one. */
  isOrdered?: boolean;
  /** Their words, where they are stored with them, opened when they are asked for. Absent: they are made of the images. */
  words?: () => ImageWords;
}

/** Never changes: a newer state of any repository makes another one. */
export interface ImageCatalogue {
  /** In the canonical order (`inCanonicalOrder`); the same array as long as no repository's images change. */
  images: readonly CatalogueImage[];
  /** The same by repository. */
  parts: readonly CatalogueImages[];
  /** Of each repository that has images here, in the repositories' order. */
  snapshots: readonly CatalogueSnapshot[];
  /** Empty, unless something is wrong. Of one that was read before, the last images that were are here. */
  unread: readonly UnreadImages[];
}

/** What one repository gives. */
export interface CataloguePart {
  snapshot: CatalogueSnapshot;
  images: readonly Image[] | readonly CatalogueImage[];
  /** As in `CatalogueImages`. */
  isOrdered?: boolean;
  /** The same. */
  words?: (() => ImageWords) | undefined;
}

/** As they are opened from what is stored: all of them or none. */
function areNamed(
  images: readonly Image[] | readonly CatalogueImage[],
): images is readonly CatalogueImage[] {
  const [first] = images;
  return first !== undefined && "repository" in first;
}

/** The catalogue of these repositories' images. */
export function composeCatalogue(
  parts: readonly CataloguePart[],
  unread: readonly UnreadImages[] = [],
): ImageCatalogue {
  const own = parts.map(
    ({ snapshot: { repository }, images, isOrdered = false, words }): CatalogueImages => {
      const named = areNamed(images)
        ? images
        : images.map((image) => {
            return { ...image, repository, title: titleOfDistribution(image.distribution) };
          });
      return { images: named, isOrdered, ...(words && { words }) };
    },
  );
  return {
    images: mergedInOrder(own),
    parts: own,
    snapshots: parts.map(({ snapshot }) => snapshot),
    unread,
  };
}
