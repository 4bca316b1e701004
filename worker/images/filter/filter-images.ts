/** The rows that a filter leaves, and how many each further choice would leave. Pure. */

import { type ImageColumns, supportsAt } from "./image-columns.ts";
import { type Axis, axes, type ImageFilter, supports } from "./image-filter.ts";
import type { ImageRow } from "./image-rows.ts";
import { wantedOf } from "./search-words.ts";

/** A value of an axis. */
export interface FacetValue {
  value: string;
  /** Rows that it would leave or leaves, with the choices on all other axes. */
  count: number;
  isChosen: boolean;
}

/** Values that rows have or that are chosen, in the order of the catalogue. */
export type Facets = Readonly<Record<Axis, readonly FacetValue[]>>;

export interface FilteredImages {
  /** In the canonical order, those behind the others that are at the end of their life. */
  rows: readonly ImageRow[];
  facets: Facets;
}

/** What an axis leaves, over the numbers of its column. */
interface Sieve {
  numbers: Uint16Array | Uint8Array;
  values: readonly string[];
  /** By number: 1 is left; undefined: all is. */
  left: Uint8Array | undefined;
  counts: Uint32Array;
}

/**
 * @param filter its values are as the catalogue writes them; one that isn't in the catalogue leaves nothing
 * @param now Unix ms, for what is still supported
 */
export function filterImages(
  columns: ImageColumns,
  filter: ImageFilter,
  now: number,
): FilteredImages {
  const count = columns.rows.length;
  const sieves = axes.map((axis) => sieveOf(axis, columns, filter, now));
  const matched = matchWords(columns, filter.words);
  const byVersion = fullVersions(columns, filter.chosen.version);
  const versionAt = axes.indexOf("version");
  const kept: ImageRow[] = [];
  const ended: ImageRow[] = [];
  const supported = sieves[axes.indexOf("supported")];
  const eol = supports.indexOf("eol");
  for (let row = 0; row < count; row++) {
    if (matched !== undefined && matched[row] !== filter.words.length) continue;
    // The axis that leaves the row out, where there is only one: it counts there, as that axis might be let go.
    let out = -1;
    let outs = 0;
    for (let at = 0; at < sieves.length && outs < 2; at++) {
      const sieve = sieves[at];
      if (sieve?.left === undefined || sieve.left[sieve.numbers[row] ?? 0] === 1) continue;
      if (at === versionAt && byVersion?.[columns.versions.numbers[row] ?? 0] === 1) continue;
      out = at;
      outs++;
    }
    if (outs > 1) continue;
    if (outs === 1) {
      tally(sieves[out], row);
      continue;
    }
    for (const sieve of sieves) tally(sieve, row);
    const found = columns.rows[row];
    if (found !== undefined) (supported?.numbers[row] === eol ? ended : kept).push(found);
  }
  const rows = ended.length === 0 ? kept : kept.concat(ended);
  return { rows, facets: facetsOf(sieves, filter, countVersions(rows, filter.chosen.version)) };
}

function tally(sieve: Sieve | undefined, row: number): void {
  if (sieve === undefined) return;
  const number = sieve.numbers[row] ?? 0;
  sieve.counts[number] = (sieve.counts[number] ?? 0) + 1;
}

function sieveOf(axis: Axis, columns: ImageColumns, filter: ImageFilter, now: number): Sieve {
  const { numbers, values } = columnOf(axis, columns, now);
  const chosen = filter.chosen[axis];
  return {
    numbers,
    values,
    left: chosen === undefined ? undefined : leftBy(axis, values, chosen),
    counts: new Uint32Array(values.length),
  };
}

