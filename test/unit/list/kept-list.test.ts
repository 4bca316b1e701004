/** The service's own list: who changes it, who comes too late, and what is left when a process ends at any write. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, test } from "vitest";
import type { EntryValue, ListEntries } from "../../../worker/list/entries.ts";
import { KeptList, wholeList } from "../../../worker/list/kept-list.ts";
import { ListStore } from "../../../worker/list/list-store.ts";
import { mergePatch } from "../../../worker/list/merge-patch.ts";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import type { Json } from "../../../worker/runtime/canonical-json.ts";
import type { Sql } from "../../../worker/runtime/sql.ts";
import { BreakableSqlite, Died } from "../runtime/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "nearmirror-list-"));
let files = 0;
const opened: BreakableSqlite[] = [];
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function database(): BreakableSqlite {
  const made = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  opened.push(made);
  return made;
}

const start = Date.parse("2026-11-22T12:00:00Z");

function site(name: string, more: Record<string, Json> = {}): EntryValue {
  return {
    name,
    base: { https: `https://${name}/` },
    repositories: { debian: { path: "debian/" } },
    ...more,
  };
}

const debian: EntryValue = {
  name: "debian",
  kind: "apt",
  title: "Debian",
  origin: "http://ftp.debian.org/debian/",
  architectures: ["amd64"],
};

const given: ListEntries = new Map<string, EntryValue>([
  ["mirrors/a.example", site("a.example")],
  ["mirrors/b.example", site("b.example")],
  ["repositories/debian", debian],
]);
const givenVersion = 1000;

/** A list over a database, with what it gave out. */
function listOver(sql: Sql, fails: () => boolean = () => false, clock = { now: start }) {
  const store = new ListStore(sql);
  const published: { version: number; views: Views }[] = [];
  const said: string[] = [];
  const lists = { shipped: givenVersion, stored: 0 };
  const list = new KeptList({
    store,
    given: async () => ({ version: givenVersion, entries: given }),
    publish: async (views, version) => {
      if (fails()) throw new Error("the store is away");
      published.push({ version, views });
      lists.stored = version;
    },
    lists: async () => ({ ...lists }),
    now: () => clock.now,
    log: (sentence) => said.push(sentence),
  });
  return { list, store, published, said, lists };
}

const add = (name: string) => () => new Map([[`mirrors/${name}`, site(name)]]);
const ops = { by: "ops", why: "moving" };

function versionOf(change: object): number {
  if ("version" in change && typeof change.version === "number") return change.version;
  throw new Error(`not changed: ${JSON.stringify(change)}`);
}

describe("the files' list", () => {
  it("is in force until somebody changes it here, and is taken over by the first change", async () => {
    const { list, store, published } = listOver(database().sql);
    expect(await list.inForce()).toEqual({
      version: givenVersion,
      entries: given,
      owner: "folder",
    });
    const plan = await list.plan(add("c.example"));
    expect(plan).toMatchObject({
      base: givenVersion,
      changes: [{ place: "mirrors/c.example", what: "added" }],
      errors: [],
    });
    expect(store.version).toBe(0);
    const changed = await list.change({ base: givenVersion, changes: add("c.example"), ...ops });
    expect(changed).toMatchObject({ version: start });
    const after = await list.inForce();
    expect(after?.owner).toBe("service");
    expect([...(after?.entries.keys() ?? [])]).toEqual([
      "mirrors/a.example",
      "mirrors/b.example",
      "mirrors/c.example",
      "repositories/debian",
    ]);
    expect(published.map(({ views }) => views.roster.mirrors.map(({ name }) => name))).toEqual([
      ["a.example", "b.example", "c.example"],
    ]);
    expect(published[0]?.views.roster.version).toBe(start);
    expect(list.versions(10).map(({ by, changes }) => [by, changes])).toEqual([
      ["ops", 1],
      ["", 0],
    ]);
    expect(store.entriesAt(givenVersion)).toEqual(given);
  });
});

