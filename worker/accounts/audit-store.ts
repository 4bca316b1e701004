/** The audit log's rows in SQLite. What an entry is, and which are dropped, is decided by its callers. */
import { number, text } from "../runtime/json-values.ts";
import type { Sql, SqlValue } from "../runtime/sql.ts";
import { type AuditEntry, genesis, type Link } from "./audit-entry.ts";
import {
  type AuditFilter,
  makeAuditIndexes,
  type SearchLimits,
  searchAudit,
  searchLimits,
} from "./audit-search.ts";

/** Both ends of the log. */
export interface AuditEnds {
  /** The newest entry, with its time. */
  head: Link & { at: number };
  /** The newest entry that was dropped. */
  anchor: Link;
  /** Of all entries that are kept. */
  characters: number;
}

/** Characters of an entry besides its texts: hash, seal, numbers. */
const fixedCharacters = 200;

/** The characters of an entry whose row was copied, as SQL over its other columns. */
export const charactersInSql = [
  String(fixedCharacters),
  ..."principal token verb resource before after why request address"
    .split(" ")
    .map((column) => `coalesce(length(${column}), 0)`),
].join(" + ");

export class AuditStore {
  readonly #sql: Sql;
  readonly #limits: SearchLimits;

  constructor(sql: Sql, limits = searchLimits) {
    this.#sql = sql;
    this.#limits = limits;
    for (const table of [
      `audit (id INTEGER PRIMARY KEY, at INTEGER, principal TEXT, token TEXT, addressSeal TEXT, address TEXT,
        addressSalt TEXT, verb TEXT, resource TEXT, before TEXT, after TEXT, why TEXT, request TEXT, hash TEXT,
        characters INTEGER)`,
      `auditEnds (one INTEGER PRIMARY KEY, headId INTEGER, headHash TEXT, headAt INTEGER, anchorId INTEGER,
        anchorHash TEXT, characters INTEGER)`,
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
    makeAuditIndexes(sql);
  }

  /** Writes that must not be seen apart. */
  together<Result>(work: () => Result): Result {
    return this.#sql.transaction(work);
  }

  /** Two writes, of one transaction. */
  insert(entry: AuditEntry): void {
    const { id, at, principal, token, addressSeal, address, verb, resource } = entry;
    const { before, after, why, request, hash } = entry;
    const texts = [principal, token, verb, resource, before, after, why, request, address?.text];
    const characters = texts.reduce((sum, one) => sum + (one?.length ?? 0), fixedCharacters);
    this.#sql.exec(
      "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[id, at, principal, token, addressSeal, address?.text ?? null, address?.salt ?? null],
      ...[verb, resource, before, after, why, request, hash, characters],
    );
    const ends = this.ends();
    this.#setEnds({ ...ends, head: { id, hash, at }, characters: ends.characters + characters });
  }

  /** A page, newest first. */
  search(filter: AuditFilter, limit: number): { entries: AuditEntry[]; next?: number } {
    const { ids, ...next } = searchAudit(this.#sql, filter, limit, this.#limits);
    if (ids.length === 0) return { entries: [], ...next };
    // As one value: a Durable Object's query takes a hundred.
    const query =
      "SELECT * FROM audit WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC";
    return { entries: this.#rows(query, JSON.stringify(ids)), ...next };
  }

  /** Oldest first. */
  behind(id: number, limit: number): AuditEntry[] {
    return this.#rows("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?", id, limit);
  }

  /** The oldest, as far as dropping them needs it. */
  oldest(limit: number): (Link & { at: number; characters: number })[] {
    return this.#sql
      .exec("SELECT id, at, hash, characters FROM audit ORDER BY id LIMIT ?", limit)
      .toArray()
      .map((row) => ({
        ...linkOf(row.id, row.hash),
        at: number(row.at, "audit"),
        characters: number(row.characters, "audit"),
      }));
  }

  /** Two writes, of one transaction. @param characters of those that go */
  dropThrough(anchor: Link, characters: number): void {
    this.#sql.exec("DELETE FROM audit WHERE id <= ?", anchor.id);
    const ends = this.ends();
    this.#setEnds({ ...ends, anchor, characters: ends.characters - characters });
  }

  eraseAddresses(principal: string): void {
    this.#sql.exec(
      "UPDATE audit SET address = NULL, addressSalt = NULL WHERE principal = ?",
      principal,
    );
  }

  ends(): AuditEnds {
    const row = this.#sql.exec("SELECT * FROM auditEnds").toArray()[0];
    if (row === undefined) return { head: { ...genesis, at: 0 }, anchor: genesis, characters: 0 };
    return {
      head: { ...linkOf(row.headId, row.headHash), at: number(row.headAt, "auditEnds") },
      anchor: linkOf(row.anchorId, row.anchorHash),
      characters: number(row.characters, "auditEnds"),
    };
  }

  /** All rows were copied from elsewhere. To be called inside the transaction of the copy. */
  setCopied(head: AuditEnds["head"], anchor: Link): void {
    const [row] = this.#sql.exec("SELECT sum(characters) AS n FROM audit").toArray();
    this.#setEnds({ head, anchor, characters: row?.n === null ? 0 : number(row?.n, "audit") });
  }

  #setEnds({ head, anchor, characters }: AuditEnds): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO auditEnds VALUES (1, ?, ?, ?, ?, ?, ?)",
      ...[head.id, head.hash, head.at, anchor.id, anchor.hash, characters],
    );
  }

  #rows(query: string, ...values: SqlValue[]): AuditEntry[] {
    return this.#sql
      .exec(query, ...values)
      .toArray()
      .map(auditEntryOf);
  }
}

function linkOf(id: unknown, hash: unknown): Link {
  return { id: number(id, "audit"), hash: text(hash, "audit") };
}

/** An entry of its row. @throws Error where it is none */
export function auditEntryOf(row: Record<string, unknown>): AuditEntry {
  const textOf = (name: string) => text(row[name], `audit's ${name}`);
  const optionalOf = (name: string) => (row[name] === null ? null : textOf(name));
  return {
    id: number(row.id, "audit"),
    at: number(row.at, "audit"),
    principal: textOf("principal"),
    token: textOf("token"),
    addressSeal: textOf("addressSeal"),
    address:
      row.address === null || row.addressSalt === null
        ? undefined
        : { text: textOf("address"), salt: textOf("addressSalt") },
    verb: textOf("verb"),
    resource: textOf("resource"),
    before: optionalOf("before"),
    after: optionalOf("after"),
    why: textOf("why"),
    request: textOf("request"),
    hash: textOf("hash"),
  };
}
