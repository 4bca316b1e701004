import { beforeAll, describe, expect, it } from "vitest";
import {
  type Drawn,
  drawRequest,
  hardStrata,
  stratumOf,
} from "../../../../scripts/solve-truths/draw.ts";
import { numbersOf } from "../../../../scripts/solve-truths/make-truths.ts";
import { type DrawnFrom, drawnFrom } from "../../../../scripts/solve-truths/strata.ts";
import type { InstalledSet } from "../../../../scripts/solve-truths/truth.ts";
import { readUniverse } from "../../../../scripts/solve-truths/universe.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { writeSmallUniverse } from "./small-universe.ts";

const sets: InstalledSet[] = [
  {
    set: "old-0",
    foreign: [],
    installed: ["base:amd64=1.0", "libone:amd64=1:1.5-2 automatic", "tool:amd64=3"],
  },
  { set: "new-1", foreign: [], installed: ["shell:amd64=2", "base:amd64=1.0"] },
  { set: "old-foreign-2", foreign: ["i386"], installed: ["libone:i386=1:1.5-2"] },
];
const count = 5000;
let from: DrawnFrom;
let drawn: Drawn[];

beforeAll(() => {
  const folder = temporaryFolder("small-universe-");
  writeSmallUniverse(folder);
  from = drawnFrom(readUniverse(folder), "amd64", "i386");
  drawn = numbersOf(count, { shard: 1, of: 1 }).map((number) => drawRequest(from, sets, 1, number));
});

describe("5,000 requests", () => {
  it("are the same of the same seed and number, and others of another seed", () => {
    for (const number of [0, 4, 1234, 4999]) {
      expect(drawRequest(from, sets, 1, number)).toEqual(drawn[number]);
    }
    expect(drawn.slice(0, 50)).not.toEqual(
      drawn.slice(0, 50).map(({ number }) => drawRequest(from, sets, 2, number)),
    );
  });

  it("have one of five from the hard strata, each as often as the others", () => {
    const hard = drawn.filter(({ stratum }) => stratum !== "plain");
    expect(hard).toHaveLength(1000);
    for (const stratum of hardStrata) {
      const own = hard.filter((one) => one.stratum === stratum).length;
      expect(Math.abs(own - 1000 / hardStrata.length)).toBeLessThan(1);
    }
  });

  it("install 1 to 5 names in order, none twice, or remove, or upgrade", () => {
    for (const { request, stratum } of drawn) {
      const names = [...request.install, ...request.remove];
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeLessThanOrEqual(5);
      expect(names.length > 0).toBe(request.upgrade === undefined);
      if (request.remove.length > 0) expect(["remove", "essential"]).toContain(stratum);
    }
    const plain = drawn.filter(({ stratum }) => stratum === "plain");
    for (const length of [1, 2, 3, 4, 5]) {
      expect(plain.some(({ request }) => request.install.length === length)).toBe(true);
    }
  });

  // Four standard deviations of 4,000 draws.
  it.each([
    ["an installed set", 0.3, (one: Drawn) => "set" in one.request.installed],
    ["pins", 0.1, (one: Drawn) => one.request.pins.length > 0],
    ["a foreign architecture", 0.1, (one: Drawn) => one.request.foreign.length > 0],
    ["recommends", 0.5, (one: Drawn) => one.request.recommends],
  ])("have %s in their part", (_, part, has) => {
    const plain = drawn.filter(({ stratum }) => stratum === "plain");
    const deviation = Math.sqrt((part * (1 - part)) / plain.length);
    const found = plain.filter(has).length / plain.length;
    expect(Math.abs(found - part)).toBeLessThan(4 * deviation);
  });

  it("hold packages of the set in one of ten requests with one", () => {
    const withSet = drawn.flatMap(({ request, stratum }) =>
      "set" in request.installed && stratum === "plain" ? [request.installed] : [],
    );
    const held = withSet.filter(({ hold }) => hold !== undefined);
    const deviation = Math.sqrt((0.1 * 0.9) / withSet.length);
    expect(Math.abs(held.length / withSet.length - 0.1)).toBeLessThan(4 * deviation);
    for (const { set, hold = [] } of held) {
      const texts = sets.find((one) => one.set === set)?.installed ?? [];
      for (const name of hold) expect(texts.some((text) => text.startsWith(`${name}=`))).toBe(true);
    }
  });

  it("ask mostly for what apt can answer: dependents of virtual names, suites that have the name", () => {
    const real = new Set(from.names);
    const of = (stratum: string) => drawn.filter((one) => one.stratum === stratum);
    const answered = of("virtual").filter(({ request }) =>
      request.install.every((name) => real.has(name)),
    );
    expect(answered.length / of("virtual").length).toBeGreaterThan(0.6);
    const names = of("suite").flatMap(({ request }) => request.install);
    const security = new Set(["bookworm-security", "oldstable-security"]);
    const had = names.filter((text) => {
      const [name = "", suite = ""] = text.split("/");
      return !security.has(suite) || name === "libone" || name === "tool";
    });
    expect(had.length / names.length).toBeGreaterThan(0.8);
  });

  it("have a foreign set only with its architecture, and sets with older versions to upgrade", () => {
    for (const { request, stratum } of drawn) {
      const set = "set" in request.installed ? request.installed.set : undefined;
      if (set === "old-foreign-2") expect(request.foreign).toEqual(["i386"]);
      if (stratum.endsWith("upgrade")) expect(set).toMatch(/^old/);
      if (request.install.some((name) => name.endsWith(":i386"))) {
        expect(request.foreign).toEqual(["i386"]);
      }
    }
  });
});

it("shards have each number once", () => {
  const shards = [1, 2, 3].map((shard) => numbersOf(100, { shard, of: 3 }));
  expect(shards.flat().sort((one, other) => one - other)).toEqual(
    numbersOf(100, { shard: 1, of: 1 }),
  );
});

describe("the strata of a universe", () => {
  it("have the packages that meet their rule", () => {
    const names = Object.fromEntries(
      Object.entries(from.choices).map(([stratum, choices]) => [
        stratum,
        [...new Set(choices.map(({ name }) => name))].sort(),
      ]),
    );
    expect(names).toEqual({
      virtual: ["app", "virt"],
      alternatives: ["app", "other"],
      "real-and-provided": ["shell", "tool"],
      "versioned-provides": ["app", "prov-a"],
      any: ["shell"],
      conflicts: ["prov-a", "prov-b"],
      "multi-arch-same": ["libone"],
      "multi-arch-foreign": ["shell"],
      "multi-arch-allowed": ["tool"],
    });
    expect([...from.essential]).toEqual(["base"]);
    expect([...from.versions]).toEqual([
      ["libone", ["1:1.5-2", "1:1.5-3"]],
      ["tool", ["3", "3+deb12u1"]],
    ]);
  });

  it("come in turn", () => {
    expect([0, 1, 2, 3, 4, 9].map(stratumOf)).toEqual([
      ...["plain", "plain", "plain", "plain"],
      "virtual",
      "alternatives",
    ]);
  });
});
