/** Which state of a suite answers, what is built when, and what is kept. */
import { expect, test } from "vitest";
import { retryMs } from "../../../../worker/search/suite/failure.ts";
import { pinnedStepMs } from "../../../../worker/search/suite/searched-suite.ts";
import { gateWaitMs } from "../../../../worker/search/suite/suite-work.ts";
import { bytesOf, SuiteWorld } from "./suite-world.ts";

const packages = "main/Packages";
const contents = "main/Contents";

test("what a set costs is remembered: its rows, those of its store among them", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(1, { [packages]: "a 1 all\nb 1 all\nc 1 all\n" }));
  await world.ring();
  const [row] = world.database.sql.exec("SELECT facts FROM suite_set").toArray();
  // Three packages, that they are whole, the set and its number.
  expect(JSON.parse(String(row?.facts))).toMatchObject({ rows: 6 });
});

test("a suite that nobody told of is being read at the first question, and then answers", async () => {
  const world = new SuiteWorld();
  const state = world.state(1, { [packages]: "mc 1.0 amd64\n" });
  const before = await world.versions(state, "mc");
  expect(before.answer).toEqual({
    unready: "coming",
    why: "The packages of debian near are being read.",
  });
  await world.ring();
  const { answer, versions } = await world.versions(state, "mc");
  expect(versions).toEqual(["1.0"]);
  expect(answer).toMatchObject({
    state: {
      repository: "debian",
      suite: "near",
      snapshot: "snapshot-1",
      at: 60_000,
      indexes: [{ name: "dists/near/main/Packages", component: "main", entries: 1 }],
      untold: ["Alternatives are in no index."],
    },
  });
  expect(world.alarmAt).toBe(null);
});

test("the former state answers until the new one is read, and says so", async () => {
  const world = new SuiteWorld();
  const [one, two] = [
    world.state(1, { [packages]: "mc 1.0 amd64\n" }),
    world.state(2, { [packages]: "mc 2.0 amd64\n" }),
  ];
  // As it was at the origin then.
  world.origin.set("dists/near/main/Packages", bytesOf("mc 1.0 amd64\n"));
  await world.suite.follow(one);
  await world.ring();
  world.origin.set("dists/near/main/Packages", bytesOf("mc 2.0 amd64\n"));
  await world.suite.follow(two);
  const meanwhile = await world.versions(two, "mc");
  expect(meanwhile.versions).toEqual(["1.0"]);
  expect(meanwhile.answer).toMatchObject({ state: { snapshot: "snapshot-1", isFormer: true } });
  await world.ring();
  const after = await world.versions(two, "mc");
  expect(after.versions).toEqual(["2.0"]);
  expect(after.answer).toHaveProperty("state.snapshot", "snapshot-2");
  expect(after.answer).not.toHaveProperty("state.isFormer");
  // An edge that is behind still gets the state that it goes by.
  const behind = await world.versions(one, "mc");
  expect(behind.versions).toEqual(["1.0"]);
  expect(behind.answer).toHaveProperty("state.snapshot", "snapshot-1");
});

test("a new root that names the same indexes is the same set: nothing is read again", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(1, { [packages]: "mc 1.0 amd64\n" }));
  await world.ring();
  const pulls = world.pulled.length;
  const next = world.state(2, { [packages]: "mc 1.0 amd64\n" });
  await world.suite.follow(next);
  await world.ring();
  expect(world.pulled).toHaveLength(pulls);
  const { answer } = await world.versions(next, "mc");
  expect(answer).toHaveProperty("state.snapshot", "snapshot-2");
  expect(answer).not.toHaveProperty("state.isFormer");
});

