/**
 * A made-up codec, as a search has one: which packages a term stands in. Records are short and of any length, by the
 * hash of the term.
 *
 * | bytes of a record | |
 * |---|---|
 * | 0-7 | hash of the term |
 * | 8 | number of bytes of the term |
 * | 9 | number of packages |
 * | and as many | the term, UTF-8 |
 * | 2 each | the packages' numbers, rising |
 */
import type {
  BuildLimits,
  IndexCodec,
  SegmentMerger,
  SegmentSources,
} from "../../../../worker/blobs/segmented/codec.ts";
import {
  PartsBlob,
  PartsHead,
  partsHeadBytes,
} from "../../../../worker/blobs/segmented/parts-blob.ts";
import { PathHashes } from "../../../../worker/blobs/segmented/path-hashes.ts";
import { BytesOut } from "../../../../worker/runtime/bytes-out.ts";

/** Which packages have a term. */
export type Terms = ReadonlyMap<string, readonly number[]>;

const inputMagic = 0x54455331;
const frame = 10;

/** @param bytes whole records */
function termsIn(bytes: Uint8Array): Map<string, number[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const terms = new Map<string, number[]>();
  for (let at = 0; at < bytes.byteLength; at += recordBytes(view, at)) {
    const packagesAt = at + frame + view.getUint8(at + 8);
    const term = new TextDecoder().decode(bytes.subarray(at + frame, packagesAt));
    const packages = Array.from({ length: view.getUint8(at + 9) }, (_, index) =>
      view.getUint16(packagesAt + 2 * index),
    );
    terms.set(term, [...(terms.get(term) ?? []), ...packages]);
  }
  return terms;
}

function recordBytes(view: DataView, at: number): number {
  if (at + frame > view.byteLength) return frame;
  return frame + view.getUint8(at + 8) + 2 * view.getUint8(at + 9);
}

function writeTerms(out: BytesOut, terms: Terms, begin?: PartsBlob): void {
  const texts = [...terms.keys()];
  const hashes = new PathHashes(texts);
  for (const number of hashes.order) {
    const term = texts[number] ?? "";
    const packages = [...new Set(terms.get(term))].sort((a, b) => a - b);
    const hash = hashes.of(number);
    begin?.begin(hash);
    out.u32(hash.high);
    out.u32(hash.low);
    const at = out.length;
    out.u16(0);
    out.u16At(at, (out.text(term) << 8) | packages.length);
    for (const one of packages) out.u16(one);
  }
}

/** What one index's terms are stored as. */
export function termsBlob(terms: Terms): Uint8Array {
  const out = new BytesOut(partsHeadBytes);
  const blob = new PartsBlob(out);
  writeTerms(out, terms, blob);
  return blob.end(inputMagic).slice();
}

export class TermMerger implements SegmentMerger<Terms> {
  /** Numbers of the segments that were made. */
  readonly made: number[] = [];

  merge({ place, given, runs }: SegmentSources<Terms>): { bytes: Uint8Array; amount: number } {
    this.made.push(place.number);
    const all = new Map<string, number[]>();
    for (const { from, to } of runs) {
      for (const [term, packages] of termsIn(given.subarray(from, to))) {
        all.set(term, [...(all.get(term) ?? []), ...packages]);
      }
    }
    const out = new BytesOut(1024);
    writeTerms(out, all);
    return { bytes: out.written, amount: out.length };
  }
}

export const termCodec: IndexCodec<Terms> = {
  words: { input: "terms", head: "terms' head", segment: "terms' segment" },
  head: {
    magic: 0x54454831,
    maxSegments: 64,
    maxAmount: 2 ** 20,
    tellsGiven: true,
    tellsSources: true,
  },
  bounds: { maxSegments: 64, emptyShare: 1 / 4 },
  input: {
    headBytes: partsHeadBytes,
    read: (bytes) => PartsHead.read(bytes, inputMagic),
    recordBytes,
  },
  maxInputBytes: 1024 * 1024,
  segmentBytes: (amount) => amount,
  read: (bytes, _place, amount) => (bytes.byteLength === amount ? termsIn(bytes) : undefined),
};

export const termLimits: BuildLimits = {
  groupBytes: 2000,
  leastSegments: ({ given }) => given / 400,
};
