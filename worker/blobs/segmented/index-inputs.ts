/** What an index is built from, by the heads alone: how many segments it gets, which change, and the groups they are read in. */

import { FewAtOnce } from "../../runtime/few-at-once.ts";
import { sha256Bytes, sha256Of } from "../../runtime/sha256.ts";
import type { Blobs } from "../blobs.ts";
import type { BuildLimits, IndexCodec, InputHead } from "./codec.ts";
import type { IndexHead } from "./head.ts";
import { readHead } from "./read-index.ts";
import { inputParts, partsOf, type Run, segmentsFor } from "./segments.ts";
import { blobsAtOnce, DamagedBlob, readInto } from "./stored-bytes.ts";

/** What an index is built from, without the records. */
export interface IndexInputs {
  /** Absent: there is none, or it is lost. */
  before: IndexHead | undefined;
  given: readonly { sha256: string; head: InputHead }[];
  /** How many the index is to have. */
  segments: number;
}

/** The segments from `from` until before `to`, and the parts of inputs that are in them. */
export interface SegmentGroup extends Run {
  parts: Run;
  /** Of all records that are read for it. */
  bytes: number;
}

/** As in `buildIndex`. */
export interface NamedInputs {
  blobs: Pick<Blobs, "get">;
  /** SHA-256 of the inputs; each once. */
  inputs: readonly string[];
  /** SHA-256 of the head before. */
  previous: string | undefined;
}

/**
 * Reads the heads. Rejects for an input that is missing or damaged; for such a head before, too, unless all can be made
 * of the inputs alone.
 */
export async function readInputs(
  codec: IndexCodec<unknown>,
  { blobs, inputs, previous }: NamedInputs,
  leastSegments: BuildLimits["leastSegments"],
): Promise<IndexInputs> {
  const given: { sha256: string; head: InputHead }[] = [];
  let before: IndexHead | undefined;
  const reading = new FewAtOnce(blobsAtOnce);
  try {
    if (previous !== undefined) {
      await reading.begin(async () => {
        before = await headBefore(codec, blobs, previous);
      });
    }
    for (const [at, sha256] of inputs.entries()) {
      await reading.begin(async () => {
        given[at] = { sha256, head: await readInputHead(codec, blobs, sha256) };
      });
    }
    await reading.end();
  } finally {
    await reading.settled();
  }
  const least = leastSegments({ before, given: amountOf(given) });
  return { before, given, segments: segmentsFor(least, before?.segments, codec.bounds) };
}

/** Of all inputs, in the codec's units. */
export function amountOf(given: IndexInputs["given"]): number {
  return given.reduce((sum, { head }) => sum + head.amount, 0);
}

async function headBefore(
  codec: IndexCodec<unknown>,
  blobs: Pick<Blobs, "get">,
  sha256: string,
): Promise<IndexHead | undefined> {
  try {
    return await readHead(codec, blobs, sha256);
  } catch (error) {
    if (codec.head.tellsSources && error instanceof DamagedBlob) return undefined;
    throw error;
  }
}

async function readInputHead(
  { words, input }: IndexCodec<unknown>,
  blobs: Pick<Blobs, "get">,
  sha256: string,
): Promise<InputHead> {
  const what = words.input;
  const into = new Uint8Array(input.headBytes);
  await readInto(blobs, { what, sha256, part: { offset: 0, length: input.headBytes }, into });
  const head = input.read(into);
  if (head === undefined) throw new DamagedBlob(what, sha256, "is none");
  return head;
}

/**
 * Tells what a segment would be made of from what it was made of: SHA-256, lower-case hex. Of the same parts it is the
 * same; the order of the inputs doesn't count.
 */
