/**
 * `Fleet`: the one watcher that knows all mirrors. Takes the Probers' reports, keeps states with their
 * history, publishes the roster. A Durable Object; what it decides is in `ledger.ts`, `publish.ts` and the
 * state machine.
 */
import { DurableObject } from "cloudflare:workers";
import shipped from "../../mirror-list/built/views.txt";
import { type Assignment, assign, regionOf, regionsAsking } from "../health/assignment.ts";
import { rosterMirrors } from "../health/compose-roster.ts";
import { FleetStore } from "../health/fleet-store.ts";
import { Ledger } from "../health/ledger.ts";
import type { ClientReport } from "../health/repeat-reports.ts";
import type { Orders, Report } from "../health/report.ts";
import { type ProbeSettings, regions } from "../health/settings.ts";
import { capacityWith } from "../mirrors/capacity.ts";
import type { RosterMirror } from "../mirrors/roster.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { readProbeSettings } from "../settings/settings.ts";
import { readViews } from "../views/views.ts";
import { publishedKey, viewsKey } from "../views/views-key.ts";
import { publishedText } from "../views/views-text.ts";
import type { Env } from "./bindings.ts";
import { describeFleet, describeMirror, type FleetFilter, fleetHealth } from "./fleet-answers.ts";
import { fleetMetrics } from "./fleet-metrics.ts";

/** Between two looks at everything, ms: a third of the probing interval within these. */
const leastTickMs = 1000;
const mostTickMs = 10_000;
/** Two publications are this far apart, ms: KV takes one write a second and key, and edges ask no oftener. */
const publishEveryMs = 1100;
/** With `PROBING=asked`, a mirror is probed for this long after it was a candidate, ms. */
const offeredMs = 3_600_000;
/** A mirror that stays on offer is written down again this often, ms. */
const offeredAgainMs = 600_000;
/** A Prober that can't be told its assignment is tried again this often, ms. */
const directEveryMs = 15_000;

