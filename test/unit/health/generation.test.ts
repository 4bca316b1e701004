/** Which snapshot a mirror has reached, and which roots it is asked for. */
import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { generationOf, promised } from "../../../worker/health/generation.ts";
import { chooseRoots, mostRoots } from "../../../worker/health/http/root-choice.ts";
import type { SeenRoot } from "../../../worker/health/observation.ts";
import type { RootBaseline, SampleFile } from "../../../worker/repositories/baseline/baseline.ts";

const day = 86_400_000;
const first = Date.UTC(2026, 0, 1);

/** `hash@generation day`, newest first; `-` is one without a date, and no generation is none. */
function root(path: string, ...versions: string[]): RootBaseline {
  return {
    path,
    generations: versions.map((text) => {
      const [, hash = "", generation, , at] = /^(\w+)(?:@(\d+))?( (\d+))?$/.exec(text) ?? [];
      return {
        hash,
        seenAt: first,
        ...(generation !== undefined && { generation: Number(generation) }),
        ...(at !== undefined && { date: first + Number(at) * day }),
      };
    }),
  };
}

/** Too large to be read; all its versions have ends. */
function withEnds(known: RootBaseline): RootBaseline {
  const generations = known.generations.map((version, at) => ({
    ...version,
    end: { size: 3_000_000 + at, last: `${at}`.repeat(16) },
  }));
  return { ...known, large: true, generations };
}

/** `path:hash day` */
function seen(...texts: string[]): SeenRoot[] {
  return texts.map((text) => {
    const [, path = "", hash = "", , at] = /^(\w+):(end \w+ of \d+|\w+)( (\d+))?$/.exec(text) ?? [];
    return {
      path,
      hash,
      ...(at !== undefined && { textDate: first + Number(at) * day }),
    };
  });
}

const main = root("main", "m3@9 30", "m2@6 20", "m1@4 10");
const updates = root("updates", "u2@9 28", "u1@8 18");

describe("a mirror's generation", () => {
  it.each<[string, RootBaseline[], SeenRoot[], number | undefined]>([
    ["the newest of all roots", [main, updates], seen("main:m3", "updates:u2"), 9],
    ["the least of its roots", [main, updates], seen("main:m2", "updates:u2"), 6],
    ["the least, the other way round", [main, updates], seen("main:m3", "updates:u1"), 8],
    ["one root not seen yet", [main, updates], seen("main:m3"), undefined],
    ["nothing seen yet", [main], [], undefined],
    ["a root that the mirror leaves out doesn't matter", [main], seen("main:m3", "updates:u1"), 9],
    ["one that the origin doesn't have", [main, root("updates")], seen("main:m3"), 9],
    ["no roots at all", [], seen("main:m3"), undefined],
    ["a root too large to be read", [{ ...main, large: true }], seen("main:m3"), undefined],
    ["one that is told by its end", [withEnds(main)], seen("main:m2"), 6],
    ["another than ours by its end", [withEnds(main)], seen("main:end 00 of 5"), 0],
    ["an unknown one between two", [main], seen("main:x 25"), 6],
    ["an unknown one of a known one's day", [main], seen("main:x 20"), 6],
    ["an unknown one that is newer than ours", [main], seen("main:x 31"), 9],
    ["an unknown one that is older than all", [main], seen("main:x 9"), 0],
    ["an unknown one without a date", [main], seen("main:x"), 0],
    [
      "an unknown one where ours have no dates",
      [root("main", "m3@9", "m2@6")],
      seen("main:x 31"),
      0,
    ],
    ["an old stranger among the known", [main, updates], seen("main:m3", "updates:x 1"), 0],
    [
      "a root too large to be read",
      [main, { ...updates, large: true }],
      seen("main:m3", "updates:u2"),
      undefined,
    ],
    ["a reference without snapshots", [root("main", "m3 30")], seen("main:m3 30"), undefined],
  ])("%s", (_, roots, known, expected) => {
    expect(generationOf(roots, known)).toBe(expected);
  });

  it("isn't told by when a server says it has a file since", () => {
    const fetched: SeenRoot = {
      path: "main",
      hash: "x",
      date: first + 31 * day,
    };
    expect(generationOf([main], [fetched])).toBe(0);
  });
});

