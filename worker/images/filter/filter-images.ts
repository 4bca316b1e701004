/** The rows that a filter leaves, and how many each further choice would leave. Pure. */
import { type ImageColumns, supportsAt } from "./image-columns.ts";
import { type Axis, axes, type ImageFilter, latests, supports } from "./image-filter.ts";
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

/** An axis over the rows: a number each, and what the numbers stand for. Two numbers may stand for the same. */
interface AxisColumn {
  numbers: Uint16Array | Uint8Array;
  values: readonly string[];
}

/** Nothing leaves the row out; from 1 on: the axis of that place does, less one; this: several do, or the words. */
const leftOut = 255;

/**
 * @param filter its values are as the catalogue writes them; one that isn't in the catalogue leaves nothing
 * @param now Unix ms, for what is still supported
 */
export function filterImages(
  columns: ImageColumns,
  filter: ImageFilter,
  now: number,
): FilteredImages {
  const table = axes.map((axis) => columnOf(axis, columns, now));
  // Column by column: loops over one array of small integers are what an engine makes quick.
  const out = new Uint8Array(columns.rows.length);
  if (filter.words.length > 0) leaveOutByWords(columns, filter.words, out);
  axes.forEach((axis, at) => {
    const chosen = filter.chosen[axis];
    const column = table[at];
    if (chosen === undefined || column === undefined) return;
    const left = leftBy(axis, column.values, chosen);
    const versions = axis === "version" ? columns.versions : undefined;
    const or = versions && { ...versions, left: leftBy(axis, versions.values, chosen) };
    leaveOut({ ...column, left }, or, out, at + 1);
  });
  const numbers = numbersLeft(out);
  const rows = inOrder(columns, numbers, table[axes.indexOf("supported")]);
  const counts = table.map((column, at) =>
    filter.chosen[axes[at] ?? "version"] === undefined
      ? countLeft(column, numbers)
      : countAlone(column, out, at + 1),
  );
  const versionCounts = countVersions(rows, filter.chosen.version);
  return { rows, facets: facetsOf(table, counts, filter, versionCounts) };
}

function columnOf(axis: Axis, columns: ImageColumns, now: number): AxisColumn {
  if (axis === "latest") return { numbers: columns.latest, values: ["", "series", "yes"] };
  if (axis !== "supported") return columns.lasting[axis];
  const values = supportsAt(columns, now).map((support) => support ?? "");
  return { numbers: columns.supportEnds.numbers, values };
}

/** By number, 1: it is left. What is the same on every architecture serves each of them. */
function leftBy(axis: Axis, values: readonly string[], chosen: readonly string[]): Uint8Array {
  const left = new Uint8Array(values.length);
  values.forEach((value, number) => {
    const isLeft =
      chosen.includes(value) ||
      (axis === "architecture" && value === "all") ||
      // The latest of a distribution is its series' latest as well.
      (axis === "latest" && value === "yes" && chosen.includes("series"));
    if (isLeft) left[number] = 1;
  });
  return left;
}

/** A column, and 1 for each of its numbers that is left. */
interface Sieve extends AxisColumn {
  left: Uint8Array;
}

/** Marks the rows that an axis leaves out. @param or leaves in what it has: `version=13.2.0` beside `version=13` */
function leaveOut(
  { numbers, left }: Sieve,
  or: Sieve | undefined,
  out: Uint8Array,
  mark: number,
): void {
  for (let row = 0; row < out.length; row++) {
    if (left[numbers[row] ?? 0] === 1) continue;
    if (or !== undefined && or.left[or.numbers[row] ?? 0] === 1) continue;
    out[row] = out[row] === 0 ? mark : leftOut;
  }
}

function numbersLeft(out: Uint8Array): Uint32Array {
  let count = 0;
  for (let row = 0; row < out.length; row++) if (out[row] === 0) count++;
  const numbers = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < out.length; row++) if (out[row] === 0) numbers[at++] = row;
  return numbers;
}

function inOrder(
  { rows }: ImageColumns,
  numbers: Uint32Array,
  supported: AxisColumn | undefined,
): ImageRow[] {
  const kept: ImageRow[] = [];
  const ended: ImageRow[] = [];
  const isEnded = supported && leftBy("supported", supported.values, ["eol"]);
  for (const number of numbers) {
    const row = rows[number];
    if (row === undefined) continue;
    (isEnded?.[supported?.numbers[number] ?? 0] === 1 ? ended : kept).push(row);
  }
  return ended.length === 0 ? kept : kept.concat(ended);
}

/** How many of the rows that are left have each number. */
function countLeft({ numbers, values }: AxisColumn, left: Uint32Array): Uint32Array {
  const counts = new Uint32Array(values.length);
  for (let at = 0; at < left.length; at++) {
    const number = numbers[left[at] ?? 0] ?? 0;
    counts[number] = (counts[number] ?? 0) + 1;
  }
  return counts;
}

/** The same of the rows that would be left if the axis of that mark were let go. */
function countAlone({ numbers, values }: AxisColumn, out: Uint8Array, mark: number): Uint32Array {
  const counts = new Uint32Array(values.length);
  for (let row = 0; row < out.length; row++) {
    const by = out[row];
    if (by !== 0 && by !== mark) continue;
    const number = numbers[row] ?? 0;
    counts[number] = (counts[number] ?? 0) + 1;
  }
  return counts;
}

/** Rows of each full version that is chosen: an axis counts series. */
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

function leaveOutByWords(columns: ImageColumns, words: readonly string[], out: Uint8Array): void {
  // A word of several parts, `13.2.0-amd64`, is as many words.
  const wanted = words.flatMap(wantedOf);
  const matched = new Uint8Array(out.length);
  wanted.forEach((one, at) => {
    columns.words.mark(one, matched, at);
  });
  for (let row = 0; row < out.length; row++) if (matched[row] !== wanted.length) out[row] = leftOut;
}

function facetsOf(
  table: readonly AxisColumn[],
  counts: readonly Uint32Array[],
  { chosen }: ImageFilter,
  versionCounts: ReadonlyMap<string, number>,
): Facets {
  const facet = (axis: Axis, order?: readonly string[]): FacetValue[] => {
    const at = axes.indexOf(axis);
    const own = chosen[axis] ?? [];
    const byValue = new Map<string, number>((order ?? []).map((value) => [value, 0]));
    table[at]?.values.forEach((value, number) => {
      byValue.set(value, (byValue.get(value) ?? 0) + (counts[at]?.[number] ?? 0));
    });
    for (const value of own) {
      if (!byValue.has(value)) byValue.set(value, versionCounts.get(value) ?? 0);
    }
    const told: FacetValue[] = [];
    for (const [value, count] of byValue) {
      const isChosen = own.includes(value);
      if (value !== "" && (count > 0 || isChosen)) told.push({ value, count, isChosen });
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
    supported: facet("supported", supports),
    latest: withParts(facet("latest", latests)),
  };
}

/** The latest of a distribution are among those of its series. */
function withParts(latest: readonly FacetValue[]): FacetValue[] {
  const all = latest.reduce((sum, { count }) => sum + count, 0);
  return latest.map((one) => (one.value === "series" ? { ...one, count: all } : one));
}