export function sourcesOf(given: IndexInputs["given"], { from, to }: Run): string {
  const room = new Uint8Array((to - from) * (1 + given.length) * sha256Bytes);
  let at = 0;
  for (let part = from; part < to; part++) {
    const digests: Uint8Array[] = [];
    for (const { head } of given) {
      if (head.place(part, part + 1).length === 0) continue;
      const digest = head.digest(part);
      if (digest === undefined) throw new TypeError("these inputs don't tell what they have");
      digests.push(digest);
    }
    for (const digest of digests.sort(compareBytes)) {
      room.set(digest, at);
      at += sha256Bytes;
    }
    // All zeros: no bytes have that hash, so that what is one part's can't be the next one's.
    at += sha256Bytes;
  }
  return sha256Of(room.subarray(0, at));
}

/** @returns negative, zero or positive: of two of one length the first is before, at or behind the other */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < one.byteLength; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Runs of segments that change, each as long as fits into `groupBytes`; at least as many segments as a part of an input
 * has records of, and the other way round.
 *
 * @param changes whether a segment has to be made; absent: all have
 * @throws RangeError where the least that can be read at a time is more than `maxInputBytes`
 */
export function groupsOf(
  codec: IndexCodec<unknown>,
  inputs: IndexInputs,
  groupBytes: number,
  changes: (segment: number) => boolean = () => true,
): SegmentGroup[] {
  const groups: SegmentGroup[] = [];
  const step = Math.max(1, inputParts / inputs.segments);
  for (let from = 0; from < inputParts; from += step) {
    const unit = groupOf(codec, inputs, { from, to: from + step });
    if (!numbersIn(unit).some(changes)) continue;
    if (unit.bytes > codec.maxInputBytes) {
      throw new RangeError(`${unit.bytes} bytes of ${codec.words.input} in one segment`);
    }
    const last = groups.at(-1);
    // What is in fewer segments before is read once for a group, so that its bytes aren't the sum.
    const wider =
      last?.to === unit.from
        ? groupOf(codec, inputs, { from: last.parts.from, to: from + step })
        : undefined;
    if (wider !== undefined && wider.bytes <= groupBytes) groups[groups.length - 1] = wider;
    else groups.push(unit);
  }
  return groups;
}

function groupOf(
  codec: IndexCodec<unknown>,
  { before, given, segments }: IndexInputs,
  parts: Run,
): SegmentGroup {
  let bytes = 0;
  for (const { head } of given) bytes += head.place(parts.from, parts.to).length;
  const ofPart = segments / inputParts;
  const group = { from: parts.from * ofPart, to: parts.to * ofPart, parts };
  if (!codec.head.tellsSources && before !== undefined) {
    for (const number of numbersIn(segmentsBefore(before, segments, group))) {
      bytes += codec.segmentBytes(before.segment(number)?.amount ?? 0);
    }
  }
  return { ...group, bytes };
}

/** The segments of the index before that have records of these, where there are to be so many. */
export function segmentsBefore(before: IndexHead, segments: number, { from, to }: Run): Run {
  return {
    from: Math.floor((from * before.segments) / segments),
    to: Math.ceil((to * before.segments) / segments),
  };
}

export function numbersIn({ from, to }: Run): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Which segments change, and what each is made of: undefined where the format doesn't tell. */
export interface SegmentChanges {
  sources: readonly (string | undefined)[];
  /** Numbers. */
  changed: ReadonlySet<number>;
}

/** Compares what the segments would be made of with what they were made of. */
export function changesOf(
  { head }: IndexCodec<unknown>,
  { before, given, segments }: IndexInputs,
): SegmentChanges {
  const numbers = numbersIn({ from: 0, to: segments });
  if (!head.tellsSources) return { sources: [], changed: new Set(numbers) };
  const sources = numbers.map((number) => sourcesOf(given, partsOf({ number, segments })));
  const isSame = (number: number) =>
    before?.segments === segments &&
    before.sources(number) === sources[number] &&
    before.segment(number) !== undefined;
  return { sources, changed: new Set(numbers.filter((number) => !isSame(number))) };
}
