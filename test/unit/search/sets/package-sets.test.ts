/** What goes into a package set comes out of it: held against the packages themselves. */
import { describe, expect, it } from "vitest";
import type { PackageRecord } from "../../../../worker/formats/package-record.ts";
import { HeldSets } from "../../../../worker/search/sets/held-sets.ts";
import { keyKinds } from "../../../../worker/search/sets/key-kinds.ts";
import { PackageSet } from "../../../../worker/search/sets/package-set.ts";
import { PackageSets } from "../../../../worker/search/sets/package-sets.ts";
import { SetRows } from "../../../../worker/search/sets/set-rows.ts";
import { finish, madeUp, namesIn, packageOf } from "./made-up.ts";
import { memorySql } from "./memory-sql.ts";

function open(sets: PackageSets, number: number): PackageSet {
  const set = sets.open(number);
  if (set === undefined) throw new Error(`set ${number} isn't there`);
  return set;
}

/** Numbers of the packages that have a token, by looking at each. */
function lookedAt(all: readonly PackageRecord[], tokens: (one: PackageRecord) => string[]) {
  const found = new Map<string, number[]>();
  for (const [number, one] of all.entries()) {
    for (const token of new Set(tokens(one))) {
      found.set(token, [...(found.get(token) ?? []), number]);
    }
  }
  return found;
}

