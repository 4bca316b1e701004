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

/** Of each distribution, which place a series has. */
function seriesPlaces(images: readonly Image[]): Map<string, Map<string, number>> {
  const distributions = new Map<string, Map<string, Series>>();
  for (const { distribution, series, released } of images) {
    const known = distributions.get(distribution) ?? new Map<string, Series>();
    distributions.set(distribution, known);
    const before = known.get(series)?.released;
    if (!known.has(series) || (before === undefined && released !== undefined)) {
      known.set(series, { series, released });
    }
  }
  const places = new Map<string, Map<string, number>>();
  for (const [distribution, known] of distributions) {
    const own = seriesInOrder([...known.values()]).map((series, at) => [series, at] as const);
    places.set(distribution, new Map(own));
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
  // Columns of small numbers, and places of images in order: an object an image would be the collector's work.
  const column = (of: (image: One) => number) => Uint32Array.from(images, of);
  const seriesPlace = column((image) => places.get(image.distribution)?.get(image.series) ?? 0);
  const version = column((image) => versions.get(image.version) ?? 0);
  const wanted = column((image) => wantedPlace(image));
  const format = column((image) => placeIn(usualFormats, image.format));
  const by = (own: Uint32Array, one: number, other: number) => (own[one] ?? 0) - (own[other] ?? 0);
  const order = images.map((_, at) => at);
  order.sort((a, b) => {
    const [one, other] = [images[a], images[b]];
    if (one === undefined || other === undefined) return 0;
    return (
      byText(one.distribution, other.distribution) ||
      by(seriesPlace, a, b) ||
      by(version, a, b) ||
      Number(one.isPreview === true) - Number(other.isPreview === true) ||
      compareArchitectures(one.architecture, other.architecture) ||
      by(wanted, a, b) ||
      compareUnplaced(one, other) ||
      by(format, a, b) ||
      byText(one.format, other.format) ||
      (one.part ?? 0) - (other.part ?? 0) ||
      byText(one.path, other.path) ||
      byText(one.repository, other.repository)
    );
  });
  return order.flatMap((at) => images[at] ?? []);
}

/** What is ordered otherwise has another number: what was stored in another order is ordered anew. */
export const orderVersion = 1;

/** Images of which some are in order already. */
interface Ordered<One> {
  images: readonly One[];
  /** They are in the canonical order of this version. */
  isOrdered?: boolean;
}

/** All of them in their canonical order. A distribution that is in one part alone, and in order there, costs nothing. */
export function mergedInOrder<One extends Image & { repository: string }>(
  parts: readonly Ordered<One>[],
): One[] {
  const distributions = new Map<string, { images: One[]; part: number; isOrdered: boolean }>();
  parts.forEach(({ images, isOrdered = false }, part) => {
    let last: { name: string; images: One[] } | undefined;
    for (const image of images) {
      const name = image.distribution;
      if (last?.name !== name) {
        const known = distributions.get(name) ?? { images: [], part, isOrdered };
        distributions.set(name, known);
        if (known.part !== part) known.isOrdered = false;
        last = { name, images: known.images };
      }
      last.images.push(image);
    }
  });
  const sorted = [...distributions].sort(([one], [other]) => byText(one, other));
  const all: One[] = [];
  for (const [, { images, isOrdered }] of sorted) {
    for (const image of isOrdered ? images : inCanonicalOrder(images)) all.push(image);
  }
  return all;
}
