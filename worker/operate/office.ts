/** What operators work on: the list, accounts, the audit log, and what they can ask of others. One object has it all. */
import { AccountStore } from "../accounts/account-store.ts";
import { Accounts } from "../accounts/accounts.ts";
import { AuditLog } from "../accounts/audit-log.ts";
import { FailedTries } from "../accounts/failed-tries.ts";
import { Idempotency } from "../accounts/idempotency.ts";
import type { Random } from "../accounts/random-text.ts";
import { Sessions } from "../accounts/sessions.ts";
import { Tokens } from "../accounts/tokens.ts";
import type { SeenAlarm } from "../events/alarm-changes.ts";
import { EventStore } from "../events/event-store.ts";
import { EventStreams } from "../events/event-streams.ts";
import { Happenings, type HappeningsOptions } from "../events/happenings.ts";
import { WebhookStore } from "../events/webhook-store.ts";
import { Webhooks, type WebhooksOptions } from "../events/webhooks.ts";
import type { EndingCertificate } from "../health/certificates/ending-certificates.ts";
import type { MirrorDescription } from "../health/fleet-answers.ts";
import type { ProbedStates } from "../health/probed-states.ts";
import { type EndingKey, endingKeys } from "../list/ending-keys.ts";
import { KeptList, type KeptListOptions } from "../list/kept-list.ts";
import { ListStore } from "../list/list-store.ts";
import type { Sql } from "../runtime/sql.ts";
import type { Listed } from "../statistics/question.ts";
import { StagedRows } from "./backup/staged-rows.ts";
import type { OpenIdSignIn } from "./console/openid.ts";
import { certificateAlarms, keptCertificates, keyAlarms } from "./ending-alarms.ts";
import { FormNotes } from "./form-notes.ts";
import { RequestRates } from "./request-rate.ts";

/** What other parts of the service do for operators; each rejects where it can't be reached. */
export interface OthersCalls {
  /** Has mirrors probed as soon as may be; absent: nothing is probed here. */
  probe?: (mirrors: readonly string[]) => Promise<void>;
  /** What probes say of mirrors, of Fleet; absent: nothing is probed here. */
  states?: () => Promise<ProbedStates>;
  mirror?: (name: string) => Promise<MirrorDescription | null>;
  /** Mirrors whose certificates end soon. */
  certificates?: () => Promise<EndingCertificate[]>;
  /** As `HappeningsOptions.changes`; absent: nothing is probed here. */
  changes?: HappeningsOptions["changes"];
  /** As `RedirectStatistics.fullText`; absent: nobody adds up redirects here. */
  statistics?: (query: string, listed: Listed) => Promise<{ text: string } | { reason: string }>;
  /** As `WebhooksOptions.fetch`. */
  fetch: WebhooksOptions["fetch"];
  /** Has the object's alarm ring. @param at Unix ms */
  ring(at: number): Promise<void>;
}

export interface OfficeOptions
  extends Pick<KeptListOptions, "given" | "publish" | "lists" | "now" | "log"> {
  sql: Sql;
  random: Random;
  /** What the deployment was given for the first sign-in; absent: nothing. */
  bootstrapSecret?: string;
  /** Absent: people sign in with tokens alone. */
  openId?: OpenIdSignIn;
  others: OthersCalls;
}

/** Keys are looked at this often, ms: they end by the day. It takes OpenPGP and the whole list. */
const keysEveryMs = 6 * 3600 * 1000;
/** The first time, ms after the start, when there is other work. */
const keysFirstMs = 600_000;

/** All parts, over one database: what belongs together is one transaction. */
export class Office {
  readonly sql: Sql;
  readonly now: () => number;
  readonly random: Random;
  readonly log: (sentence: string) => void;
  readonly bootstrapSecret: string | undefined;
  readonly openId: OpenIdSignIn | undefined;
  readonly others: OthersCalls;
  readonly listStore: ListStore;
  readonly list: KeptList;
  readonly audit: AuditLog;
  readonly accountStore: AccountStore;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly idempotency: Idempotency;
  readonly eventStore: EventStore;
  readonly eventStreams: EventStreams;
  readonly happenings: Happenings;
  readonly webhookStore: WebhookStore;
  readonly webhooks: Webhooks;
  #keys: readonly EndingKey[] = [];
  #keysAt: number;
  readonly failedTries = new FailedTries();
  readonly rates = new RequestRates();
  readonly formNotes = new FormNotes();

