/** What images are asked for: one choice an axis, and words. Pure. */
import type { Support } from "../image.ts";

/** Axes with a count for each of their values, in the order in which they are told. */
export const axes = [
  "distribution",
  "version",
  "codename",
  "architecture",
  "type",
  "edition",
  "format",
  "supported",
  "latest",
] as const;

export type Axis = (typeof axes)[number];

/** `yes`: supported by its project; `lts`: for longer, by others; `eol`: not any more. */
export const supports: readonly Support[] = ["yes", "lts", "eol"];

/**
 * `yes`: of the newest released version of a distribution; `series`: of each of its series. Previews are passed over, and
 * types are looked at apart, as a cloud image of Debian 13 has another version than its installer.
 */
export const latests = ["yes", "series"] as const;

/** A filter. Values of one axis widen it, axes narrow it, and all words must match. */
export interface ImageFilter {
  /** Lower case; empty: every image. */
  words: readonly string[];
  /** By axis, as the catalogue writes them; an axis that isn't there leaves all. */
  chosen: Readonly<Partial<Record<Axis, readonly string[]>>>;
}

export const everything: ImageFilter = { words: [], chosen: {} };
