/**
 * The rosters of the last days, kept as changes: what was in force at a moment can be told.
 *
 * Each publication is a row with what changed in it. Now and then a row has the whole roster beside it, a checkpoint, so
 * that a roster is made of one checkpoint and the changes behind it. What is kept has an allowance that grows with time: a
 * storm in which everything changes each second uses it up, and then only some publications are kept. The others are
 * counted, and a question for their time is told so.
 */

import type { RosterView } from "../mirrors/roster.ts";
import { rosterAfter, rosterChanges } from "../mirrors/roster-changes.ts";
import { type PackedRoster, packRoster } from "../mirrors/roster-codec.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { reasonOf } from "../runtime/reason.ts";
import { type Rate, TokenBucket } from "../runtime/token-bucket.ts";
import {
  dayMs,
  type HistoryLimits,
  historyLimits,
  rosterHistoryMs,
} from "./roster-history-limits.ts";
import type { KeptRoster, RosterHistoryStore, SkippedRosters } from "./roster-history-store.ts";

/** A row takes so much beside its changes: its numbers and SQLite's own, bytes. */
const rowBytes = 40;
/** What is too old is looked for this often, ms, and so many rows go at a time: more than can have come. */
const dropEveryMs = 60_000;
const dropRows = 1000;
/** Past rosters held as text, a fifth of a MB each: people ask for one several times. */
const heldTexts = 4;
/** Rosters made of what is kept: each takes Fleet some 20 ms, and mirrors' reports wait meanwhile. */
const openRate: Rate = { burst: 20, perMinute: 60 };

/** A roster that was in force, or why there is none to be told. */
export type RosterThen =
  | {
      /** As `packRoster` packs it, JSON. */
      roster: string;
      version: number;
      /** From when it was in force, Unix ms. */
      from: number;
      /** Until when; `null`: it is the newest. */
      until: number | null;
      /** The oldest moment that can be told, Unix ms. */
      oldest: number;
      /** So many publications since `since` (Unix ms) aren't kept: another roster may have been in force. */
      coarse: { since: number; publications: number } | null;
    }
  /** The moment is before the oldest; `null`: nothing is kept yet. */
  | { before: number | null }
  /** Too many were asked for. */
  | "busy";

/** The newest that is kept, with what the next one is reckoned by. */
interface Newest {
  kept: KeptRoster;
  packed: PackedRoster;
  /** The same as it was given; absent: it was read from the store. */
  mirrors?: RosterView["mirrors"];
  /** Of the newest checkpoint: its moment, and `KeptRoster.total` with it. */
  checkpointAt: number;
  checkpointTotal: number;
}

/** What is to be written for one publication. */
type Entry =
  | { keep: KeptRoster; changes: string; checkpoint: string | undefined; newest: Newest }
  | { skip: SkippedRosters };

export class RosterHistory {
  readonly #store: RosterHistoryStore;
  readonly #limits: HistoryLimits;
  readonly #log: (sentence: string) => void;
  readonly #texts = new LastUsed<string>(heldTexts);
  readonly #openings = new TokenBucket(openRate);
  /** Undefined: not read since the object began, or nothing is kept. */
  #newest: Newest | undefined;
  #droppedAt = Number.NEGATIVE_INFINITY;

