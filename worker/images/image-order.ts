/**
 * The canonical order of images: distribution, newest version first, usual architecture first, then what most
 * people want (`wanted-order.ts`: type and edition), format, part and path. Pure, and total: no two files have the same place.
 */

import { compareVersions } from "./compare-versions.ts";
import type { Image } from "./image.ts";
import { compareUnplaced, wantedPlace } from "./wanted-order.ts";

/** As most people have it first; those that aren't here follow by name. */
const usualArchitectures = ["amd64", "arm64", "i386", "armhf", "riscv64", "ppc64el", "s390x"];
/** As most people want it first; those that aren't here follow by name. */
const usualFormats = ["iso", "qcow2", "img.xz", "img", "raw.xz", "tar.xz"];

/** Place in the list; behind all of it where it isn't there. */
function placeIn(list: readonly string[], value: string): number {
  const at = list.indexOf(value);
  return at < 0 ? list.length : at;
}

function byText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Above 0: `one` stands behind `other`. */
export function compareArchitectures(one: string, other: string): number {
  const usual = placeIn(usualArchitectures, one) - placeIn(usualArchitectures, other);
  return usual === 0 ? byText(one, other) : usual;
}

/** A series of a distribution, as far as the order goes. */
interface Series {
  series: string;
  released: number | undefined;
}

/**
 * A distribution's series, the newest first: by their release where that is known. One of which it isn't stands before
 * the first that its version is newer than. So the order is total whatever is known.
 */
export function seriesInOrder(all: readonly Series[]): string[] {
  const known = all.filter(({ released }) => released !== undefined);
  const unknown = all.filter(({ released }) => released === undefined);
  known.sort(
    (one, other) =>
      (other.released ?? 0) - (one.released ?? 0) || compareVersions(other.series, one.series),
  );
  unknown.sort(
    (one, other) => compareVersions(other.series, one.series) || byText(one.series, other.series),
  );
  const places = unknown.map((one) => ({
    one,
    before: known.findIndex(({ series }) => compareVersions(one.series, series) > 0),
  }));
  const order: string[] = [];
  known.forEach((one, at) => {
    for (const place of places) if (place.before === at) order.push(place.one.series);
    order.push(one.series);
  });
  for (const place of places) if (place.before < 0) order.push(place.one.series);
  return order;
}

/** By distribution and series: which place the series has. */
function seriesPlaces(images: readonly Image[]): Map<string, number> {
  const distributions = new Map<string, Map<string, Series>>();
  for (const { distribution, series, released } of images) {
    const known = distributions.get(distribution) ?? new Map<string, Series>();
    distributions.set(distribution, known);
    const before = known.get(series)?.released;
    if (!known.has(series) || (before === undefined && released !== undefined)) {
      known.set(series, { series, released });
    }
  }
  const places = new Map<string, number>();
  for (const [distribution, known] of distributions) {
    seriesInOrder([...known.values()]).forEach((series, at) => {
      places.set(`${distribution} ${series}`, at);
    });
  }
  return places;
}

/** The images in their canonical order; the order in which they are given means nothing. */
export function inCanonicalOrder<One extends Image & { repository: string }>(
  images: readonly One[],
): One[] {
  const places = seriesPlaces(images);
  const versions = new Map<string, number>();
  const distinct = [...new Set(images.map(({ version }) => version))];
  distinct.sort((one, other) => compareVersions(other, one) || byText(one, other));
  distinct.forEach((version, at) => {
    versions.set(version, at);
  });
  const keyed = images.map((image) => ({
    image,
    series: places.get(`${image.distribution} ${image.series}`) ?? 0,
    version: versions.get(image.version) ?? 0,
    wanted: wantedPlace(image),
    format: placeIn(usualFormats, image.format),
  }));
  keyed.sort(
    (one, other) =>
      byText(one.image.distribution, other.image.distribution) ||
      one.series - other.series ||
      one.version - other.version ||
      Number(one.image.isPreview === true) - Number(other.image.isPreview === true) ||
      compareArchitectures(one.image.architecture, other.image.architecture) ||
      one.wanted - other.wanted ||
      compareUnplaced(one.image, other.image) ||
      one.format - other.format ||
      byText(one.image.format, other.image.format) ||
      (one.image.part ?? 0) - (other.image.part ?? 0) ||
      byText(one.image.path, other.image.path) ||
      byText(one.image.repository, other.image.repository),
  );
  return keyed.map(({ image }) => image);
}
