/**
 * Which mirrors this isolate has lately seen to answer rightly. A mirror's generation proves what it has; between the
 * moment it breaks and the moment `Fleet` knows, only a check tells, and apt never asks us again.
 *
 * A check is a HEAD, and at times a small file's bytes with it. Where bytes can be had, only a check with them brings
 * a mirror to life, and HEADs keep it alive for a while; where none can (`byHead`), a HEAD does.
 *
 * Tables of fixed size: a redirect costs one look-up in them and allocates nothing. Pure; `liveness-checks.ts` asks.
 */
import type { Scheme } from "../geo/scheme.ts";
import { mix } from "../runtime/fast-hash.ts";

/** Seconds for which a mirror that answered rightly counts as alive, unless the operator says otherwise. */
export const defaultLivenessSeconds = 5;
/** Of that time, the first part, in which it isn't checked again; so it is asked once in 2 s at most. */
const freshShare = 0.4;
/**
 * While HEADs keep a mirror alive, bytes are asked for once in so long, ms: of 32 KiB at most, which is 3 KB/s from
 * an isolate that sends clients there. As long wrong bytes aren't asked for again.
 */
export const bytesEveryMs = 10_000;
/** A check without an answer for so long, ms, casts doubt: who comes then waits for it, though it was seen before. */
export const slowMs = 500;
/**
 * A mirror whose last check failed gets no clients for this long after it, ms: it is checked again meanwhile where clients
 * would be sent there, and back at once when it answers. By then `Fleet`, which was told, has long made up its mind.
 */
export const failedMs = 60_000;
/**
 * So many mirrors have failed one after the other, none answering between, and the origin as well: more likely it is
 * us who are cut off than all of them.
 */
export const cutOffMirrors = 2;
/** Failures count together for that within this time, ms: a check's deadline a few times. */
export const cutOffMs = 15_000;
/** Liveness is suspended for this long, ms, or until a check goes well. */
export const suspendedMs = 10_000;

/** Mirrors with a scheme held: sets of a few, so that no two drive each other out in turn; 109 KB. */
const sets = 512;
const ways = 4;

/**
 * - `seen`: alive
 * - `again`: alive, but it is time for another check
 * - `check`: not known to be alive, or silent just now: nobody is sent there before a check
 * - `failed`: the last check went wrong; nobody is sent there until one goes well
 */
export type Liveliness = "seen" | "again" | "check" | "failed";

/** What a mirror is known by here. @returns 30 bits, which V8 needs not allocate, and never 0 */
export function livenessKey(nameHash: number, scheme: Scheme): number {
  return (scheme === "https" ? mix(nameHash) : nameHash) & 0x3fffffff || 1;
}