describe("a change", () => {
  it("with errors is refused with their places, and writes nothing", async () => {
    const { list, store, published } = listOver(database().sql);
    const wrong = new Map<string, EntryValue>([
      ["mirrors/c.example", site("c.example", { latitude: 91, longitude: 0 })],
      ["mirrors/d.example", site("d.example", { base: { https: "https://a.example/" } })],
      ["../x", "text"],
    ]);
    const refused = await list.change({ changes: () => wrong, ...ops });
    expect(refused).toMatchObject({
      errors: [
        { file: "../x" },
        { file: "mirrors/c.example", pointer: "/latitude" },
        { file: "mirrors/d.example", pointer: "/repositories/debian" },
      ],
    });
    expect(store.version).toBe(0);
    expect(published).toEqual([]);
  });

  it("made for another version is refused, and says which entries changed since", async () => {
    const { list } = listOver(database().sql);
    const first = await list.change({ base: givenVersion, changes: add("c.example"), ...ops });
    expect(await list.change({ base: givenVersion, changes: add("d.example"), ...ops })).toEqual({
      conflict: versionOf(first),
      places: ["mirrors/c.example"],
    });
  });

  it("that expects an entry as it was is refused where another was written since", async () => {
    const { list } = listOver(database().sql);
    const place = "mirrors/a.example";
    const drain = (entries: ListEntries) =>
      new Map([[place, mergePatch(entries.get(place) ?? null, { capacity: 10 }) as EntryValue]]);
    const asked = { expected: new Map([[place, givenVersion]]), changes: drain, ...ops };
    const first = await list.change(asked);
    expect(await list.change(asked)).toEqual({ conflict: versionOf(first), places: [place] });
    // Another entry's change is no conflict.
    const other = new Map([["mirrors/b.example", givenVersion]]);
    expect(await list.change({ expected: other, changes: add("c.example"), ...ops })).toMatchObject(
      {
        version: versionOf(first) + 1,
      },
    );
  });

  it("to what is there already writes nothing, in whichever order the fields are", async () => {
    const { list, store } = listOver(database().sql);
    const turned = Object.fromEntries(Object.entries(site("a.example")).reverse());
    const same = wholeList(new Map([...given, ["mirrors/a.example", turned]]));
    expect(await list.change({ changes: same, ...ops })).toEqual({ unchanged: givenVersion });
    expect(store.version).toBe(0);
  });

  it("that couldn't be given out is in force, and given out by the next try", async () => {
    let fails = true;
    const { list, published, said } = listOver(database().sql, () => fails);
    const { version } = (await list.change({ changes: add("c.example"), ...ops })) as {
      version: number;
    };
    expect(said).toEqual([expect.stringContaining("the store is away")]);
    expect((await list.inForce())?.version).toBe(version);
    fails = false;
    await list.publishDue();
    await list.publishDue();
    expect(published.map((one) => one.version)).toEqual([version]);
  });
});

describe("a list of files that is put over the service's own", () => {
  const minute = 60_000;

  it.each(["shipped", "stored"] as const)(
    "comes back under a greater version (%s)",
    async (where) => {
      const clock = { now: start };
      const { list, published, lists, said } = listOver(database().sql, () => false, clock);
      const version = versionOf(await list.change({ changes: add("c.example"), ...ops }));
      clock.now += minute;
      const files = clock.now;
      lists[where] = files;
      await list.publishDue();
      await list.publishDue();
      expect(published.map((one) => one.version)).toEqual([version, files + 1]);
      const given = published.at(-1)?.views;
      expect(given?.roster.version).toBe(files + 1);
      expect(given?.catalogue.version).toBe(files + 1);
      expect(given?.roster.mirrors.map(({ name }) => name)).toContain("c.example");
      expect(said).toEqual([expect.stringContaining(`version ${files}`)]);
      // The list itself is the same version: a plan that was made of it can still be applied.
      expect((await list.inForce())?.version).toBe(version);
      const asked = { base: version, changes: add("d.example"), ...ops };
      const next = versionOf(await list.change(asked));
      expect(next).toBeGreaterThan(files + 1);
      expect(published.at(-1)?.version).toBe(next);
    },
  );

  it("is never newer than what is given out next, whatever the clock says", async () => {
    const clock = { now: start };
    const { list, published, lists } = listOver(database().sql, () => false, clock);
    lists.shipped = start + 10 * minute;
    const version = versionOf(await list.change({ changes: add("c.example"), ...ops }));
    expect(published.at(-1)?.version).toBeGreaterThan(lists.shipped);
    expect(version).toBe(start);
    clock.now = start - minute;
    const next = versionOf(await list.change({ changes: add("d.example"), ...ops }));
    expect(next).toBeGreaterThan(lists.shipped + 1);
  });

  it("doesn't matter where the list is that of the files", async () => {
    const { list, published, lists } = listOver(database().sql);
    lists.shipped = start;
    await list.publishDue();
    expect(published).toEqual([]);
  });

  it("may have been lost with its store: the same is given out again, but not for an old answer", async () => {
    const clock = { now: start };
    const { list, published, lists } = listOver(database().sql, () => false, clock);
    const version = versionOf(await list.change({ changes: add("c.example"), ...ops }));
    // As a store that is spread over the world tells it for up to a minute.
    lists.stored = 0;
    clock.now += minute;
    await list.publishDue();
    expect(published).toHaveLength(1);
    clock.now += 2 * minute;
    await list.publishDue();
    await list.publishDue();
    expect(published.map((one) => one.version)).toEqual([version, version]);
  });
});

