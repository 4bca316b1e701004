/** Fleet's life without a platform: assignments, reports and orders, silence, the order of publishing, lists, its store. */
import { beforeAll, expect, it, vi } from "vitest";
import { emptyRecord } from "../../../worker/health/states.ts";
import { unpackRoster } from "../../../worker/mirrors/unpack-roster.ts";
import { readViews } from "../../../worker/views/views.ts";
import { start } from "./events.ts";
import { TestFleet } from "./fleet-alone.ts";
import { listedMirror, listOf, reportOf } from "./fleet-parts.ts";
import { testDatabases } from "./watcher-parts.ts";

// The ledger logs its alarms.
beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));

const database = testDatabases();
const minute = 60_000;

it("assigns each mirror to its own region and one other, once, and tries a Prober again that can't be told", async () => {
  const fleet = new TestFleet({ sqlite: database() });
  fleet.unreachable.add("enam-0");
  await fleet.watch.wake();
  expect(fleet.alarm.at).toBe(start);
  await fleet.ring();
  const both = ["a.example", "b.example"];
  expect(fleet.told().followed).toEqual([["weur-0", expect.any(String), both]]);
  expect(fleet.logged).toEqual(["Prober enam-0 could not be told: no such object"]);
  fleet.unreachable.clear();
  await fleet.pass(10);
  expect(fleet.told().followed).toEqual([]);
  await fleet.pass(10);
  expect(fleet.told().followed).toEqual([["enam-0", expect.any(String), both]]);
  await fleet.pass(30);
  expect(fleet.told().followed).toEqual([]);
  const { probers } = fleet.watch.health();
  expect(probers.map(({ name, alive }) => `${name} ${alive}`).sort()).toEqual([
    "enam-0 true",
    "weur-0 true",
  ]);
});

it("answers a report with the assignment where the Prober follows another one", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  const orders = await fleet.sees("a.example", true);
  expect(orders.assignment?.mirrors.map(({ name }) => name)).toEqual(["a.example", "b.example"]);
  const { version = "" } = orders.assignment ?? {};
  const current = reportOf(fleet.clock.at, [], { assignment: version });
  expect(await fleet.watch.report(current)).toEqual({});
  const stranger = reportOf(fleet.clock.at, [], { prober: "apac-3" });
  expect(await fleet.watch.report(stranger)).toEqual({
    assignment: { version: "", mirrors: [], repositories: [] },
  });
});

it("a first failure has the other regions ask at once, and two regions make it down", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  await fleet.sees("a.example", true);
  await fleet.sees("a.example", true, "enam-0");
  await fleet.pass(10);
  expect((await fleet.published()).state).toBe("up");
  fleet.told();
  await fleet.sees("a.example", false);
  expect(fleet.told().asked).toEqual([["enam-0", ["a.example"]]]);
  await fleet.pass(1);
  await fleet.sees("a.example", false, "enam-0");
  await fleet.pass(2);
  expect((await fleet.published()).state).toBe("down");
});

it("tells the roster of then: before a mirror fell, after it, and over a restart; from the first one on", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  await fleet.sees("a.example", true);
  await fleet.sees("a.example", true, "enam-0");
  await fleet.pass(10);
  const up = fleet.clock.at;
  await fleet.sees("a.example", false);
  await fleet.pass(1);
  await fleet.sees("a.example", false, "enam-0");
  await fleet.pass(10);
  const down = fleet.clock.at;
  fleet.restart();
  await fleet.pass(60);
  const stateAt = (time: number) => {
    const then = fleet.watch.rosterAt(time);
    if (then === "busy" || !("roster" in then)) return then;
    const { version, mirrors } = unpackRoster(JSON.parse(then.roster));
    expect(version).toBe(then.version);
    return mirrors.find(({ name }) => name === "a.example")?.carries.debian?.states?.http;
  };
  expect([stateAt(start), stateAt(up), stateAt(down)]).toEqual([undefined, "up", "down"]);
  expect(stateAt(start - 1)).toEqual({ before: start });
});

it("clients' reports have every region ask at once", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  fleet.told();
  const networks = [1];
  const one = { repository: "debian", scheme: "http", networks, count: 1 } as const;
  await fleet.watch.clients([{ mirror: "b.example", ...one }]);
  expect(fleet.told().asked.sort()).toEqual([
    ["enam-0", ["b.example"]],
    ["weur-0", ["b.example"]],
  ]);
});

