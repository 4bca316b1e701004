/** The history of rosters against a list of all rosters in memory, over changes that are drawn. */
import { expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { FleetStore } from "../../../worker/health/fleet-store.ts";
import { RosterHistory, type RosterThen } from "../../../worker/health/roster-history.ts";
import {
  type HistoryLimits,
  historyLimits,
  rosterHistoryMs,
} from "../../../worker/health/roster-history-limits.ts";
import type { RosterView } from "../../../worker/mirrors/roster.ts";
import { unpackRoster } from "../../../worker/mirrors/unpack-roster.ts";
import type { BreakableSqlite } from "../runtime/sqlite.ts";
import { firstRoster, nextRoster } from "./drawn-rosters.ts";
import { start } from "./events.ts";
import { testDatabases } from "./watcher-parts.ts";

const database = testDatabases();
const hour = 3_600_000;
const day = 24 * hour;

/** A history beside the list of all that was published. */
class Kept {
  readonly published: { at: number; view: RosterView }[] = [];
  readonly logged: string[] = [];
  readonly #sqlite: BreakableSqlite;
  readonly #limits: HistoryLimits;
  store: FleetStore;
  history: RosterHistory;

  constructor(sqlite: BreakableSqlite, limits: Partial<HistoryLimits> = {}) {
    this.#sqlite = sqlite;
    this.#limits = { ...historyLimits, ...limits };
    this.store = new FleetStore(sqlite.sql);
    this.history = this.#history();
  }

  #history() {
    return new RosterHistory(this.store.rosters, (said) => this.logged.push(said), this.#limits);
  }

  /** As after the object's end. */
  restart(): void {
    this.#sqlite.reopen();
    this.store = new FleetStore(this.#sqlite.sql);
    this.history = this.#history();
  }

  publish(view: RosterView, at: number): void {
    this.store.together(this.history.published(view, at));
    this.published.push({ at, view });
  }

  /** The roster of then by the list, with what came up to then. */
  inForce(time: number) {
    return this.published.findLast(({ at }) => at <= time);
  }
}

type Told = Exclude<RosterThen, "busy" | { before: number | null }>;

function toldOf(then: RosterThen): Told {
  if (then === "busy" || !("roster" in then)) throw new Error(`not told: ${JSON.stringify(then)}`);
  return then;
}

function viewOf(then: RosterThen): RosterView {
  return unpackRoster(JSON.parse(toldOf(then).roster));
}

it("tells each roster of the last seven days as it was, over list changes, checkpoints and restarts", () => {
  const random = seeded(16);
  const kept = new Kept(database(), { checkpointBytes: 12_000 });
  let view = firstRoster(random, 40);
  let at = start;
  for (let step = 0; step < 800; step++) {
    kept.publish(view, at);
    if (random() < 0.02) kept.restart();
    view = nextRoster(random, view);
    at += random() < 0.9 ? 1100 + random() * 60_000 : random() * 6 * hour;
    at = Math.floor(at);
  }
  const now = at;
  expect(now - start).toBeGreaterThan(rosterHistoryMs + day);
  const oldest = kept.history.oldest(now) ?? 0;
  expect(oldest).toBe(now - rosterHistoryMs);
  expect(kept.store.rosters.checkpoints().length).toBeGreaterThan(10);
  expect(kept.store.rosters.checkpoints()[0]).toBeGreaterThan(now - rosterHistoryMs - 2 * day);
  let compared = 0;
  for (const [number, { at: from }] of kept.published.entries()) {
    const until = kept.published[number + 1]?.at ?? null;
    const time = from + Math.floor(random() * ((until ?? now + 1) - from));
    if (time < oldest) continue;
    // Each question a second after the other: the budget of openings is another test's.
    const then = kept.history.at(time, now + compared * 1000);
    expect(viewOf(then)).toEqual(kept.inForce(time)?.view);
    expect(toldOf(then)).toMatchObject({ from, until, coarse: null, version: number + 1 });
    compared++;
  }
  expect(compared).toBeGreaterThan(350);
  expect(kept.history.at(oldest - 1, now)).toEqual({ before: oldest });
  expect(kept.logged).toEqual([]);
});

it("keeps less than all in a storm, within its bytes, and says where", () => {
  const random = seeded(7);
  const limits = { burstBytes: 30_000, bytesPerDay: 2e6, maxBytes: 16.03e6 };
  const kept = new Kept(database(), { ...limits, checkpointBytes: 30_000 });
  let view = firstRoster(random, 30);
  let at = start;
  const after = () => {
    view = nextRoster(random, view);
  };
  for (let step = 0; step < 700; step++) {
    kept.publish(view, at);
    if (random() < 0.01) kept.restart();
    after();
    at += 1100;
  }
  // It ends, and what is in force at last is kept as soon as the allowance has it.
  const last = kept.published.at(-1);
  if (last === undefined) throw new Error("nothing was published");
  const before = toldOf(kept.history.at(at, at));
  expect(before.coarse?.publications).toBeGreaterThan(0);
  for (let tick = 0; tick < 600; tick++) {
    at += 10_000;
    kept.store.together(() => kept.history.unchanged(last.view, at));
  }
  expect(toldOf(kept.history.at(at, at))).toMatchObject({ from: last.at, coarse: null });
  const { total = 0 } = kept.store.rosters.upTo(at) ?? {};
  expect(total).toBeLessThan(limits.burstBytes + ((at - start) / day) * limits.bytesPerDay);
  let exact = 0;
  let missed = 0;
  for (const [number, { at: from, view: published }] of kept.published.entries()) {
    const then = toldOf(kept.history.at(from + 500, at + number * 1000));
    if (then.coarse === null) {
      exact++;
      expect(unpackRoster(JSON.parse(then.roster))).toEqual(published);
      continue;
    }
    missed++;
    expect(unpackRoster(JSON.parse(then.roster))).toEqual(kept.inForce(then.from)?.view);
    const others = kept.published.filter(
      (one) => one.at > then.from && one.at < (then.until ?? Number.POSITIVE_INFINITY),
    );
    expect(then.coarse).toEqual({ since: others[0]?.at, publications: others.length });
  }
  expect(exact).toBeGreaterThan(50);
  expect(missed).toBeGreaterThan(300);
});

it("opens few rosters a minute, and those that it holds at once", () => {
  const kept = new Kept(database());
  const random = seeded(3);
  let view = firstRoster(random, 5);
  for (let step = 0; step < 30; step++) {
    kept.publish(view, start + step * 1000);
    view = nextRoster(random, view);
  }
  const now = start + hour;
  const at = (step: number, later = 0) => kept.history.at(start + step * 1000, now + later);
  const opened = Array.from({ length: 30 }, (_, step) => at(step)).filter((one) => one !== "busy");
  expect(opened.length).toBe(20);
  expect(at(19)).toMatchObject({ from: start + 19_000 });
  expect(at(29)).toBe("busy");
  expect(at(29, 1000)).toMatchObject({ from: start + 29_000 });
});

it("a write that fails leaves what was kept, and what can't be read is begun anew", () => {
  const sqlite = database();
  const kept = new Kept(sqlite);
  const random = seeded(5);
  let view = firstRoster(random, 5);
  kept.publish(view, start);
  view = nextRoster(random, view);
  sqlite.breakAt(1, "throws");
  expect(() => kept.publish(view, start + 1000)).toThrow("disk is full");
  kept.history.forget();
  kept.publish(view, start + 2000);
  expect(viewOf(kept.history.at(start + 2000, start + 3000))).toEqual(view);
  expect(toldOf(kept.history.at(start + 1500, start + 3000)).from).toBe(start);
  sqlite.sql.exec("UPDATE roster_checkpoint SET roster = '{'");
  kept.restart();
  view = nextRoster(random, view);
  kept.publish(view, start + 4000);
  expect(kept.logged).toEqual([expect.stringContaining("begun anew")]);
  expect(viewOf(kept.history.at(start + 5000, start + 5000))).toEqual(view);
  expect(kept.history.at(start + 3000, start + 5000)).toEqual({ before: start + 4000 });
});
