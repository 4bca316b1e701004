/** Fleet without a platform, for the tests of what it decides. */
import { FleetStore } from "../../../worker/health/fleet-store.ts";
import { FleetWatch } from "../../../worker/health/fleet-watch.ts";
import type { RedirectTotals } from "../../../worker/health/nearness/proximity.ts";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import { readProbeSettings } from "../../../worker/settings/settings.ts";
import type { VariableTexts } from "../../../worker/settings/table.ts";
import { readViews } from "../../../worker/views/views.ts";
import type { BreakableSqlite } from "../runtime/sqlite.ts";
import { failing, listedMirror, listOf, reportOf, seenAt } from "./fleet-parts.ts";
import { Clock, TestAlarm, TestBackground } from "./watcher-parts.ts";

const second = 1000;
const shipped = listOf(100, [listedMirror("a.example"), listedMirror("b.example")]);

interface Begin {
  sqlite: BreakableSqlite;
  shipped?: Views;
  variables?: VariableTexts;
  /** As in `FleetWatchOptions`. */
  totals?: () => Promise<RedirectTotals>;
}

/** Fleet over a database, with what it said to Probers and put into the last-known-good store. */
export class TestFleet {
  readonly clock = new Clock();
  readonly alarm = new TestAlarm(this.clock);
  readonly background = new TestBackground();
  /** Calls of Probers: the name, then the assignment's version or the mirrors to probe at once. */
  readonly followed: [prober: string, version: string, mirrors: string[]][] = [];
  readonly asked: [prober: string, mirrors: readonly string[]][] = [];
  readonly unreachable = new Set<string>();
  /** What the last-known-good store has; and whether Fleet's own store had it then. */
  kept: { text: string; storedBefore: boolean }[] = [];
  keeps = true;
  applied: string | null = null;
  readonly logged: string[] = [];
  readonly sqlite: BreakableSqlite;
  readonly #begin: Begin;
  watch: FleetWatch;

  constructor(begin: Begin) {
    this.#begin = begin;
    this.sqlite = begin.sqlite;
    this.watch = this.#watch();
  }

  #watch(): FleetWatch {
    const { clock, alarm, background, sqlite, unreachable } = this;
    const { totals } = this.#begin;
    const variables = { PROBING: "all", PROBE_REGIONS: "weur,enam", ...this.#begin.variables };
    return new FleetWatch({
      settings: readProbeSettings(variables),
      store: new FleetStore(sqlite.sql),
      alarm,
      background,
      shipped: this.#begin.shipped ?? shipped,
      readList: readViews,
      applied: async () => this.applied,
      encode: async (views) => JSON.stringify(views),
      keep: async (text) => {
        if (!this.keeps) throw new Error("KV is gone.");
        this.kept.push({ text, storedBefore: this.#published()?.text === text });
      },
      ...(totals && { totals }),
      prober: (name) => ({
        follow: async (_, { version, mirrors }) => {
          if (unreachable.has(name)) throw new Error("no such object");
          this.followed.push([name, version, mirrors.map((mirror) => mirror.name)]);
        },
        probeNow: async (mirrors) => {
          this.asked.push([name, mirrors]);
        },
      }),
      now: clock.now,
      log: (sentence) => this.logged.push(sentence),
    });
  }

  /** As after the object's end: all that it held in memory is gone. */
  restart(): void {
    this.sqlite.reopen();
    this.watch = this.#watch();
  }

  /** Row of what was published last, as it is on disk. */
  #published() {
    return this.sqlite.sql.exec("SELECT * FROM published").toArray()[0];
  }

  readonly ring = () => this.alarm.ring(() => this.watch.alarm());

  /** Lets alarms ring for so many seconds. */
  async pass(seconds: number): Promise<void> {
    await this.alarm.ringUntil(this.clock.at + seconds * second, () => this.watch.alarm());
  }

  /** A Fleet that was woken, and has told its Probers. */
  static async begun(begin: Begin): Promise<TestFleet> {
    const fleet = new TestFleet(begin);
    await fleet.watch.wake();
    await fleet.ring();
    return fleet;
  }

  /** Takes what was said to Probers since the last call. */
  told() {
    return { followed: this.followed.splice(0).sort(), asked: this.asked.splice(0) };
  }

  /** State of a mirror's `debian`, as published now. */
  async published(mirror = "a.example") {
    const { roster } = readViews((await this.watch.views(0)) ?? "");
    const found = roster.mirrors.find(({ name }) => name === mirror);
    return { version: roster.version, state: found?.carries.debian?.states?.http };
  }

  /** A Prober saw a mirror's `debian`, well or not. */
  sees(mirror: string, well: boolean, prober = "weur-0", run = 1) {
    const { at } = this.clock;
    const seen = seenAt(mirror, at, well ? {} : failing, { run });
    return this.watch.report(reportOf(at, [seen], { prober }));
  }
}
