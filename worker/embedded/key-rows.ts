/**
 * Values by key in SQLite, with metadata and an end. A value is cut into pieces: a row of a Durable Object's database
 * takes 2 MB, and a value of KV may have 25 MiB.
 */
import { type Sql, sqlBytes } from "../runtime/sql.ts";

/** Bytes in one row: half of the 2 MB that a row takes. */
const pieceBytes = 1024 * 1024;

export interface KeptValue {
  bytes: Uint8Array<ArrayBuffer>;
  /** JSON. */
  metadata: string | null;
  /** Unix seconds. */
  expiration: number | null;
}

export interface KeptKey {
  name: string;
  metadata: string | null;
  expiration: number | null;
}

export class KeyRows {
  readonly #sql: Sql;

  /** Makes its tables where there are none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS value (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, metadata TEXT, expiration INTEGER, size INTEGER NOT NULL)",
    );
    sql.exec(
      "CREATE INDEX IF NOT EXISTS value_expiration ON value (expiration) WHERE expiration IS NOT NULL",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS value_piece (value INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (value, number))",
    );
  }

  /** @param now Unix seconds */
  get(key: string, now: number): KeptValue | undefined {
    const query =
      "SELECT id, metadata, expiration, size FROM value WHERE key = ? AND (expiration IS NULL OR expiration > ?)";
    const [row] = this.#sql.exec(query, key, now).toArray();
    if (row === undefined) return undefined;
    const bytes = new Uint8Array(Number(row.size));
    const pieces = "SELECT bytes FROM value_piece WHERE value = ? ORDER BY number";
    let at = 0;
    for (const piece of this.#sql.exec(pieces, Number(row.id)).toArray()) {
      const part = sqlBytes(piece.bytes, "A piece of a value");
      bytes.set(part, at);
      at += part.byteLength;
    }
    return { bytes, ...noted(row) };
  }

  /** All of it or nothing: what the key had before is replaced. What has ended goes as well. */
  put(key: string, { bytes, metadata, expiration }: KeptValue, now: number): void {
    this.#sql.transaction(() => {
      this.#removeEnded(now);
      this.#remove(key);
      const insert =
        "INSERT INTO value (key, metadata, expiration, size) VALUES (?, ?, ?, ?) RETURNING id";
      const values = [key, metadata, expiration, bytes.byteLength] as const;
      const [row] = this.#sql.exec(insert, ...values).toArray();
      for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
        const piece = "INSERT INTO value_piece (value, number, bytes) VALUES (?, ?, ?)";
        const part = bytes.subarray(at, at + pieceBytes);
        this.#sql.exec(piece, Number(row?.id), at / pieceBytes, part);
      }
    });
  }

  delete(key: string): void {
    this.#sql.transaction(() => this.#remove(key));
  }

  /** In the order of the keys' UTF-8 bytes, behind `after`. @param now Unix seconds */
  list(prefix: string, after: string, most: number, now: number): KeptKey[] {
    const query =
      "SELECT key, metadata, expiration FROM value WHERE key >= ?1 AND key > ?2 AND substr(key, 1, length(?1)) = ?1 AND (expiration IS NULL OR expiration > ?3) ORDER BY key LIMIT ?4";
    const rows = this.#sql.exec(query, prefix, after, now, most).toArray();
    return rows.map((row) => ({ name: String(row.key), ...noted(row) }));
  }

  usage(): { count: number; bytes: number } {
    const query = "SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM value";
    const [row] = this.#sql.exec(query).toArray();
    return { count: Number(row?.count), bytes: Number(row?.bytes) };
  }

  #remove(key: string): void {
    const pieces = "DELETE FROM value_piece WHERE value IN (SELECT id FROM value WHERE key = ?)";
    this.#sql.exec(pieces, key);
    this.#sql.exec("DELETE FROM value WHERE key = ?", key);
  }

  #removeEnded(now: number): void {
    const ended = "SELECT key FROM value WHERE expiration IS NOT NULL AND expiration <= ?";
    for (const { key } of this.#sql.exec(ended, now).toArray()) this.#remove(String(key));
  }
}

function noted({ metadata, expiration }: Record<string, unknown>) {
  return {
    metadata: metadata === null ? null : String(metadata),
    expiration: expiration === null ? null : Number(expiration),
  };
}
