/** What the readers of indexes have in common. */
import type { LeftOut } from "./left-out.ts";

/**
 * Takes an index's unpacked bytes piece by piece; pieces may end anywhere, and may be overwritten after the call. Both throw `IndexRefused` where it isn't
 * what it should be.
 */
export interface IndexReader {
  push(bytes: Uint8Array): void;
  /** There is no more. */
  end(): void;
  /** Entries that can't be used, and were left out; undefined, or absent: none. */
  readonly leftOut?: LeftOut | undefined;
}

/** Longest path of a file taken, characters; file systems stop at 4,096 bytes, proxies at 8 KiB. */
const maxPath = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether a path from an index can be used under a base URL: relative, without steps back or odd characters. */
export function usablePath(path: string): boolean {
  return (
    path !== "" &&
    path.length <= maxPath &&
    !path.startsWith("/") &&
    !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path) &&
    // Nearly every path is of printable ASCII.
    (/^[!-[\]-~]*$/.test(path) ||
      // U+FFFD: the bytes were no UTF-8, so the name they stand for is lost.
      !/[\p{Cc}\p{Cs}\\\ufffd]/u.test(path))
  );
}

/**
 * The same text in memory of its own. A piece cut out of a longer text keeps all of that alive in V8, and two
 * hundred samples would keep the whole index.
 */
export function detached(text: string): string {
  return decoder.decode(encoder.encode(text));
}

/** The directory of a path, with its slash; empty for a file at the top. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
