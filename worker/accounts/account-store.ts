/** Principals, tokens and used bootstrap secrets in SQLite. One method is one write. */
import { list, number, text } from "../runtime/json-values.ts";
import type { Sql, SqlValue } from "../runtime/sql.ts";
import { endedTokenMs, maxTokensKept, type Principal, type Token } from "./account.ts";
import { readScopes, type Scope, scopeText } from "./scopes.ts";
import { isRole } from "./verbs.ts";

/** Hashes kept of bootstrap secrets that were used: more were never set on one machine. */
const maxUsedSecrets = 1000;

/** Tokens dropped at once: some ms. */
const maxDropped = 500;

export class AccountStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of [
      `principal (name TEXT PRIMARY KEY, role TEXT, mirrors TEXT, contact TEXT, created INTEGER,
        disabled INTEGER) WITHOUT ROWID`,
      `token (id TEXT PRIMARY KEY, principal TEXT, hash TEXT, scopes TEXT, description TEXT, created INTEGER,
        expires INTEGER, madeBy TEXT, used INTEGER, revoked INTEGER, revokedWhy TEXT) WITHOUT ROWID`,
      "usedBootstrap (id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT UNIQUE, at INTEGER)",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
    sql.exec("CREATE INDEX IF NOT EXISTS token_of ON token (principal, created)");
    sql.exec("CREATE INDEX IF NOT EXISTS token_by ON token (madeBy)");
  }

  /** Writes that must not be seen apart. */
  together<Result>(work: () => Result): Result {
    return this.#sql.transaction(work);
  }

  principal(name: string): Principal | undefined {
    const [row] = this.#rows("SELECT * FROM principal WHERE name = ?", name);
    return row && principalOf(row);
  }

  /** By name. @param after cursor: the last name before; empty: from the beginning */
  principals(after: string, limit: number): Principal[] {
    return this.#rows(
      "SELECT * FROM principal WHERE name > ? ORDER BY name LIMIT ?",
      after,
      limit,
    ).map(principalOf);
  }

  countPrincipals(): number {
    return number(this.#rows("SELECT count(*) AS n FROM principal")[0]?.n, "principal");
  }

  setPrincipal({ name, role, mirrors, contact, created, disabled }: Principal): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO principal VALUES (?, ?, ?, ?, ?, ?)",
      ...[name, role, JSON.stringify(mirrors), contact, created, disabled ?? null],
    );
  }

  dropPrincipal(name: string): void {
    this.#sql.exec("DELETE FROM principal WHERE name = ?", name);
  }

  /**
   * Admins that aren't disabled and have a token that works and has no scopes: others may not be able to mend anything.
   * `until`: Unix ms, when the last of these tokens expires.
   */
  workingAdmins(now: number): { name: string; tokens: string[]; until: number }[] {
    const rows = this.#rows(
      `SELECT name, id, expires FROM principal JOIN token ON principal = name
       WHERE role = 'admin' AND disabled IS NULL AND revoked IS NULL AND expires > ? AND scopes = '[]'
       ORDER BY name`,
      now,
    );
    const admins = new Map<string, { name: string; tokens: string[]; until: number }>();
    for (const row of rows) {
      const name = text(row.name, "principal");
      const admin = admins.get(name) ?? { name, tokens: [], until: 0 };
      admin.tokens.push(text(row.id, "token"));
      admin.until = Math.max(admin.until, number(row.expires, "token"));
      admins.set(name, admin);
    }
    return [...admins.values()];
  }

  /** With the hash of its secret, which nobody else gets to see. */
  tokenWithHash(id: string): { token: Token; hash: string } | undefined {
    const [row] = this.#rows("SELECT * FROM token WHERE id = ?", id);
    return row && { token: tokenOf(row), hash: text(row.hash, "token") };
  }

  token(id: string): Token | undefined {
    return this.tokenWithHash(id)?.token;
  }

  /** Of one principal, newest first; at most `maxTokensKept`. */
  tokensOf(principal: string): Token[] {
    return this.#rows(
      "SELECT * FROM token WHERE principal = ? ORDER BY created DESC, id LIMIT ?",
      ...[principal, maxTokensKept],
    ).map(tokenOf);
  }

  /** Those that a token asked for. */
  madeBy(id: string): Token[] {
    return this.#rows("SELECT * FROM token WHERE madeBy = ?", id).map(tokenOf);
  }

  addToken(
    { id, principal, scopes, description, created, expires, madeBy }: Token,
    hash: string,
  ): void {
    const texts = JSON.stringify(scopes.map(scopeText));
    this.#sql.exec(
      "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
      ...[id, principal, hash, texts, description, created, expires, madeBy],
    );
  }

  setUsed(id: string, at: number): void {
    this.#sql.exec("UPDATE token SET used = ? WHERE id = ?", at, id);
  }

  setRevoked(id: string, at: number, why: string): void {
    this.#sql.exec("UPDATE token SET revoked = ?, revokedWhy = ? WHERE id = ?", at, why, id);
  }

  /** Two writes, of one transaction: tokens that it asked for count as asked for by the one that asked for it. */
  dropToken({ id, madeBy }: Token): void {
    this.#sql.exec("UPDATE token SET madeBy = ? WHERE madeBy = ?", madeBy, id);
    this.#sql.exec("DELETE FROM token WHERE id = ?", id);
  }

  dropTokensOf(principal: string): void {
    this.#sql.exec("DELETE FROM token WHERE principal = ?", principal);
  }

  /** Tokens that ended more than `endedTokenMs` ago; some of them. */
  longEnded(now: number): Token[] {
    return this.#rows(
      "SELECT * FROM token WHERE coalesce(revoked, expires) < ? LIMIT ?",
      ...[now - endedTokenMs, maxDropped],
    ).map(tokenOf);
  }

  /** Whether a bootstrap secret with this hash was used. */
  isUsedBootstrap(hash: string): boolean {
    return this.#rows("SELECT 1 FROM usedBootstrap WHERE hash = ?", hash).length > 0;
  }

  addUsedBootstrap(hash: string, at: number): void {
    this.#sql.exec("INSERT INTO usedBootstrap (hash, at) VALUES (?, ?)", hash, at);
    this.#sql.exec(
      "DELETE FROM usedBootstrap WHERE id <= (SELECT id FROM usedBootstrap ORDER BY id DESC LIMIT 1 OFFSET ?)",
      maxUsedSecrets,
    );
  }

  #rows(query: string, ...values: SqlValue[]): Record<string, unknown>[] {
    return this.#sql.exec(query, ...values).toArray();
  }
}