export class Fleet extends DurableObject<Env> {
  readonly #settings: ProbeSettings;
  readonly #store: FleetStore;
  readonly #ledger: Ledger;
  readonly #offered = new Map<string, number>();
  #assignments = new Map<string, Assignment>();
  #lookedAt = 0;
  #publishedAt = 0;
  #directedAt = 0;
  /** Something changed since the publication under way began. */
  #again = false;
  #publishing: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#settings = readProbeSettings(env);
    this.#store = new FleetStore(durableSql(ctx.storage));
    this.#ledger = new Ledger(
      this.#store,
      this.#settings,
      readViews(shipped),
      readViews,
      Date.now(),
    );
    for (const [mirror, at] of this.#store.offered()) this.#offered.set(mirror, at);
    this.#assign();
  }

  /**
   * The published views, or `null` where `known` is their version already.
   * Being asked is also what wakes a Fleet that nobody has woken yet.
   */
  async views(known: number): Promise<string | null> {
    await this.wake();
    await this.#takeList(Date.now());
    if (this.#store.published() === undefined) await this.#publish();
    const published = this.#store.published();
    return published === undefined || published.version === known ? null : published.text;
  }

  /** Makes sure that the alarm is set; harmless when it is. */
  async wake(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.#soon(0);
  }

  /** A Prober tells what it saw. */
  async report(report: Report): Promise<Orders> {
    const now = Date.now();
    const { changed, doubtful } = this.#ledger.report(report, now);
    if (doubtful.size > 0) this.#askOthers(report.prober, [...doubtful]);
    if (changed) await this.#changed(now);
    const assignment = this.#assignments.get(report.prober) ?? nothing;
    return assignment.version === report.assignment ? {} : { assignment };
  }

  /** An edge tells which mirrors failed clients, as far as it can see. */
  async clients(reports: readonly ClientReport[]): Promise<void> {
    const now = Date.now();
    const { changed, mirrors } = this.#ledger.clients(reports, now);
    if (mirrors.length > 0) this.#askOthers("", mirrors);
    if (changed) await this.#changed(now);
  }

  /** An edge tells which mirrors are candidates for its clients. */
  async offered(mirrors: readonly string[]): Promise<void> {
    if (this.#settings.probing !== "asked") return;
    const now = Date.now();
    let grown = false;
    this.#store.together(() => {
      for (const mirror of mirrors) {
        const at = this.#offered.get(mirror);
        if (at !== undefined && now - at < offeredAgainMs) continue;
        if (!this.#ledger.list.roster.mirrors.some(({ name }) => name === mirror)) continue;
        grown ||= at === undefined;
        this.#offered.set(mirror, now);
        this.#store.setOffered(mirror, now);
      }
    });
    if (grown) {
      this.#assign();
      await this.#direct(now, true);
    }
  }

  /** For `/api/v1/mirrors`. */
  async mirrors(filter: FleetFilter) {
    const { list, records } = this.#ledger;
    return describeFleet(list.roster.mirrors, records, this.#settings.rules, filter, Date.now());
  }

  /** For `/api/v1/mirrors/{name}`; `null` where no such mirror is listed. */
  async mirror(name: string, before: number) {
    const { rules } = this.#settings;
    return describeMirror(this.#ledger, this.#store, rules, name, before, Date.now());
  }

  /** For `/api/v1/health`. */
  async health() {
    return fleetHealth(this.#ledger, this.#store, this.#settings, Date.now());
  }

  /**
   * The share, 0 to 1, of a repository's mirrors that have a snapshot, by their capacity: for its publishing policy.
   * 0 as well where no mirror of it takes clients; undefined where nothing is probed, so that it is never known.
   */
  async capacityWith(repository: string, generation: number): Promise<number | undefined> {
    const { list, records } = this.#ledger;
    const { probing, rules } = this.#settings;
    if (probing === "off") return undefined;
    const mirrors = rosterMirrors(list.roster.mirrors, records, Date.now(), rules);
    return capacityWith(mirrors, repository, generation);
  }

  /** For `/metrics`. */
  async metrics(): Promise<string> {
    return fleetMetrics(this.#ledger, this.#store, this.#settings.rules, Date.now());
  }

  override async alarm(): Promise<void> {
    const { healthyMs } = this.#settings.rules;
    // Set first: whatever happens below, the chain goes on.
    await this.#soon(Math.min(mostTickMs, Math.max(leastTickMs, healthyMs / 3)));
    const now = Date.now();
    await this.#takeList(now);
    this.#forgetOffered(now);
    this.#ledger.tick(now);
    // Words that ran out and ramps change the roster by time alone, so it is always compared.
    await this.#publishWhenDue(now);
    await this.#storeLastKnownGood();
    await this.#direct(now, false);
  }

  async #soon(ms: number): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + ms);
  }

  async #changed(now: number): Promise<void> {
    this.#again = true;
    await this.#publishWhenDue(now);
  }

  async #publishWhenDue(now: number): Promise<void> {
    const wait = this.#publishedAt + publishEveryMs - now;
    if (wait <= 0) {
      await this.#publish();
      return;
    }
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > now + wait) await this.#soon(wait);
  }

  /** Builds the roster and, where it says anything new, publishes it: here first, then in KV. */
  async #publish(): Promise<void> {
    this.#publishing ??= this.#publishAll().finally(() => {
      this.#publishing = undefined;
    });
    await this.#publishing;
  }

  async #publishAll(): Promise<void> {
    do {
      this.#again = false;
      await this.#publishOnce();
    } while (this.#again);
  }

  async #publishOnce(): Promise<void> {
    const now = Date.now();
    this.#publishedAt = now;
    const { roster, catalogue } = this.#ledger.list;
    const { records } = this.#ledger;
    const mirrors = rosterMirrors(roster.mirrors, records, now, this.#settings.rules);
    const before = this.#store.published();
    const views = (version: number) => ({
      roster: { version, list: roster.version, mirrors },
      catalogue,
    });
    if (before !== undefined) {
      const same = await publishedText(views(before.version));
      if (same === before.text) return;
    }
    const version = Math.max(now, roster.version, (before?.version ?? 0) + 1);
    const text = await publishedText(views(version));
    this.#store.setPublished({ version, text, stored: false });
    await this.#storeLastKnownGood();
  }

  /** Puts the published views into KV, if they aren't there. A failure is tried again at the next alarm. */
  async #storeLastKnownGood(): Promise<void> {
    const published = this.#store.published();
    if (published === undefined || published.stored || this.env.VIEWS === undefined) return;
    try {
      await this.env.VIEWS.put(publishedKey, published.text);
      this.#store.markStored(published.version);
    } catch (error) {
      console.warn(`views ${published.version} not stored: ${reasonOf(error)}`);
    }
  }

  /** Looks for a newer mirror list. */
  async #takeList(now: number): Promise<void> {
    if (this.env.VIEWS === undefined || now - this.#lookedAt < this.#listEveryMs) return;
    this.#lookedAt = now;
    try {
      const text = await this.env.VIEWS.get(viewsKey);
      if (text === null || !this.#ledger.takeList(readViews(text), now)) return;
    } catch (error) {
      console.warn(`mirror list not taken: ${reasonOf(error)}`);
      return;
    }
    this.#assign();
    this.#again = true;
    await this.#publish();
    await this.#direct(now, true);
  }

  get #listEveryMs(): number {
    return Math.min(mostTickMs, this.#settings.rules.healthyMs / 10);
  }

  #assign(): void {
    const { probing, shardMirrors } = this.#settings;
    const { roster, catalogue } = this.#ledger.list;
    const watched = (mirror: RosterMirror) =>
      probing === "all" || (probing === "asked" && this.#offered.has(mirror.name));
    this.#assignments = assign(
      roster.mirrors.filter(watched),
      catalogue,
      this.#settings.regions,
      shardMirrors,
    );
    this.#ledger.assigned(regionsAsking(this.#assignments));
  }

  #forgetOffered(now: number): void {
    if (this.#settings.probing !== "asked") return;
    const gone = [...this.#offered].filter(([, at]) => now - at > offeredMs);
    if (gone.length === 0) return;
    for (const [mirror] of gone) this.#offered.delete(mirror);
    this.#store.dropOffered(now - offeredMs);
    this.#assign();
  }

  /** Tells Probers what to do, where they don't know yet or have fallen silent. */
  async #direct(now: number, changed: boolean): Promise<void> {
    if (!changed && now - this.#directedAt < directEveryMs) return;
    this.#directedAt = now;
    const { probers, silentMs } = this.#ledger;
    const names = new Set([...this.#assignments.keys(), ...probers.keys()]);
    await Promise.all(
      [...names].map(async (name) => {
        const assignment = this.#assignments.get(name) ?? nothing;
        const standing = probers.get(name);
        const silent = standing !== undefined && now - standing.seenAt > silentMs;
        if (standing?.given === assignment.version && !silent) return;
        try {
          await this.#prober(name)?.follow(name, assignment);
          this.#ledger.gave(name, assignment.version, now);
        } catch (error) {
          console.warn(`Prober ${name} could not be told: ${reasonOf(error)}`);
        }
      }),
    );
  }

  /** Has mirrors probed at once by everybody who watches them, but for the one who told. */
  #askOthers(but: string, mirrors: readonly string[]): void {
    for (const [name, { mirrors: watched }] of this.#assignments) {
      const theirs = mirrors.filter((one) => watched.some((mirror) => mirror.name === one));
      if (name === but || theirs.length === 0) continue;
      const asked = this.#prober(name)?.probeNow(theirs);
      this.ctx.waitUntil(Promise.resolve(asked).catch(() => undefined));
    }
  }

  #prober(name: string) {
    const { PROBER } = this.env;
    if (PROBER === undefined) return undefined;
    const region = regions.find((known) => known === regionOf(name));
    const id = PROBER.idFromName(name);
    return region === undefined || region === "here"
      ? PROBER.get(id)
      : PROBER.get(id, { locationHint: region });
  }
}

/** The assignment of a Prober that isn't needed any more. */
const nothing: Assignment = { version: "", mirrors: [], repositories: [] };

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
