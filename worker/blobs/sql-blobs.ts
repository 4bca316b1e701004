/**
 * A repository's blobs in the SQLite of its own object: where nobody but the object reads them, or where there is no R2.
 *
 * A row takes 2 MB, so bytes are stored in pieces. Pieces come in one by one, and count only once the last one is there
 * and the hash is right: until then their blob isn't `whole`, and what a process left so is removed by the next one.
 */
import { createHash } from "node:crypto";
import { PieceReader } from "../runtime/piece-reader.ts";
import { type Sql, sqlBytes } from "../runtime/sql.ts";
import type { Blobs, SizedStream } from "./blobs.ts";
import { algorithmOf } from "./stored-name.ts";

/** Bytes in one row: half of the 2 MB that a row of a Durable Object's database takes. */
export const pieceBytes = 1024 * 1024;
/** Names in one page of a list. */
export const pageLength = 1000;

/**
 * Makes its tables where there are none.
 *
 * @param sql used by one process at a time: another's blobs that aren't whole are taken for leftovers
 */
export function sqlBlobs(sql: Sql): Blobs {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS blob (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, size INTEGER NOT NULL, whole INTEGER NOT NULL)",
  );
  sql.exec("CREATE UNIQUE INDEX IF NOT EXISTS blob_name ON blob (name) WHERE whole = 1");
  sql.exec(
    "CREATE TABLE IF NOT EXISTS blob_piece (blob INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (blob, number))",
  );
  const rows = new BlobRows(sql);
  rows.removeUnfinished();
  return {
    async get(name, part) {
      const found = rows.find(name);
      if (found === undefined) return null;
      const { offset, length } = part ?? { offset: 0, length: found.size };
      return { body: rows.stream(found.id, offset, length), size: length };
    },
    async has(name) {
      return rows.find(name) !== undefined;
    },
    async put(name, bytes) {
      const given =
        bytes instanceof Uint8Array
          ? { body: new Blob([bytes.slice()]).stream(), size: bytes.byteLength }
          : bytes;
      await putStream(rows, name, given);
    },
    async delete(names) {
      for (const name of names) rows.removeNamed(name);
    },
    async list(after = "") {
      const names = rows.namesAfter(after, pageLength + 1);
      const page = names.slice(0, pageLength);
      const last = page.at(-1);
      return {
        names: page,
        ...(names.length > pageLength && last !== undefined && { after: last }),
      };
    },
  };
}

async function putStream(rows: BlobRows, name: string, { body, size }: SizedStream): Promise<void> {
  const id = rows.begin(name, size);
  const hash = createHash(algorithmOf(name));
  const pieces = new Pieces((number, bytes) => rows.addPiece(id, number, bytes));
  let count = 0;
  const reader = new PieceReader(body);
  try {
    for (;;) {
      const value = await reader.next();
      if (value === undefined) break;
      count += value.byteLength;
      if (count > size) break;
      hash.update(value);
      pieces.push(value);
      reader.reuse(value);
    }
    if (count !== size) {
      const found = count > size ? "more" : String(count);
      throw new Error(`${name} should have ${size} bytes and has ${found}`);
    }
    if (hash.digest("hex") !== name) throw new Error(`the bytes are not those of ${name}`);
    pieces.end();
    rows.finish(id, name);
  } catch (error) {
    rows.remove(id);
    throw error;
  } finally {
    // Of a body that was read to its end this does nothing.
    await reader.cancel();
  }
}

/** Cuts what comes into pieces of `pieceBytes`; holds one. */
class Pieces {
  readonly #give: (number: number, bytes: Uint8Array) => void;
  readonly #held = new Uint8Array(pieceBytes);
  #length = 0;
  #number = 0;

  constructor(give: (number: number, bytes: Uint8Array) => void) {
    this.#give = give;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const taken = bytes.subarray(at, at + pieceBytes - this.#length);
      this.#held.set(taken, this.#length);
      this.#length += taken.byteLength;
      at += taken.byteLength;
      if (this.#length === pieceBytes) this.end();
    }
  }

  /** Gives what is left. */
  end(): void {
    if (this.#length > 0) this.#give(this.#number++, this.#held.slice(0, this.#length));
    this.#length = 0;
  }
}

class BlobRows {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(name: string): { id: number; size: number } | undefined {
    const query = "SELECT id, size FROM blob WHERE name = ? AND whole = 1";
    const [row] = this.#sql.exec(query, name).toArray();
    return row === undefined ? undefined : { id: Number(row.id), size: Number(row.size) };
  }

  namesAfter(after: string, most: number): string[] {
    const query = "SELECT name FROM blob WHERE whole = 1 AND name > ? ORDER BY name LIMIT ?";
    const rows = this.#sql.exec(query, after, most).toArray();
    return rows.map(({ name }) => String(name));
  }

  /** @returns the id of a blob that isn't whole yet */
  begin(name: string, size: number): number {
    const query = "INSERT INTO blob (name, size, whole) VALUES (?, ?, 0) RETURNING id";
    const [row] = this.#sql.exec(query, name, size).toArray();
    return Number(row?.id);
  }

  addPiece(id: number, number: number, bytes: Uint8Array): void {
    const query = "INSERT INTO blob_piece (blob, number, bytes) VALUES (?, ?, ?)";
    this.#sql.exec(query, id, number, bytes);
  }

  /** All its pieces are there, and they are right. What had the name before goes: it has the same bytes. */
  finish(id: number, name: string): void {
    this.#sql.transaction(() => {
      this.#removeNamed(name);
      this.#sql.exec("UPDATE blob SET whole = 1 WHERE id = ?", id);
    });
  }

  remove(id: number): void {
    this.#sql.transaction(() => this.#remove(id));
  }

  removeNamed(name: string): void {
    this.#sql.transaction(() => this.#removeNamed(name));
  }

  removeUnfinished(): void {
    const left = this.#sql.exec("SELECT id FROM blob WHERE whole = 0").toArray();
    for (const { id } of left) this.remove(Number(id));
  }

  /** The bytes of a whole blob from an offset on, a piece in memory at a time. It breaks off where the blob is removed. */
  stream(id: number, offset: number, length: number): ReadableStream<Uint8Array> {
    let at = offset;
    const end = offset + length;
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at >= end) return controller.close();
        const number = Math.floor(at / pieceBytes);
        const piece = this.#piece(id, number);
        if (piece === undefined) throw new Error("the blob was removed while it was read");
        const begin = number * pieceBytes;
        const bytes = piece.subarray(at - begin, end - begin);
        at += bytes.byteLength;
        controller.enqueue(bytes);
      },
    });
  }

  #piece(id: number, number: number): Uint8Array | undefined {
    const query = "SELECT bytes FROM blob_piece WHERE blob = ? AND number = ?";
    const [row] = this.#sql.exec(query, id, number).toArray();
    return row && sqlBytes(row.bytes, "A piece of a blob");
  }

  #removeNamed(name: string): void {
    const found = this.find(name);
    if (found !== undefined) this.#remove(found.id);
  }

  #remove(id: number): void {
    this.#sql.exec("DELETE FROM blob_piece WHERE blob = ?", id);
    this.#sql.exec("DELETE FROM blob WHERE id = ?", id);
  }
}
