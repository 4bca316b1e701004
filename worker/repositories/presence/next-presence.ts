/** Makes a repository's next presence index from the one before and what its newest generation lists. */
import type { Listing } from "./listing.ts";
import { headBytes, maxSpan, PresenceHead, PresenceIndex, stillListed } from "./presence-index.ts";
import { Records, recordBytes, tailAt } from "./record.ts";

export interface NextPresence {
  index: PresenceIndex;
  /** Files listed that weren't in the generation before, or not with these bytes. */
  added: number;
  /** Files of the generation before that aren't listed, or not with those bytes. */
  removed: number;
  /** Of files that no kept generation lists. */
  forgotten: number;
}

/**
 * The index at `generation`. What isn't listed any more has the generation before as its last, and stays while
 * `oldestKept` or a later one lists it. A path listed with other bytes is removed and added.
 *
 * Throws `RangeError` for a generation that isn't later than the newest, or 65,534 later than the oldest kept.
 */
export function nextPresence(
  previous: PresenceIndex | undefined,
  listing: Listing,
  generation: number,
  oldestKept: number,
): NextPresence {
  const newest = previous?.head.newest ?? -1;
  if (generation <= newest || oldestKept > generation) {
    throw new RangeError(`generation ${generation} after ${newest}, oldest kept ${oldestKept}`);
  }
  let base = previous?.head.base ?? generation;
  // The same bytes at every publishing as long as the numbers fit: only then all records are written anew.
  if (generation - base > maxSpan) base = oldestKept;
  if (generation - base > maxSpan) throw new RangeError(`generations ${base} to ${generation}`);
  const merge = new Merge(base, (previous?.files.records.count ?? 0) + listing.records.count);
  const counts = { added: 0, removed: 0, forgotten: 0 };
  const before = previous?.files;
  const now = listing.records;
  let listed = 0;
  const addUntil = (high: number, low: number) => {
    for (; listed < now.count && now.compare(listed, high, low) < 0; listed++) {
      merge.put(now, listed, generation, undefined);
      counts.added++;
    }
  };
  for (let index = 0; before !== undefined && index < before.records.count; index++) {
    const [high, low] = [before.records.high(index), before.records.low(index)];
    addUntil(high, low);
    const first = before.first(index);
    const last = before.last(index);
    const same =
      last === undefined &&
      listed < now.count &&
      now.compare(listed, high, low) === 0 &&
      now.sameFile(listed, before.records, index);
    if (same) {
      merge.put(before.records, index, first, undefined);
      listed++;
      continue;
    }
    if (last === undefined) counts.removed++;
    // What is listed now under the same path follows behind all older records of it.
    if ((last ?? newest) >= oldestKept) merge.put(before.records, index, first, last ?? newest);
    else counts.forgotten++;
  }
  for (; listed < now.count; listed++) {
    merge.put(now, listed, generation, undefined);
    counts.added++;
  }
  return { index: merge.index(generation), ...counts };
}

/** Writes records in order. */
class Merge {
  readonly #base: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = headBytes;

  constructor(base: number, most: number) {
    this.#base = base;
    this.#bytes = new Uint8Array(headBytes + most * recordBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  put(from: Records, index: number, first: number, last: number | undefined): void {
    const record = from.bytes.subarray(index * recordBytes, index * recordBytes + tailAt);
    this.#bytes.set(record, this.#at);
    this.#view.setUint16(this.#at + tailAt, Math.max(0, first - this.#base));
    const end = last === undefined ? stillListed : Math.max(0, last - this.#base);
    this.#view.setUint16(this.#at + tailAt + 2, end);
    this.#at += recordBytes;
  }

  index(newest: number): PresenceIndex {
    // Copied: what was reserved for files that stayed is up to half of it.
    const bytes = this.#bytes.slice(0, this.#at);
    PresenceHead.write(bytes, this.#base, newest, new Records(bytes.subarray(headBytes)));
    const index = PresenceIndex.read(bytes);
    if (index === undefined) throw new Error("a presence index that can't be read");
    return index;
  }
}