it("a Prober that falls silent is an alarm, and is given its assignment again until it reports", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  await fleet.sees("a.example", true);
  await fleet.sees("a.example", true, "enam-0");
  fleet.told();
  // Three intervals of 30 s, each with a deadline of 5 s.
  await fleet.pass(95);
  await fleet.sees("a.example", true, "enam-0");
  expect(fleet.told().followed).toEqual([]);
  await fleet.pass(30);
  const names = () => fleet.watch.health().alarms.map(({ name }) => name);
  expect(names()).toEqual(["silent weur-0"]);
  expect(new Set(fleet.told().followed.map(([name]) => name))).toEqual(new Set(["weur-0"]));
  await fleet.sees("a.example", true);
  expect(names()).toEqual([]);
  await fleet.pass(30);
  expect(fleet.told().followed).toEqual([]);
});

it("stores a publication before anybody is told of it, and puts into KV later what KV refused", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  fleet.keeps = false;
  await fleet.sees("a.example", true);
  await fleet.pass(2);
  // Edges that reach Fleet have it all the same.
  const { version, state } = await fleet.published();
  expect(state).toBe("up");
  expect(fleet.logged).toContain(`views ${version} not stored: KV is gone`);
  expect(fleet.watch.health()).toMatchObject({ published: version, stored: false });
  fleet.restart();
  expect(await fleet.published()).toEqual({ version, state });
  fleet.keeps = true;
  await fleet.ring();
  expect(fleet.watch.health()).toMatchObject({ published: version, stored: true });
  expect(fleet.kept.map(({ storedBefore }) => storedBefore)).toEqual([true, true]);
  expect(readViews(fleet.kept.at(-1)?.text ?? "").roster.version).toBe(version);
  // KV has it: nothing more is put there.
  await fleet.pass(30);
  expect(fleet.kept).toHaveLength(2);
});

it("a publication that can't be written is told to nobody", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  const before = await fleet.published();
  await fleet.sees("a.example", true);
  const { alarm, clock } = fleet;
  fleet.kept = [];
  clock.at = alarm.at ?? clock.at;
  fleet.sqlite.breakAt(1, "throws");
  await expect(fleet.ring()).rejects.toThrow("full");
  expect(fleet.kept).toEqual([]);
  expect(await fleet.published()).toEqual(before);
  // The alarm was set before: the chain goes on.
  await fleet.ring();
  expect((await fleet.published()).state).toBe("up");
});

it("publishes what changes together once, a second after the publication before, and nothing where nothing changed", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  const texts = () => fleet.kept.splice(0).map(({ text }) => readViews(text).roster.version);
  expect(texts()).toHaveLength(1);
  await fleet.sees("a.example", true);
  await fleet.sees("b.example", true);
  expect(texts()).toEqual([]);
  expect((fleet.alarm.at ?? 0) - fleet.clock.at).toBeLessThanOrEqual(1100);
  await fleet.ring();
  const [version = 0, ...more] = texts();
  expect(more).toEqual([]);
  expect(version).toBe(fleet.clock.at);
  expect(await fleet.watch.views(version)).toBeNull();
  await fleet.pass(30);
  expect(texts()).toEqual([]);
});

it("takes a newer list at once, and no older one", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  fleet.told();
  fleet.applied = JSON.stringify(listOf(90, [listedMirror("old.example")]));
  await fleet.pass(10);
  expect(fleet.watch.health().list).toBe(100);
  fleet.applied = "{";
  await fleet.pass(10);
  expect(fleet.logged.at(-1)).toMatch(/^mirror list not taken: /);
  const notTaken = () => fleet.watch.health().alarms.map(({ name }) => name);
  expect(notTaken()).toContain("list not taken");
  const drained = listedMirror("b.example", {
    is: "drained",
    by: "ops@example.org",
    why: "moving",
  });
  fleet.applied = JSON.stringify(listOf(110, [drained, listedMirror("c.example")]));
  await fleet.pass(10);
  expect(fleet.watch.health().list).toBe(110);
  expect(notTaken()).not.toContain("list not taken");
  expect(fleet.told().followed.map(([name, , mirrors]) => [name, mirrors])).toEqual([
    ["enam-0", ["b.example", "c.example"]],
    ["weur-0", ["b.example", "c.example"]],
  ]);
  const published = readViews((await fleet.watch.views(0)) ?? "").roster;
  expect(published.mirrors.map(({ name, state }) => [name, state])).toEqual([
    ["b.example", "drained"],
    ["c.example", "unknown"],
  ]);
  expect(fleet.watch.mirror("b.example", 100)?.history.map(({ to, why }) => [to, why])).toEqual([
    ["drained", "ops@example.org: moving"],
  ]);
  // A list without mirrors: nobody is needed any more.
  fleet.applied = JSON.stringify(listOf(120, []));
  await fleet.pass(20);
  expect(fleet.told().followed).toEqual([
    ["enam-0", "", []],
    ["weur-0", "", []],
  ]);
  expect(fleet.watch.health().probers).toEqual([]);
});

