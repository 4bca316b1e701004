/** All pages together are the whole: nothing is lost, nothing repeated, however suites differ in what they rank. */
import { expect, it } from "vitest";
import { oneOf, seeded } from "../../../../scripts/random.ts";
import { maxOfSuite } from "../../../../worker/search/ask/merged-lists.ts";
import { readToken, writeToken } from "../../../../worker/search/ask/page-token.ts";
import type { FoundPackage } from "../../../../worker/search/suite-question.ts";
import { repository } from "../../repositories/origin.ts";
import {
  arch,
  bookworm,
  debian,
  everywhere,
  fedora,
  found,
  query,
  record,
  type StandIn,
  trixie,
  World,
} from "./stand-ins.ts";

const cases = 60;
const names = Array.from({ length: 40 }, (_, at) => `package-${at}`);

/** A suite's packages, ranked: some names have two versions or architectures, which may stand far from each other. */
function packagesOf(random: () => number): FoundPackage[] {
  const packages = names
    .filter(() => random() < 0.6)
    .flatMap((name) => {
      const one = found(record(name), Math.floor(random() * 8));
      if (random() < 0.8) return [one];
      return [one, found(record(name, "2", { architecture: "arm64" }), Math.floor(random() * 8))];
    });
  return packages.sort((a, b) => b.rank - a.rank);
}

function worldOf(random: () => number): World {
  const world = new World([debian, fedora, arch]);
  for (const { name, roots = [] } of world.repositories) {
    for (const root of roots) {
      if (random() >= 0.9) continue;
      const packages = packagesOf(random);
      // Some of each: real suites give whole names to a search, and parts of them to a token.
      world.set(name, root, { packages, ...(random() < 0.5 && { hasWholeNames: true }) });
    }
  }
  return world;
}

function wholeOf(world: World): string[] {
  const all = [...world.suites].flatMap(([key, { packages = [] }]) =>
    packages.map(({ record: { name } }) => `${key.split(" ")[0]} ${name}`),
  );
  return [...new Set(all)].sort();
}

it(`gives the whole over ${cases} worlds`, async () => {
  for (let seed = 1; seed <= cases; seed++) {
    const random = seeded(seed);
    const world = worldOf(random);
    const limits = [1, 3, 7, 10, 25, 100];
    const seen: string[] = [];
    let ranks: number[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const limit = oneOf(random, limits);
      const asked = query("package", { limit, ...(after !== undefined && { after }) });
      const answer = await world.service.search(asked);
      expect(answer.refused, `seed ${seed}`).toBeUndefined();
      expect(answer.results.length, `seed ${seed}`).toBeLessThanOrEqual(limit);
      seen.push(...answer.results.map(({ repository, name }) => `${repository} ${name}`));
      ranks = [...ranks, ...answer.results.map(({ rank }) => rank)];
      for (const { repository, name, places } of answer.results) {
        const all = [...world.suites]
          .filter(([key]) => key.startsWith(`${repository} `))
          .flatMap(([, { packages = [] }]) => packages)
          .filter((one) => one.record.name === name);
        expect(places.length, `seed ${seed}, ${repository} ${name}`).toBe(all.length);
      }
      expect(answer.total, `seed ${seed}`).toBeGreaterThan(0);
      after = answer.next;
      pages++;
    } while (after !== undefined && pages < 1000);
    expect([...seen].sort(), `seed ${seed}`).toEqual(wholeOf(world));
    // Of whole names the second package stands beside the first, whatever it is worth itself.
    const isByRank = [...world.suites.values()].every(({ hasWholeNames }) => !hasWholeNames);
    if (isByRank) expect(ranks, `seed ${seed}`).toEqual([...ranks].sort((a, b) => b - a));
  }
});

it("asks a repository's only suite once, where it gives whole names", async () => {
  const world = new World([debian]);
  const packages = ["a", "b", "c"].map((name) => found(record(name)));
  world.set("debian", trixie, { packages, hasWholeNames: true });
  const only = query("x", { limit: 3, suites: ["trixie"] });
  const { results } = await world.service.search(only);
  expect(results.map(({ name, places }) => [name, places.length])).toEqual([
    ["a", 1],
    ["b", 1],
    ["c", 1],
  ]);
  expect(world.asked.map(({ ask }) => ask)).toEqual(["search"]);
});

it("asks suites for the names alone that they didn't give", async () => {
  const world = new World([debian]);
  const of = (...names: string[]) => names.map((name) => found(record(name)));
  world.set("debian", trixie, { packages: of("a", "b"), hasWholeNames: true });
  world.set("debian", bookworm, { packages: of("b", "c"), hasWholeNames: true });
  const { results } = await world.service.search(query("x", { limit: 10 }));
  expect(results.map(({ name, places }) => [name, places.length])).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", 1],
  ]);
  const named = world.asked.flatMap((one) => (one.ask === "named" ? [one.names] : []));
  expect(named).toEqual([["c"], ["a"]]);
});

it("gives some thousand names of four suites to the end, each ranked otherwise", async () => {
  const random = seeded(3);
  const roots = ["a", "b", "c", "d"].map((suite) => `dists/${suite}/InRelease`);
  const world = new World([repository({ name: "debian", kind: "apt", roots })]);
  const many = Array.from({ length: 3000 }, (_, at) => `package-${at}`);
  for (const root of roots) {
    const packages = many
      .filter(() => random() < 0.7)
      .map((name) => found(record(name), Math.floor(random() * 1000)));
    world.set("debian", root, { packages: packages.sort((a, b) => b.rank - a.rank) });
  }
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const answer = await world.service.search(query("package", { ...(after && { after }) }));
    expect(answer.refused).toBeUndefined();
    seen.push(...answer.results.map(({ repository: of, name }) => `${of} ${name}`));
    after = answer.next;
    expect((after ?? "").length).toBeLessThan(100);
  } while (after !== undefined);
  expect(seen.sort()).toEqual(wholeOf(world));
});

