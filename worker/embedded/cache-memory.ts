/**
 * What the cache has in memory. Entrypoints and objects of a Worker share an isolate, so that the entrypoint answers
 * by it what needs no question to the database: keys that aren't held, and what was put or found lately. Puts wait
 * here for a short time, and go to the database together: each write of its own would wait for the disk, and all of
 * the process with it.
 */

import { LastUsed } from "../runtime/last-used.ts";
import { isFresh } from "./freshness.ts";
import { hashOf, KeyFilter } from "./key-hash.ts";

/** What is kept of a response besides its body. */
export interface CachedHead {
  status: number;
  statusText: string;
  headers: [string, string][];
  /** Unix ms. */
  storedAt: number;
  /** Unix ms. */
  until: number;
}

export interface CachedEntry extends CachedHead {
  /** In the database; undefined: it waits to be written. */
  id: number | undefined;
  /** The generation in which it was used last, as far as the database is told. */
  used: number;
  size: number;
  /** The body, where it is no longer than a piece. */
  bytes: Uint8Array<ArrayBuffer> | undefined;
  /** What its headers say, read when it is given for the first time. */
  read?: ReadHead;
}

/** Of a response's headers, what is read out of them for each that asks. */
export interface ReadHead {
  /** As they go out, but for the length and the age. */
  headers: [string, string][];
  /** When it was stored, s (RFC 9111 section 4.2.3). */
  age: number;
  etag: string | undefined;
  /** Unix ms; not a number: it isn't told. */
  lastModified: number;
}

/** Bytes of what was put or found lately. */
const recentBytes = 8 * 1024 * 1024;
/** A larger body isn't among them: it would put out too many others. */
const recentEntryBytes = 64 * 1024;
/** Bytes that wait to be written; what comes when there are more isn't kept. */
const maxWaitingBytes = 16 * 1024 * 1024;
/** An entry's share of all these besides its body. */
const headBytes = 1536;
/** Hits that are remembered until they are written. */
const maxTouched = 1024;

export class CacheMemory {
  /** Undefined: the database isn't open yet. */
  #opened: { seed: number; filter: KeyFilter } | undefined;
  #waiting = new Map<string, CachedEntry>();
  #waitingBytes = 0;
  readonly #recent = new LastUsed<CachedEntry>(recentBytes);
  /** Entries that were hit, and not in this generation before. */
  readonly #touched = new Set<number>();
  generation = 1;

  /** The database tells what it has. */
  open(seed: number): void {
    this.#opened = { seed, filter: new KeyFilter() };
    this.#touched.clear();
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** A row came. */
  addRow(hash: number): void {
    this.#opened?.filter.add(hash);
  }

  removeRow(hash: number): void {
    this.#opened?.filter.remove(hash);
  }

  /** `"absent"`: nobody has it; `"unknown"`: the database may. @param now Unix ms */
  find(key: string, now: number): CachedEntry | "absent" | "unknown" {
    const found = this.#waiting.get(key) ?? this.#recent.get(key);
    if (found !== undefined && isFresh(found, now)) {
      this.touch(found);
      return found;
    }
    if (this.#opened === undefined) return "unknown";
    const { seed, filter } = this.#opened;
    return filter.mayHave(hashOf(key, seed)) ? "unknown" : "absent";
  }

  /** Notes a hit, once a generation. */
  touch(entry: CachedEntry): void {
    if (entry.id === undefined || entry.used >= this.generation) return;
    if (this.#touched.size >= maxTouched) return;
    entry.used = this.generation;
    this.#touched.add(entry.id);
  }

  takeTouched(): number[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** Was found in the database, or written to it. */
  note(key: string, entry: CachedEntry): void {
    const { size, bytes } = entry;
    if (bytes === undefined || size > recentEntryBytes) return;
    this.#recent.set(key, entry, size + headBytes);
  }

  /** Takes an entry that isn't written yet. False: too much waits already. */
  put(key: string, entry: CachedEntry): boolean {
    if (this.#waitingBytes + entry.size > maxWaitingBytes) return false;
    this.forget(key);
    this.#waiting.set(key, entry);
    this.#waitingBytes += entry.size + headBytes;
    return true;
  }

  /** Everything that waits: whoever takes it writes it, or it is lost. */
  takeWaiting(): Map<string, CachedEntry> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#waitingBytes = 0;
    return waiting;
  }

  /** The key has something else now, or nothing. Whether it waited. */
  forget(key: string): boolean {
    this.#recent.delete(key);
    const waited = this.#waiting.get(key);
    if (waited === undefined) return false;
    this.#waiting.delete(key);
    this.#waitingBytes -= waited.size + headBytes;
    return true;
  }
}

/** The isolate's one. */
export const cacheMemory = new CacheMemory();
