/**
 * Cached responses in SQLite, in a bounded number of bytes: what was used longest ago goes first.
 *
 * A small body is in its entry's row. A larger one is in pieces, which come in one by one, and count only when the
 * entry is `whole`: what a process that was killed left is removed by the next one.
 *
 * *Used* is the number of a generation: a new one begins with each sixteenth of the room that is filled. So a hit
 * writes at most once a generation, and together with the next put.
 */

import { type Sql, sqlBytes } from "../runtime/sql.ts";
import type { CachedEntry, CachedHead, CacheMemory } from "./cache-memory.ts";
import { CacheReaders } from "./cache-readers.ts";
import { isFresh } from "./freshness.ts";
import { hashOf } from "./key-hash.ts";

/** Bytes in one row; a row takes 2 MB, and each reader holds one. */
export const pieceBytes = 256 * 1024;
/** Generations in the time in which the whole room is filled once. */
const generations = 16;
/** Entries that are removed at once when room is needed, and how often: a room that was made smaller is left in steps. */
const removedAtOnce = 32;
const maxRemovals = 64;
/** A row's and its indexes' share of pages, bytes: what is reckoned for an entry besides its bytes. */
const rowBytes = 1024;
/** Hashes that are read at once when the database is opened. */
const hashesAtOnce = 5000;

export interface Room {
  /** Bytes of the database in use: pages that are free within the file don't count, and are used again. */
  used(): number;
  /** Bytes that it may have. */
  readonly max: number;
}

export class CacheRows {
  readonly #sql: Sql;
  readonly #room: Room;
  readonly #memory: CacheMemory;
  readonly #seed: number;
  readonly #readers: CacheReaders;
  #filled = 0;