function columnOf(
  axis: Axis,
  columns: ImageColumns,
  now: number,
): Pick<Sieve, "numbers" | "values"> {
  if (axis === "latest") return { numbers: columns.latest, values: ["", "series", "yes"] };
  if (axis !== "supported") return columns.lasting[axis];
  const places = supportsAt(columns, now).map((support) =>
    support === undefined ? supports.length : supports.indexOf(support),
  );
  const numbers = Uint8Array.from(
    columns.supportEnds.numbers,
    (end) => places[end] ?? supports.length,
  );
  return { numbers, values: [...supports, ""] };
}

/** What is the same on every architecture serves each of them; the latest of a distribution is its series' latest. */
function leftBy(axis: Axis, values: readonly string[], chosen: readonly string[]): Uint8Array {
  const alsoLeft = (value: string) =>
    (axis === "architecture" && value === "all") ||
    (axis === "latest" && value === "yes" && chosen.includes("series"));
  return Uint8Array.from(values, (value) => (chosen.includes(value) || alsoLeft(value) ? 1 : 0));
}

/** `version=13.2.0` beside `version=13`: by the numbers of full versions; undefined: none is chosen. */
function fullVersions(
  { versions }: ImageColumns,
  chosen: readonly string[] | undefined,
): Uint8Array | undefined {
  if (chosen === undefined) return undefined;
  return Uint8Array.from(versions.values, (value) => (chosen.includes(value) ? 1 : 0));
}

/** Rows of each full version that is chosen: series alone are counted as the rows are gone through. */
function countVersions(
  rows: readonly ImageRow[],
  chosen: readonly string[] | undefined,
): Map<string, number> {
  const counts = new Map((chosen ?? []).map((value) => [value, 0]));
  if (counts.size === 0) return counts;
  for (const { image } of rows) {
    const before = counts.get(image.version);
    if (before !== undefined) counts.set(image.version, before + 1);
  }
  return counts;
}

/** How many of the words each row has, in their order; undefined: there are no words. */
function matchWords(columns: ImageColumns, words: readonly string[]): Uint8Array | undefined {
  if (words.length === 0) return undefined;
  const { rows, words: index } = columns;
  const matched = new Uint8Array(rows.length);
  words.forEach((typed, at) => {
    const parts = wantedOf(typed);
    // A word of several parts, `13.2.0-amd64`: the row must have each.
    const got = new Uint8Array(rows.length);
    parts.forEach((wanted, number) => {
      index.each(wanted, (row) => {
        if (got[row] === number) got[row] = number + 1;
      });
    });
    for (let row = 0; row < matched.length; row++) {
      if (matched[row] === at && got[row] === parts.length) matched[row] = at + 1;
    }
  });
  return matched;
}

function facetsOf(
  sieves: readonly Sieve[],
  { chosen }: ImageFilter,
  versionCounts: ReadonlyMap<string, number>,
): Facets {
  const facet = (axis: Axis): FacetValue[] => {
    const sieve = sieves[axes.indexOf(axis)];
    const own = chosen[axis] ?? [];
    const values = sieve?.values ?? [];
    const told = values.flatMap((value, at): FacetValue[] => {
      const count = sieve?.counts[at] ?? 0;
      const isChosen = own.includes(value);
      return value !== "" && (count > 0 || isChosen) ? [{ value, count, isChosen }] : [];
    });
    for (const value of own) {
      if (values.includes(value)) continue;
      told.push({ value, count: versionCounts.get(value) ?? 0, isChosen: true });
    }
    return told;
  };
  return {
    distribution: facet("distribution"),
    version: facet("version"),
    codename: facet("codename"),
    architecture: facet("architecture"),
    type: facet("type"),
    edition: facet("edition"),
    format: facet("format"),
    supported: facet("supported"),
    latest: withParts(facet("latest")),
  };
}

/** The latest of a distribution are among those of its series, and are told first. */
function withParts(latest: readonly FacetValue[]): FacetValue[] {
  const all = latest.reduce((sum, { count }) => sum + count, 0);
  return latest.map((one) => (one.value === "series" ? { ...one, count: all } : one)).toReversed();
}
