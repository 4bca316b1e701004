/** Accounts over a database of their own, as tests drive them. */
import { join } from "node:path";
import { seeded } from "../../../scripts/random.ts";
import { AccountStore } from "../../../worker/accounts/account-store.ts";
import { Accounts } from "../../../worker/accounts/accounts.ts";
import type { Act } from "../../../worker/accounts/audit-entry.ts";
import { type AuditLimits, AuditLog } from "../../../worker/accounts/audit-log.ts";
import { bootstrap } from "../../../worker/accounts/bootstrap.ts";
import { Idempotency } from "../../../worker/accounts/idempotency.ts";
import type { Outcome } from "../../../worker/accounts/outcome.ts";
import type { Random } from "../../../worker/accounts/random-text.ts";
import { Sessions } from "../../../worker/accounts/sessions.ts";
import { type MadeToken, Tokens, type WantedToken } from "../../../worker/accounts/tokens.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export const start = Date.UTC(2026, 10, 30, 12);
export const day = 24 * 3600 * 1000;
export const bootstrapSecret = "c0ffee".repeat(8);

export const wantedOps = { name: "ops", role: "operator", mirrors: [], contact: "ops@example.org" };

/** Bytes that a test can have again. */
export function randomBytes(seed: number): Random {
  const random = seeded(seed);
  return (bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));
}

/** Somebody does something. */
export function act(principal: string, more: Partial<Act> = {}): Act {
  return {
    at: start,
    principal,
    token: "",
    address: "198.51.100.7",
    why: "a test",
    request: "r1",
    ...more,
  };
}

/** What was done; fails the test where it was refused. */
export function done<Made>(outcome: Outcome<Made> | { guessed: string }): Made {
  if ("done" in outcome) return outcome.done;
  throw new Error(`refused: ${JSON.stringify(outcome)}`);
}

let seeds = 0;

/** Everything over one database. */
export class Alone {
  readonly sqlite: BreakableSqlite;
  readonly store: AccountStore;
  readonly audit: AuditLog;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly answers: Idempotency;

  constructor(sqlite = emptyDatabase(), limits?: AuditLimits) {
    const random = randomBytes(++seeds);
    this.sqlite = sqlite;
    this.store = new AccountStore(sqlite.sql);
    this.audit = new AuditLog(sqlite.sql, random, limits);
    this.accounts = new Accounts(this.store, this.audit);
    this.tokens = new Tokens(this.store, this.audit, random);
    this.sessions = new Sessions(sqlite.sql, this.tokens, random);
    this.answers = new Idempotency(sqlite.sql);
  }

  /** The next process on the same database. */
  restarted(): Alone {
    this.sqlite.reopen();
    return new Alone(this.sqlite);
  }

  /** The first admin. */
  bootstrapped(at = start): MadeToken {
    return done(
      bootstrap(this, { secret: bootstrapSecret, shown: bootstrapSecret }, act("root", { at })),
    );
  }

  /** A token of somebody's own. */
  made(principal: string, more: Partial<WantedToken> = {}, at = start): MadeToken {
    const wanted = { principal, scopes: [], description: "", ...more };
    return done(this.tokens.create(act("root", { at }), wanted, undefined));
  }

  /** All text of the database, to look for secrets in. */
  dump(): string {
    const tables = this.sqlite.sql
      .exec("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .toArray();
    return tables
      .map(({ name }) => JSON.stringify(this.sqlite.sql.exec(`SELECT * FROM ${name}`).toArray()))
      .join("\n");
  }

  /** Ids of the audit's whole chain; fails the test where it is broken. */
  verified(): number {
    let checked = 0;
    let next: Parameters<AuditLog["verify"]>[0];
    do {
      const step = this.audit.verify(next);
      if (step.broken !== undefined) throw new Error(step.broken.why);
      checked += step.checked;
      next = step.next;
    } while (next !== undefined);
    return checked;
  }
}

export function emptyDatabase(): BreakableSqlite {
  return new BreakableSqlite(join(temporaryFolder("nearmirror-accounts-"), "accounts.sqlite"));
}
