/**
 * One folder with the names of all that indexes list in it, as it is stored: in what is kept of one index, and in a
 * repository's folders.
 *
 * | bytes | |
 * |---|---|
 * | 0-7 | hash of the folder's path |
 * | 8-11 | number of the bytes that follow |
 * | 2, and as many | the path, UTF-8: empty, or with a slash at its end |
 * | 4 | number of entries; all ones: more than are kept |
 * | 4, and as many | of each entry, in numbers of seven bits a byte: flags; how many characters of the name before it begins with; how many follow; its size, where it is told |
 * | 32 each | SHA-256 of those that have one |
 * | the rest | the characters that follow, of all entries, UTF-8 |
 */
import { pathHash64 } from "../../../blobs/segmented/path-hash.ts";
import type { BytesOut } from "../../../runtime/bytes-out.ts";
import { sha256Bytes } from "../../../runtime/sha256.ts";

/**
 * Entries kept of one folder. Arch's `extra` has 15,000 packages in one; with twice as many a page has 10 MB, held twice
 * while it is made, and an isolate has 128 MB for all.
 */
export const maxFolderEntries = 32_768;
const tooMany = 0xffffffff;
/** Where the path's length is; before it, hash and length. */
export const folderHeadBytes = 12;

const isFolder = 1;
const hasSize = 2;
const hasSha256 = 4;

/** A name may begin with U+FEFF, which a decoder takes for a mark otherwise. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const textOf = (bytes: Uint8Array) => decoder.decode(bytes);

/** A file or folder in a folder. */
export interface FolderEntry {
  name: string;
  type: "file" | "folder";
  /** Bytes; absent: not told. */
  size?: number;
  /** Absent: not told. A view. */
  sha256?: Uint8Array;
}

/** What is read of one. */
export interface StoredFolder {
  /** Sorted by name, by UTF-16 units; no name twice. Undefined: there are more than are kept. */
  entries: FolderEntry[] | undefined;
}

/** Where one is among others, and its path. */
export interface FolderPlace {
  high: number;
  low: number;
  path: string;
  /** All of it, hash and length with it: a view. */
  bytes: Uint8Array;
}

/**
 * Writes one.
 * @param entries as in `StoredFolder`; more than `maxFolderEntries` are written as undefined
 */
export function writeFolder(
  out: BytesOut,
  path: string,
  entries: readonly FolderEntry[] | undefined,
): void {
  const { high, low } = pathHash64(path);
  const start = out.length;
  out.u32(high);
  out.u32(low);
  out.u32(0);
  out.u16(0);
  out.u16At(start + folderHeadBytes, out.text(path));
  if (entries === undefined || entries.length > maxFolderEntries) out.u32(tooMany);
  else writeEntries(out, entries);
  out.u32At(start + 8, out.length - start - folderHeadBytes);
}

function writeEntries(out: BytesOut, entries: readonly FolderEntry[]): void {
  out.u32(entries.length);
  const columns = out.length;
  out.u32(0);
  const own: string[] = [];
  let before = "";
  for (const { name, type, size, sha256 } of entries) {
    const shared = sharedLength(before, name);
    out.number(
      (type === "folder" ? isFolder : 0) |
        (size === undefined ? 0 : hasSize) |
        (sha256 === undefined ? 0 : hasSha256),
    );
    out.number(shared);
    out.number(name.length - shared);
    if (size !== undefined) out.number(size);
    own.push(name.slice(shared));
    before = name;
  }
  out.u32At(columns, out.length - columns - 4);
  for (const { sha256 } of entries) if (sha256 !== undefined) out.copy(sha256);
  out.text(own.join(""));
}

/** Never between the halves of a character: alone they are none that can be written. */
function sharedLength(before: string, name: string): number {
  const most = Math.min(before.length, name.length);
  let shared = 0;
  while (shared < most && before.charCodeAt(shared) === name.charCodeAt(shared)) shared++;
  const last = shared === 0 ? 0 : name.charCodeAt(shared - 1);
  return last >= 0xd800 && last < 0xdc00 ? shared - 1 : shared;
}

/** The folders in a run of them, in their order. Undefined for bytes that can't be that. */
export function foldersIn(bytes: Uint8Array): FolderPlace[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: FolderPlace[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const end = endOf(view, at);
    if (end === undefined) return undefined;
    const pathEnd = at + folderHeadBytes + 2 + view.getUint16(at + folderHeadBytes);
    if (pathEnd + 4 > end) return undefined;
    places.push({
      high: view.getUint32(at),
      low: view.getUint32(at + 4),
      path: textOf(bytes.subarray(at + folderHeadBytes + 2, pathEnd)),
      bytes: bytes.subarray(at, end),
    });
    at = end;
  }
  return places;
}

