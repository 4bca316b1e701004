/** What operators work on: the list, accounts, the audit log, and what they can ask of others. One object has it all. */
import { AccountStore } from "../accounts/account-store.ts";
import { Accounts } from "../accounts/accounts.ts";
import { AuditLog } from "../accounts/audit-log.ts";
import { FailedTries } from "../accounts/failed-tries.ts";
import { Idempotency } from "../accounts/idempotency.ts";
import type { Random } from "../accounts/random-text.ts";
import { Sessions } from "../accounts/sessions.ts";
import { Tokens } from "../accounts/tokens.ts";
import { KeptList, type KeptListOptions } from "../list/kept-list.ts";
import { ListStore } from "../list/list-store.ts";
import type { Sql } from "../runtime/sql.ts";
import { RequestRate } from "./request-rate.ts";

/** What other parts of the service do for operators; each rejects where it can't be reached. */
export interface OthersCalls {
  /** Has mirrors probed as soon as may be. */
  probe(mirrors: readonly string[]): Promise<void>;
}

export interface OfficeOptions
  extends Pick<KeptListOptions, "given" | "publish" | "lists" | "now" | "log"> {
  sql: Sql;
  random: Random;
  /** What the deployment was given for the first sign-in; absent: nothing. */
  bootstrapSecret?: string;
  others: OthersCalls;
}

/** All parts, over one database: what belongs together is one transaction. */
export class Office {
  readonly sql: Sql;
  readonly now: () => number;
  readonly random: Random;
  readonly log: (sentence: string) => void;
  readonly bootstrapSecret: string | undefined;
  readonly others: OthersCalls;
  readonly listStore: ListStore;
  readonly list: KeptList;
  readonly audit: AuditLog;
  readonly accountStore: AccountStore;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly failedTries = new FailedTries();
  readonly rate = new RequestRate();

  constructor(options: OfficeOptions) {
    const { sql, now, random, log, given, publish, lists, others, bootstrapSecret } = options;
    this.sql = sql;
    this.now = now;
    this.random = random;
    this.log = log;
    this.others = others;
    this.bootstrapSecret = bootstrapSecret;
    this.listStore = new ListStore(sql);
    this.list = new KeptList({ store: this.listStore, given, publish, lists, now, log });
    this.audit = new AuditLog(sql, random);
    this.accountStore = new AccountStore(sql);
    this.accounts = new Accounts(this.accountStore, this.audit);
    this.tokens = new Tokens(this.accountStore, this.audit, random);
    this.sessions = new Sessions(sql, this.tokens, random);
    this.idempotency = new Idempotency(sql);
  }

  /** What time alone does: lists that couldn't be given out, and what is kept no longer. Once a minute. */
  async minute(): Promise<void> {
    await this.list.publishDue();
    const now = this.now();
    this.sessions.prune(now);
    this.idempotency.prune(now);
    this.tokens.prune(now);
  }
}
