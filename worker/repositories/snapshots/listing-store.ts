/** Which indexes that list payload are stored, and what was read of them, in SQLite: one row each. */
import type { Sql } from "../../sql.ts";
import type { SampleFile } from "../reference.ts";

/** An index whose bytes are stored. */
export interface StoredListing {
  /** Of the index as it is stored. */
  sha256: string;
  /** As `ListingIndex.name`. */
  name: string;
  path: string;
  /** SHA-256 of what it lists, as a listing blob; absent: it wasn't read yet, or can't be. */
  blob?: string;
  /** A sentence: it can't be read, now or ever. */
  refused?: string;
}

export class ListingStore {
  readonly #sql: Sql;

  /** Makes its table where there is none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS index_listing (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, blob TEXT, samples TEXT, refused TEXT)",
    );
  }

  /** By the hash of the index. */
  all(): Map<string, StoredListing> {
    const rows = this.#sql
      .exec("SELECT sha256, name, path, blob, refused FROM index_listing ORDER BY rowid")
      .toArray();
    return new Map(
      rows.map(({ sha256, name, path, blob, refused }) => [
        String(sha256),
        {
          sha256: String(sha256),
          name: String(name),
          path: String(path),
          ...(blob !== null && { blob: String(blob) }),
          ...(refused !== null && { refused: String(refused) }),
        },
      ]),
    );
  }

  /** Names of all listing blobs. */
  blobs(): string[] {
    return [...this.all().values()].flatMap(({ blob }) => (blob === undefined ? [] : [blob]));
  }

  has(sha256: string): boolean {
    const query = "SELECT 1 AS one FROM index_listing WHERE sha256 = ?";
    return this.#sql.exec(query, sha256).toArray().length > 0;
  }

  /** Its bytes are stored; nothing changes where that is known. */
  add({ sha256, name, path }: StoredListing): void {
    if (this.has(sha256)) return;
    this.#sql.exec(
      "INSERT INTO index_listing (sha256, name, path) VALUES (?, ?, ?)",
      sha256,
      name,
      path,
    );
  }

  /** It was read. */
  read(sha256: string, blob: string, samples: readonly SampleFile[]): void {
    this.#sql.exec(
      "UPDATE index_listing SET blob = ?, samples = ? WHERE sha256 = ?",
      blob,
      JSON.stringify(samples),
      sha256,
    );
  }

  /** It can't be read. */
  refuse(sha256: string, said: string): void {
    this.#sql.exec("UPDATE index_listing SET refused = ? WHERE sha256 = ?", said, sha256);
  }

  /** A listing blob is lost: the indexes that it was of are to be read again. */
  lost(blob: string): void {
    this.#sql.exec("UPDATE index_listing SET blob = NULL WHERE blob = ?", blob);
  }

  /** Its bytes aren't stored after all. */
  forget(sha256: string): void {
    this.#sql.exec("DELETE FROM index_listing WHERE sha256 = ?", sha256);
  }

  /** The files of it to sample mirrors by. */
  samples(sha256: string): SampleFile[] {
    const query = "SELECT samples FROM index_listing WHERE sha256 = ?";
    const [row] = this.#sql.exec(query, sha256).toArray();
    const value: unknown = JSON.parse(String(row?.samples ?? "[]"));
    return Array.isArray(value) ? value.filter(isSample) : [];
  }

  /** Forgets all but these. */
  keepOnly(named: ReadonlySet<string>): void {
    for (const sha256 of this.all().keys()) if (!named.has(sha256)) this.forget(sha256);
  }
}

/** Of what we wrote ourselves. */
function isSample(value: unknown): value is SampleFile {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "size" in value &&
    typeof value.size === "number"
  );
}
