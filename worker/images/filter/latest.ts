/** Which images are the latest. Pure. */
import type { CatalogueImage } from "../image-catalogue.ts";

/** Not the latest; of its series' latest version; of its distribution's, which is its series' too. */
export type Latest = 0 | 1 | 2;

/**
 * By place: of each distribution and type the newest released version of each series, and of the newest series. Previews
 * are passed over, and so is what names no version.
 *
 * @param images in the canonical order: the newest series and version of a distribution first
 */
export function latestOf(images: readonly CatalogueImage[]): Latest[] {
  const newest = new Map<string, Map<string, Newest>>();
  let last: { distribution: string; types: Map<string, Newest> } | undefined;
  const of = ({ distribution, type }: CatalogueImage): Newest => {
    if (last?.distribution !== distribution) {
      const types = newest.get(distribution) ?? new Map<string, Newest>();
      newest.set(distribution, types);
      last = { distribution, types };
    }
    const known = last.types.get(type) ?? { series: undefined, versions: new Map() };
    last.types.set(type, known);
    return known;
  };
  for (const image of images) {
    if (!isReleased(image)) continue;
    const known = of(image);
    known.series ??= image.series;
    if (!known.versions.has(image.series)) known.versions.set(image.series, image.version);
  }
  return images.map((image) => {
    if (!isReleased(image)) return 0;
    const known = of(image);
    if (known.versions.get(image.series) !== image.version) return 0;
    return known.series === image.series ? 2 : 1;
  });
}

/** Of a distribution and type: the newest series, and of each series the newest version. */
interface Newest {
  series: string | undefined;
  versions: Map<string, string>;
}

function isReleased({ isPreview, version }: CatalogueImage): boolean {
  return isPreview !== true && version !== "";
}