  constructor(
    store: RosterHistoryStore,
    log: (sentence: string) => void,
    limits: HistoryLimits = historyLimits,
  ) {
    this.#store = store;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * A roster is published at this moment. @returns the write, to be made in the transaction that the publication is stored
   * in. Where that fails, `forget` has to be called.
   *
   * @param now Unix ms
   */
  published(view: RosterView, now: number): () => void {
    const entry = this.#entryOrAnew(view, now, now);
    return () => this.#write(entry, now);
  }

  /**
   * The published roster is still the same: kept now, where it couldn't be when it was published, or where nothing is
   * kept yet. To be called in a transaction.
   *
   * @param now Unix ms
   */
  unchanged(view: RosterView, now: number): void {
    const skipped = this.#store.skipped();
    if (skipped === undefined && this.#lastKept() !== undefined) return;
    const entry = this.#entryOrAnew(view, skipped?.at ?? now, now);
    if ("keep" in entry) this.#write(entry, now);
  }

  /** What is held in memory may not be what is stored. */
  forget(): void {
    this.#newest = undefined;
  }

  /** What was in force at a moment. @param time Unix ms, past; @param now Unix ms */
  at(time: number, now: number): RosterThen {
    const oldest = this.oldest(now);
    const row = oldest === undefined || time < oldest ? undefined : this.#store.upTo(time);
    if (oldest === undefined || row === undefined) return { before: oldest ?? null };
    const next = this.#store.behind(time);
    const skipped = next === undefined ? this.#store.skipped() : skippedBefore(next);
    const isCoarse = skipped !== undefined && skipped.since <= time;
    const roster = this.#text(row.at, now);
    if (roster === undefined) return "busy";
    return {
      roster,
      version: row.version,
      from: row.at,
      until: (isCoarse ? undefined : skipped?.since) ?? next?.at ?? null,
      oldest,
      coarse: isCoarse ? { since: skipped.since, publications: skipped.count } : null,
    };
  }

  /** The oldest moment that can be told, Unix ms; undefined: nothing is kept. */
  oldest(now: number): number | undefined {
    const [first] = this.#store.checkpoints();
    return first === undefined ? undefined : Math.max(first, now - rosterHistoryMs);
  }

  /** JSON of the roster that was kept at that very moment; undefined: too many were asked for. */
  #text(at: number, now: number): string | undefined {
    const key = String(at);
    const held = this.#texts.get(key);
    if (held !== undefined) return held;
    if (!this.#openings.take(now)) return undefined;
    const made = JSON.stringify(this.#rosterOf(at).packed);
    this.#texts.set(key, made);
    return made;
  }

  /** The roster kept at that very moment. Throws an Error where what is kept can't be read. */
  #rosterOf(at: number): { packed: PackedRoster; checkpointAt: number } {
    const checkpoint = this.#store.checkpoint(at);
    if (checkpoint === undefined) throw new Error(`no checkpoint is kept up to ${at}`);
    const packed = rosterAfter(checkpoint.roster, this.#store.changes(checkpoint.at, at));
    return { packed, checkpointAt: checkpoint.at };
  }

  #lastKept(): KeptRoster | undefined {
    return this.#newest?.kept ?? this.#store.upTo(Number.MAX_SAFE_INTEGER);
  }

  /** Reads what is kept where it isn't held. */
  #read(): Newest | undefined {
    if (this.#newest !== undefined) return this.#newest;
    const kept = this.#store.upTo(Number.MAX_SAFE_INTEGER);
    if (kept === undefined) return undefined;
    const { packed, checkpointAt } = this.#rosterOf(kept.at);
    const checkpointTotal = this.#store.upTo(checkpointAt)?.total ?? 0;
    return { kept, packed, checkpointAt, checkpointTotal };
  }

  /** A history that can't be gone on with is begun anew: publications go before it. */
  #entryOrAnew(view: RosterView, at: number, now: number): Entry {
    try {
      const newest = this.#read();
      this.#newest = newest;
      return this.#entry(view, at, now);
    } catch (error) {
      this.#log(`the history of rosters is begun anew: ${reasonOf(error)}`);
      this.#store.clear();
      this.#newest = undefined;
      return this.#entry(view, at, now);
    }
  }

  /** @param published when it was published; @param now later where it couldn't be kept then */
  #entry(view: RosterView, published: number, now: number): Entry {
    const { burstBytes, bytesPerDay } = this.#limits;
    const newest = this.#newest;
    const at = Math.max(published, (newest?.kept.at ?? 0) + 1);
    const skipped = newest === undefined ? undefined : this.#store.skipped();
    const { changes, packed, isWhole } = this.#changes(view, at);
    const checkpoint = isWhole ? JSON.stringify(packed) : undefined;
    const charge = rowBytes + changes.length + (checkpoint?.length ?? 0);
    const perMs = bytesPerDay / dayMs;
    const { level: before = 0, at: from = at } = newest?.kept ?? {};
    const level = Math.max(0, before - Math.max(0, now - from) * perMs);
    // Nothing is too large for an allowance that is whole.
    if (level > 0 && level + charge > burstBytes) {
      const { since = at, count = 0 } = skipped ?? {};
      return { skip: { since, at, count: count + 1 } };
    }
    // The one that is kept now is counted where it was skipped before.
    const count = (skipped?.count ?? 0) - (skipped?.at === published ? 1 : 0);
    const keep: KeptRoster = {
      at,
      version: view.version,
      charge,
      total: (newest?.kept.total ?? 0) + charge,
      // As it was at the moment of the row, from which on it falls.
      level: Math.round(level + charge + Math.max(0, now - at) * perMs),
      skipped: Math.max(0, count),
      skippedSince: count > 0 ? (skipped?.since ?? null) : null,
    };
    const { checkpointAt = at, checkpointTotal = keep.total } = (!isWhole && newest) || {};
    return {
      keep,
      changes,
      checkpoint,
      newest: { kept: keep, packed, mirrors: view.mirrors, checkpointAt, checkpointTotal },
    };
  }