it("gives names again, and says so, where a suite doesn't tell what it gave", async () => {
  const world = new World([debian]);
  const packages = names.map((name, at) => found(record(name), 100 - at));
  world.set("debian", trixie, { packages });
  world.set("debian", bookworm, { packages: packages.map((one) => ({ ...one, rank: 1 })) });
  const first = await world.service.search(query("p", { limit: 10 }));
  // It answers the page, and nothing that is asked behind it.
  const trouble: StandIn = {
    packages,
    answer: ({ ask }) => {
      if (ask === "before") throw new Error("too much");
      return undefined;
    },
  };
  world.set("debian", trixie, trouble);
  const second = await world.service.search(query("p", { limit: 40, after: first.next ?? "" }));
  expect(second.unanswered).toContainEqual({
    repository: "debian",
    suite: "trixie",
    why: "Names of the pages before may come again. It could not be asked: too much. Ask again.",
  });
  expect(second.results).toHaveLength(40);
});

it("tells how many names there are, where all suites fit on a page", async () => {
  const world = worldOf(seeded(7));
  const { total, isAtLeast } = await world.service.search(query("package", { limit: 100 }));
  expect({ total, isAtLeast }).toEqual({ total: wholeOf(world).length, isAtLeast: undefined });
});

it("tells all pages the total of the first", async () => {
  const world = worldOf(seeded(8));
  const first = await world.service.search(query("package", { limit: 5 }));
  const { next: after = "" } = first;
  const second = await world.service.search(query("package", { limit: 50, after }));
  expect(first.isAtLeast).toBe(true);
  expect([second.total, second.isAtLeast]).toEqual([first.total, true]);
});

it("goes on with files, page by page", async () => {
  const random = seeded(9);
  const world = new World([debian, fedora]);
  const paths = (count: number) =>
    Array.from({ length: count }, () => `usr/bin/${Math.floor(random() * 1000)}`).sort();
  const files = (count: number) => paths(count).map((path) => ({ path, owners: ["a"] }));
  world.set("debian", trixie, { files: files(23) }).set("debian", bookworm, { files: files(11) });
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = { limit: 4, ...(after !== undefined && { after }) };
    const answer = await world.service.files("bin", "end", { ...everywhere, ...page });
    expect(answer.total).toBe(34);
    seen.push(...answer.files.map(({ path }) => path));
    after = answer.next;
  } while (after !== undefined);
  const all = [...world.suites.values()].flatMap(({ files: some = [] }) => some);
  expect(seen).toEqual(all.map(({ path }) => path).sort());
});

it("keeps a suite's place that doesn't answer at one page", async () => {
  const world = new World([debian]);
  const some = (from: number, count: number) =>
    names.slice(from, from + count).map((name, at) => found(record(name), 100 - at));
  world.set("debian", trixie, { packages: some(0, 6) });
  world.set("debian", bookworm, { packages: some(20, 6) });
  const first = await world.service.search(query("p", { limit: 4 }));
  world.set("debian", bookworm, { packages: some(20, 6), trouble: "coming" });
  const second = await world.service.search(query("p", { limit: 3, after: first.next ?? "" }));
  expect(second.unanswered).toContainEqual({
    repository: "debian",
    suite: "bookworm",
    why: "It is being read.",
  });
  world.set("debian", bookworm, { packages: some(20, 6) });
  const third = await world.service.search(query("p", { limit: 50, after: second.next ?? "" }));
  const seen = [first, second, third].flatMap(({ results }) => results.map(({ name }) => name));
  expect(seen.sort()).toEqual([...names.slice(0, 6), ...names.slice(20, 26)].sort());
});

it("says that a suite changed since the page before", async () => {
  const world = new World([debian]);
  const packages = names.map((name) => found(record(name)));
  world.set("debian", trixie, { packages });
  const first = await world.service.search(query("p", { limit: 4 }));
  world.published.set("debian", 2);
  const second = await world.service.search(query("p", { limit: 4, after: first.next ?? "" }));
  expect(second.refused).toContain("debian trixie");
  expect(second.refused).toContain("changed since the page before");
});

it.each([
  "",
  "1",
  "~~~~",
  "2~aaaaaa~~1",
  "2~aaaaaa~x.y~1",
  "1~aaaaaa~~~1",
  "2~a~b~c",
  "\u0000",
  "x".repeat(9000),
])("refuses %j as a page", async (after) => {
  const world = new World([debian]);
  const answer = await world.service.search(query("p", { after }));
  expect(answer.refused).toMatch(/^after= is /);
  expect(answer.results).toEqual([]);
});

it("asks no suite for more than a page may need, whatever a place says was given", async () => {
  const world = new World([debian]);
  const files = Array.from({ length: 5 }, (_, at) => ({ path: `a/${at}`, owners: ["a"] }));
  world.set("debian", trixie, { files });
  const choice = { ...everywhere, limit: 2 };
  const { next = "" } = await world.service.files("a", "name", choice);
  const position = readToken(next);
  if (position === undefined) throw new Error(`${next} is no token`);
  const cursors = position.cursors.map((one) => (one.isEnd ? one : { ...one, skip: 36 ** 6 - 1 }));
  world.asked.length = 0;
  const page = await world.service.files("a", "name", {
    ...choice,
    after: writeToken({ ...position, cursors }),
  });
  expect(page.files).toEqual([]);
  expect(world.asked.map((one) => ("limit" in one ? one.limit : 0))).toEqual([maxOfSuite]);
});
