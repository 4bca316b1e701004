/** What every reader of an index gives, and what it refuses about it. */
import { usablePath } from "./index-reader.ts";

/** A payload file that an index lists. */
export interface IndexedFile {
  /** Inside the repository, decoded, without a leading slash. May be cut out of a longer text: see `detached`. */
  path: string;
  /** Bytes; absent where the index doesn't tell (lists of checksums). */
  size?: number;
  /** SHA-256, lower-case hex; absent where the index has another hash (Alpine's, SHA512SUMS). */
  sha256?: string;
}

/**
 * Takes files one by one; says what is wrong with one, for people: that entry is left out. Throws `IndexRefused` where
 * nothing more can be taken.
 */
export type FileSink = (file: IndexedFile) => string | undefined;

/** Of one payload file, 1 TiB: the largest images have 0.03 of it. What is larger is no size. */
export const maxFileBytes = 2 ** 40;

/** What is wrong with a path that an index gives, in words that follow "has"; undefined: it can be used. */
export function pathFault(path: string, field: string): string | undefined {
  return usablePath(path) ? undefined : `a ${field} that is no plain relative path`;
}

/** A decimal number of bytes; undefined for what is none, or absurd. */
export function sizeOf(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const size = Number(text);
  return size <= maxFileBytes ? size : undefined;
}

/** Unix seconds as indexes write them; undefined for what is none. */
export function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,11}$/.test(text) ? Number(text) : undefined;
}

export function isSha256(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
