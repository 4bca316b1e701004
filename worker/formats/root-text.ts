/** What the readers of signed roots have in common. Pure. */

import { usablePath } from "./index-reader.ts";
import type { Refusal } from "./refusal.ts";
import { maxRootBytes } from "./roots.ts";

/** Hashes of one file, lower-case hex, by algorithm. */
export interface Hashes {
  md5?: string;
  sha1?: string;
  sha256?: string;
  sha512?: string;
}

/** Hex digits of each. */
export const hexDigits: Readonly<Record<keyof Hashes, number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha512: 128,
};

/**
 * The largest file a root may list, bytes. The largest of bookworm's, the Contents of its source, has
 * 816 MB; images of a whole distribution are some times as large.
 */
export const maxListedBytes = 64 * 1024 ** 3;

/** A size as lists write it; undefined where it is none, or absurd. */
export function listedSize(digits: string): number | undefined {
  const size = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
  return size <= maxListedBytes ? size : undefined;
}

/**
 * Whether a path from a root can be used: as `usablePath`, and without white space, which divides the fields of every
 * list but images'.
 */
export function listedPath(path: string): boolean {
  return usablePath(path) && !/\s/.test(path);
}

/** A root decoded as UTF-8. */
export function rootText(bytes: Uint8Array): string | Refusal {
  if (bytes.byteLength > maxRootBytes) {
    return { refused: `It is larger than ${maxRootBytes} bytes.` };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refusedAt(firstLineOfNoUtf8(bytes), "is no UTF-8");
  }
}

function firstLineOfNoUtf8(bytes: Uint8Array): number {
  // The mark of a bad byte is a byte sequence of its own: where it isn't in the file, the decoder has put it.
  const lines = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true })
    .decode(bytes)
    .split("\n");
  return lines.findIndex((line) => line.includes("\ufffd")) + 1;
}

/** "Line 3 has a control character." */
export function refusedAt(line: number, what: string): Refusal {
  return { refused: `Line ${line} ${what}.` };
}
