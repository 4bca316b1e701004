/**
 * Cached responses in SQLite, in a bounded number of bytes: what was used longest ago goes first.
 *
 * A small body is in its entry's row. A larger one is in pieces, which come in one by one, and count only when the
 * entry is `whole`: what a process that was killed left is removed by the next one.
 *
 * *Used* is the number of a generation: a new one begins with each sixteenth of the room that is filled. So a hit
 * writes at most once a generation, and with the next put, not while somebody waits for an answer.
 */
import { createHash } from "node:crypto";
import type { Sql } from "../runtime/sql.ts";
import { bytesOf } from "./key-rows.ts";

/** Bytes in one row; a row takes 2 MB, and each reader holds one. */
export const pieceBytes = 256 * 1024;
/** Generations in the time in which the whole room is filled once. */
const generations = 16;
/** Entries that are removed at once when room is needed. */
const removedAtOnce = 32;
/** Hits that are remembered until they are written. */
const maxTouched = 1024;
/** A row's and its indexes' share of a page, bytes: what is reckoned for an entry besides its bytes. */
const rowBytes = 1024;
/** A reader that takes nothing for as long holds its entry no more, ms. */
const idleReaderMs = 10 * 60_000;

/** What a row has besides the body. */
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
  id: number;
  size: number;
  /** The body, where it is no longer than a piece. */
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

export interface Room {
  /** Bytes of the database in use: pages that are free within the file don't count, and are used again. */
  used(): number;
  /** Bytes that it may have. */
  readonly max: number;
}

export class CacheRows {
  readonly #sql: Sql;
  readonly #room: Room;
  /** Readers by entry, and when they took something last, Unix ms. */
  readonly #reading = new Map<number, { count: number; at: number }>();
  /** Entries without a name that go when their last reader has ended. */
  readonly #leaving = new Set<number>();
  /** Entries that were hit, and not in this generation before. */
  readonly #touched = new Set<number>();
  #generation: number;
  #filled = 0;

