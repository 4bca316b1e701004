/** What Fleet's ledger makes of generations, of assignments, of the clock, and of mirrors that leave and return. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { assign, regionsAsking } from "../../../worker/health/assignment.ts";
import { rosterMirrors } from "../../../worker/health/compose-roster.ts";
import { FleetStore } from "../../../worker/health/fleet-store.ts";
import { Ledger } from "../../../worker/health/ledger.ts";
import { isTargetRecord } from "../../../worker/health/states.ts";
import { readViews } from "../../../worker/views/views.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { start } from "./events.ts";
import { failing, listedMirror, listOf, reportOf, seenAt, settings } from "./fleet-parts.ts";

const folder = mkdtempSync(join(tmpdir(), "nearmirror-ledger-"));
let files = 0;
const opened: BreakableSqlite[] = [];
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minute = 60_000;
const at = (minutes: number) => start + minutes * minute;
const list = listOf(100, [listedMirror("a.example"), listedMirror("b.example")]);
const key = "a.example debian http any";

function database(): BreakableSqlite {
  const made = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  opened.push(made);
  return made;
}

function ledgerOver(sqlite: BreakableSqlite, now = start, shipped = list): Ledger {
  return new Ledger(new FleetStore(sqlite.sql), settings, { shipped, readList: readViews }, now);
}

/** A target's record as it is on disk. */
function stored(sqlite: BreakableSqlite, of = key) {
  const [row] = sqlite.sql.exec("SELECT record FROM target WHERE key = ?", of).toArray();
  const record: unknown = JSON.parse(String(row?.record ?? "null"));
  return isTargetRecord(record) ? record : undefined;
}

function generationIn(ledger: Ledger, now: number): number | undefined {
  const { rules } = settings;
  const [mirror] = rosterMirrors(ledger.list.roster.mirrors, {
    records: ledger.records,
    now,
    rules,
  });
  return mirror?.carries.debian?.generation;
}

it("a change of generation is published, and is no entry of the history", () => {
  const sqlite = database();
  const ledger = ledgerOver(sqlite);
  const told = (minutes: number, generation?: number, prober = "weur-0") => {
    const more = generation === undefined ? {} : { generation };
    const seen = [seenAt("a.example", at(minutes), more)];
    return ledger.report(reportOf(at(minutes), seen, { prober }), at(minutes)).changed;
  };
  const entries = () => sqlite.sql.exec("SELECT axis FROM history").toArray().length;
  expect(told(0, 5)).toBe(true);
  const before = entries();
  // What was told, whether that is news, and the generation then.
  const steps: [number, number | undefined, string, boolean, number | undefined][] = [
    [0.5, 5, "weur-0", false, 5],
    [1, 6, "weur-0", true, 6],
    [1.1, 4, "enam-0", true, 4],
    [1.5, 7, "weur-0", false, 4],
    [1.6, 7, "enam-0", true, 7],
    [2, 0, "enam-0", true, undefined],
    [2.1, undefined, "enam-0", true, 7],
    [2.5, undefined, "weur-0", true, undefined],
  ];
  for (const [minutes, generation, prober, changed, is] of steps) {
    expect([minutes, told(minutes, generation, prober)]).toEqual([minutes, changed]);
    expect([minutes, generationIn(ledger, at(minutes))]).toEqual([minutes, is]);
  }
  expect(entries()).toBe(before);
});

it("a look that fails takes no generation away", () => {
  const ledger = ledgerOver(database());
  ledger.report(reportOf(start, [seenAt("a.example", start, { generation: 5 })]), start);
  const failed = seenAt("a.example", at(1), failing);
  expect(ledger.report(reportOf(at(1), [failed]), at(1)).changed).toBe(false);
  expect(generationIn(ledger, at(1))).toBe(5);
});

it("figures are in the store after ten minutes, and not each time", () => {
  const sqlite = database();
  const ledger = ledgerOver(sqlite);
  const look = (minutes: number, ms: number) =>
    ledger.report(
      reportOf(at(minutes), [seenAt("a.example", at(minutes), { ms, generation: minutes + 1 })]),
      at(minutes),
    );
  look(0, 11);
  expect(stored(sqlite)?.regions.weur?.ms).toBe(11);
  const written = () => {
    const { ms, generation } = stored(sqlite)?.regions.weur ?? {};
    return [ms, generation?.is];
  };
  look(1, 22);
  ledger.tick(at(10) - 1);
  expect(written()).toEqual([11, 1]);
  ledger.tick(at(10));
  expect(written()).toEqual([22, 2]);
  expect(ledgerOver(sqlite, at(11)).records.get(key)?.regions.weur?.ms).toBe(22);
  // The next ten minutes begin then.
  look(11, 33);
  ledger.tick(at(20) - 1);
  expect(written()).toEqual([22, 2]);
  ledger.tick(at(20));
  expect(written()).toEqual([33, 12]);
});

