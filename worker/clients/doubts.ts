/**
 * What the repeats of one client say together, of its mirrors and of itself: whether it really comes back from a
 * mirror, or is several hosts behind one address that install the same.
 *
 * Tables of fixed size, as in `history.ts`. Pure; who decides by them is `repeat.ts`.
 */
import { fnv, mix } from "../runtime/fast-hash.ts";

/** For so long a client isn't sent to the mirror that it came back from with several files, ms: dnf's transaction. */
export const avoidMs = 120_000;
/** For so long a client that turned out to be several hosts isn't believed, ms; each new sign prolongs it. */
export const severalHostsMs = 600_000;
/** Repeats that are further apart than this don't speak of one failure, ms. */
export const togetherMs = 10_000;

/** Clients' programs with a repository, 32 bytes each, 0.5 MB: those of the last minutes, one to three a client. */
const runSlots = 16_384;
/** Clients, 32 bytes each, 0.25 MB: those that came back or were found to be several. Few are. */
const clientSlots = 8192;
const words = 8;
/** Of a client's program with a repository. */
const run = {
  client: 0,
  run: 1,
  newFiles: 2,
  mirror: 3,
  repeated: 4,
  repeatedAt: 5,
  idle: 6,
  idleAt: 7,
};
/** Of a client. */
const one = { client: 0, agent: 1, mirror: 2, avoidedAt: 3, severalAgent: 4, severalAt: 5 };

/** What a program fetches of a repository is one run, as far as can be told. @param agent `Agent.key` */
export function runKey(agent: number, repository: string): number {
  return (agent ^ fnv(repository)) >>> 0;
}

/** A mirror that a client isn't sent to. */
export interface Avoided {
  nameHash: number;
  /** Unix ms. */
  untilMs: number;
}

/** How many files a client has asked for again at a mirror lately. */
export interface RepeatedFiles {
  all: number;
  /** Of these, those between whose first question and repeat it seems to have got nothing else (`repeat.ts`). */
  idle: number;
}

const none: RepeatedFiles = { all: 0, idle: 0 };

/** Clients are named by their `clientKey`, mirrors by their `nameHash`, programs by their `Agent.key`. Times are Unix ms. */
export class ClientDoubts {
  readonly #runs = new Uint32Array(runSlots * words);
  readonly #clients = new Uint32Array(clientSlots * words);

