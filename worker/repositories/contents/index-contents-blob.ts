/**
 * Index contents as they are stored: a head, and records sorted by the hash of the path, so that a run of parts can be read
 * without the rest.
 *
 * | bytes | |
 * |---|---|
 * | 0-3 | `NML1` |
 * | 4-1031 | number of the first record of each of 256 parts, and of all records |
 * | from 1032 | records; a file that is left out has one as well |
 */

import type { InputHead } from "../../blobs/segmented/codec.ts";
import { pathCheck32, pathHash64 } from "../../blobs/segmented/path-hash.ts";
import { inputParts, partOf } from "../../blobs/segmented/segments.ts";
import { Records, recordBytes, tailAt } from "./file-record.ts";
import type { IndexContents } from "./index-contents.ts";

const magic = 0x4e4d4c31;
const startsAt = 4;
/** Length of the head. */
export const contentsHeadBytes = startsAt + 4 * (inputParts + 1);

/** What is stored of index contents. */
export function contentsBlob({ records, order }: IndexContents): Uint8Array {
  const bytes = new Uint8Array(contentsHeadBytes + order.length * recordBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  let at = contentsHeadBytes;
  let part = 0;
  let count = 0;
  const startUntil = (end: number) => {
    for (; part <= end; part++) view.setUint32(startsAt + 4 * part, count);
  };
  for (const index of order) {
    startUntil(partOf(records.hash(index)));
    bytes.set(records.bytes.subarray(index * recordBytes, (index + 1) * recordBytes), at);
    at += recordBytes;
    count++;
  }
  startUntil(inputParts);
  return bytes;
}

/** Where in a blob of contents which records are. Its amount is records. */
export class ContentsHead implements InputHead {
  readonly #starts: Uint32Array;

  private constructor(starts: Uint32Array) {
    this.#starts = starts;
  }

  /** From the first bytes of a blob of contents; undefined for what can't be that. */
  static read(bytes: Uint8Array): ContentsHead | undefined {
    if (bytes.byteLength < contentsHeadBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, contentsHeadBytes);
    if (view.getUint32(0) !== magic || view.getUint32(startsAt) !== 0) return undefined;
    const starts = new Uint32Array(inputParts + 1);
    for (let part = 0; part <= inputParts; part++) {
      const start = view.getUint32(startsAt + 4 * part);
      if (part > 0 && start < (starts[part - 1] ?? 0)) return undefined;
      starts[part] = start;
    }
    return new ContentsHead(starts);
  }

  get amount(): number {
    return this.start(inputParts);
  }

  /** The number of a part's first record; of part 256, of all records. */
  start(part: number): number {
    return this.#starts[part] ?? 0;
  }

  place(from: number, to: number): { offset: number; length: number } {
    return {
      offset: contentsHeadBytes + this.start(from) * recordBytes,
      length: (this.start(to) - this.start(from)) * recordBytes,
    };
  }

  /** Index contents don't tell. */
  digest(): undefined {
    return undefined;
  }
}

/** Whole index contents in memory. */
export class ContentsRecords {
  readonly #head: ContentsHead;
  readonly #records: Records;
  /** Files that it lists, without those left out. */
  readonly count: number;

  private constructor(head: ContentsHead, records: Records) {
    this.#head = head;
    this.#records = records;
    let count = 0;
    for (let index = 0; index < records.count; index++) if (!records.leftOut(index)) count++;
    this.count = count;
  }

  /** Stored index contents; undefined for bytes that can't be that. The order of records is believed. */
  static read(bytes: Uint8Array): ContentsRecords | undefined {
    const head = ContentsHead.read(bytes);
    if (head === undefined || bytes.byteLength !== contentsHeadBytes + head.amount * recordBytes) {
      return undefined;
    }
    return new ContentsRecords(head, new Records(bytes.subarray(contentsHeadBytes)));
  }

  /** Whether it lists that path: inside the repository, decoded, without a leading slash. */
  has(path: string): boolean {
    const hash = pathHash64(path);
    const part = partOf(hash);
    const [from, end] = [this.#head.start(part), this.#head.start(part + 1)];
    const records = this.#records;
    const index = records.lowerBound(hash.high, hash.low, from, end);
    return (
      index < end &&
      records.compare(index, hash.high, hash.low) === 0 &&
      !records.leftOut(index) &&
      records.view.getUint32(index * recordBytes + tailAt) === pathCheck32(path)
    );
  }
}
