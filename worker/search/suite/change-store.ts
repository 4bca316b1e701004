/** Versions of a suite over time: which the current set has, as hashes, and which came, as rows. */
import { type Sql, sqlBytes } from "../../runtime/sql.ts";
import type { PackageChange, Paging, SuiteFound } from "../suite-question.ts";
import { maxChanges, type NewVersion } from "./version-changes.ts";

/** Bytes of one row of hashes: the platform takes 2 MB. */
const pieceBytes = 1024 * 1024;
/** Most changes of one page, and most names asked for at once: SQLite takes a hundred values on the platform. */
const maxPage = 1000;
const namesAtOnce = 90;

export class ChangeStore {
  readonly #sql: Sql;
  readonly #most: number;

  /** Makes its tables where there are none. @param most changes kept */
  constructor(sql: Sql, most = maxChanges) {
    this.#sql = sql;
    this.#most = most;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS suite_versions (number INTEGER NOT NULL, piece INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (number, piece)) WITHOUT ROWID",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS suite_change (id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, architecture TEXT NOT NULL, snapshot TEXT NOT NULL, at INTEGER NOT NULL)",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS suite_change_name ON suite_change (name)");
  }

  /** As `KnownVersions.hashes`, of the set of that number. */
  hashes(number: number): Float64Array {
    const query = "SELECT hashes FROM suite_versions WHERE number = ? ORDER BY piece";
    const pieces = this.#sql
      .exec(query, number)
      .toArray()
      .map(({ hashes }) => sqlBytes(hashes, "A row of a set's versions"));
    const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    return new Float64Array(all.buffer);
  }

  keepHashes(number: number, hashes: Float64Array): void {
    const bytes = new Uint8Array(hashes.buffer, hashes.byteOffset, hashes.byteLength);
    const query = "INSERT OR REPLACE INTO suite_versions (number, piece, hashes) VALUES (?, ?, ?)";
    for (let at = 0, piece = 0; at < bytes.byteLength; at += pieceBytes, piece++) {
      this.#sql.exec(query, number, piece, bytes.slice(at, at + pieceBytes));
    }
  }

  forget(number: number): void {
    this.#sql.exec("DELETE FROM suite_versions WHERE number = ?", number);
  }

  /** @param at when the snapshot was published, Unix ms */
  add(came: readonly NewVersion[], snapshot: string, at: number): void {
    const query =
      "INSERT INTO suite_change (name, version, architecture, snapshot, at) VALUES (?, ?, ?, ?, ?)";
    for (const { name, version, architecture } of came) {
      this.#sql.exec(query, name, version, architecture, snapshot, at);
    }
    if (came.length === 0) return;
    const tooOld = "DELETE FROM suite_change WHERE id <= (SELECT MAX(id) FROM suite_change) - ?";
    this.#sql.exec(tooOld, this.#most);
  }

  /** Newest first. @param names of packages; none: any */
  changes(names: readonly string[], { limit, after }: Paging): SuiteFound {
    const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
    if (!Number.isSafeInteger(before)) {
      return { total: 0, refused: `${after} is no place in this list.` };
    }
    const most = Math.max(1, Math.min(limit, maxPage));
    const groups = names.length === 0 ? [[]] : inGroups([...new Set(names)]);
    const found = groups.flatMap((group) => this.#of(group, before, most + 1));
    found.sort((one, other) => other.id - one.id);
    const page = found.slice(0, most);
    const last = page.at(-1);
    return {
      changes: page.map(({ id: _, ...change }) => change),
      total: groups.reduce((sum, group) => sum + this.#count(group), 0),
      ...(found.length > most && last && { next: String(last.id) }),
    };
  }

  #of(names: readonly string[], before: number, limit: number): ({ id: number } & PackageChange)[] {
    const query = `SELECT id, name, version, architecture, snapshot, at FROM suite_change WHERE id < ? ${among(names)} ORDER BY id DESC LIMIT ?`;
    return this.#sql
      .exec(query, before, ...names, limit)
      .toArray()
      .map((row) => ({
        id: Number(row.id),
        name: String(row.name),
        version: String(row.version),
        architecture: String(row.architecture),
        snapshot: String(row.snapshot),
        at: Number(row.at),
      }));
  }

  #count(names: readonly string[]): number {
    const query = `SELECT COUNT(*) AS count FROM suite_change WHERE id > 0 ${among(names)}`;
    return Number(this.#sql.exec(query, ...names).toArray()[0]?.count ?? 0);
  }
}

function among(names: readonly string[]): string {
  return names.length === 0 ? "" : `AND name IN (${names.map(() => "?").join(", ")})`;
}

function inGroups(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / namesAtOnce);
  return Array.from({ length: count }, (_, at) =>
    names.slice(at * namesAtOnce, (at + 1) * namesAtOnce),
  );
}
