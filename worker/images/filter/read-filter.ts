/** Reads a query as a filter of images, or says what in it is none, and what is nearest. Pure. */
import { nearestValue } from "../../http/nearest-value.ts";
import { architectures, dpkgName } from "../architectures.ts";
import { imageTypes } from "../image.ts";
import type { ImageColumns } from "./image-columns.ts";
import { type Axis, axes, type ImageFilter, latests, supports } from "./image-filter.ts";
import { typedWords, wantedOf } from "./search-words.ts";

/** Of `q`: more say nothing more, and each is looked up. A whole file name has up to ten. */
export const maxWords = 16;
/** Of one axis: more than any of them has in use, and each is compared with what there is. */
export const maxValues = 32;
/** Values named in a refusal: a line that people still read. */
const maxNamed = 40;

/** A query that was read: the filter, and what the caller takes besides. */
export interface ReadFilter {
  filter: ImageFilter;
  /** Of the names that the caller takes itself; the last value of each. */
  others: ReadonlyMap<string, string>;
}

/** What in a query can't be taken. */
export interface FilterFault {
  /** The parameter's name as it was given. */
  name: string;
  /** The value as it was given; absent: the name itself is none. */
  value?: string;
  /** What was most likely meant; absent: nothing is near. */
  nearest?: string;
  /** What is allowed, the first `maxNamed` of it. */
  allowed: readonly string[];
  /** All of that as a sentence. */
  reason: string;
}

export function isFault(read: ReadFilter | FilterFault): read is FilterFault {
  return "reason" in read;
}

/** The catalogue whose values are allowed. */
export interface Known {
  columns: ImageColumns;
  /** Images of some repository aren't read: its names can't be told to be wrong. */
  isPart: boolean;
}

/**
 * @param query without its `?`; values repeated or behind commas, names of axes as `axes` has them, and `q`
 * @param others names that the caller reads itself
 */
export function readFilter(
  query: string,
  { columns, isPart }: Known,
  others: readonly string[] = [],
): ReadFilter | FilterFault {
  const chosen: Partial<Record<Axis, string[]>> = {};
  const words: string[] = [];
  const rest = new Map<string, string>();
  const mayCome = isPart || columns.rows.length === 0;
  for (const [name, given] of new URLSearchParams(query)) {
    const axis = axes.find((one) => one === name);
    if (axis === undefined) {
      if (name === "q") words.push(...typedWords(given));
      else if (others.includes(name)) rest.set(name, given);
      else return unknownName(name, ["q", ...axes, ...others]);
      continue;
    }
    // A form without script sends an axis of which nothing is chosen with an empty value.
    for (const part of given.split(",")) {
      const value = part.trim();
      if (value === "") continue;
      const meant = meantBy(axis, value, columns) ?? (mayCome ? unread(axis, value) : undefined);
      if (meant === undefined) return unknownValue(axis, value, columns);
      const values = chosen[axis] ?? [];
      if (!values.includes(meant)) values.push(meant);
      if (values.length > maxValues) return tooMany(axis, maxValues);
      chosen[axis] = values;
    }
  }
  if (words.flatMap(wantedOf).length > maxWords) return tooMany("q", maxWords);
  return { filter: { words, chosen }, others: rest };
}

/**
 * Names for all machines of a word's length, as download pages have them. A map: an object has `constructor` as well,
 * which a client may ask for.
 */
const byLength: ReadonlyMap<string, string> = new Map([
  ["64", "amd64"],
  ["64bit", "amd64"],
  ["32", "i386"],
  ["32bit", "i386"],
]);

/** The value as the catalogue writes it; undefined: there is no such value. */
export function meantBy(axis: Axis, value: string, columns: ImageColumns): string | undefined {
  const lower = value.toLowerCase();
  if (axis === "supported") return supports.find((one) => one === lower);
  if (axis === "type") return imageTypes.find((one) => one === lower);
  if (axis === "latest") {
    if (["1", "true", "on"].includes(lower)) return "yes";
    return latests.find((one) => one === lower);
  }
  if (axis === "architecture") {
    const known = columns.lasting.architecture.values.find((one) => one === lower && one !== "");
    return known ?? dpkgName(byLength.get(lower) ?? lower);
  }
  const { values } = columns.lasting[axis];
  const held = values.find((one) => one !== "" && one.toLowerCase() === lower);
  if (held !== undefined || axis !== "version") return held;
  return columns.versions.values.find((one) => one !== "" && one.toLowerCase() === lower);
}

/** The value as it stands, where images that aren't read yet may have it. */
function unread(axis: Axis, value: string): string | undefined {
  const isOfImages = !["supported", "type", "latest", "architecture"].includes(axis);
  return isOfImages ? value.toLowerCase() : undefined;
}

/** What an axis may be asked for. */
export function allowedValues(axis: Axis, columns: ImageColumns): string[] {
  if (axis === "supported") return [...supports];
  if (axis === "type") return [...imageTypes];
  if (axis === "latest") return [...latests];
  return columns.lasting[axis].values.filter((value) => value !== "");
}

function unknownValue(name: Axis, value: string, columns: ImageColumns): FilterFault {
  const allowed = allowedValues(name, columns);
  const compared =
    name === "architecture"
      ? [
          ...allowed,
          ...architectures.flatMap(({ dpkg, uname, aliases }) => [dpkg, uname, ...aliases]),
        ]
      : name === "version"
        ? [...allowed, ...columns.versions.values.filter((one) => one !== "")]
        : allowed;
  const nearest = nearestValue(value, compared);
  return faultOf({ name, value, nearest, allowed });
}

function unknownName(name: string, allowed: readonly string[]): FilterFault {
  const nearest = nearestValue(name, allowed);
  const hint = nearest === undefined ? "" : ` Did you mean ${nearest}=?`;
  return {
    name,
    ...(nearest !== undefined && { nearest }),
    allowed,
    reason: `${name}= filters nothing.${hint} There are: ${allowed.join(", ")}.`,
  };
}

function tooMany(name: string, most: number): FilterFault {
  return { name, allowed: [], reason: `${name}= has more than ${most} values. Leave some out.` };
}

/** The fault of a value that is none of those allowed. */
export function faultOf({
  name,
  value,
  nearest,
  allowed,
}: {
  name: string;
  value: string;
  nearest: string | undefined;
  allowed: readonly string[];
}): FilterFault {
  const hint = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
  const named = allowed.slice(0, maxNamed);
  const more = allowed.length > named.length ? `, and ${allowed.length - named.length} more` : "";
  return {
    name,
    value,
    ...(nearest !== undefined && { nearest }),
    allowed: named,
    reason: `${name}=${value} is not there.${hint} There are: ${named.join(", ")}${more}.`,
  };
}
