/**
 * The folders of one index with their names, as they are stored: a head, and folders sorted by the hash of their path, in
 * 256 parts, so that a run of parts can be read without the rest.
 *
 * | bytes | |
 * |---|---|
 * | 0-3 | `NMN1` |
 * | 4-1027 | where each of 256 parts ends, counted from the first |
 * | 1028-9219 | of each part the SHA-256 of its bytes; all zeros: it is empty |
 * | from 9220 | folders, as in `folder-record.ts` |
 */
import { type Records, setSha256, sha256Bytes } from "../../../blobs/segmented/record.ts";
import { listingParts, partOf } from "../../../blobs/segmented/segments.ts";
import { sha256Of } from "../../../blobs/segmented/stored-bytes.ts";
import { BytesOut } from "../../../runtime/bytes-out.ts";
import { writeFolder } from "./folder-record.ts";
import type { IndexFolders } from "./index-folders.ts";

const magic = 0x4e4d4e31;
const endsAt = 4;
const digestsAt = endsAt + 4 * listingParts;
/** Length of the head. */
export const namesHeadBytes = digestsAt + sha256Bytes * listingParts;

/**
 * What is stored of an index's names; undefined: there are more than are kept.
 * @param records of the same index, in the order in which its files were found
 */
export function namesBlob(names: IndexFolders, records: Records): Uint8Array | undefined {
  if (names.tooMany) return undefined;
  const out = new BytesOut(namesHeadBytes + names.storedBytes);
  out.copy(new Uint8Array(namesHeadBytes));
  const ends = new Uint32Array(listingParts);
  let part = 0;
  names.forEach(records, (hash, path, entries) => {
    for (const own = partOf(hash); part < own; part++) ends[part] = out.length;
    writeFolder(out, path, entries);
  });
  for (; part < listingParts; part++) ends[part] = out.length;
  const bytes = out.written;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(0, magic);
  let start = namesHeadBytes;
  for (const [number, end] of ends.entries()) {
    view.setUint32(endsAt + 4 * number, end - namesHeadBytes);
    if (end > start) {
      setSha256(bytes, digestsAt + sha256Bytes * number, sha256Of(bytes.subarray(start, end)));
    }
    start = end;
  }
  return bytes;
}

/** Where in the blob which folders are. */
export class NamesHead {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  private constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** From the first bytes of the blob; undefined for what can't be that. */
  static read(bytes: Uint8Array): NamesHead | undefined {
    if (bytes.byteLength < namesHeadBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, namesHeadBytes);
    if (view.getUint32(0) !== magic) return undefined;
    const head = new NamesHead(bytes.subarray(0, namesHeadBytes), view);
    for (let part = 0; part < listingParts; part++) {
      if (head.#end(part) < head.#end(part - 1)) return undefined;
    }
    return head;
  }

  /** Bytes of all folders. */
  get length(): number {
    return this.#end(listingParts - 1);
  }

  /** Where the parts from `from` until before `to` are in the blob, bytes. */
  place(from: number, to: number): { offset: number; length: number } {
    const start = this.#end(from - 1);
    return { offset: namesHeadBytes + start, length: this.#end(to - 1) - start };
  }

  /** SHA-256 of a part's bytes; a view. */
  digest(part: number): Uint8Array {
    const at = digestsAt + sha256Bytes * part;
    return this.#bytes.subarray(at, at + sha256Bytes);
  }

  /** Where a part ends; of part -1, where the first begins. */
  #end(part: number): number {
    return part < 0 ? 0 : this.#view.getUint32(endsAt + 4 * part);
  }
}
