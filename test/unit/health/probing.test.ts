/** A Prober's life without a platform: assignment, rounds, blindness, reports and their orders, its store. */
import { expect, it } from "vitest";
import { start } from "./events.ts";
import { assignmentOf, TestProber } from "./prober-alone.ts";
import { testDatabases, until } from "./watcher-parts.ts";

const database = testDatabases();
const second = 1000;
const two = assignmentOf("1", ["a.example", "b.example"]);

it("an assignment sets the alarm, is kept through a restart, and ends with an empty one", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  expect(prober.alarm.at).toBe(start);
  // One that is set already stays.
  prober.alarm.at = start + 5;
  await prober.probing.follow("weur-0", two);
  expect(prober.alarm.at).toBe(start + 5);
  prober.restart();
  await prober.pass(30);
  expect(prober.network.lately()).toEqual(["a.example", "b.example"]);
  expect(prober.askedBy[0]).toBe(7);
  expect(prober.reports[0]).toMatchObject({ prober: "weur-0", assignment: "1", mirrors: 2 });
  await prober.probing.follow("weur-0", { version: "", mirrors: [], repositories: [] });
  expect(prober.alarm.at).toBeNull();
  prober.restart();
  await prober.probeNow("a.example");
  expect(prober.network.lately()).toEqual([]);
});

it("an assignment that can't be written isn't followed, and is taken when it is given again", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  const one = assignmentOf("2", ["c.example"]);
  prober.sqlite.breakAt(1, "throws");
  await expect(prober.probing.follow("weur-0", one)).rejects.toThrow("full");
  await prober.pass(30);
  expect(prober.network.lately()).toEqual(["a.example", "b.example"]);
  await prober.probing.follow("weur-0", one);
  await prober.pass(30);
  expect(prober.network.lately()).toEqual(["c.example"]);
});

it("a round probes all that is due, five at a time, tells Fleet, and sets the next alarm within an interval", async () => {
  const prober = new TestProber(database());
  const hosts = Array.from({ length: 8 }, (_, index) => `m${index}.example`);
  await prober.probing.follow("weur-0", assignmentOf("1", hosts));
  const release = prober.network.hold(...hosts);
  prober.clock.at += 15 * second;
  const round = prober.ring();
  await until(() => prober.network.urls.length === 5);
  release();
  await round;
  expect(prober.network.mostAtOnce).toBe(5);
  expect(prober.network.lately()).toEqual(hosts);
  const [report, ...more] = prober.reports;
  expect(more).toEqual([]);
  expect(report?.seen.map(({ target }) => target.mirror).sort()).toEqual(hosts);
  // The file of each by its size, a connection to each host, and one question for the baseline; a report counts itself in the next one.
  expect(report?.work).toMatchObject({ probes: 8, requests: 8, failures: 0, alarms: 1 });
  expect(report?.work).toMatchObject({ subrequests: 17, mostSubrequests: 17 });
  // The assignment, and what each of the eight was seen to be for the first time.
  expect(report?.work.rowsWritten).toBe(9);
  const next = (prober.alarm.at ?? 0) - prober.clock.at;
  expect(next).toBeGreaterThanOrEqual(3 * second);
  expect(next).toBeLessThanOrEqual(30 * second);
});

it("nobody is asked before it is due, and everybody within each interval", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  await prober.pass(11);
  expect(prober.network.lately()).toEqual([]);
  for (let interval = 0; interval < 4; interval++) {
    await prober.pass(30);
    expect(prober.network.lately()).toEqual(["a.example", "b.example"]);
  }
});

it("a failure is told with its count, and survives a restart; a mirror that answers is told again", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  await prober.probeNow("a.example", "b.example");
  expect(prober.told()).toEqual([
    ["a.example", "up", 1],
    ["b.example", "up", 1],
  ]);
  prober.network.dead.add("a.example");
  await prober.probeNow("a.example");
  expect(prober.told()).toEqual([["a.example", "unreachable", 1]]);
  expect(prober.memos()).toEqual([
    { key: "a.example images http any", ok: 0, run: 1 },
    { key: "b.example images http any", ok: 1, run: 1 },
  ]);
  prober.restart();
  await prober.probeNow("b.example");
  expect(prober.told()).toEqual([["b.example", "up", 2]]);
  await prober.probeNow("a.example");
  expect(prober.told()).toEqual([["a.example", "unreachable", 2]]);
  prober.network.dead.clear();
  await prober.probeNow("a.example");
  expect(prober.told()).toEqual([["a.example", "up", 1]]);
});

it("a missing file is told while others are still asked, and looked for again by the next probe", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  const missing = "http://a.example/images/near.iso";
  prober.network.missing.add(missing);
  const release = prober.network.hold("b.example");
  prober.probing.probeNow(["a.example", "b.example"]);
  await until(() => prober.reports.length === 1);
  const [seen] = prober.reports.flatMap((report) => report.seen);
  expect(seen?.observation.failure).toBeUndefined();
  expect(seen?.observation.files.find(({ path }) => path === "near.iso")).toMatchObject({
    failure: { kind: "status", status: 404 },
  });
  release();
  await prober.background.settled();
  prober.network.urls.splice(0);
  // By chance alone it would be the other file's turn.
  prober.chance = 0;
  await prober.pass(10);
  expect(prober.network.urls.filter((url) => url.includes("a.example"))[0]).toBe(missing);
});

