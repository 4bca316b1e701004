/** The baseline of a repository out of its snapshots. */
import { describe, expect, it } from "vitest";
import {
  type Baseline,
  maxGenerations,
} from "../../../../worker/repositories/baseline/baseline.ts";
import { baselineFromSnapshots } from "../../../../worker/repositories/baseline/baseline-from-snapshots.ts";
import { uncompared } from "../../../../worker/repositories/chain/retention.ts";
import type { Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import { repository, seeded } from "../origin.ts";

const minute = 60_000;
const main = "dists/stable/InRelease";
const updates = "dists/updates/InRelease";
const listed = { ...repository(), roots: [main, updates] };

/** Snapshot of that generation, made at that minute; roots as `hash`, or `hash day` where it tells a date. */
function snapshot(generation: number, minutes: number, roots: Record<string, string>): Snapshot {
  return {
    repository: listed.name,
    generation,
    id: `s${generation}`,
    at: minutes * minute,
    roots: Object.entries(roots).map(([path, text]) => {
      const [sha = "", date] = text.split(" ");
      return {
        path,
        files: [
          { path, size: 1, sha256: sha },
          { path: `${path}.gpg`, size: 1, sha256: `${sha}-signature` },
        ],
        manifest: "m",
        ...(date !== undefined && { date: Number(date) }),
      };
    }),
  };
}

const made = (...snapshots: Snapshot[]) =>
  baselineFromSnapshots(listed, { snapshots, samples: [], askedAt: 0, current: 1 });

/** `hash@generation minute` of each version of a root, newest first. */
function versions({ roots }: Baseline, path = main): string[] {
  const root = roots.find((one) => one.path === path);
  return (root?.generations ?? []).map(
    ({ hash, generation, seenAt }) => `${hash}@${generation} ${seenAt / minute}`,
  );
}

describe("versions of a root out of snapshots", () => {
  it.each<[string, Snapshot[], string[], string[]]>([
    ["no snapshots", [], [], []],
    ["one", [snapshot(1, 10, { [main]: "a", [updates]: "u" })], ["a@1 10"], ["u@1 10"]],
    [
      "one that stays is of the newest, and seen since the first",
      [
        snapshot(3, 30, { [main]: "a", [updates]: "w" }),
        snapshot(2, 20, { [main]: "a", [updates]: "v" }),
        snapshot(1, 10, { [main]: "a", [updates]: "u" }),
      ],
      ["a@3 10"],
      ["w@3 30", "v@2 20", "u@1 10"],
    ],
    [
      "one that is gone is of the last that had it",
      [
        snapshot(4, 40, { [main]: "b", [updates]: "u" }),
        snapshot(3, 30, { [main]: "b", [updates]: "u" }),
        snapshot(2, 20, { [main]: "a", [updates]: "u" }),
        snapshot(1, 10, { [main]: "a", [updates]: "u" }),
      ],
      ["b@4 30", "a@2 10"],
      ["u@4 10"],
    ],
    [
      "one that came back is seen since it is back, and told once",
      [
        snapshot(5, 50, { [main]: "a" }),
        snapshot(4, 40, { [main]: "a" }),
        snapshot(3, 30, { [main]: "b" }),
        snapshot(2, 20, { [main]: "a" }),
        snapshot(1, 10, { [main]: "b" }),
      ],
      ["a@5 40", "b@3 30"],
      [],
    ],
    [
      "one that came back is seen since then, however many states had it before",
      [
        snapshot(5, 50, { [main]: "b", [updates]: "y" }),
        snapshot(4, 40, { [main]: "a", [updates]: "y" }),
        snapshot(3, 30, { [main]: "b", [updates]: "y" }),
        snapshot(2, 20, { [main]: "a", [updates]: "y" }),
        snapshot(1, 10, { [main]: "a", [updates]: "x" }),
      ],
      ["b@5 50", "a@4 40"],
      ["y@5 20", "x@1 10"],
    ],
    [
      "one that came later, and one that is missing for a while",
      [
        snapshot(3, 30, { [main]: "a", [updates]: "u" }),
        snapshot(2, 20, { [main]: "a" }),
        snapshot(1, 10, { [updates]: "u" }),
      ],
      ["a@3 20"],
      ["u@3 10"],
    ],
  ])("%s", (_, snapshots, ofMain, ofUpdates) => {
    const reference = made(...snapshots);
    expect([versions(reference), versions(reference, updates)]).toEqual([ofMain, ofUpdates]);
    expect(reference.roots.map(({ path }) => path)).toEqual(listed.roots);
  });

  it("are no more than are remembered, the oldest out", () => {
    const many = Array.from({ length: maxGenerations + 9 }, (_, at) =>
      snapshot(at + 1, at, { [main]: `h${at + 1}` }),
    ).reverse();
    const [newest = "", ...rest] = versions(made(...many));
    expect(newest).toMatch(`h${many.length}@`);
    expect(rest).toHaveLength(maxGenerations - 1);
  });

  it("have the date that a mirror's copy is read to have", () => {
    const dated = made(snapshot(1, 10, { [main]: "a 1700000000000", [updates]: "u" }));
    expect(dated.roots.map(({ generations }) => generations[0]?.date)).toEqual([
      1_700_000_000_000,
      undefined,
    ]);
    // rpm: its revision where that is a time, as in a probe; a counter isn't.
    for (const [revision, date] of [
      [1_700_000_123, 1_700_000_123_000],
      [77, 1_700_000_000_000],
    ] as const) {
      const [first] = snapshot(1, 10, { [main]: "a 1700000000000" }).roots;
      const roots = first === undefined ? [] : [{ ...first, revision }];
      const reference = made({ ...snapshot(1, 10, {}), roots });
      expect(reference.roots[0]?.generations[0]?.date).toBe(date);
    }
  });

  it("are asked for where they are: an archive without InRelease has Release", () => {
    const one = snapshot(1, 10, { [main]: "a", [updates]: "u" });
    for (const root of one.roots.slice(0, 1)) {
      root.files = [{ path: "dists/stable/Release", size: 1, sha256: "a" }];
    }
    const { roots } = made(one);
    expect(roots.map(({ path, file }) => [path, file])).toEqual([
      [main, "dists/stable/Release"],
      [updates, undefined],
    ]);
  });
});

it("a root that a probe wouldn't read whole is told to be large, by its newest version", () => {
  const sized = (generation: number, size: number) => {
    const one = snapshot(generation, generation, { [main]: `h${generation}` });
    for (const { files } of one.roots) for (const file of files.slice(0, 1)) file.size = size;
    return one;
  };
  const most = 2 * 1024 * 1024;
  expect(made(sized(2, most), sized(1, most + 1)).roots[0]).not.toHaveProperty("large");
  expect(made(sized(2, most + 1), sized(1, most)).roots[0]?.large).toBe(true);
});

it("the baseline of a repository whose roots all failed says why", () => {
  const faults = new Map([[main, "Refused."]]);
  const of = (paths: string[]) =>
    baselineFromSnapshots(
      { ...listed, roots: paths },
      { snapshots: [], samples: [], askedAt: 0, faults, withoutSamples: "none" },
    );
  expect(of([main])).toMatchObject({
    failed: `${main}: Refused.`,
    withoutSamples: "none",
    roots: [{ path: main, generations: [], failed: "Refused." }],
  });
  expect(of([main, updates])).not.toHaveProperty("failed");
});

it("a watched origin that publishes without end keeps what is compared, and no more", () => {
  const random = seeded(7);
  let all: Snapshot[] = [];
  let left: Snapshot[] = [];
  const now: Record<string, string> = { [main]: "m0", [updates]: "u0" };
  for (let at = 0; at < 500; at++) {
    // Some states return, as they do where an origin is put back.
    if (random() < 0.9) now[main] = `m${Math.floor(random() * 5) + Math.floor(at / 8)}`;
    if (random() < 0.1) now[updates] = `u${at}`;
    const next = snapshot(at, at, now);
    all = [next, ...all];
    const gone = uncompared([next, ...left]);
    left = [next, ...left].filter((one) => !gone.includes(one));
    const watched = (snapshots: Snapshot[]) =>
      baselineFromSnapshots(listed, {
        snapshots: snapshots.map(({ at: seenAt, roots }) => ({ at: seenAt, roots })),
        samples: [],
        askedAt: 0,
      });
    expect(watched(left)).toEqual(watched(all));
    // Some stay beside the two roots' versions: they stand between two states that would seem one.
    expect(left.length).toBeLessThan(3 * maxGenerations);
  }
});

it("however states alternate, no more is kept than sixteen roots have versions", () => {
  let left: Snapshot[] = [];
  for (let at = 0; at < 20 * maxGenerations; at++) {
    const updated = `u${Math.floor(at / 100)}`;
    left = [snapshot(at, at, { [main]: `m${at % 2}`, [updates]: updated }), ...left];
    const gone = uncompared(left);
    left = left.filter((one) => !gone.includes(one));
  }
  expect(left.length).toBeLessThanOrEqual(16 * maxGenerations);
});
