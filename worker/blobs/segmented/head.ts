/**
 * The head of an index: which blobs have its segments. Who has the head reads one segment for a key.
 *
 * | bytes | |
 * |---|---|
 * | 0-3 | the format's magic number |
 * | 4-7 | number of segments: a power of two |
 * | 4, `tellsGiven` | how much the inputs had in all |
 * | then, of each segment | SHA-256 of its blob, how much it has (4 bytes), `tellsSources`: what it was made of (32 bytes); all zeros: it has nothing |
 *
 * The head says nothing of the time, so the same records are the same blobs.
 */
import { hex, writeHex } from "../../runtime/hex.ts";
import { sha256Bytes } from "../../runtime/sha256.ts";
import type { HeadFormat } from "./codec.ts";

const segmentsAt = 4;
const fieldsAt = 8;
const amountAt = sha256Bytes;
const sourcesAt = amountAt + 4;

/** A stored segment. */
export interface StoredSegment {
  /** Lower-case hex. */
  sha256: string;
  /** In the codec's units; never 0. */
  amount: number;
}

/** One on its way into a head. */
export interface MadeSegment extends StoredSegment {
  /** What it was made of: SHA-256, lower-case hex. Where the format tells it. */
  sources?: string | undefined;
}

function rowsAt({ tellsGiven }: HeadFormat): number {
  return fieldsAt + (tellsGiven ? 4 : 0);
}

function rowBytes({ tellsSources }: HeadFormat): number {
  return sourcesAt + (tellsSources ? sha256Bytes : 0);
}

/** Length of a head of so many segments. */
export function headBytes(format: HeadFormat, segments = format.maxSegments): number {
  return rowsAt(format) + segments * rowBytes(format);
}

/** What is stored for these segments, in their order. */
export function writeHead(
  format: HeadFormat,
  made: readonly (MadeSegment | undefined)[],
  given = 0,
): Uint8Array {
  const bytes = new Uint8Array(headBytes(format, made.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, format.magic);
  view.setUint32(segmentsAt, made.length);
  if (format.tellsGiven) view.setUint32(fieldsAt, given);
  for (const [number, segment] of made.entries()) {
    if (segment === undefined) continue;
    const at = rowsAt(format) + number * rowBytes(format);
    writeHex(bytes, at, segment.sha256);
    view.setUint32(at + amountAt, segment.amount);
    if (format.tellsSources) writeHex(bytes, at + sourcesAt, segment.sources ?? "");
  }
  return bytes;
}

/** The names of all segments. */
export class IndexHead {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #rowsAt: number;
  readonly #rowBytes: number;
  /** How many there are. */
  readonly segments: number;
  /** Of all segments, in the codec's units. */
  readonly amount: number;
  /** Of all inputs that it was built from; 0 where the format doesn't tell. */
  readonly given: number;

  private constructor(bytes: Uint8Array, view: DataView, format: HeadFormat) {
    this.#bytes = bytes;
    this.#view = view;
    this.#rowsAt = rowsAt(format);
    this.#rowBytes = rowBytes(format);
    this.segments = view.getUint32(segmentsAt);
    this.given = format.tellsGiven ? view.getUint32(fieldsAt) : 0;
    let amount = 0;
    for (let number = 0; number < this.segments; number++) amount += this.#amount(number);
    this.amount = amount;
  }

  /** Undefined for what can't be a head of that format. */
  static read(bytes: Uint8Array, format: HeadFormat): IndexHead | undefined {
    if (bytes.byteLength < rowsAt(format)) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const segments = view.getUint32(segmentsAt);
    const isKnown =
      segments >= 1 && segments <= format.maxSegments && Number.isInteger(Math.log2(segments));
    if (view.getUint32(0) !== format.magic || !isKnown) return undefined;
    if (bytes.byteLength !== headBytes(format, segments)) return undefined;
    const head = new IndexHead(bytes, view, format);
    for (let number = 0; number < segments; number++) {
      if (head.#amount(number) > format.maxAmount) return undefined;
    }
    return head;
  }

  /** Length of what is stored. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Undefined: nothing is in that segment. */
  segment(number: number): StoredSegment | undefined {
    const amount = this.#amount(number);
    if (amount === 0) return undefined;
    const at = this.#rowsAt + number * this.#rowBytes;
    return { sha256: hex(this.#bytes.subarray(at, at + sha256Bytes)), amount };
  }

  /** What a segment was made of, as in `MadeSegment`; all zeros for one that has nothing. */
  sources(number: number): string {
    const at = this.#rowsAt + number * this.#rowBytes + sourcesAt;
    return hex(this.#bytes.subarray(at, at + sha256Bytes));
  }

  /** All segments that have something. */
  names(): StoredSegment[] {
    return Array.from({ length: this.segments }, (_, number) => this.segment(number)).filter(
      (name) => name !== undefined,
    );
  }

  #amount(number: number): number {
    return this.#view.getUint32(this.#rowsAt + number * this.#rowBytes + amountAt);
  }
}
