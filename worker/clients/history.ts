/**
 * What an isolate remembers of its clients: which mirror each was sent to for a file within the last minute, and how
 * often it asked.
 *
 * A table of fixed size, in which an entry takes the place of the one before: a redirect costs one read and
 * one write and allocates nothing, and a flood of clients costs others their history, nothing else. All is
 * keyed by hashes, so that a new roster keeps it. Clients are distinguished by address, and where their kind comes back
 * (`agents.ts`) by program. What the questions of one client say of its mirrors together is in `doubts.ts`.
 */
import { type ClientReport, Reports } from "../health/repeat-reports.ts";
import { fnv, fnvOfName, mix } from "../runtime/fast-hash.ts";
import { Agents } from "./agents.ts";
import { ClientDoubts, isWithin } from "./doubts.ts";

/** Within this of a redirect a client that asks for the file again may have had no luck with it, ms. */
export const againMs = 60_000;

/** In a mirror's place: the client got the file's bytes from here. No mirror's name has that hash, but for 1 in 2^32. */
export const fromHere = 1;

/** Redirects remembered, 32 bytes each, 2 MB: at 1,000 a second in one isolate, one of the last minute in three. */
const slots = 65_536;
/** Of a slot: half a cache line, so that none lies across two. */
const words = 8;
/** What is in a slot. */
const word = { client: 0, file: 1, at: 2, mirror: 3, asks: 4, agent: 5, newFiles: 6, came: 7 };
/** Why a client has come for a file that it was sent to a mirror for; 0: for no reason. */
const came = { fromElsewhere: 1, forBytes: 2 };

/** Unix seconds of Unix milliseconds. */
export function secondOf(ms: number): number {
  return (ms / 1000) >>> 0;
}

/** Key of a client; 0 for a missing address, which no client has. 30 bits: a number V8 needs not allocate. */
export function clientKey(address: string): number {
  return address === "" ? 0 : mix(fnv(address)) & 0x3fffffff || 1;
}

/**
 * Key of a file: its name and how long its path is. Hashing all of a path costs a twentieth of a redirect
 * in workerd; that two files of one name and depth are taken for one costs their mirror a check.
 *
 * @param path inside the repository, with escapes as the client sent them
 */
export function fileKey(repository: string, path: string): number {
  return fnvOfName(path, fnv(repository) ^ path.length) >>> 0;
}

/** What is remembered of a client and a file besides the mirror. */
export interface Remembered {
  /** When the client asked last, ms ago. */
  agoMs: number;
  /** How often the client asked for the whole file, each time within `againMs` of the time before. */
  asks: number;
  /** `Agent.key` of the program that asked; 0: it wasn't looked at. */
  agent: number;
  /** Files that the client had asked for, this one included (`ClientDoubts.newFile`). */
  newFiles: number;
  /** It was sent there because it came back from another mirror. */
  moved: boolean;
}

/** Mirrors are named by their `nameHash`; 0 stands for none. Times are Unix ms. */
export class ClientHistory {
  readonly agents = new Agents();
  readonly doubts = new ClientDoubts();
  readonly #table = new Uint32Array(slots * words);
  readonly #reports = new Reports();

  /** Remembers that a client is sent to a mirror for a file; how often it asked is kept. In every redirect's way. */
  remember(client: number, file: number, mirror: number, now: number): void {
    const at = slotOf(client, file);
    const table = this.#table;
    const isNew = !this.#holds(at, client, file, now);
    if (isNew) {
      table[at + word.client] = client;
      table[at + word.file] = file;
      table[at + word.asks] = 1;
      table[at + word.agent] = 0;
      table[at + word.newFiles] = 0;
    }
    if (isNew || table[at + word.mirror] !== mirror) table[at + word.came] = 0;
    table[at + word.at] = now;
    table[at + word.mirror] = mirror;
  }

  /** Adds to what was just remembered which program asked, and for how many files by then. */
  describe(client: number, file: number, agent: number, newFiles: number): void {
    const at = slotOf(client, file);
    this.#table[at + word.agent] = agent;
    this.#table[at + word.newFiles] = newFiles;
  }

  /** The mirror to which a client was sent for a file within the last minute, or 0. */
  recall(client: number, file: number, now: number): number {
    const at = slotOf(client, file);
    return this.#holds(at, client, file, now) ? (this.#table[at + word.mirror] ?? 0) : 0;
  }

  /** The rest of that; meaningless where `recall` gives 0. */
  remembered(client: number, file: number, now: number): Remembered {
    const at = slotOf(client, file);
    const table = this.#table;
    return {
      agoMs: Math.max(0, (now - (table[at + word.at] ?? 0)) | 0),
      asks: table[at + word.asks] ?? 0,
      agent: table[at + word.agent] ?? 0,
      newFiles: table[at + word.newFiles] ?? 0,
      moved: table[at + word.came] === came.fromElsewhere,
    };
  }

  /** A client asks for the whole file once more. @returns how often it has by now */
  askedAgain(client: number, file: number, now: number): number {
    const at = slotOf(client, file);
    const asks = (this.#table[at + word.asks] ?? 0) + 1;
    this.#table[at + word.asks] = asks;
    this.#table[at + word.at] = now;
    return asks;
  }

  /** Another program behind the same address asks: it begins anew. */
  beginsAnew(client: number, file: number): void {
    const at = slotOf(client, file);
    this.#table[at + word.client] = 0;
  }

  /** What was just remembered is of a client that came back from another mirror. */
  moved(client: number, file: number): void {
    this.#table[slotOf(client, file) + word.came] = came.fromElsewhere;
  }

  /** The client said that the mirror failed it for that file. */
  saysFailed(client: number, file: number): void {
    this.#table[slotOf(client, file) + word.came] = came.forBytes;
  }

  /** The mirror of which the client said so within the last minute, or 0. */
  saidToFail(client: number, file: number, now: number): number {
    const mirror = this.recall(client, file, now);
    return this.#table[slotOf(client, file) + word.came] === came.forBytes ? mirror : 0;
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

  #holds(at: number, client: number, file: number, now: number): boolean {
    const table = this.#table;
    if (table[at + word.client] !== client || table[at + word.file] !== file) return false;
    return isWithin(againMs, table[at + word.at] ?? 0, now);
  }
}

function slotOf(client: number, file: number): number {
  return (mix(client ^ file) & (slots - 1)) * words;
}