test("of a hundred changes for one version exactly one is made, until all are, and none is lost", async () => {
  const { list, store, published } = listOver(database().sql);
  const waiting = new Set(Array.from({ length: 100 }, (_, number) => `m${number}.example`));
  let rounds = 0;
  while (waiting.size > 0) {
    rounds += 1;
    const base = (await list.inForce())?.version ?? 0;
    const tries = [...waiting].map(async (name) => ({
      name,
      outcome: await list.change({ base, changes: add(name), ...ops }),
    }));
    const won = (await Promise.all(tries)).filter(({ outcome }) => "version" in outcome);
    expect(won).toHaveLength(1);
    for (const { name } of won) waiting.delete(name);
  }
  expect(rounds).toBe(100);
  expect(store.entries().size).toBe(given.size + 100);
  const versions = published.map(({ version }) => version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(published.at(-1)?.views.roster.mirrors).toHaveLength(102);
  // Each version can be gone back to.
  const versionsKept = list.versions(200);
  expect(versionsKept).toHaveLength(101);
  for (const [at, { version }] of versionsKept.entries()) {
    expect(store.entriesAt(version)?.size).toBe(given.size + 100 - at);
  }
});

describe("a process that ends", () => {
  it.each([false, true])(
    "at any write leaves the old list or the new one (a second change: %s)",
    async (isSecond) => {
      let step = 0;
      for (let whole = false; !whole; ) {
        step += 1;
        const sqlite = database();
        if (isSecond) await listOver(sqlite.sql).list.change({ changes: add("z.example"), ...ops });
        const before = (await listOver(sqlite.sql).list.inForce())?.entries;
        const { list } = listOver(sqlite.sql);
        const audited: number[] = [];
        sqlite.breakAt(step, "dies");
        const remove = new Map<string, EntryValue | null>([
          ["mirrors/a.example", null],
          ["mirrors/c.example", site("c.example")],
          ["mirrors/d.example", site("d.example")],
        ]);
        try {
          await list.change({ changes: () => remove, ...ops }, (version) => {
            sqlite.sql.exec("CREATE TABLE IF NOT EXISTS audit (version INTEGER)");
            sqlite.sql.exec("INSERT INTO audit VALUES (?)", version);
            audited.push(version);
          });
        } catch (error) {
          if (!(error instanceof Died)) throw error;
        }
        whole = sqlite.whole;
        sqlite.reopen();
        const next = listOver(sqlite.sql);
        const after = await next.list.inForce();
        const isNew = after?.entries.has("mirrors/d.example") ?? false;
        if (isNew) {
          expect([...(after?.entries.keys() ?? [])]).not.toContain("mirrors/a.example");
          expect(sqlite.sql.exec("SELECT * FROM audit").toArray()).toHaveLength(1);
          await next.list.publishDue();
          expect(
            next.published.map(({ version }) => version).concat(next.store.givenOut.version),
          ).toContain(after?.version);
        } else {
          expect(after?.entries).toEqual(before);
        }
        if (whole) expect(isNew).toBe(true);
      }
      // Every write of the change was one of the steps.
      expect(step).toBeGreaterThan(8);
    },
  );
});