function principalOf(row: Record<string, unknown>): Principal {
  const role = text(row.role, "principal");
  if (!isRole(role)) throw new Error(`${role} is no role`);
  return {
    name: text(row.name, "principal"),
    role,
    mirrors: list(JSON.parse(text(row.mirrors, "principal")), "mirrors").map((one) =>
      text(one, "mirror"),
    ),
    contact: text(row.contact, "principal"),
    created: number(row.created, "principal"),
    disabled: row.disabled === null ? undefined : number(row.disabled, "principal"),
  };
}

/** In place of scopes that another version wrote and this one can't read: as if there were none would be wider. */
const nothing: Scope = { of: "verbs", among: [] };

function tokenOf(row: Record<string, unknown>): Token {
  const texts = list(JSON.parse(text(row.scopes, "token")), "scopes").map((one) =>
    text(one, "scope"),
  );
  const scopes = readScopes(texts);
  return {
    id: text(row.id, "token"),
    principal: text(row.principal, "token"),
    scopes: "done" in scopes ? scopes.done : [nothing],
    description: text(row.description, "token"),
    created: number(row.created, "token"),
    expires: number(row.expires, "token"),
    madeBy: text(row.madeBy, "token"),
    used: row.used === null ? undefined : number(row.used, "token"),
    revoked:
      row.revoked === null
        ? undefined
        : { at: number(row.revoked, "token"), why: text(row.revokedWhy, "token") },
  };
}