test("packages are searched before files are read; files of the former state go on until their own are there", async () => {
  const world = new SuiteWorld();
  const files = async (state: Parameters<typeof world.versions>[0]) => {
    const question = { ask: "paths", path: "bin/mc", match: "path", limit: 9 } as const;
    return await world.suite.ask(state, [question]);
  };
  const one = world.state(1, { [packages]: "mc 1.0 amd64\n", [contents]: "bin/mc mc\n" });
  await world.suite.follow(one);
  // One alarm each.
  world.alarmAt = null;
  await world.suite.alarm();
  const early = await files(one);
  expect(early).toMatchObject({
    state: { indexes: [{ role: "packages" }, { role: "files", why: "They are being read." }] },
    // Nobody may say that the suite has none.
    found: [{ total: 0, refused: "Its files can't be searched. They are being read." }],
  });
  expect(early).toHaveProperty("state.areFilesComing", true);
  expect(early).not.toHaveProperty("state.filesOf");
  await world.ring();
  const read = await files(one);
  expect(read).not.toHaveProperty("state.areFilesComing");
  expect(read).toMatchObject({
    state: {
      filesOf: "snapshot-1",
      indexes: [{ role: "packages" }, { role: "files", entries: 1 }],
    },
    found: [{ total: 1 }],
  });
  const two = world.state(2, { [packages]: "mc 2.0 amd64\n", [contents]: "bin/mc mc-data\n" });
  await world.suite.follow(two);
  world.alarmAt = null;
  await world.suite.alarm();
  expect(await files(two)).toMatchObject({
    state: { snapshot: "snapshot-2", filesOf: "snapshot-1", areFilesComing: true },
    found: [{ files: [{ owners: ["mc"] }] }],
  });
  await world.ring();
  expect(await files(two)).toMatchObject({
    state: { snapshot: "snapshot-2", filesOf: "snapshot-2" },
    found: [{ files: [{ owners: ["mc-data"] }] }],
  });
});

test("sets that a version before read otherwise answer until they are built anew, though no newer state comes", async () => {
  const world = new SuiteWorld();
  const state = world.state(1, { [packages]: "mc 1.0 amd64\n", [contents]: "bin/mc mc\n" });
  await world.suite.follow(state);
  await world.ring();
  // A version's change of what is stored changes the names of sets.
  world.database.sql.exec("UPDATE suite_set SET name = 'older' WHERE role = 'packages'");
  world.restart();
  expect(world.alarmAt).toBe(null);
  const meanwhile = await world.versions(state, "mc");
  expect(meanwhile.versions).toEqual(["1.0"]);
  expect(meanwhile.answer).toHaveProperty("state.isFormer", true);
  await world.ring();
  const after = await world.versions(state, "mc");
  expect(after.versions).toEqual(["1.0"]);
  expect(after.answer).not.toHaveProperty("state.isFormer");
  // Files were read as now: they stay.
  expect(world.pulled.map((path) => path.split("/").at(-1))).toEqual(["Packages", "Contents"]);
});

test("files are read anew only where their indexes changed", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(
    world.state(1, { [packages]: "mc 1.0 amd64\n", [contents]: "bin/mc mc\n" }),
  );
  await world.ring();
  await world.suite.follow(
    world.state(2, { [packages]: "mc 2.0 amd64\n", [contents]: "bin/mc mc\n" }),
  );
  await world.ring();
  const read = world.pulled.map((path) => path.split("/").at(-1));
  expect(read).toEqual(["Packages", "Contents", "Packages"]);
});

test("a pinned state answers alone, is read besides the current one, and the third one goes", async () => {
  const world = new SuiteWorld();
  const current = world.state(9, { [packages]: "mc 9 amd64\n" });
  await world.suite.follow(current);
  await world.ring();
  const states = [1, 2, 3].map((at) => {
    const text = `mc ${at} amd64\n`;
    return world.state(
      at,
      { [`at-${at}/Packages`]: text, [contents]: "bin/mc mc\n" },
      { isPinned: true },
    );
  });
  for (const [at, state] of states.entries()) {
    expect((await world.versions(state, "mc")).answer).toHaveProperty("unready", "coming");
    await world.ring();
    const { answer, versions } = await world.versions(state, "mc");
    expect(versions).toEqual([String(at + 1)]);
    expect(answer).toHaveProperty("state.indexes.1.why", "Files of former states aren't read.");
    world.now += pinnedStepMs;
  }
  expect((await world.versions(current, "mc")).versions).toEqual(["9"]);
  const [first] = states;
  if (first === undefined) throw new Error("no state");
  expect((await world.versions(first, "mc")).answer).toHaveProperty("unready", "coming");
});

