/**
 * What an isolate remembers of its clients: which mirror each was sent to for a file within the last minute,
 * and which mirrors it had no luck with.
 *
 * Tables of fixed size, in which an entry takes the place of the one before: a redirect costs one read and
 * one write and allocates nothing, and a flood of clients costs others their history, nothing else. All is
 * keyed by hashes, so that a new roster keeps it. Clients are distinguished by address; what is made up to match
 * another's hash can at most cost that client its nearest mirrors for some minutes.
 */
import { mix } from "../geo/address.ts";
import { type ClientReport, Reports } from "../health/repeat-reports.ts";
import { fnv } from "../runtime/text-hash.ts";

/** A client that asks again within this many seconds of a redirect had no luck there (dnf, aria2, `curl --retry`). */
export const againSeconds = 60;
/** A repeat this soon may be no more than haste, seconds: this one and the one before, as they are counted whole. */
export const hastySeconds = 2;
/** Seconds for which a client is not sent to a mirror it had no luck with. */
export const avoidSeconds = 300;
/**
 * Mirrors avoided for one client at a time; further repeats avoid nothing more.
 *
 * Many hosts behind one address look like one client that asks again and again: a campus that updates at
 * once would otherwise be pushed through all mirrors, each farther than the one before, within a second. So
 * it ends at the fourth nearest. A client that really had no luck with three mirrors in five minutes has most likely
 * trouble of its own.
 */
export const avoidedAtMost = 3;

/** Redirects remembered, 16 bytes each, 1 MB: at 1,000 a second in one isolate, one of the last minute in three. */
const redirectSlots = 65_536;
/** Clients that avoid something, 32 bytes each, 0.5 MB: few do. */
const avoidSlots = 16_384;

/** A redirect: client, path, second, mirror. */
const redirectWords = 4;
/** A client, then pairs of a mirror and the second since which it is avoided; rounded up to half a cache line. */
const avoidWords = 8;

/** Unix seconds, as the tables hold them, of Unix milliseconds. */
export function secondOf(ms: number): number {
  return (ms / 1000) >>> 0;
}

/** Key of a client; 0 for a missing address, which no client has. 30 bits: a number V8 needs not allocate. */
export function clientKey(address: string): number {
  return address === "" ? 0 : mix(fnv(address)) & 0x3fffffff || 1;
}

/**
 * Key of a file: its name and how long its path is. Hashing all of a path costs a twentieth of a redirect
 * in workerd; that two files of one name and depth are taken for one costs their client a nearer mirror for minutes.
 *
 * @param path inside the repository, with escapes as the client sent them
 */
export function fileKey(repository: string, path: string): number {
  return fnv(path, fnv(repository) ^ path.length, path.lastIndexOf("/") + 1) >>> 0;
}

/** A mirror that a client isn't sent to. */
export interface Avoided {
  nameHash: number;
  /** Unix milliseconds. */
  untilMs: number;
}

/** Mirrors are named by their `nameHash`; 0 stands for none. Seconds are `secondOf` the clock. */
export class ClientHistory {
  readonly #redirects = new Uint32Array(redirectSlots * redirectWords);
  readonly #avoided = new Uint32Array(avoidSlots * avoidWords);
  readonly #reports = new Reports();

  /** Remembers that a client was sent to a mirror for a file; mirror 0 forgets it. */
  remember(client: number, file: number, nameHash: number, second: number): void {
    const at = redirectSlot(client, file);
    const table = this.#redirects;
    table[at] = client;
    table[at + 1] = file;
    table[at + 2] = second;
    table[at + 3] = nameHash;
  }

  /** The mirror to which a client was sent for a file within the last minute, or 0. */
  recall(client: number, file: number, second: number): number {
    const at = redirectSlot(client, file);
    const table = this.#redirects;
    if (table[at] !== client || table[at + 1] !== file) return 0;
    return isWithin(againSeconds, table[at + 2] ?? 0, second) ? (table[at + 3] ?? 0) : 0;
  }

  /** Whether that was in this second or the one before. */
  justSent(client: number, file: number, second: number): boolean {
    const at = redirectSlot(client, file);
    const table = this.#redirects;
    if (table[at] !== client || table[at + 1] !== file) return false;
    return isWithin(hastySeconds, table[at + 2] ?? 0, second);
  }

  /** Whether the client avoids any mirror at all. */
  avoidsAny(client: number, second: number): boolean {
    const start = avoidSlot(client);
    return this.#avoided[start] === client && this.#anyLive(start, second);
  }

  /** Whether the client avoids that mirror. */
  avoids(client: number, nameHash: number, second: number): boolean {
    const start = avoidSlot(client);
    const table = this.#avoided;
    if (table[start] !== client) return false;
    for (let at = start + 1; at < start + 1 + 2 * avoidedAtMost; at += 2) {
      if (table[at] === nameHash && this.#isLive(at, second)) return true;
    }
    return false;
  }

  /** Lets the client avoid a mirror from now on; nothing when it does so already, or avoids enough. */
  avoid(client: number, nameHash: number, second: number): void {
    const start = avoidSlot(client);
    const table = this.#avoided;
    if (table[start] !== client) {
      table.fill(0, start, start + avoidWords);
      table[start] = client;
    }
    let free = -1;
    for (let at = start + 1; at < start + 1 + 2 * avoidedAtMost; at += 2) {
      if (!this.#isLive(at, second)) free = at;
      else if (table[at] === nameHash) return;
    }
    if (free < 0) return;
    table[free] = nameHash;
    table[free + 1] = second;
  }

  /** All that the client avoids, for telling it. */
  avoidedBy(client: number, second: number): Avoided[] {
    const start = avoidSlot(client);
    const table = this.#avoided;
    if (table[start] !== client) return [];
    const avoided: Avoided[] = [];
    for (let at = start + 1; at < start + 1 + 2 * avoidedAtMost; at += 2) {
      if (!this.#isLive(at, second)) continue;
      const untilMs = ((table[at + 1] ?? 0) + avoidSeconds) * 1000;
      avoided.push({ nameHash: table[at] ?? 0, untilMs });
    }
    return avoided;
  }

  /** Counts a client's failure at a mirror, for `takeReports`. */
  report(
    failed: Omit<ClientReport, "networks" | "count">,
    networkHash: number,
    second: number,
  ): void {
    this.#reports.add(failed, networkHash, second);
  }

  /** The failures counted since the last take, to be sent where mirrors are probed. `now` in Unix milliseconds. */
  takeReports(now: number): ClientReport[] {
    return this.#reports.take(secondOf(now));
  }

  #anyLive(start: number, second: number): boolean {
    for (let at = start + 1; at < start + 1 + 2 * avoidedAtMost; at += 2) {
      if (this.#isLive(at, second)) return true;
    }
    return false;
  }

  #isLive(at: number, second: number): boolean {
    return this.#avoided[at] !== 0 && isWithin(avoidSeconds, this.#avoided[at + 1] ?? 0, second);
  }
}

/** Of a moment that lies ahead, which a clock that was set back leaves behind, the difference is huge, not negative. */
function isWithin(seconds: number, since: number, second: number): boolean {
  return (second - since) >>> 0 < seconds;
}

function redirectSlot(client: number, file: number): number {
  return (mix(client ^ file) & (redirectSlots - 1)) * redirectWords;
}

function avoidSlot(client: number): number {
  return (client & (avoidSlots - 1)) * avoidWords;
}
