/**
 * An input of an index: a head, and records of any length sorted by the hash of their key, in 256 parts, so that a run
 * of parts can be read and checked without the rest.
 *
 * | bytes | |
 * |---|---|
 * | 0-3 | the format's magic number |
 * | 4-1027 | where each of 256 parts ends, counted from the first |
 * | 1028-9219 | of each part the SHA-256 of its bytes; all zeros: it is empty |
 * | from 9220 | records; each begins with its key's hash |
 */
import type { BytesOut } from "../../runtime/bytes-out.ts";
import { writeHex } from "../../runtime/hex.ts";
import { sha256Bytes, sha256Of } from "../../runtime/sha256.ts";
import type { InputHead } from "./codec.ts";
import type { PathHash } from "./path-hash.ts";
import { inputParts, partOf } from "./segments.ts";

const endsAt = 4;
const digestsAt = endsAt + 4 * inputParts;
/** Length of the head. */
export const partsHeadBytes = digestsAt + sha256Bytes * inputParts;

/** Writes such a blob. */
export class PartsBlob {
  readonly #out: BytesOut;
  readonly #ends = new Uint32Array(inputParts);
  #part = 0;

  /** @param out empty; what comes behind the head is written there */
  constructor(out: BytesOut) {
    this.#out = out;
    out.copy(new Uint8Array(partsHeadBytes));
  }

  /** Called before each record is written, in the order of the keys' hashes. */
  begin(hash: PathHash): void {
    this.#endUntil(partOf(hash));
  }

  /** All was written. @returns the whole blob, good as long as `written` of `out` */
  end(magic: number): Uint8Array {
    this.#endUntil(inputParts);
    const bytes = this.#out.written;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint32(0, magic);
    let start = partsHeadBytes;
    for (const [number, end] of this.#ends.entries()) {
      view.setUint32(endsAt + 4 * number, end - partsHeadBytes);
      if (end > start) {
        writeHex(bytes, digestsAt + sha256Bytes * number, sha256Of(bytes.subarray(start, end)));
      }
      start = end;
    }
    return bytes;
  }

  #endUntil(part: number): void {
    for (; this.#part < part; this.#part++) this.#ends[this.#part] = this.#out.length;
  }
}

/** Where in such a blob which records are. Its amount is bytes. */
export class PartsHead implements InputHead {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  private constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** From the first bytes of the blob; undefined for what can't be that. */
  static read(bytes: Uint8Array, magic: number): PartsHead | undefined {
    if (bytes.byteLength < partsHeadBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, partsHeadBytes);
    if (view.getUint32(0) !== magic) return undefined;
    const head = new PartsHead(bytes.subarray(0, partsHeadBytes), view);
    for (let part = 0; part < inputParts; part++) {
      if (head.#end(part) < head.#end(part - 1)) return undefined;
    }
    return head;
  }

  get amount(): number {
    return this.#end(inputParts - 1);
  }

  place(from: number, to: number): { offset: number; length: number } {
    const start = this.#end(from - 1);
    return { offset: partsHeadBytes + start, length: this.#end(to - 1) - start };
  }

  digest(part: number): Uint8Array {
    const at = digestsAt + sha256Bytes * part;
    return this.#bytes.subarray(at, at + sha256Bytes);
  }

  /** Where a part ends; of part -1, where the first begins. */
  #end(part: number): number {
    return part < 0 ? 0 : this.#view.getUint32(endsAt + 4 * part);
  }
}