it("what a region saw that no longer asks a mirror is forgotten, the state isn't", () => {
  const sqlite = database();
  const ledger = ledgerOver(sqlite);
  const report = (prober: string, mirror: string, generation: number) => {
    const seen = [seenAt(mirror, start, { generation })];
    ledger.report(reportOf(start, seen, { prober }), start);
  };
  for (const mirror of ["a.example", "b.example"]) {
    report("weur-0", mirror, 7);
    report("enam-0", mirror, 3);
  }
  const assignments = (regions: readonly ("weur" | "enam" | "apac")[], mirrors = ["a", "b"]) =>
    regionsAsking(
      assign(
        mirrors.map((name) => listedMirror(`${name}.example`)),
        list.catalogue,
        regions,
        50,
      ),
    );
  const regionsOf = (of: string) => Object.keys(ledger.records.get(of)?.regions ?? {});
  const other = "b.example debian http any";
  ledger.assigned(assignments(["weur", "enam"]));
  expect([regionsOf(key), regionsOf(other)]).toEqual([
    ["weur", "enam"],
    ["weur", "enam"],
  ]);
  ledger.assigned(assignments(["weur", "apac"], ["a"]));
  expect([regionsOf(key), regionsOf(other)]).toEqual([["weur"], []]);
  expect(generationIn(ledger, start)).toBe(7);
  expect([key, other].map((of) => ledger.records.get(of)?.state)).toEqual(["up", "up"]);
  ledger.flush(at(1));
  expect(Object.keys(stored(sqlite)?.regions ?? {})).toEqual(["weur"]);
});

it("a mirror that is dropped from the list and listed again begins anew, with its old history", () => {
  const sqlite = database();
  const ledger = ledgerOver(sqlite);
  const states = () =>
    new FleetStore(sqlite.sql)
      .history("a.example", Number.MAX_SAFE_INTEGER, 100)
      .filter(({ axis }) => axis === "state")
      .map(({ from, to }) => `${from} ${to}`);
  ledger.report(reportOf(start, [seenAt("a.example", start, { generation: 5 })]), start);
  const fallen = [seenAt("a.example", at(1), failing, { run: 3 })];
  ledger.report(reportOf(at(1), fallen), at(1));
  expect(ledger.records.get(key)?.state).toBe("down");
  expect(states()).toEqual(["up down", "unknown up"]);

  expect(ledger.takeList(listOf(200, [listedMirror("b.example")]), at(2))).toBe(true);
  expect(ledger.records.has(key)).toBe(false);
  expect(stored(sqlite)).toBeUndefined();
  // Who hasn't heard of it yet tells of it in vain.
  expect(ledger.report(reportOf(at(2), fallen), at(2))).toMatchObject({ changed: false });
  expect(ledger.records.has(key)).toBe(false);

  expect(ledger.takeList(listOf(300, list.roster.mirrors), at(3))).toBe(true);
  expect(ledger.targetsOf("a.example")).toHaveLength(2);
  expect(generationIn(ledger, at(3))).toBeUndefined();
  expect(ledgerOver(sqlite, at(3)).records.has(key)).toBe(false);
  expect(states()).toEqual(["up down", "unknown up"]);
  // One success is enough, as for any that nobody has looked at: it isn't on its way back from a fall.
  ledger.report(reportOf(at(4), [seenAt("a.example", at(4))]), at(4));
  expect(ledger.records.get(key)).toMatchObject({ state: "up", since: at(4) });
  expect(ledger.records.get(key)).not.toHaveProperty("rampSince");
  expect(states()).toEqual(["unknown up", "up down", "unknown up"]);
});

it("clients of eight networks that come back have a mirror probed, and change nothing that is told", () => {
  const sqlite = database();
  const ledger = ledgerOver(sqlite);
  ledger.report(reportOf(at(0), [seenAt("a.example", at(0))]), at(0));
  const before = rosterMirrors(ledger.list.roster.mirrors, {
    records: ledger.records,
    now: at(1),
    rules: settings.rules,
  });
  const networks = [1, 2, 3, 4, 5, 6, 7, 8];
  const reports = [
    { mirror: "a.example", repository: "debian", scheme: "http", networks, count: 40 },
  ] as const;
  expect(ledger.clients([...reports], at(1))).toEqual({ changed: false, mirrors: ["a.example"] });
  expect(ledger.records.get(key)?.state).toBe("up");
  const after = rosterMirrors(ledger.list.roster.mirrors, {
    records: ledger.records,
    now: at(1),
    rules: settings.rules,
  });
  expect(after).toEqual(before);
});
