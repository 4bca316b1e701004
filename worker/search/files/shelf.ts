/**
 * The shelf: paths that a pattern may match. An entry is a text: a digit for where the path belongs, its last segment, NUL,
 * its folder, NUL, the block's number in base 36. So entries sort by place, then by last segment. Pure.
 */
import { fnvBytes } from "../../runtime/fast-hash.ts";
import { FolderHash } from "./path-hash.ts";

/** Where a path on the shelf belongs: the first of these that fits. */
export const places = {
  /** A folder whose files are typed as commands. */
  command: "1",
  /** Another folder called `bin`, `sbin` or `games`. */
  programs: "2",
  pkgconfig: "3",
  /** Somewhere below a folder called `include`. */
  include: "4",
  /** `libx.so`, `libx.so.1`, in any folder. */
  library: "5",
} as const;

export type Place = (typeof places)[keyof typeof places];

/** Folders whose files are typed as commands, /usr being merged: those of Debian's `PATH` (`/etc/profile`). */
export const commandFolders = [
  "usr/bin",
  "usr/sbin",
  "usr/games",
  "usr/local/bin",
  "usr/local/sbin",
  "usr/local/games",
] as const;

/** How folders of programs are called. */
export const programFolders = ["bin", "sbin", "games"] as const;

const encoder = new TextEncoder();

function hashOf(segment: string): number {
  const bytes = encoder.encode(segment);
  return fnvBytes(bytes, 0, bytes.byteLength);
}

function wholeHashOf(folder: string): number {
  const bytes = encoder.encode(folder);
  const hash = new FolderHash();
  hash.of(bytes, bytes.byteLength);
  return hash.whole;
}

export const includeHash = hashOf("include");
const pkgconfigHash = hashOf("pkgconfig");
const programHashes = programFolders.map(hashOf);
const commandHashes = commandFolders.map(wholeHashOf);

/** Where files of a folder belong; undefined: nowhere by their folder alone. @param folder made with `includeHash` */
export function placeOfFolder(folder: FolderHash): Place | undefined {
  if (programHashes.includes(folder.last)) {
    return commandHashes.includes(folder.whole) ? places.command : places.programs;
  }
  if (folder.last === pkgconfigHash) return places.pkgconfig;
  return folder.has ? places.include : undefined;
}

const dot = 0x2e;

/** Whether a last segment is that of a shared library: it has `.so` at its end, or before a dot. */
export function isLibrary(path: Uint8Array, from: number, to: number): boolean {
  for (let at = from + 1; at + 2 < to; at++) {
    if (path[at] !== dot || path[at + 1] !== 0x73 || path[at + 2] !== 0x6f) continue;
    if (at + 3 === to || path[at + 3] === dot) return true;
  }
  return false;
}

/** An entry of the shelf, read. */
export interface ShelfEntry {
  name: string;
  folder: string;
  block: number;
}

/** Reads an entry. */
export function shelfEntry(text: string): ShelfEntry {
  const [name = "", folder = "", block = "0"] = text.slice(1).split("\0");
  return { name, folder, block: Number.parseInt(block, 36) };
}