  /** A client asks for a file for the first time. @returns how many files that makes, in this run */
  newFile(client: number, runKey: number): number {
    const at = this.#takeRun(client, runKey);
    const count = (this.#runs[at + run.newFiles] ?? 0) + 1;
    this.#runs[at + run.newFiles] = count;
    return count;
  }

  /** The files so far; 0: not known. */
  newFiles(client: number, runKey: number): number {
    const at = runSlot(client, runKey);
    return this.#isRun(at, client, runKey) ? (this.#runs[at + run.newFiles] ?? 0) : 0;
  }

  /** A client asks for another file again that it was sent to the mirror for. */
  repeats(client: number, runKey: number, mirror: number, now: number): void {
    const before = this.repeated(client, runKey, mirror, now);
    const at = this.#takeRun(client, runKey);
    const table = this.#runs;
    table[at + run.mirror] = mirror;
    table[at + run.repeated] = before.all + 1;
    table[at + run.repeatedAt] = now;
    table[at + run.idle] = before.idle;
  }

  /** The repeat that was counted last is one of the idle ones of `RepeatedFiles`. */
  wasIdle(client: number, runKey: number, now: number): void {
    const at = this.#takeRun(client, runKey);
    const table = this.#runs;
    table[at + run.idle] = (table[at + run.idle] ?? 0) + 1;
    table[at + run.idleAt] = now;
  }

  /** The files that a client asked for again there, each within `togetherMs` of the one before. */
  repeated(client: number, runKey: number, mirror: number, now: number): RepeatedFiles {
    const at = runSlot(client, runKey);
    const table = this.#runs;
    if (!this.#isRun(at, client, runKey) || table[at + run.mirror] !== mirror) return none;
    const counted = (count: number, since: number) =>
      isWithin(togetherMs, table[at + since] ?? 0, now) ? (table[at + count] ?? 0) : 0;
    return { all: counted(run.repeated, run.repeatedAt), idle: counted(run.idle, run.idleAt) };
  }

  /** Lets a client avoid a mirror from now on; it avoids one at a time. */
  avoid(client: number, agent: number, mirror: number, now: number): void {
    const at = this.#takeClient(client);
    const table = this.#clients;
    table[at + one.agent] = agent;
    table[at + one.mirror] = mirror;
    table[at + one.avoidedAt] = now;
  }

  /** Whether a client avoids anything, whichever program it is. In every redirect's way. */
  avoidsAny(client: number, now: number): boolean {
    const at = clientSlot(client);
    return this.#clients[at] === client && this.#isAvoiding(at, now);
  }

  /** The mirror that a client avoids, or 0. */
  avoided(client: number, agent: number, now: number): number {
    const at = clientSlot(client);
    const table = this.#clients;
    if (!this.avoidsAny(client, now) || table[at + one.agent] !== agent) return 0;
    return table[at + one.mirror] ?? 0;
  }

  /** The same of whichever program at the client's address, for telling it. */
  avoidedBy(client: number, now: number): Avoided | undefined {
    if (!this.avoidsAny(client, now)) return undefined;
    const at = clientSlot(client);
    const agoMs = (now - (this.#clients[at + one.avoidedAt] ?? 0)) | 0;
    return { nameHash: this.#clients[at + one.mirror] ?? 0, untilMs: now - agoMs + avoidMs };
  }

  /** A client is several hosts: what it avoids it avoids no more, and it isn't believed for a while. */
  isSeveral(client: number, agent: number, now: number): void {
    const at = this.#takeClient(client);
    const table = this.#clients;
    table[at + one.severalAgent] = agent;
    table[at + one.severalAt] = now;
    if (table[at + one.agent] === agent) table[at + one.mirror] = 0;
  }

  /** Whether a client was found to be several hosts lately. */
  wasSeveral(client: number, agent: number, now: number): boolean {
    const at = clientSlot(client);
    const table = this.#clients;
    if (table[at] !== client || table[at + one.severalAgent] !== agent) return false;
    return isWithin(severalHostsMs, table[at + one.severalAt] ?? 0, now);
  }

  #isAvoiding(at: number, now: number): boolean {
    const table = this.#clients;
    return table[at + one.mirror] !== 0 && isWithin(avoidMs, table[at + one.avoidedAt] ?? 0, now);
  }

  #isRun(at: number, client: number, runKey: number): boolean {
    return this.#runs[at + run.client] === client && this.#runs[at + run.run] === runKey;
  }

  #takeRun(client: number, runKey: number): number {
    const at = runSlot(client, runKey);
    if (this.#isRun(at, client, runKey)) return at;
    this.#runs.fill(0, at, at + words);
    this.#runs[at + run.client] = client;
    this.#runs[at + run.run] = runKey;
    return at;
  }

  #takeClient(client: number): number {
    const at = clientSlot(client);
    if (this.#clients[at] === client) return at;
    this.#clients.fill(0, at, at + words);
    this.#clients[at] = client;
    return at;
  }
}

/** A question that waits is judged by its own time, while others come: so much later are they at most, ms. */
const aheadMs = 10_000;

/**
 * Whether a moment is less than so many ms past, or a little ahead. Moments are held modulo 2^32 ms: of one that lies
 * far ahead, which a clock that was set back leaves behind, the difference is huge, not negative.
 */
export function isWithin(ms: number, since: number, now: number): boolean {
  return (now - since + aheadMs) >>> 0 < ms + aheadMs;
}

function runSlot(client: number, runKey: number): number {
  return (mix(client ^ runKey) & (runSlots - 1)) * words;
}

function clientSlot(client: number): number {
  return (client & (clientSlots - 1)) * words;
}