  /** Makes its tables where there are none, and removes what a killed process left. */
  constructor(sql: Sql, room: Room) {
    this.#sql = sql;
    this.#room = room;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY AUTOINCREMENT, hash INTEGER NOT NULL, key TEXT NOT NULL, used INTEGER NOT NULL, whole INTEGER NOT NULL, stored_at INTEGER NOT NULL, until INTEGER NOT NULL, size INTEGER NOT NULL, head TEXT NOT NULL, bytes BLOB)",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS entry_hash ON entry (hash)");
    sql.exec("CREATE INDEX IF NOT EXISTS entry_used ON entry (used) WHERE whole = 1");
    sql.exec("CREATE INDEX IF NOT EXISTS entry_left ON entry (id) WHERE whole = 0");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS entry_piece (entry INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (entry, number))",
    );
    for (const { id } of sql.exec("SELECT id FROM entry WHERE whole = 0").toArray()) {
      this.#remove(Number(id));
    }
    const newest = "SELECT coalesce(max(used), 0) AS used FROM entry WHERE whole = 1";
    this.#generation = Number(sql.exec(newest).toArray()[0]?.used) + 1;
    this.makeRoom(0, 0);
  }

  /** @param now Unix ms; what has ended isn't found, and goes */
  find(key: string, now: number): CachedEntry | undefined {
    const query =
      "SELECT id, used, stored_at, until, size, head, bytes FROM entry WHERE hash = ? AND key = ? AND whole = 1";
    const [row] = this.#sql.exec(query, hashOf(key), key).toArray();
    if (row === undefined) return undefined;
    const id = Number(row.id);
    if (Number(row.until) <= now) {
      this.#drop(id);
      return undefined;
    }
    if (Number(row.used) < this.#generation && this.#touched.size < maxTouched) {
      this.#touched.add(id);
    }
    const [status, statusText, headers] = JSON.parse(String(row.head));
    return {
      id,
      status,
      statusText,
      headers,
      storedAt: Number(row.stored_at),
      until: Number(row.until),
      size: Number(row.size),
      bytes: row.bytes === null ? undefined : bytesOf(row.bytes),
    };
  }

  /** Keeps a body that is one piece. False: there is no room. */
  keep(key: string, head: CachedHead, bytes: Uint8Array): boolean {
    return this.#sql.transaction(() => {
      if (!this.makeRoom(bytes.byteLength + rowBytes, head.storedAt)) return false;
      this.#removeNamed(key);
      this.#insert(key, head, bytes);
      return true;
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
    return row === undefined ? undefined : bytesOf(row.bytes);
  }

  /** Its pieces stay until `endReading`, whatever becomes of the entry. @param now Unix ms */
  beginReading(id: number, now: number): void {
    const count = (this.#reading.get(id)?.count ?? 0) + 1;
    this.#reading.set(id, { count, at: now });
  }

  /** A reader took something. @param now Unix ms */
  noteReading(id: number, now: number): void {
    const reading = this.#reading.get(id);
    if (reading !== undefined) reading.at = now;
  }

  endReading(id: number): void {
    const reading = this.#reading.get(id);
    if (reading === undefined) return;
    reading.count--;
    if (reading.count > 0) return;
    this.#reading.delete(id);
    if (this.#leaving.delete(id)) this.#sql.transaction(() => this.#remove(id));
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
   * @returns false: all is removed that may be, and they don't
   */
  makeRoom(bytes: number, now: number): boolean {
    this.#writeTouched();
    this.#letGoOfIdleReaders(now);
    this.#filled += bytes;
    if (this.#filled > this.#room.max / generations) {
      this.#filled = 0;
      this.#generation++;
    }
    while (this.#room.used() + bytes > this.#room.max) {
      const oldest = "SELECT id FROM entry WHERE whole = 1 ORDER BY used, id LIMIT ?";
      const rows = this.#sql.exec(oldest, removedAtOnce).toArray();
      if (rows.length === 0) return false;
      for (const { id } of rows) this.#drop(Number(id));
    }
    return true;
  }

  #writeTouched(): void {
    for (const id of this.#touched) {
      this.#sql.exec("UPDATE entry SET used = ? WHERE id = ?", this.#generation, id);
    }
    this.#touched.clear();
  }

  #letGoOfIdleReaders(now: number): void {
    for (const [id, { at }] of this.#reading) {
      if (now - at < idleReaderMs) continue;
      this.#reading.delete(id);
      if (this.#leaving.delete(id)) this.#remove(id);
    }
  }

  #insert(key: string, head: CachedHead, bytes: Uint8Array | null): number {
    const { status, statusText, headers, storedAt, until } = head;
    const query =
      "INSERT INTO entry (hash, key, used, whole, stored_at, until, size, head, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";
    const [row] = this.#sql
      .exec(
        query,
        hashOf(key),
        key,
        this.#generation,
        bytes === null ? 0 : 1,
        storedAt,
        until,
        bytes?.byteLength ?? 0,
        JSON.stringify([status, statusText, headers]),
        bytes,
      )
      .toArray();
    return Number(row?.id);
  }

  #removeNamed(key: string): boolean {
    const query = "SELECT id FROM entry WHERE hash = ? AND key = ? AND whole = 1";
    const rows = this.#sql.exec(query, hashOf(key), key).toArray();
    for (const { id } of rows) this.#drop(Number(id));
    return rows.length > 0;
  }

  /** Nobody finds it any more; who reads it reads on. */
  #drop(id: number): void {
    if (this.#reading.has(id)) {
      this.#sql.exec("UPDATE entry SET whole = 0 WHERE id = ?", id);
      this.#leaving.add(id);
    } else {
      this.#remove(id);
    }
  }

  #remove(id: number): void {
    this.#sql.exec("DELETE FROM entry_piece WHERE entry = ?", id);
    this.#sql.exec("DELETE FROM entry WHERE id = ?", id);
  }
}

/** Bits of a SHA-256: as many as a number has exactly, so that nobody makes keys that fall together. */
const hashDigits = 12;

function hashOf(key: string): number {
  return Number.parseInt(createHash("sha256").update(key).digest("hex").slice(0, hashDigits), 16);
}