  constructor(options: OfficeOptions) {
    const { sql, now, random, log, given, publish, lists, others, bootstrapSecret } = options;
    this.sql = sql;
    // Of an import that ended with the object.
    new StagedRows(sql).end();
    this.now = now;
    this.random = random;
    this.log = log;
    this.others = others;
    this.bootstrapSecret = bootstrapSecret;
    this.openId = options.openId;
    this.listStore = new ListStore(sql);
    this.list = new KeptList({ store: this.listStore, given, publish, lists, now, log });
    this.audit = new AuditLog(sql, random);
    this.accountStore = new AccountStore(sql);
    this.accounts = new Accounts(this.accountStore, this.audit);
    this.tokens = new Tokens(this.accountStore, this.audit, random);
    this.sessions = new Sessions(sql, this.tokens, random);
    this.idempotency = new Idempotency(sql);
    this.#keysAt = now() + keysFirstMs;
    this.eventStore = new EventStore(sql);
    this.eventStreams = new EventStreams(this.eventStore);
    const { changes, fetch } = others;
    this.happenings = new Happenings({ store: this.eventStore, now, ...(changes && { changes }) });
    this.webhookStore = new WebhookStore(sql);
    this.webhooks = new Webhooks({
      store: this.webhookStore,
      events: this.eventStore,
      fetch,
      random,
      now,
    });
  }

  /** Something happened: who watches is told at once, webhooks in their turn. */
  async tell(): Promise<void> {
    this.eventStreams.told();
    const due = this.webhooks.nextDue();
    if (due === undefined) return;
    try {
      await this.#ring(due);
    } catch (error) {
      // What is told of is done, and the minute tells again.
      this.log(`webhooks: no alarm was set: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** The platform takes no moment of 0, which a webhook that hasn't had a delivery has. */
  async #ring(at: number): Promise<void> {
    await this.others.ring(Math.max(at, this.now() + 1));
  }

  /** Fleet has news. Rejects never: what couldn't be heard is heard at the next look. */
  async look(): Promise<void> {
    try {
      if (await this.happenings.look()) await this.tell();
    } catch (error) {
      this.log(
        `events: Fleet could not be heard: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /** The object's alarm rang: deliveries are due. */
  async deliver(): Promise<void> {
    const next = await this.webhooks.deliver();
    if (next !== undefined) await this.#ring(next);
  }

  /** What ends soon: keys that repositories trust, and mirrors' certificates. Never rejects. */
  async #endings(): Promise<SeenAlarm[]> {
    const now = this.now();
    if (now >= this.#keysAt) {
      this.#keysAt = now + keysEveryMs;
      const list = await this.list.inForce();
      this.#keys = list === undefined ? [] : await endingKeys(list.entries, now);
    }
    const { certificates = async () => [] } = this.others;
    const ending = await certificates().then(
      (found) => certificateAlarms(found, now),
      () => keptCertificates(this.eventStore.raised()),
    );
    return [...keyAlarms(this.#keys, now), ...ending];
  }

  /**
   * What time alone does: lists that couldn't be given out, events, and what is kept no longer. Once a minute.
   * @param alarms that are on; undefined: it isn't known
   */
  async minute(alarms?: readonly SeenAlarm[]): Promise<void> {
    await this.list.publishDue();
    await this.look();
    if (alarms !== undefined) {
      this.happenings.alarms([...alarms, ...(await this.#endings())]);
    }
    await this.tell();
    this.eventStore.prune(this.now());
    const now = this.now();
    this.sessions.prune(now);
    this.idempotency.prune(now);
    this.tokens.prune(now);
    this.audit.prune(now);
  }
}
