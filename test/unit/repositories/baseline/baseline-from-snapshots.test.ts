/** The reference of a verified repository: out of its snapshots, and its origin asked only where these tell nothing. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  type Baseline,
  maxGenerations,
} from "../../../../worker/repositories/baseline/baseline.ts";
import { baselineFromSnapshots } from "../../../../worker/repositories/baseline/baseline-from-snapshots.ts";
import {
  type BaselineStore,
  OriginBaseline,
} from "../../../../worker/repositories/baseline/refresh-baseline.ts";
import { VerifiedBaseline } from "../../../../worker/repositories/baseline/verified-baseline.ts";
import type { Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import { publishApt, repository, StandInOrigin, seeded, sha256 } from "../origin.ts";

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

describe("the reference of a verified repository", () => {
  let origin: StandInOrigin;
  let now: number;
  let asked: number;
  let current: string | undefined;
  let kept: Snapshot[];
  let read: number;
  let wanted: number;
  let samples: { path: string; size: number; sha256?: string }[];
  let pending: Snapshot | undefined;
  let keeper: OriginBaseline;
  const one = repository();

  beforeEach(() => {
    origin = new StandInOrigin();
    publishApt(origin, "Mon, 02 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
    now = 1000 * minute;
    [asked, wanted, read] = [0, 0, 0];
    [current, kept, samples, pending] = [undefined, [], [], undefined];
    let stored: Baseline | undefined;
    const store: BaselineStore = {
      load: () => stored,
      loadListing: () => undefined,
      save: (reference) => {
        stored = reference;
      },
    };
    keeper = new OriginBaseline({
      access: origin.access,
      store,
      now: () => now,
      random: seeded(1),
    });
  });

  const verified = () =>
    new VerifiedBaseline({
      asked: async () => {
        asked++;
      },
      current: () => current,
      kept: () => {
        read++;
        return kept;
      },
      pending: () => pending,
      samples: () => samples,
      wantSamples: () => {
        wanted++;
      },
      origin: keeper,
    });

  /** The current snapshot of what the origin has. */
  function snapshotOfOrigin(generation: number, minutes: number): void {
    const body = origin.files.get(main)?.body ?? "";
    kept = [snapshot(generation, minutes, { [main]: sha256(body) }), ...kept];
    current = `s${generation}`;
  }

  it("is the origin's until there is a snapshot, and has it followed from the first question", async () => {
    const reference = verified();
    const before = await reference.reference(one, minute);
    expect(asked).toBe(1);
    expect(before).toEqual(await keeper.reference(one, minute));
    expect(before.roots[0]?.generations[0]).not.toHaveProperty("generation");
    origin.put("pool/a.deb", "abcdefghij");
    const bytes = await reference.range(one, "pool/a.deb", 2, 5);
    expect(new TextDecoder().decode(bytes)).toBe("cdef");
    snapshotOfOrigin(1, 1000);
    const after = await reference.reference(one, minute);
    expect(after.roots[0]?.generations[0]).toMatchObject({ generation: 1, seenAt: now });
    expect(asked).toBe(2);
  });

  it("asks nothing of the origin, and has it that files of the snapshot come to be known", async () => {
    snapshotOfOrigin(3, 990);
    const without = await verified().reference(one, minute);
    expect(without).toMatchObject({ samples: [], generation: 3 });
    expect([wanted, origin.asked.length]).toEqual([1, 0]);
    samples = [{ path: "pool/x.deb", size: 9 }];
    const reference = verified();
    for (let turn = 0; turn < 5; turn++) {
      const told = await reference.reference(one, minute);
      expect(told).toMatchObject({ samples, generation: 3 });
      now += 20 * minute;
    }
    expect(origin.asked).toEqual([]);
    expect(asked, "to be followed, each time").toBe(6);
    expect(read, "once for all of the same").toBe(2);
  });

  it("has the samples that are known by now, and reads the snapshots of each new state", async () => {
    snapshotOfOrigin(3, 990);
    samples = [{ path: "pool/x.deb", size: 9 }];
    const reference = verified();
    await reference.reference(one, minute);
    samples = [{ path: "pool/y.deb", size: 8 }];
    expect((await reference.reference(one, minute)).samples).toEqual(samples);
    publishApt(origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/b.deb"]);
    snapshotOfOrigin(4, 999);
    const told = await reference.reference(one, minute);
    expect(told.generation).toBe(4);
    expect(told.roots[0]?.generations.map(({ generation }) => generation)).toEqual([4, 3]);
    expect((await reference.reference({ ...one, roots: [] }, minute)).roots).toEqual([]);
  });

  it("counts a snapshot that waits as one of its own", async () => {
    snapshotOfOrigin(3, 990);
    samples = [{ path: "pool/x.deb", size: 9 }];
    const reference = verified();
    await reference.reference(one, minute);
    pending = snapshot(4, 995, { [main]: "next" });
    const told = await reference.reference(one, minute);
    expect(versions(told)[0]).toBe("next@4 995");
    expect(told.roots[0]?.generations[1]).toMatchObject({ generation: 3 });
    expect(told.generation, "the samples are of the current one").toBe(3);
    pending = undefined;
    expect(versions(await reference.reference(one, minute))).toHaveLength(1);
  });

  it("gives bytes of its samples and of nothing else", async () => {
    snapshotOfOrigin(3, 990);
    const reference = verified();
    origin.put("pool/x.deb", "0123456789");
    const text = async (path: string) => {
      const bytes = await reference.range(one, path, 2, 5);
      return bytes && new TextDecoder().decode(bytes);
    };
    expect(await text("pool/x.deb")).toBeUndefined();
    samples = [{ path: "pool/x.deb", size: 10 }];
    expect(await text("pool/x.deb")).toBe("2345");
    expect(await text("pool/a.deb")).toBeUndefined();
  });
});