it("with PROBING=asked probes what is on offer, through a restart, and an hour after the last offer no more", async () => {
  const fleet = await TestFleet.begun({ sqlite: database(), variables: { PROBING: "asked" } });
  expect(fleet.told().followed).toEqual([]);
  await fleet.watch.offered(["a.example", "stranger.example"]);
  const [, version] = fleet.followed[0] ?? [];
  expect(fleet.told().followed).toEqual([
    ["enam-0", expect.any(String), ["a.example"]],
    ["weur-0", version, ["a.example"]],
  ]);
  fleet.restart();
  const { assignment } = await fleet.sees("a.example", true);
  expect(assignment?.mirrors.map(({ name }) => name)).toEqual(["a.example"]);
  await fleet.pass(55 * 60);
  await fleet.watch.offered(["a.example"]);
  await fleet.pass(55 * 60);
  const ended = () => fleet.told().followed.filter(([, is]) => is === "");
  expect(ended()).toEqual([]);
  await fleet.pass(10 * 60);
  expect(ended()).toEqual([
    ["enam-0", "", []],
    ["weur-0", "", []],
  ]);
});

it("takes over the store of an older version with an older list: states, history, Probers, offers and the publication", async () => {
  const sqlite = database();
  const older = listOf(90, [listedMirror("a.example"), listedMirror("gone.example")]);
  const record = JSON.stringify({ ...emptyRecord(start - minute), state: "down" });
  const word = { is: "drained", by: "ops@example.org", why: "moving" } as const;
  // The tables as version 0.1.0 made them.
  for (const [query, ...values] of [
    ["CREATE TABLE list (id INTEGER PRIMARY KEY, version INTEGER, text TEXT)"],
    ["CREATE TABLE target (key TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID"],
    [
      `CREATE TABLE history (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER, mirror TEXT, repository TEXT,
         scheme TEXT, family TEXT, axis TEXT, "from" TEXT, "to" TEXT, why TEXT, evidence TEXT)`,
    ],
    ["CREATE TABLE published (id INTEGER PRIMARY KEY, version INTEGER, text TEXT, stored INTEGER)"],
    ["CREATE TABLE prober (name TEXT PRIMARY KEY, standing TEXT) WITHOUT ROWID"],
    ["CREATE TABLE alarm (name TEXT PRIMARY KEY, since INTEGER, detail TEXT) WITHOUT ROWID"],
    ["CREATE TABLE offered (mirror TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID"],
    ["INSERT INTO list VALUES (1, 90, ?)", JSON.stringify(older)],
    ["INSERT INTO target VALUES ('a.example debian http any', ?)", record],
    ["INSERT INTO target VALUES ('gone.example debian http any', ?)", record],
    [
      `INSERT INTO history VALUES (7, ?, 'a.example', 'debian', 'http', 'any', 'state', 'up', 'down', 'it fell', '{}')`,
      start - minute,
    ],
    ["INSERT INTO published VALUES (1, ?, 'text before', 1)", start + minute],
    [`INSERT INTO prober VALUES ('weur-0', '{"given":"abc"}')`],
    ["INSERT INTO alarm VALUES ('blind weur-0', ?, 'it was')", start - minute],
    ["INSERT INTO offered VALUES ('a.example', ?)", start],
  ] as const) {
    sqlite.sql.exec(query, ...values);
  }
  const list = listOf(100, [listedMirror("a.example"), listedMirror("b.example", word)]);
  const fleet = new TestFleet({ sqlite, shipped: list, variables: { PROBING: "asked" } });
  expect(fleet.watch.health()).toMatchObject({
    list: 100,
    published: start + minute,
    stored: true,
    probers: [{ name: "weur-0" }],
    alarms: [{ name: "blind weur-0" }],
  });
  expect(await fleet.watch.views(0)).toBe("text before");
  const [entry] = fleet.watch.mirror("a.example", 100)?.history ?? [];
  expect(entry).toMatchObject({ id: 7, to: "down", why: "it fell" });
  await fleet.ring();
  // Edges have a later version than the clock shows: the next is later still.
  expect(await fleet.published()).toEqual({ version: start + minute + 1, state: "down" });
  const keys = sqlite.sql.exec("SELECT key FROM target").toArray();
  expect(keys).toEqual([{ key: "a.example debian http any" }]);
  expect(fleet.watch.mirror("b.example", 100)?.history.map(({ to }) => to)).toEqual(["drained"]);
  expect(fleet.told().followed.map(([name, , mirrors]) => [name, mirrors])).toEqual([
    ["enam-0", ["a.example"]],
    ["weur-0", ["a.example"]],
  ]);
});
