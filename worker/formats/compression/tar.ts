/** Follows a tar stream: POSIX ustar with pax and GNU names, of regular files and directories. */

import { rawByte } from "../index-refused.ts";
import { Framing, passed, type Steps, type Structure } from "./framing.ts";

/**
 * Says what shall become of a file: its bytes as they come, or undefined, and they are passed over.
 *
 * @param modified Unix seconds; undefined where the header has none that can be read
 */
export type OnFile = (
  name: string,
  bytes: number,
  modified: number | undefined,
) => { each: (piece: Uint8Array) => void; end: () => void } | undefined;

/** Entries of one archive: the largest package database has 20,000 packages, with three entries each. */
const maxEntries = 1_000_000;
/** Of a header that extends the next entry's: names and times. */
const maxExtension = 64 * 1024;
const blockBytes = 512;

/** A tar archive, to be pushed into; `IndexRefused` where it is none. */
export function tarFraming(onFile: OnFile): Framing {
  return new Framing((refuse) => tarStructure(onFile, refuse), rawByte);
}

function* tarStructure(onFile: OnFile, refuse: (what: string) => never): Structure {
  let longName: string | undefined;
  for (let entries = 0; ; entries++) {
    if (entries > maxEntries) refuse(`more than ${maxEntries} tar entries`);
    const head = yield { bytes: blockBytes };
    if (isZero(head)) break;
    if (!checksumFits(head)) refuse("no tar header");
    const bytes = octal(head, 124, 12) ?? refuse("a tar header without a size");
    const kind = String.fromCharCode(head[156] ?? 0);
    if (kind === "x" || kind === "g" || kind === "L") {
      if (bytes > maxExtension) refuse(`a tar extension of more than ${maxExtension} bytes`);
      const extension = bytes > 0 ? new TextDecoder().decode(yield { bytes }) : "";
      yield* padding(bytes);
      if (kind === "x") longName = paxPath(extension, refuse) ?? longName;
      if (kind === "L") longName = extension.replace(/\0.*$/s, "");
      continue;
    }
    // Links, devices: nothing that a package database has. A directory's size says nothing.
    if (kind !== "0" && kind !== "\0" && kind !== "5") refuse("a tar entry that is no file");
    if (kind === "5" && bytes > 0) refuse("a tar directory with a size");
    const modified = octal(head, 136, 12);
    const taken = kind === "5" ? undefined : onFile(longName ?? nameOf(head), bytes, modified);
    longName = undefined;
    if (bytes > 0) yield { bytes, each: taken?.each ?? passed };
    taken?.end();
    yield* padding(bytes);
  }
  // Writers fill up the last record with zeros, of whichever length.
  for (;;) {
    const rest = yield { bytes: blockBytes, mayEnd: true };
    if (!isZero(rest)) refuse("bytes behind the end of the tar archive");
  }
}

function* padding(bytes: number): Steps<void> {
  const count = -bytes & (blockBytes - 1);
  if (count > 0) yield { bytes: count, each: passed };
}

/** Names are where the next entry's name is; a size would change where everything is. */
function paxPath(text: string, refuse: (what: string) => never): string | undefined {
  let path: string | undefined;
  for (const record of text.split("\n")) {
    const [, key, value] = /^\d+ ([^=]+)=(.*)$/s.exec(record) ?? [];
    if (key === "size") refuse("a pax size, which isn't read here");
    if (key === "path") path = value;
  }
  return path;
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function checksumFits(head: Uint8Array): boolean {
  let sum = 0;
  // The checksum's own eight bytes count as spaces.
  for (let at = 0; at < blockBytes; at++) sum += at >= 148 && at < 156 ? 0x20 : (head[at] ?? 0);
  return sum === octal(head, 148, 8);
}

function octal(head: Uint8Array, from: number, length: number): number | undefined {
  const text = latin(head.subarray(from, from + length));
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function nameOf(head: Uint8Array): string {
  const until = (from: number, length: number) =>
    latin(head.subarray(from, from + length)).replace(/\0.*$/s, "");
  const ustar = latin(head.subarray(257, 263)) === "ustar\0";
  const prefix = ustar ? until(345, 155) : "";
  return prefix === "" ? until(0, 100) : `${prefix}/${until(0, 100)}`;
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