describe("a set of 3,000 packages", () => {
  const sql = memorySql();
  const sets = new PackageSets(sql, namesIn, new HeldSets());
  const all = madeUp(3000, 7);
  const build = sets.build(3);
  for (const [index, one] of all.entries()) build.add(one, index % 2 === 0 ? "main" : undefined);
  for (let index = 0; index < all.length; index += 10) {
    build.describe(
      all[index]?.name ?? "",
      `What ${index} is\n\nis long, wörd${index} says.`,
      undefined,
    );
  }
  finish(build);
  const set = open(sets, 3);

  it("has every record as it was, with its component", () => {
    expect(set.count).toBe(3000);
    const found = set.packages(all.map((_, index) => index));
    expect(found.map(({ record }) => record)).toEqual(all);
    expect(found.slice(0, 2).map(({ component }) => component)).toEqual(["main", undefined]);
    expect(set.packages([2999, 0, 1500]).map(({ record }) => record)).toEqual(
      [2999, 0, 1500].map((index) => all[index]),
    );
  });

  it("has what lists show of each record, without what they don't", () => {
    const numbers = all.map((_, index) => index);
    const found = set.briefs(numbers);
    for (const [at, { record, component }] of found.entries()) {
      const { name = "", version, architecture, relations, commands, tags } = all[at] ?? {};
      expect(record).toMatchObject({ name, version, architecture });
      expect(all[at]).toMatchObject(record);
      expect(record).toEqual(
        expect.not.objectContaining({
          ...(relations && { relations }),
          ...(commands && { commands }),
          ...(tags && { tags }),
        }),
      );
      expect(component).toBe(at % 2 === 0 ? "main" : undefined);
    }
    expect(all.some(({ relations }) => relations !== undefined)).toBe(true);
  });

  it("has the same of a set of a version before, which stored none of it", () => {
    const old = new PackageSet(new SetRows(sql, 3), { ...set.memory, briefFirsts: undefined });
    expect(old.briefs([2999, 0, 1500])).toEqual(set.briefs([2999, 0, 1500]));
  });

  it("has all packages of each name, and no other name", () => {
    const { names } = set.memory;
    const byName = lookedAt(all, ({ name }) => [name]);
    expect(names.count).toBe(byName.size);
    for (const [name, numbers] of byName) {
      const id = names.find(name);
      expect(id, name).toBeDefined();
      expect([...set.packagesOf(id ?? -1)], name).toEqual(numbers);
      expect(names.find(`${name} `)).toBeUndefined();
    }
  });

  it("has every token with its packages", () => {
    const { provides, needs, source, command } = keyKinds;
    const expected: [string, (one: PackageRecord) => string[]][] = [
      [source, ({ name, source = name }) => [source]],
      [command, ({ commands = [] }) => commands],
      [provides, ({ relations }) => (relations?.provides ?? []).flatMap(namesIn)],
      [needs, ({ relations }) => (relations?.depends ?? []).flatMap(namesIn)],
    ];
    for (const [kind, tokens] of expected) {
      const found = lookedAt(all, tokens);
      for (const [token, numbers] of found) expect(set.keyed(kind, token), token).toEqual(numbers);
      expect([...set.keys.beginning(kind)].map(({ key }) => key.slice(1))).toEqual(
        [...found.keys()].sort(),
      );
      expect(set.keyed(kind, "nothing-such")).toEqual([]);
    }
  });

  it("counts the names that need a name", () => {
    const { names, neededBy } = set.memory;
    const needing = new Map<string, Set<string>>();
    for (const { name, relations } of all) {
      for (const needed of (relations?.depends ?? []).flatMap(namesIn)) {
        needing.set(needed, (needing.get(needed) ?? new Set()).add(name));
      }
    }
    for (let id = 0; id < names.count; id++) {
      expect(neededBy[id], names.name(id)).toBe(needing.get(names.name(id))?.size ?? 0);
    }
  });

  it("has longer descriptions, by name and by word", () => {
    expect(set.description({ name: all[20]?.name ?? "" })).toBe(
      "What 20 is\n\nis long, wörd20 says.",
    );
    expect(set.description({ name: all[1]?.name ?? "" })).toBeUndefined();
    expect(set.keyed(keyKinds.longer, "word20")).toEqual([20]);
  });

  it("has the text of each version where a name has had several", () => {
    const own = memorySql();
    const store = new PackageSets(own, namesIn, new HeldSets());
    const mixed = store.build(1);
    mixed.add({ ...packageOf("mc"), descriptionDigest: "aaaa" }, undefined);
    mixed.add({ ...packageOf("mc"), version: "2", descriptionDigest: "bbbb" }, undefined);
    mixed.add(packageOf("old"), undefined);
    for (const digest of ["aaaa", "bbbb", "cccc"]) mixed.describe("mc", `Text ${digest}.`, digest);
    mixed.describe("old", "Without a digest.", undefined);
    finish(mixed);
    const built = open(store, 1);
    const text = (name: string, descriptionDigest?: string) =>
      built.description({ name, ...(descriptionDigest && { descriptionDigest }) });
    expect(text("mc", "aaaa")).toBe("Text aaaa.");
    expect(text("mc", "bbbb")).toBe("Text bbbb.");
    expect(text("mc", "dddd")).toBeUndefined();
    expect(text("old", "dddd")).toBe("Without a digest.");
  });

  it("is the same for another process", () => {
    const again = open(new PackageSets(sql, namesIn, new HeldSets()), 3);
    expect(again.memory).toEqual(set.memory);
    expect(again.packages([2321])).toEqual(set.packages([2321]));
  });

  it("takes few rows", () => {
    // A row for each package or each of its keys would be 3,000 and more.
    expect(sql.written()).toBeLessThan(300);
  });
});

