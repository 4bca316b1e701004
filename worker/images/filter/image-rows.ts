/** The rows of a catalogue: an image each, where several files belong together the first with the rest behind it. Pure. */
import type { CatalogueImage } from "../image-catalogue.ts";

/** What stands in one line of an answer. */
export interface ImageRow {
  image: CatalogueImage;
  /** The others of its set, in their order: DVD 2 and on. */
  parts: readonly CatalogueImage[];
}

/** What the images of one set have in common. Texts hold no line's end. */
function setOf(image: CatalogueImage): string {
  const { repository, distribution, version, architecture, type, edition = "", format } = image;
  const folder = image.path.slice(0, image.path.lastIndexOf("/") + 1);
  return [repository, folder, distribution, version, architecture, type, edition, format].join(
    "\n",
  );
}

/** Most rows have no other parts. */
const none: readonly CatalogueImage[] = [];

/** @param images in the canonical order, which is that of the rows */
export function rowsOf(images: readonly CatalogueImage[]): ImageRow[] {
  const rows: ImageRow[] = [];
  const sets = new Map<string, CatalogueImage[]>();
  for (const image of images) {
    if (image.part === undefined) {
      rows.push({ image, parts: none });
      continue;
    }
    const set = setOf(image);
    const parts = sets.get(set);
    if (parts === undefined) {
      const rest: CatalogueImage[] = [];
      sets.set(set, rest);
      rows.push({ image, parts: rest });
    } else parts.push(image);
  }
  return rows;
}
