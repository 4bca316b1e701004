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
  const newestVersion = new Map<string, string>();
  const newestSeries = new Map<string, string>();
  for (const image of images) {
    if (!isReleased(image)) continue;
    const { distribution, type, series, version } = image;
    const like = `${distribution}\n${type}`;
    const ofSeries = `${like}\n${series}`;
    if (!newestVersion.has(ofSeries)) newestVersion.set(ofSeries, version);
    if (!newestSeries.has(like)) newestSeries.set(like, series);
  }
  return images.map((image) => {
    const { distribution, type, series, version } = image;
    const like = `${distribution}\n${type}`;
    if (!isReleased(image) || newestVersion.get(`${like}\n${series}`) !== version) return 0;
    return newestSeries.get(like) === series ? 2 : 1;
  });
}

function isReleased({ isPreview, version }: CatalogueImage): boolean {
  return isPreview !== true && version !== "";
}