test("versions that came are told, newest first; the first set and pinned states tell none", async () => {
  const world = new SuiteWorld();
  const changes = async (names: string[], more = {}) => {
    const answer = await world.suite.ask(world.state(9, {}), [
      { ask: "changes", names, limit: 2, ...more },
    ]);
    if ("unready" in answer) throw new Error(answer.why);
    return answer.found[0];
  };
  await world.suite.follow(world.state(1, { [packages]: "a 1 all\nb 1 amd64\n" }));
  await world.ring();
  await world.suite.ask(world.state(0, { "old/Packages": "a 0 all\n" }, { isPinned: true }), []);
  await world.ring();
  await world.suite.follow(world.state(2, { [packages]: "a 2 all\nb 1 amd64\nc 1 all\n" }));
  await world.ring();
  await world.suite.follow(world.state(3, { [packages]: "a 3 all\nb 1 amd64\nc 1 all\n" }));
  await world.ring();
  const page = await changes([]);
  expect(page).toMatchObject({
    total: 3,
    changes: [
      { name: "a", version: "3", architecture: "all", snapshot: "snapshot-3", at: 180_000 },
      { name: "c", version: "1", architecture: "all", snapshot: "snapshot-2", at: 120_000 },
    ],
  });
  expect(await changes([], { after: page?.next })).toMatchObject({ changes: [{ version: "2" }] });
  expect(await changes(["c"])).toMatchObject({ total: 1, changes: [{ name: "c" }] });
  expect(await changes(["b"])).toEqual({ total: 0, changes: [] });
  expect(await changes([], { after: "x" })).toMatchObject({
    refused: "x is no place in this list.",
  });
});

test("an index that can't be had is told, the rest is searched, and it is read once it comes", async () => {
  const world = new SuiteWorld();
  const state = world.state(1, { [packages]: "a 1 all\n", "contrib/Packages": "b 1 all\n" });
  const held = world.origin.get("dists/near/contrib/Packages") ?? new Uint8Array();
  world.origin.delete("dists/near/contrib/Packages");
  await world.suite.follow(state);
  await world.ring();
  const { answer, versions } = await world.versions(state, "a");
  expect(versions).toEqual(["1"]);
  expect(answer).toMatchObject({
    state: {
      indexes: [{ entries: 1 }, { why: "The origin doesn't have dists/near/contrib/Packages." }],
    },
  });
  expect(world.alarmAt).toBe(world.now + retryMs);
  world.now += retryMs;
  await world.ring();
  expect(world.alarmAt).toBe(world.now + 2 * retryMs);
  world.origin.set("dists/near/contrib/Packages", held);
  world.now += 2 * retryMs;
  await world.ring();
  expect((await world.versions(state, "b")).versions).toEqual(["1"]);
  expect(world.alarmAt).toBe(null);
  // What another index has isn't new for being read at last.
  const [, changed] = [1, await world.suite.ask(state, [{ ask: "changes", names: [], limit: 9 }])];
  expect(changed).toMatchObject({ found: [{ total: 0 }] });
});