describe("sets of an object", () => {
  it("opens what is finished alone, tells all, and drops all of it", () => {
    const sql = memorySql();
    const sets = new PackageSets(sql, namesIn, new HeldSets());
    const build = sets.build(1);
    for (const one of madeUp(500, 3)) build.add(one, undefined);
    const steps = build.finish()[Symbol.iterator]();
    while (!steps.next().done) expect(sets.open(1)).toBeUndefined();
    expect(open(sets, 1).count).toBe(500);
    sets.build(2).add(packageOf("half"), undefined);
    expect(sets.numbers()).toEqual([1, 2]);
    expect(sets.open(2)).toBeUndefined();
    sets.drop(1);
    sets.drop(2);
    expect(sets.open(1)).toBeUndefined();
    expect(sets.numbers()).toEqual([]);
    expect(sql.exec("SELECT count(*) AS n FROM package_set_row").toArray()).toEqual([{ n: 0 }]);
  });

  it("opens no set that is being dropped, and another drop does the rest", () => {
    const sql = memorySql();
    const held = new HeldSets();
    const sets = new PackageSets(sql, namesIn, held);
    const build = sets.build(1);
    for (const one of madeUp(20, 3)) build.add(one, undefined);
    finish(build);
    // So many rows that they go in two steps.
    sql.exec(`WITH RECURSIVE n(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id < 700)
      INSERT INTO package_set_row (id, bytes) SELECT ${2 ** 24 + 1000} + id, x'00' FROM n`);
    open(sets, 1);
    expect(sets.dropping(1).next().done).toBe(false);
    expect([sets.open(1), new PackageSets(sql, namesIn, held).open(1)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(sets.numbers()).toEqual([1]);
    sets.drop(1);
    expect(sets.numbers()).toEqual([]);
    expect(sql.exec("SELECT count(*) AS n FROM package_set_row").toArray()).toEqual([{ n: 0 }]);
  });

  it("keeps sets apart, and begins a number anew", () => {
    const sets = new PackageSets(memorySql(), namesIn, new HeldSets());
    for (const number of [1, 2, 1]) {
      const build = sets.build(number);
      build.add(packageOf(`of-${number}`), undefined);
      finish(build);
    }
    expect(open(sets, 1).memory.names.text).toBe("\nof-1\n");
    expect(open(sets, 2).memory.names.text).toBe("\nof-2\n");
  });

  it("opens an empty set", () => {
    const sets = new PackageSets(memorySql(), namesIn, new HeldSets());
    finish(sets.build(1));
    const set = open(sets, 1);
    expect(set.count).toBe(0);
    expect(set.memory.names.count).toBe(0);
    expect(set.memory.names.find("a")).toBeUndefined();
    expect(set.keyed(keyKinds.word, "a")).toEqual([]);
    expect([...set.keys.beginning("w")]).toEqual([]);
    expect(set.groups([])).toEqual([]);
  });

  it("has groups and advisories, whatever they name", () => {
    const sets = new PackageSets(memorySql(), namesIn, new HeldSets());
    const build = sets.build(1);
    const advisories = ["A-1", "A-2", "A-3"].map((id, index) => ({
      id,
      type: "security",
      title: `title ${id}`,
      references: ["CVE-2026-1"],
      packages: [
        { name: index === 1 ? "b" : "a", version: "1", architecture: "amd64" },
        { name: "gone", version: "1", architecture: "amd64" },
      ],
    }));
    const groups = ["tools", "base"].map((id) => ({ id, title: id, packages: ["a"] }));
    build.add(packageOf("a"), undefined);
    for (const one of advisories) build.advisory(one);
    for (const one of groups) build.group(one);
    finish(build);
    const set = open(sets, 1);
    expect(set.advisories(["a"])).toEqual([advisories[0], advisories[2]]);
    expect(set.advisories(["gone", "a", "other"])).toEqual(advisories);
    expect(set.groups(["base"])).toEqual([groups[1]]);
    expect(set.groups([])).toEqual(groups);
  });

  it("takes tokens that no key can be", () => {
    const sets = new PackageSets(memorySql(), (entry) => [entry], new HeldSets());
    const build = sets.build(1);
    const provides = ["a\nb", "x".repeat(5000), "", "\ud800", "ok"];
    build.add(packageOf("a", { relations: { provides } }), undefined);
    finish(build);
    const set = open(sets, 1);
    expect([...set.keys.beginning(keyKinds.provides)].map(({ key }) => key)).toEqual(["pok"]);
    expect(set.packages([0])[0]?.record.relations?.provides).toEqual(provides);
  });
});
