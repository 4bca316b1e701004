/** The image catalogue: the images of all repositories, each of one snapshot, in one order. Pure. */
import { titleOfDistribution } from "./distribution-titles.ts";
import type { Image } from "./image.ts";
import { inCanonicalOrder } from "./image-order.ts";

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

/** Never changes: a newer state of any repository makes another one. */
export interface ImageCatalogue {
  /** In the canonical order (`inCanonicalOrder`); the same array as long as no repository's images change. */
  images: readonly CatalogueImage[];
  /** Of each repository that has images here, in the repositories' order. */
  snapshots: readonly CatalogueSnapshot[];
  /** Empty, unless something is wrong. Of one that was read before, the last images that were are here. */
  unread: readonly UnreadImages[];
}

/** What one repository gives. */
export interface CataloguePart {
  snapshot: CatalogueSnapshot;
  images: readonly Image[];
}

/** The catalogue of these repositories' images. */
export function composeCatalogue(
  parts: readonly CataloguePart[],
  unread: readonly UnreadImages[] = [],
): ImageCatalogue {
  const images = parts.flatMap(({ snapshot: { repository }, images: own }) =>
    own.map((image) => ({
      ...image,
      repository,
      title: titleOfDistribution(image.distribution),
    })),
  );
  return {
    images: inCanonicalOrder(images),
    snapshots: parts.map(({ snapshot }) => snapshot),
    unread,
  };
}