test("without any index the suite says why, and is tried again after a minute, two, four", async () => {
  const world = new SuiteWorld();
  const state = world.state(1, { [packages]: "a 1 all\n" });
  world.origin.clear();
  await world.suite.follow(state);
  const waits: number[] = [];
  for (let attempt = 0; attempt < 9; attempt++) {
    await world.ring();
    const at = world.alarmAt ?? 0;
    waits.push((at - world.now) / retryMs);
    world.now = at;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect((await world.versions(state, "a")).answer).toEqual({
    unready: "failed",
    why: "The packages of debian near can't be read yet: no index of packages of debian near can be had: The origin doesn't have dists/near/main/Packages. It is tried again.",
  });
});

test("an index that is damaged behind its first entries gives none of them", async () => {
  const world = new SuiteWorld();
  const state = world.state(1, { [packages]: "a 1 all\n", "contrib/Packages": "b 1 all\n!\n" });
  await world.suite.follow(state);
  await world.ring();
  expect((await world.versions(state, "b")).versions).toEqual([]);
  const { answer, versions } = await world.versions(state, "a");
  expect(versions).toEqual(["1"]);
  expect(answer).toHaveProperty(
    "state.indexes.1.why",
    "dists/near/contrib/Packages can't be read: there: is damaged.",
  );
});

test("a package that two indexes list is one, and one that an index lists twice", async () => {
  const world = new SuiteWorld();
  const state = world.state(1, {
    [packages]: "a 1 all\na 1 all\n",
    "main/all/Packages": "a 1 all\n",
  });
  await world.suite.follow(state);
  await world.ring();
  expect((await world.versions(state, "a")).versions).toEqual(["1"]);
});

test("a state that can't be looked into leaves the former one answering", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(1, { [packages]: "a 1 all\n" }));
  await world.ring();
  const next = world.state(2, { [packages]: "a 2 all\n" });
  const manifest = world.stored.get(next.root.manifest) ?? new Uint8Array();
  world.stored.delete(next.root.manifest);
  const { answer, versions } = await world.versions(next, "a");
  expect(versions).toEqual(["1"]);
  expect(answer).toHaveProperty("state.isFormer", true);
  await world.ring();
  expect(world.alarmAt).toBe(world.now + retryMs);
  world.stored.set(next.root.manifest, manifest);
  world.now += retryMs;
  await world.ring();
  expect((await world.versions(next, "a")).versions).toEqual(["2"]);
});

test("one build at a time in an isolate: the second suite comes again, and reads nothing twice", async () => {
  const world = new SuiteWorld();
  const other = {};
  expect(world.gate.enter(other, "packages", world.now)).toBe(true);
  const state = world.state(1, { [packages]: "a 1 all\n" });
  await world.suite.follow(state);
  await world.ring();
  expect(world.alarmAt).toBe(world.now + gateWaitMs);
  expect((await world.versions(state, "a")).answer).toHaveProperty("unready", "coming");
  world.gate.leave(other);
  world.now += gateWaitMs;
  await world.ring();
  expect((await world.versions(state, "a")).versions).toEqual(["1"]);
  expect(world.pulled).toEqual(["dists/near/main/Packages"]);
});

test("others have their turn in a long build", async () => {
  const world = new SuiteWorld();
  const lines = Array.from({ length: 40_000 }, (_, at) => `package-${at} 1 all\n`).join("");
  await world.suite.follow(world.state(1, { [packages]: lines }));
  await world.ring();
  // A turn in each 64 KiB, and those of the end.
  expect(world.turns).toBeGreaterThanOrEqual(lines.length / 65_536);
});

test("two alarms at once build once", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(1, { [packages]: "a 1 all\n" }));
  await Promise.all([world.suite.alarm(), world.suite.alarm()]);
  expect(world.pulled).toEqual(["dists/near/main/Packages"]);
});

test("what is switched off reads nothing and says so", async () => {
  const world = new SuiteWorld({ off: "Packages aren't read here." });
  const state = world.state(1, { [packages]: "a 1 all\n" });
  await world.suite.follow(state);
  expect(world.alarmAt).toBe(null);
  expect((await world.versions(state, "a")).answer).toEqual({
    unready: "failed",
    why: "Packages aren't read here.",
  });
});