/** The bytes of one folder in a run of them; undefined: it isn't there, or the run ends before it is whole. */
export function folderIn(bytes: Uint8Array, path: string): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { high, low } = pathHash64(path);
  const encoded = new TextEncoder().encode(path);
  for (let at = 0; at < bytes.byteLength; ) {
    const end = endOf(view, at);
    if (end === undefined) return undefined;
    const isHash = view.getUint32(at) === high && view.getUint32(at + 4) === low;
    const pathAt = at + folderHeadBytes + 2;
    if (isHash && view.getUint16(pathAt - 2) === encoded.byteLength) {
      if (encoded.every((byte, index) => bytes[pathAt + index] === byte)) {
        return bytes.subarray(at, end);
      }
    }
    at = end;
  }
  return undefined;
}

/** Length of the folder at `at`, as it says itself: it may end behind the bytes. */
export function folderBytes(view: DataView, at: number): number {
  const isWhole = at + folderHeadBytes <= view.byteLength;
  return folderHeadBytes + (isWhole ? view.getUint32(at + folderHeadBytes - 4) : 0);
}

function endOf(view: DataView, at: number): number | undefined {
  if (at + folderHeadBytes + 6 > view.byteLength) return undefined;
  const end = at + folderBytes(view, at);
  return end >= at + folderHeadBytes + 6 && end <= view.byteLength ? end : undefined;
}

/** Reads the bytes of one folder; undefined where they can't be that. */
export function readFolder(bytes: Uint8Array): StoredFolder | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const countAt = folderHeadBytes + 2 + view.getUint16(folderHeadBytes);
  if (countAt + 4 > bytes.byteLength) return undefined;
  const count = view.getUint32(countAt);
  if (count === tooMany) return { entries: undefined };
  if (count > maxFolderEntries || countAt + 8 > bytes.byteLength) return undefined;
  const columnsEnd = countAt + 8 + view.getUint32(countAt + 4);
  if (columnsEnd > bytes.byteLength) return undefined;
  const columns = new Columns(bytes, countAt + 8, columnsEnd);
  const hashes = columns.hashes(count);
  const textAt = columnsEnd + sha256Bytes * hashes;
  if (columns.failed || textAt > bytes.byteLength) return undefined;
  const text = textOf(bytes.subarray(textAt));
  const entries = columns.entries(count, columnsEnd, text);
  return entries && { entries };
}

/** What stands for the entries besides hashes and text. */
class Columns {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #at: number;
  failed = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#at = start;
  }

  /** How many entries have one. */
  hashes(count: number): number {
    let hashes = 0;
    this.#at = this.#start;
    for (let index = 0; index < count; index++) {
      const flags = this.#number();
      this.#number();
      this.#number();
      if ((flags & hasSize) !== 0) this.#number();
      if ((flags & hasSha256) !== 0) hashes++;
    }
    if (this.#at !== this.#end) this.failed = true;
    return hashes;
  }

  entries(count: number, hashesAt: number, text: string): FolderEntry[] | undefined {
    const entries: FolderEntry[] = [];
    let before = "";
    let textAt = 0;
    let hashAt = hashesAt;
    this.#at = this.#start;
    for (let index = 0; index < count; index++) {
      const flags = this.#number();
      const shared = this.#number();
      const own = this.#number();
      if (shared > before.length || textAt + own > text.length) return undefined;
      const name = before.slice(0, shared) + text.slice(textAt, textAt + own);
      const entry: FolderEntry = { name, type: (flags & isFolder) === 0 ? "file" : "folder" };
      if ((flags & hasSize) !== 0) entry.size = this.#number();
      if ((flags & hasSha256) !== 0) {
        entry.sha256 = this.#bytes.subarray(hashAt, hashAt + sha256Bytes);
        hashAt += sha256Bytes;
      }
      entries.push(entry);
      textAt += own;
      before = name;
    }
    return textAt === text.length ? entries : undefined;
  }

  #number(): number {
    let value = 0;
    for (let factor = 1; this.#at < this.#end; factor *= 128) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    this.failed = true;
    return value;
  }
}
