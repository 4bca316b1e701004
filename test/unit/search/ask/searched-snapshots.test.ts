/** Which snapshots a search reads, and how often. */
import { expect, it } from "vitest";
import { SnapshotsAtEdge } from "../../../../worker/repositories/reader/snapshots-at-edge.ts";
import { SearchedSnapshots } from "../../../../worker/search/ask/searched-snapshots.ts";
import { debian, fedora, snapshotOf } from "./stand-ins.ts";

const background = { waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined) };
const noCache = {
  match: async () => undefined,
  put: async () => undefined,
  delete: async () => false,
};

function reading() {
  const stored = new Map<string, string>();
  const asked: string[] = [];
  const snapshots = new SnapshotsAtEdge({
    cache: noCache,
    blobs: () => ({ get: async () => null, has: async () => false }),
    object: (repository) => ({
      snapshot: async () => {
        asked.push(`current ${repository}`);
        return JSON.stringify(snapshotOf(debian, 3));
      },
      index: async () => "absent",
      snapshots: async () => [],
      refresh: async () => undefined,
      alarms: async () => [],
      kept: async (wanted) => {
        asked.push(`kept ${repository} ${wanted}`);
        return JSON.stringify(snapshotOf(debian, 1));
      },
    }),
  });
  const store = {
    get: async (key: string) => {
      asked.push(key);
      return stored.get(key) ?? null;
    },
  };
  const clock = { now: 0 };
  const searched = new SearchedSnapshots(snapshots, store).for(background, () => clock.now);
  return { stored, asked, searched, clock };
}

it("reads a stored snapshot once in a while, whether there is one or not, and asks no object for it", async () => {
  const { stored, asked, searched, clock } = reading();
  stored.set("snapshot/debian", JSON.stringify(snapshotOf(debian, 2)));
  expect((await searched.stored(debian))?.generation).toBe(2);
  expect(await searched.stored(fedora)).toBeUndefined();
  stored.set("snapshot/debian", JSON.stringify(snapshotOf(debian, 4)));
  expect((await searched.stored(debian))?.generation).toBe(2);
  expect(await searched.stored(fedora)).toBeUndefined();
  expect(asked).toEqual(["snapshot/debian", "snapshot/fedora"]);
  clock.now += 15_000;
  expect((await searched.stored(debian))?.generation).toBe(4);
});

it("reads a stored snapshot once for all who want it meanwhile", async () => {
  const { stored, asked, searched } = reading();
  stored.set("snapshot/debian", JSON.stringify(snapshotOf(debian, 2)));
  const read = await Promise.all([searched.stored(debian), searched.stored(debian)]);
  expect(read.map((one) => one?.generation)).toEqual([2, 2]);
  expect(asked).toEqual(["snapshot/debian"]);
});

it("asks a repository's object for the current and for kept ones", async () => {
  const { asked, searched } = reading();
  expect((await searched.current(debian))?.generation).toBe(3);
  expect((await searched.kept(debian, "2026-11-01T00:00:00.000Z"))?.generation).toBe(1);
  expect(asked).toEqual(["current debian", "kept debian 2026-11-01T00:00:00.000Z"]);
});