  /**
   * Makes its tables where there are none, removes what a killed process left, and tells the memory what is there.
   *
   * @param seed of a new database's hashes, a random number of 32 bits
   */
  constructor(sql: Sql, room: Room, memory: CacheMemory, seed: number) {
    this.#sql = sql;
    this.#room = room;
    this.#memory = memory;
    this.#readers = new CacheReaders((id) => sql.transaction(() => this.#remove(id)));
    this.#seed = this.#makeTables(seed);
    memory.open(this.#seed);
    for (const { id } of sql.exec("SELECT id FROM entry WHERE whole = 0").toArray()) {
      this.#remove(Number(id));
    }
    const newest = "SELECT coalesce(max(used), 0) AS used FROM entry WHERE whole = 1";
    memory.generation = Number(sql.exec(newest).toArray()[0]?.used) + 1;
    this.#tellHashes();
    this.makeRoom(0, 0);
  }

  /** @param now Unix ms; what has ended isn't found, and goes */
  find(key: string, now: number): CachedEntry | undefined {
    const query =
      "SELECT id, used, stored_at, until, size, head, bytes FROM entry WHERE hash = ? AND key = ? AND whole = 1";
    const [row] = this.#sql.exec(query, this.#hash(key), key).toArray();
    if (row === undefined) return undefined;
    const id = Number(row.id);
    const [storedAt, until] = [Number(row.stored_at), Number(row.until)];
    if (!isFresh({ storedAt, until }, now)) {
      this.#drop(id);
      return undefined;
    }
    const [status, statusText, headers] = JSON.parse(String(row.head));
    const entry = {
      id,
      used: Number(row.used),
      status,
      statusText,
      headers,
      storedAt,
      until,
      size: Number(row.size),
      bytes: row.bytes === null ? undefined : sqlBytes(row.bytes, "A cached response"),
    };
    this.#memory.touch(entry);
    this.#memory.note(key, entry);
    return entry;
  }

  /** Keeps entries whose bodies are one piece each, together; those that find no room aren't kept. */
  keep(entries: Iterable<[string, CachedEntry]>, now: number): void {
    this.#sql.transaction(() => {
      for (const [key, entry] of entries) {
        const { bytes, size } = entry;
        if (bytes === undefined || !this.makeRoom(size + rowBytes, now)) continue;
        this.#removeNamed(key);
        entry.id = this.#insert(key, entry, bytes);
        entry.used = this.#memory.generation;
        this.#memory.note(key, entry);
      }
    });
  }

  /** @returns the id of an entry whose pieces come */
  begin(key: string, head: CachedHead): number {
    return this.#insert(key, head, null);
  }

  /** False: there is no room. @param now Unix ms */
  addPiece(id: number, number: number, bytes: Uint8Array, now: number): boolean {
    return this.#sql.transaction(() => {
      if (!this.makeRoom(bytes.byteLength + rowBytes, now)) return false;
      const query = "INSERT INTO entry_piece (entry, number, bytes) VALUES (?, ?, ?)";
      this.#sql.exec(query, id, number, bytes);
      return true;
    });
  }

  /** All pieces are there: from now on the key has this entry, and no other. */
  finish(id: number, key: string, size: number): void {
    this.#sql.transaction(() => {
      this.#removeNamed(key);
      this.#sql.exec("UPDATE entry SET whole = 1, size = ? WHERE id = ?", size, id);
    });
  }

  /** Of an entry that didn't become whole. */
  abandon(id: number): void {
    this.#sql.transaction(() => this.#remove(id));
  }

  /** Whether there was one. */
  delete(key: string): boolean {
    return this.#sql.transaction(() => this.#removeNamed(key));
  }

  piece(id: number, number: number): Uint8Array<ArrayBuffer> | undefined {
    const query = "SELECT bytes FROM entry_piece WHERE entry = ? AND number = ?";
    const [row] = this.#sql.exec(query, id, number).toArray();
    return row === undefined ? undefined : sqlBytes(row.bytes, "A piece of a cached response");
  }

  /** Those who read an entry's pieces: what they read stays, whatever becomes of the entry. */
  get readers(): CacheReaders {
    return this.#readers;
  }

  usage(): { count: number; bytes: number } {
    const query =
      "SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM entry WHERE whole = 1";
    const [row] = this.#sql.exec(query).toArray();
    return { count: Number(row?.count), bytes: Number(row?.bytes) };
  }

  /**
   * Removes what was used longest ago until that many bytes fit.
   *
   * @param now Unix ms
   * @returns false: they don't yet, or all is removed that may be
   */
  makeRoom(bytes: number, now: number): boolean {
    for (const id of this.#memory.takeTouched()) {
      this.#sql.exec("UPDATE entry SET used = ? WHERE id = ?", this.#memory.generation, id);
    }
    this.#readers.letGoOfIdle(now);
    this.#filled += bytes;
    if (this.#filled > this.#room.max / generations) {
      this.#filled = 0;
      this.#memory.generation++;
    }
    for (let removals = 0; this.#room.used() + bytes > this.#room.max; removals++) {
      if (removals === maxRemovals) return false;
      const oldest = "SELECT id FROM entry WHERE whole = 1 ORDER BY used, id LIMIT ?";
      const rows = this.#sql.exec(oldest, removedAtOnce).toArray();
      if (rows.length === 0) return false;
      for (const { id } of rows) this.#drop(Number(id));
    }
    return true;
  }

  #hash(key: string): number {
    return hashOf(key, this.#seed);
  }

  #makeTables(seed: number): number {
    const sql = this.#sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY AUTOINCREMENT, hash INTEGER NOT NULL, key TEXT NOT NULL, used INTEGER NOT NULL, whole INTEGER NOT NULL, stored_at INTEGER NOT NULL, until INTEGER NOT NULL, size INTEGER NOT NULL, head TEXT NOT NULL, bytes BLOB)",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS entry_hash ON entry (hash)");
    sql.exec("CREATE INDEX IF NOT EXISTS entry_used ON entry (used) WHERE whole = 1");
    sql.exec("CREATE INDEX IF NOT EXISTS entry_left ON entry (id) WHERE whole = 0");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS entry_piece (entry INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (entry, number))",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS hash_seed (id INTEGER PRIMARY KEY, seed INTEGER NOT NULL)",
    );
    sql.exec("INSERT OR IGNORE INTO hash_seed (id, seed) VALUES (1, ?)", seed);
    return Number(sql.exec("SELECT seed FROM hash_seed").toArray()[0]?.seed);
  }

  #tellHashes(): void {
    const query = "SELECT hash FROM entry WHERE hash > ? ORDER BY hash LIMIT ?";
    for (let last = -1; ; ) {
      const rows = this.#sql.exec(query, last, hashesAtOnce).toArray();
      for (const { hash } of rows) {
        last = Number(hash);
        this.#memory.addRow(last);
      }
      if (rows.length < hashesAtOnce) return;
    }
  }

  #insert(key: string, head: CachedHead, bytes: Uint8Array | null): number {
    const { status, statusText, headers, storedAt, until } = head;
    const hash = this.#hash(key);
    const query =
      "INSERT INTO entry (hash, key, used, whole, stored_at, until, size, head, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";
    const { generation } = this.#memory;
    const told = JSON.stringify([status, statusText, headers]);
    const size = bytes?.byteLength ?? 0;
    const [row] = this.#sql
      .exec(
        query,
        hash,
        key,
        generation,
        bytes === null ? 0 : 1,
        storedAt,
        until,
        size,
        told,
        bytes,
      )
      .toArray();
    this.#memory.addRow(hash);
    return Number(row?.id);
  }

  #removeNamed(key: string): boolean {
    const query = "SELECT id FROM entry WHERE hash = ? AND key = ? AND whole = 1";
    const rows = this.#sql.exec(query, this.#hash(key), key).toArray();
    for (const { id } of rows) this.#drop(Number(id));
    return rows.length > 0;
  }

  /** Nobody finds it any more; who reads it reads on. */
  #drop(id: number): void {
    if (this.#readers.leave(id)) {
      this.#sql.exec("UPDATE entry SET whole = 0 WHERE id = ?", id);
    } else {
      this.#remove(id);
    }
  }

  #remove(id: number): void {
    this.#sql.exec("DELETE FROM entry_piece WHERE entry = ?", id);
    const rows = this.#sql.exec("DELETE FROM entry WHERE id = ? RETURNING hash", id).toArray();
    for (const { hash } of rows) this.#memory.removeRow(Number(hash));
  }
}
