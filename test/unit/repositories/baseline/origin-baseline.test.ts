/** The baseline of a repository that is served from snapshots: out of these, and out of what is watched until there are any. */
import { beforeEach, expect, it } from "vitest";
import type { Baseline, SampleFile } from "../../../../worker/repositories/baseline/baseline.ts";
import { OriginBaseline } from "../../../../worker/repositories/baseline/origin-baseline.ts";
import type { Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import { repository } from "../origin.ts";

const minute = 60_000;
const one = repository();
const root = "dists/stable/InRelease";

let asked: string[];
let current: string | undefined;
let kept: Snapshot[];
let read: number;
let wanted: number;
let samples: SampleFile[];
let pending: Snapshot | undefined;
/** What a poll that the first question waits for brings. */
let polled: () => void;

const watched: Baseline = {
  repository: "r",
  askedAt: 7,
  roots: [{ path: root, generations: [{ hash: "w", seenAt: 7 }] }],
  samples: [{ path: "pool/w.deb", size: 10 }],
};

beforeEach(() => {
  asked = [];
  [wanted, read] = [0, 0];
  [current, kept, samples, pending] = [undefined, [], [], undefined];
  polled = () => undefined;
});

function snapshot(generation: number, minutes: number, hash: string): Snapshot {
  return {
    repository: "r",
    generation,
    id: `s${generation}`,
    at: minutes * minute,
    roots: [{ path: root, files: [{ path: root, size: 1, sha256: hash }], manifest: "m" }],
  };
}

function published(generation: number, minutes: number, hash: string): void {
  kept = [snapshot(generation, minutes, hash), ...kept];
  current = `s${generation}`;
}

const baseline = () =>
  new OriginBaseline({
    served: () => ({
      asked: async () => void asked.push("asked"),
      polled: async () => {
        asked.push("polled");
        polled();
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
    }),
    watched: () => ({
      knownSince: async (maxAgeMs) => void asked.push(`watched ${maxAgeMs}`),
      samples: () => watched.samples,
      baseline: () => watched,
    }),
    ranges: {
      read: async (_, { path }, { first, last }) =>
        new TextEncoder().encode(`${path} ${first}-${last}`),
    },
  });

const versions = ({ roots }: Baseline) =>
  (roots[0]?.generations ?? []).map(({ hash, generation }) => `${hash}@${generation}`);

it("is what is watched until there is a snapshot, and has it polled from the first question on", async () => {
  const origin = baseline();
  expect(await origin.baseline(one, minute)).toEqual(watched);
  expect(asked).toEqual(["polled", `watched ${minute}`]);
  const bytes = await origin.range(one, "pool/w.deb", { first: 2, last: 5 });
  expect(new TextDecoder().decode(bytes)).toBe("pool/w.deb 2-5");
  // Where the first poll brings a snapshot, nothing is watched.
  asked = [];
  polled = () => published(1, 1000, "a");
  expect(versions(await origin.baseline(one, minute))).toEqual(["a@1"]);
  expect(asked).toEqual(["polled"]);
});

it("asks nothing of the origin, and has it that files of the snapshot come to be known", async () => {
  published(3, 990, "a");
  const without = await baseline().baseline(one, minute);
  expect(without).toMatchObject({ samples: [], generation: 3 });
  expect(wanted).toBe(1);
  samples = [{ path: "pool/x.deb", size: 9 }];
  const origin = baseline();
  for (let turn = 0; turn < 5; turn++) {
    expect(await origin.baseline(one, minute)).toMatchObject({ samples, generation: 3 });
  }
  expect(asked, "to be followed, each time").toEqual(Array.from({ length: 6 }, () => "asked"));
  expect(read, "once for all of the same").toBe(2);
});

it("has the samples that are known by now, and reads the snapshots of each new state", async () => {
  published(3, 990, "a");
  samples = [{ path: "pool/x.deb", size: 9 }];
  const origin = baseline();
  await origin.baseline(one, minute);
  samples = [{ path: "pool/y.deb", size: 8 }];
  expect((await origin.baseline(one, minute)).samples).toEqual(samples);
  published(4, 999, "b");
  const told = await origin.baseline(one, minute);
  expect(told.generation).toBe(4);
  expect(versions(told)).toEqual(["b@4", "a@3"]);
  expect((await origin.baseline({ ...one, roots: [] }, minute)).roots).toEqual([]);
});

it("counts a snapshot that waits as one of its own", async () => {
  published(3, 990, "a");
  samples = [{ path: "pool/x.deb", size: 9 }];
  const origin = baseline();
  await origin.baseline(one, minute);
  pending = snapshot(4, 995, "next");
  const told = await origin.baseline(one, minute);
  expect(versions(told)).toEqual(["next@4", "a@3"]);
  expect(told.generation, "the samples are of the current one").toBe(3);
  pending = undefined;
  expect(versions(await origin.baseline(one, minute))).toHaveLength(1);
});

it("gives bytes of its samples and of nothing else", async () => {
  published(3, 990, "a");
  samples = [{ path: "pool/x.deb", size: 10 }];
  const origin = baseline();
  const range = { first: 2, last: 5 };
  const bytes = await origin.range(one, "pool/x.deb", range);
  expect(new TextDecoder().decode(bytes)).toBe("pool/x.deb 2-5");
  expect(await origin.range(one, "pool/other.deb", range)).toBeUndefined();
});