  /** What changed, and the roster as the next one is compared with; `isWhole`: it is to be a checkpoint. */
  #changes(
    view: RosterView,
    at: number,
  ): { changes: string; packed: PackedRoster; isWhole: boolean } {
    const { checkpointBytes, checkpointMs } = this.#limits;
    const newest = this.#newest;
    const packed = newest && packRoster(view, newest);
    const changes = newest && packed && rosterChanges(newest.packed, packed);
    if (newest === undefined || packed === undefined || changes === undefined) {
      return { changes: "", packed: packRoster(view), isWhole: true };
    }
    const since = newest.kept.total - newest.checkpointTotal + changes.length;
    const isWhole = since > checkpointBytes || at - newest.checkpointAt >= checkpointMs;
    // A checkpoint is numbered anew, without what no mirror has any more, and needs no changes beside it.
    return isWhole
      ? { changes: "", packed: packRoster(view), isWhole }
      : { changes, packed, isWhole };
  }

  #write(entry: Entry, now: number): void {
    const store = this.#store;
    if ("skip" in entry) {
      store.setSkipped(entry.skip);
      return;
    }
    const { keep, changes, checkpoint, newest } = entry;
    store.add(keep, changes);
    if (checkpoint !== undefined) store.addCheckpoint(keep.at, checkpoint);
    if (store.skipped() !== undefined) store.dropSkipped();
    this.#newest = newest;
    this.#drop(now);
  }

  /** Drops what is too old, and the oldest where all is too large. */
  #drop(now: number): void {
    if (now - this.#droppedAt < dropEveryMs) return;
    this.#droppedAt = now;
    const store = this.#store;
    const checkpoints = store.checkpoints();
    const first = store.behind(Number.MIN_SAFE_INTEGER);
    const bytes =
      (this.#lastKept()?.total ?? 0) - (first === undefined ? 0 : first.total - first.charge);
    const outlived = checkpoints.findLast((at) => at <= now - rosterHistoryMs);
    const from = bytes > this.#limits.maxBytes ? (outlived ?? checkpoints[1]) : outlived;
    if (from !== undefined) store.dropBefore(from, dropRows);
  }
}

function skippedBefore({ skipped, skippedSince, at }: KeptRoster): SkippedRosters | undefined {
  return skippedSince === null ? undefined : { since: skippedSince, at, count: skipped };
}