it("while nobody answers at all the Prober is blind: Fleet hears why, and no failure of a mirror", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  await prober.probeNow("a.example", "b.example");
  prober.told();
  const memos = prober.memos();
  for (const host of ["a.example", "b.example", "origin.example"]) prober.network.dead.add(host);
  await prober.probeNow("a.example", "b.example");
  const [report] = prober.reports;
  expect(report?.blind).toBe("The control doesn't answer either.");
  expect(prober.told()).toEqual([]);
  expect(prober.memos()).toEqual(memos);
  // With a control that answers it is the mirror's own failure.
  prober.network.dead.delete("origin.example");
  await prober.pass(30);
  expect(prober.reports.at(-1)?.blind).toBeUndefined();
  const told = prober.told();
  expect(new Set(told.map(([mirror, found]) => `${mirror} ${found}`))).toEqual(
    new Set(["a.example unreachable", "b.example unreachable"]),
  );
});

it("most mirrors failing together are not believed, though a control answers", async () => {
  const prober = new TestProber(database());
  const hosts = Array.from({ length: 8 }, (_, index) => `m${index}.example`);
  await prober.probing.follow("weur-0", assignmentOf("1", hosts));
  await prober.probeNow(...hosts);
  prober.told();
  for (const host of hosts) prober.network.dead.add(host);
  await prober.probeNow(...hosts);
  expect(prober.reports.at(-1)?.blind).toBe(
    "5 of 8 mirrors failed together, most with unreachable.",
  );
  // Four fell before more than half had: from the fifth on nothing is believed.
  expect(prober.told()).toHaveLength(4);
});

it("what Fleet didn't take is told again, oldest first, with its figures", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  prober.fleetIsGone = true;
  await prober.probeNow("a.example");
  prober.network.dead.add("a.example");
  await prober.probeNow("a.example");
  expect(prober.logged[0]).toBe("weur-0: Fleet not told: Fleet is gone");
  prober.fleetIsGone = false;
  await prober.probeNow("b.example");
  expect(prober.reports[0]?.work).toMatchObject({ probes: 3, failures: 1, rowsWritten: 4 });
  expect(prober.told()).toEqual([
    ["a.example", "up", 1],
    ["a.example", "unreachable", 1],
    ["b.example", "up", 1],
  ]);
});

it("orders in Fleet's answer are followed", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  prober.orders = { assignment: assignmentOf("2", ["c.example"]) };
  await prober.probeNow("a.example");
  prober.orders = {};
  prober.network.lately();
  await prober.pass(30);
  expect(prober.network.lately()).toEqual(["c.example"]);
  expect(prober.reports.at(-1)?.assignment).toBe("2");
  expect(prober.memos().map(({ key }) => key)).toEqual(["c.example images http any"]);
});

it("probes at once also what is asked for while a round is under way", async () => {
  const prober = new TestProber(database());
  await prober.probing.follow("weur-0", two);
  const release = prober.network.hold("a.example", "b.example");
  prober.probing.probeNow(["a.example"]);
  await until(() => prober.network.urls.length === 1);
  prober.probing.probeNow(["b.example"]);
  await until(() => prober.network.urls.length === 2);
  expect(prober.network.lately()).toEqual(["a.example", "b.example"]);
  release();
  await prober.background.settled();
  expect(prober.told()).toHaveLength(2);
});

it("takes over a store that was written before assignments named their list", async () => {
  const sqlite = database();
  const { listVersion: _, ...before } = two;
  for (const [query, ...values] of [
    ["CREATE TABLE assignment (id INTEGER PRIMARY KEY, name TEXT, json TEXT)"],
    [
      `CREATE TABLE memo (key TEXT PRIMARY KEY, last_at INTEGER, ok INTEGER, run INTEGER,
         down_since INTEGER) WITHOUT ROWID`,
    ],
    ["INSERT INTO assignment VALUES (1, 'weur-0', ?)", JSON.stringify(before)],
    [
      "INSERT INTO memo VALUES ('a.example images http any', ?, 0, 4, ?)",
      start - 5 * second,
      start - 60 * second,
    ],
  ] as const) {
    sqlite.sql.exec(query, ...values);
  }
  const prober = new TestProber(sqlite);
  prober.network.dead.add("a.example");
  await prober.probeNow("b.example");
  expect(prober.askedBy).toEqual([0]);
  await prober.probeNow("a.example");
  expect(prober.reports[0]).toMatchObject({ prober: "weur-0", assignment: "1", mirrors: 2 });
  expect(prober.told()).toEqual([
    ["b.example", "up", 1],
    ["a.example", "unreachable", 5],
  ]);
});
