/**
 * Hashes of paths, over their bytes. Three hashes find a path: of its last segment, of the segment before, and of its whole
 * folder. Pure.
 */
import { fnvBytes, fnvPrime, fnvStart, mix } from "../../runtime/fast-hash.ts";

/** Another odd multiplier, of MurmurHash3, for bits that are independent of the first hash. */
const otherPrime = 0x85ebca6b;
const slash = 0x2f;
const dot = 0x2e;
const smallS = 0x73;

/** Parts by which the records of last segments are put aside while a set is built: a power of two. */
export const nameParts = 64;
/** Values of the hash of a segment, and of a folder, in a record. */
export const folderValues = 2 ** 12;

/** The hash of a last segment, 38 bits in two numbers. It is filled anew for each path: an object a path costs too much. */
export class NameHash {
  /** 32 bits, unsigned. */
  hash = 0;
  /** Below `nameParts`. */
  part = 0;
  /** Where the last segment begins. */
  from = 0;
  /** It has `.s`, as `libx.so.1` has: few others have. */
  mayBeLibrary = false;

  /** Takes the last segment of a path of so many bytes. */
  of(bytes: Uint8Array, length: number): void {
    let one = fnvStart;
    let other = 0;
    let mayBeLibrary = false;
    let behind = 0;
    let at = length;
    for (; at > 0; at--) {
      const byte = bytes[at - 1] ?? 0;
      if (byte === slash) break;
      if (byte === dot && behind === smallS) mayBeLibrary = true;
      behind = byte;
      one = Math.imul(one ^ byte, fnvPrime);
      other = Math.imul(other ^ byte, otherPrime) + byte;
    }
    this.hash = mix(one);
    this.part = mix(other) & (nameParts - 1);
    this.from = at;
    this.mayBeLibrary = mayBeLibrary;
  }
}

/** Folders at the top that are links into `usr` where /usr is merged. */
const mergedFolders = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];
const longestMerged = 6;

/** A folder as it is with /usr merged: `bin` is `usr/bin`. */
export function mergedUsr(folder: string): string {
  const end = folder.indexOf("/");
  return mergedFolders.includes(end < 0 ? folder : folder.slice(0, end)) ? `usr/${folder}` : folder;
}

/** The same for the path of a file: what lies at the top itself stays there. */
export function mergedPath(path: string): string {
  return path.includes("/") ? mergedUsr(path) : path;
}

/** Hashes of a folder. Filled anew for each folder, as `NameHash`. */
export class FolderHash {
  /** Of the folder with /usr merged, 32 bits, unsigned. */
  whole = 0;
  /** Of its last segment, 32 bits, signed; as `fnvBytes`. */
  last = 0;
  /** One of its segments has the hash that is looked for. */
  has = false;

  readonly #wanted: number;

  /** @param wanted hash of a segment to look for */
  constructor(wanted = 0) {
    this.#wanted = wanted;
  }

  /** Takes a folder of so many bytes, without a slash at its end. */
  of(bytes: Uint8Array, length: number): void {
    let whole = isMerged(bytes, length) ? usrHash : fnvStart;
    let segment = fnvStart;
    let has = false;
    for (let at = 0; at < length; at++) {
      const byte = bytes[at] ?? 0;
      whole = Math.imul(whole ^ byte, fnvPrime);
      if (byte === slash) {
        if (segment === this.#wanted) has = true;
        segment = fnvStart;
      } else {
        segment = Math.imul(segment ^ byte, fnvPrime);
      }
    }
    this.whole = mix(whole);
    this.last = segment;
    this.has = has || segment === this.#wanted;
  }

  /** 24 bits: the last segment's, then the whole folder's. */
  get short(): number {
    return (mix(this.last) % folderValues) * folderValues + (this.whole % folderValues);
  }
}

const usrHash = fnvBytes(new TextEncoder().encode("usr/"), 0, 4);

function isMerged(bytes: Uint8Array, length: number): boolean {
  const first = bytes[0];
  // Nearly no folder at the top begins like one of these.
  if (first !== 0x62 && first !== 0x73 && first !== 0x6c) return false;
  let text = "";
  for (let at = 0; at < length && bytes[at] !== slash; at++) {
    if (at >= longestMerged) return false;
    text += String.fromCharCode(bytes[at] ?? 0);
  }
  return mergedFolders.includes(text);
}