describe("files that are promised", () => {
  const samples: SampleFile[] = [
    { path: "old", size: 1 },
    { path: "recent", size: 1, recent: true },
  ];
  it.each<
    [
      string,
      [newest?: number | undefined, generation?: number | undefined, isBehind?: boolean],
      string,
    ]
  >([
    ["without snapshots: all", [], "old recent"],
    [
      "without snapshots, of one that is behind: what isn't recent",
      [undefined, undefined, true],
      "old",
    ],
    ["of the samples' snapshot: all", [9, 9], "old recent"],
    ["of the samples' snapshot, whatever a root's date tells: all", [9, 9, true], "old recent"],
    ["of one that is ahead: all", [9, 10], "old recent"],
    ["of one that is behind: what isn't recent", [9, 8], "old"],
    ["not known yet: what isn't recent", [9], "old"],
    ["older than all that is known: the same", [9, 0], "old"],
  ])("%s", (_, [newest, generation, isBehind = false], expected) => {
    const of = { samples, ...(newest !== undefined && { generation: newest }) };
    expect(
      promised(of, generation, isBehind)
        .map(({ path }) => path)
        .join(" "),
    ).toBe(expected);
  });
});

describe("roots that a probe asks for", () => {
  const roots = Array.from({ length: 10 }, (_, at) => root(`r${at}`, "b@2", "a@1"));
  /** What was seen at each: the letter of the version, and the origin's newest then. */
  const known = (texts: string) =>
    new Map(
      texts.split(" ").flatMap((text, at): [string, SeenRoot][] => {
        const [hash = "", newest = ""] = text.split("/");
        return hash === "-" ? [] : [[`r${at}`, { path: `r${at}`, hash, newest }]];
      }),
    );
  const numbers = (chosen: Iterable<RootBaseline>) =>
    [...chosen].map(({ path }) => Number(path.slice(1))).sort();

  it.each<[string, string, number[]]>([
    ["those that weren't seen", "- b/b b/b - b/b b/b b/b b/b b/b b/b", [0, 3]],
    [
      "those that changed at the origin since",
      "a/a b/b b/b b/b a/a b/b b/b b/b b/b a/a",
      [0, 4, 9],
    ],
    ["not again those that were behind when asked", "a/a a/b a/b a/b a/b a/b a/b b/b b/b b/b", [0]],
    [
      "none that was ahead of us, and isn't any more",
      "a/a b/a b/a b/b b/b b/b b/b b/b b/b b/b",
      [0],
    ],
  ])("are %s", (_, texts, expected) => {
    expect(numbers(chooseRoots(roots, known(texts), seeded(1)))).toEqual(expected);
  });

  it("are six at most, none of them always left out", () => {
    const met = new Set<number>();
    for (let round = 0; round < 60; round++) {
      const chosen = numbers(chooseRoots(roots, new Map(), seeded(round)));
      expect(chosen).toHaveLength(mostRoots);
      expect(new Set(chosen).size).toBe(mostRoots);
      for (const one of chosen) met.add(one);
    }
    expect(met.size).toBe(roots.length);
  });

  it("are one where nothing changed: mostly of those it is behind with, and each now and then", () => {
    const texts = "a/b b/b b/b a/b b/b b/b b/b b/b b/b b/b";
    const counts = new Map<number, number>();
    const random = seeded(4);
    const rounds = 2000;
    for (let round = 0; round < rounds; round++) {
      const [one = -1, ...more] = numbers(chooseRoots(roots, known(texts), random));
      expect(more).toEqual([]);
      counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    expect(counts.size).toBe(roots.length);
    // Three quarters and a fifth of the rest: 0.8; its deviation over 2,000 is 0.009.
    const behind = ((counts.get(0) ?? 0) + (counts.get(3) ?? 0)) / rounds;
    expect(behind).toBeGreaterThan(0.76);
    expect(behind).toBeLessThan(0.84);
  });

  it("are all where they are two, or no more than is said", () => {
    const seenAll = known("b/b b/b b/b");
    expect(numbers(chooseRoots(roots.slice(0, 2), seenAll, seeded(1)))).toEqual([0, 1]);
    expect(numbers(chooseRoots(roots, new Map(), seeded(1), 10))).toHaveLength(10);
  });
});
