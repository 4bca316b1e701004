/** Makes one segment of a repository's next presence from the one before and what is listed now. */

import type { SegmentMerger, SegmentSources } from "../../../blobs/segmented/codec.ts";
import { type Run, type SegmentPlace, startOf } from "../../../blobs/segmented/segments.ts";
import { Records, recordBytes, tailAt } from "../file-record.ts";
import {
  maxSegmentRecords,
  maxSpan,
  PresenceSegment,
  segmentBytes,
  segmentRecordsAt,
  stillIndexed,
} from "./presence-index.ts";

/** What all segments have. */
export interface MergedCounts {
  /** Files listed now. */
  files: number;
  /** Files listed that weren't before, or not with these bytes. */
  added: number;
  /** Files listed before that aren't any more, or not with those bytes. */
  removed: number;
}

/** When the presence is made; as in `buildPresence`. */
export interface MergedGenerations {
  generation: number;
  /** Of the presence before; absent: there is none. */
  previous: number | undefined;
  oldestKept: number;
}

/** Merges segments one after the other, in memory that is had once. */
export class PresenceMerger implements SegmentMerger<PresenceSegment> {
  /** Of all segments until now. */
  readonly counts: MergedCounts = { files: 0, added: 0, removed: 0 };
  readonly #generations: MergedGenerations;
  readonly #bytes = new Uint8Array(segmentBytes(maxSegmentRecords));
  readonly #view = new DataView(this.#bytes.buffer);
  #base = 0;
  #records = 0;

  /** @throws RangeError for a generation that isn't later than the one before, or more than `maxSpan` from the oldest */
  constructor(generations: MergedGenerations) {
    const { generation, previous, oldestKept } = generations;
    const isNext = generation > (previous ?? -1) && oldestKept <= generation;
    if (!isNext || generation - oldestKept > maxSpan) {
      throw new RangeError(`generation ${generation} after ${previous}, oldest kept ${oldestKept}`);
    }
    this.#generations = generations;
  }

  /**
   * What isn't listed any more has the presence before as its last generation, and stays while `oldestKept` or a later
   * one is that. A path listed with other bytes is removed and added. What indexes contradict themselves about is
   * left out, and so is all that was known of it: of two paths with one hash nobody could say which one it was of.
   *
   * Listed records are changed: equal ones learn from each other.
   *
   * @throws RangeError for more than `maxSegmentRecords`
   */
  merge({ place, given, runs, before }: SegmentSources<PresenceSegment>): {
    bytes: Uint8Array;
    amount: number;
  } {
    const { generation, previous = generation, oldestKept } = this.#generations;
    const listed = new Records(given);
    const now = new ListedFiles(listed, runs);
    const pieces = piecesOf(before, place);
    this.#records = 0;
    this.#base = Math.min(generation, ...pieces.map(({ segment }) => segment.base));
    // The same bytes at every generation as long as the numbers fit: only then all records are written anew.
    if (generation - this.#base > maxSpan) this.#base = oldestKept;
    const { counts } = this;
    const add = () => {
      if (!listed.leftOut(now.current)) {
        this.#put(listed, now.current, generation, undefined);
        counts.files++;
        counts.added++;
      }
      now.next();
    };
    for (const { segment, from, to } of pieces) {
      for (let index = from; index < to; index++) {
        const { records } = segment;
        const [high, low] = [records.high(index), records.low(index)];
        while (!now.ended && listed.compare(now.current, high, low) < 0) add();
        const isMet = !now.ended && listed.compare(now.current, high, low) === 0;
        const first = segment.first(index);
        const last = segment.last(index);
        if (isMet && last === undefined && listed.sameFile(now.current, records, index)) {
          this.#put(records, index, first, undefined);
          counts.files++;
          now.next();
          continue;
        }
        if (last === undefined) counts.removed++;
        // What is listed now under the same path follows behind all older records of it.
        const isKept = (last ?? previous) >= oldestKept && !(isMet && listed.leftOut(now.current));
        if (isKept) this.#put(records, index, first, last ?? previous);
      }
    }
    while (!now.ended) add();
    PresenceSegment.writeHead(this.#view, this.#base);
    const bytes = this.#bytes.subarray(0, segmentBytes(this.#records));
    return { bytes, amount: this.#records };
  }

  #put(from: Records, index: number, first: number, last: number | undefined): void {
    if (this.#records === maxSegmentRecords) {
      throw new RangeError(`more than ${maxSegmentRecords} files in one segment`);
    }
    const at = segmentRecordsAt + this.#records++ * recordBytes;
    const record = from.bytes.subarray(index * recordBytes, index * recordBytes + tailAt);
    this.#bytes.set(record, at);
    this.#view.setUint16(at + tailAt, Math.max(0, first - this.#base));
    const end = last === undefined ? stillIndexed : Math.max(0, last - this.#base);
    this.#view.setUint16(at + tailAt + 2, end);
  }
}

/** What a segment before has of the one that is made: records from `from` until before `to`, sorted. */
interface SegmentPiece {
  segment: PresenceSegment;
  from: number;
  to: number;
}

/** One piece, unless there were more segments than there are to be. */
function piecesOf(
  before: readonly PresenceSegment[],
  { number, segments }: SegmentPlace,
): SegmentPiece[] {
  return before
    .map((segment) => ({
      segment,
      from: segment.records.lowerBound(startOf(number, segments), 0),
      to: segment.records.lowerBound(startOf(number + 1, segments), 0),
    }))
    .filter(({ from, to }) => from < to);
}

/** Goes through records of several indexes by their hash, one record for each hash. */
class ListedFiles {
  readonly #records: Records;
  readonly #numbers: readonly number[];
  #at = 0;
  /** The number of the record it is at; the first of its hash, with what the others tell, or left out. */
  current = -1;

  /** @param runs where in their bytes those are that are gone through, of several indexes */
  constructor(records: Records, runs: readonly Run[]) {
    this.#records = records;
    const numbers: number[] = [];
    for (const { from, to } of runs) {
      for (let at = from; at < to; at += recordBytes) numbers.push(at / recordBytes);
    }
    // An array, not Uint32Array: its sort makes use of the runs that are sorted already.
    this.#numbers = numbers.sort(
      (a, b) => records.high(a) - records.high(b) || records.low(a) - records.low(b),
    );
    this.next();
  }

  get ended(): boolean {
    return this.current < 0;
  }

  next(): void {
    const records = this.#records;
    const first = this.#numbers[this.#at++];
    this.current = first ?? -1;
    if (first === undefined) return;
    const [high, low] = [records.high(first), records.low(first)];
    for (; this.#at < this.#numbers.length; this.#at++) {
      const other = this.#numbers[this.#at];
      if (other === undefined || records.compare(other, high, low) !== 0) return;
      if (records.leftOut(first)) continue;
      const isOne =
        !records.leftOut(other) &&
        records.samePath(first, records, other) &&
        records.learn(first, records, other);
      if (!isOne) records.leaveOut(first);
    }
  }
}