/** Times are Unix ms, of the same clock; one that was set back makes mirrors unknown, not alive for ever. */
export class Liveness {
  readonly #livenessMs: number;
  readonly #freshMs: number;
  readonly #keys = new Uint32Array(sets * ways);
  /** Bytes vouched for it then; 0: the last check didn't go well. */
  readonly #seenAt = new Float64Array(sets * ways);
  /** The same by HEAD alone, no bytes vouching for it. */
  readonly #headAt = new Float64Array(sets * ways);
  /** 0: it did, or there was none. */
  readonly #failedAt = new Float64Array(sets * ways);
  readonly #checkedAt = new Float64Array(sets * ways);
  /** When bytes were asked for last. */
  readonly #bytesAt = new Float64Array(sets * ways);
  /** Those that were right last. */
  readonly #bytesRightAt = new Float64Array(sets * ways);
  /** 1: its failure was a body's, of which no HEAD tells. */
  readonly #bodyWrong = new Uint8Array(sets * ways);
  /** All of these, for what goes for each. */
  readonly #times = [
    this.#seenAt,
    this.#headAt,
    this.#failedAt,
    this.#checkedAt,
    this.#bytesAt,
    this.#bytesRightAt,
  ];
  /** That failed since any was seen, each once. */
  readonly #inRow = new Uint32Array(cutOffMirrors);
  #inRowCount = 0;
  #inRowSince = 0;
  #lastFailedAt = 0;
  #suspendedAt = 0;

  /** @param livenessMs for which a mirror seen stays alive */
  constructor(livenessMs: number) {
    this.#livenessMs = livenessMs;
    this.#freshMs = livenessMs * freshShare;
  }

  /** In the way of every redirect. */
  of(key: number, now: number): Liveliness {
    const at = this.#find(key);
    return this.#judge(at, at < 0 ? 0 : (this.#seenAt[at] ?? 0), now);
  }

  /** The same of a mirror whose bytes can't be checked: a right HEAD is enough. */
  byHead(key: number, now: number): Liveliness {
    const at = this.#find(key);
    const seenAt = at < 0 ? 0 : Math.max(this.#seenAt[at] ?? 0, this.#headAt[at] ?? 0);
    return this.#judge(at, seenAt, now);
  }

  /** Whether any mirror may be `failed`; else none need be looked up. */
  someFailed(now: number): boolean {
    return within(failedMs, this.#lastFailedAt, now);
  }

  /** Whether the mirror may be checked for nobody in particular; if so, the check counts as begun. */
  mayCheck(key: number, now: number): boolean {
    const at = this.#find(key);
    if (at >= 0) {
      if (within(this.#freshMs, this.#checkedAt[at] ?? 0, now)) return false;
      if (this.#isBodyWrong(at, now) && !this.bytesDue(key, now)) return false;
    }
    this.begun(key, now, false);
    return true;
  }

  /** Whether its next check is to ask for bytes, though it be alive. */
  bytesDue(key: number, now: number): boolean {
    const at = this.#find(key);
    return at < 0 || !within(bytesEveryMs, this.#bytesAt[at] ?? 0, now);
  }

  /** A check of it begins. @param bytes are asked for as well */
  begun(key: number, now: number, bytes: boolean): void {
    const place = this.#place(key);
    this.#checkedAt[place] = now;
    if (bytes) this.#bytesAt[place] = now;
    // By a clock that was set back: what is to come must not seem older.
    for (const times of this.#times) if ((times[place] ?? 0) > now) times[place] = 0;
  }

  /** It answered rightly for a file, to a question asked at that time. @param bytes were right as well */
  seen(key: number, at: number, bytes: boolean): void {
    const place = this.#asked(key, at);
    if (at < (this.#failedAt[place] ?? 0)) return;
    if (!bytes && this.#isBodyWrong(place, at)) return;
    this.#bodyWrong[place] = 0;
    if (bytes) this.#bytesRightAt[place] = Math.max(at, this.#bytesRightAt[place] ?? 0);
    const times = bytes || this.#isVouchedFor(place, at) ? this.#seenAt : this.#headAt;
    if (at < (times[place] ?? 0)) return;
    times[place] = at;
    this.#failedAt[place] = 0;
    if (at < this.#inRowSince) return;
    this.#inRowCount = 0;
    this.#suspendedAt = 0;
  }

  /** It didn't, for a file that it must have. @param inBody its body was wrong: no HEAD will clear it */
  failed(key: number, at: number, inBody: boolean): void {
    const place = this.#asked(key, at);
    const seenAt = Math.max(this.#seenAt[place] ?? 0, this.#headAt[place] ?? 0);
    // HEADs that went well since don't speak for bytes.
    if (at < (inBody ? (this.#bytesRightAt[place] ?? 0) : seenAt)) return;
    this.#bodyWrong[place] = inBody || this.#isBodyWrong(place, at) ? 1 : 0;
    this.#failedAt[place] = Math.max(at, this.#failedAt[place] ?? 0);
    this.#seenAt[place] = 0;
    this.#headAt[place] = 0;
    this.#lastFailedAt = Math.max(at, this.#lastFailedAt);
    if (!within(cutOffMs, this.#inRowSince, at)) this.#inRowCount = 0;
    if (this.#inRowCount === 0) this.#inRowSince = at;
    if (
      this.#inRowCount >= cutOffMirrors ||
      this.#inRow.subarray(0, this.#inRowCount).includes(key)
    )
      return;
    this.#inRow[this.#inRowCount] = key;
    this.#inRowCount++;
  }

  /** The origin can't be reached either: where several mirrors have failed and none was seen, all go by generation. */
  originFailed(now: number): void {
    if (this.#inRowCount >= cutOffMirrors) this.#suspendedAt = now;
  }

  isSuspended(now: number): boolean {
    return within(suspendedMs, this.#suspendedAt, now);
  }

  #judge(at: number, seenAt: number, now: number): Liveliness {
    if (this.isSuspended(now)) return "again";
    if (at < 0) return "check";
    if (within(failedMs, this.#failedAt[at] ?? 0, now)) return "failed";
    if (within(this.#freshMs, seenAt, now)) return "seen";
    if (!within(this.#livenessMs, seenAt, now)) return "check";
    const checkedAt = this.#checkedAt[at] ?? 0;
    return checkedAt > seenAt && now - checkedAt >= slowMs ? "check" : "again";
  }

  /** Alive, and its bytes were right lately: a HEAD is enough to stay so. */
  #isVouchedFor(place: number, at: number): boolean {
    return (
      within(this.#livenessMs, this.#seenAt[place] ?? 0, at) &&
      within(bytesEveryMs, this.#bytesRightAt[place] ?? 0, at)
    );
  }

  #isBodyWrong(place: number, now: number): boolean {
    return this.#bodyWrong[place] === 1 && within(failedMs, this.#failedAt[place] ?? 0, now);
  }

  /** Notes a question asked at that time; where it is held. */
  #asked(key: number, at: number): number {
    const place = this.#place(key);
    this.#checkedAt[place] = Math.max(at, this.#checkedAt[place] ?? 0);
    return place;
  }

  #find(key: number): number {
    const start = (key & (sets - 1)) * ways;
    for (let at = start; at < start + ways; at++) if (this.#keys[at] === key) return at;
    return -1;
  }

  /** Where it is held; the one checked longest ago makes room. */
  #place(key: number): number {
    const found = this.#find(key);
    if (found >= 0) return found;
    const start = (key & (sets - 1)) * ways;
    let oldest = start;
    for (let at = start + 1; at < start + ways; at++) {
      if ((this.#checkedAt[at] ?? 0) < (this.#checkedAt[oldest] ?? 0)) oldest = at;
    }
    this.#keys[oldest] = key;
    for (const times of this.#times) times[oldest] = 0;
    this.#bodyWrong[oldest] = 0;
    return oldest;
  }
}

function within(ms: number, since: number, now: number): boolean {
  return since <= now && now - since < ms;
}
