/** The publishing policy: a finished snapshot waits for mirrors to have it, but not for ever. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { isDue } from "../../../../worker/repositories/chain/publish-policy.ts";
import { makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packagesOf, poolPath } from "./archive.ts";

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});

const hour = 3_600_000;
const policy = { when: 0.3, atMost: 6 * 3600 };

async function publish(archive: Archive, ...names: string[]): Promise<boolean> {
  archive.now += 60_000;
  const indexes = { [indexName]: packagesOf(names) };
  await archive.publish({ date: archive.now, signedAt: archive.now, indexes });
  return archive.follow();
}

/** An archive under the policy whose first state, with `a`, is published, and whose second, with `b`, waits. */
async function waiting(): Promise<Archive> {
  const archive = new Archive(key, { listed: { publish: policy } });
  // There is nothing that could go on in the place of the first.
  expect(await publish(archive, "a")).toBe(true);
  await archive.index(indexPath, packagesOf(["a"]));
  await archive.settle();
  expect(await publish(archive, "b")).toBe(false);
  return archive;
}

const pending = (archive: Archive) => archive.keeper.snapshots()[0];

test("when it is due", () => {
  for (const [share, after, due] of [
    [undefined, 0, false],
    [0.29, 0, false],
    [0.3, 0, true],
    [0, 6 * hour - 1, false],
    [undefined, 6 * hour, true],
  ] as const) {
    expect([share, after, isDue(policy, noon, share, noon + after)]).toEqual([share, after, due]);
  }
  expect(isDue(undefined, noon, undefined, noon)).toBe(true);
});

test("it waits, seen in the list with its share, over a restart, until enough mirrors have it", async () => {
  const archive = await waiting();
  const { generation } = archive.current;
  expect(archive.keeper.waiting).toBe(true);
  expect(pending(archive)).toMatchObject({
    generation: generation + 1,
    roots: [{ changed: true }],
    payload: { files: 1, added: 1, removed: 1 },
    pending: { since: archive.now },
  });
  expect(pending(archive)?.pending).not.toHaveProperty("share");
  expect(archive.keeper.kept(pending(archive)?.id ?? "")).toBeUndefined();
  const since = archive.now;
  archive.restart();
  archive.now += hour;
  const asked: [string, number][] = [];
  archive.capacityWith = async (...of) => {
    asked.push(of);
    return 0.2999;
  };
  expect(await archive.follow()).toBe(false);
  expect(asked).toEqual([["r", generation + 1]]);
  expect(pending(archive)?.pending).toEqual({ since, share: 0.29 });
  archive.capacityWith = async () => Promise.reject(new Error("Fleet is away"));
  expect(await archive.follow()).toBe(false);
  archive.capacityWith = async () => 0.3;
  expect(await archive.follow()).toBe(true);
  expect(archive.current).toMatchObject({ generation: generation + 1, at: archive.now });
  expect(archive.keeper.snapshots()[0]).not.toHaveProperty("pending");
  expect(archive.keeper.waiting).toBe(false);
  expect(await archive.present(poolPath("b"))).toEqual([generation + 1, undefined]);
  // Nothing is published twice.
  expect(await archive.follow()).toBe(false);
});

test("at the latest after `atMost`, which a newer state doesn't begin anew; what is skipped keeps its generation", async () => {
  const archive = await waiting();
  const first = archive.current.generation;
  archive.now += 6 * hour - 120_001;
  expect(await publish(archive, "c")).toBe(false);
  expect(archive.keeper.snapshots()).toHaveLength(3);
  expect(pending(archive)?.generation).toBe(first + 2);
  archive.now += 60_001;
  expect(await archive.follow()).toBe(true);
  expect(archive.current.generation).toBe(first + 2);
  // A mirror at the state that was skipped has `b`.
  expect(await archive.present(poolPath("b"))).toEqual([first + 1, first + 1]);
  expect(await archive.present(poolPath("c"))).toEqual([first + 2, undefined]);
  expect(await archive.present(poolPath("a"))).toEqual([first, first]);
});

test("without the policy, taken off the list, it is published at once", async () => {
  const archive = await waiting();
  const { publish: _, ...listed } = archive.listed;
  expect(await archive.keeper.follow(listed)).toBe(true);
});

test("an index that a client uses meanwhile extends the current one, and what waits stays behind it", async () => {
  const archive = new Archive(key, { listed: { publish: policy } });
  await publish(archive, "a");
  expect(await publish(archive, "b")).toBe(false);
  const since = pending(archive)?.pending?.since;
  const first = archive.current.generation;
  await archive.index(indexPath, packagesOf(["a"]));
  await archive.settle();
  expect(await archive.present(poolPath("a"))).toEqual([archive.current.generation, undefined]);
  expect(archive.current.generation).toBeGreaterThan(first + 1);
  expect(pending(archive)?.generation).toBeGreaterThan(archive.current.generation);
  expect(pending(archive)?.pending?.since).toBe(since);
});

test("a collection spares all that the waiting one names", async () => {
  const archive = await waiting();
  await archive.keeper.collect();
  archive.capacityWith = async () => 1;
  expect(await archive.follow()).toBe(true);
  expect(await archive.present(poolPath("b"))).toBeDefined();
  for (const { files, manifest } of archive.current.roots) {
    for (const { sha256 } of files) expect(archive.stored.has(sha256)).toBe(true);
    expect(archive.stored.has(manifest)).toBe(true);
  }
});

test("the origin has what is current again, by another root taken off: nothing waits", async () => {
  const archive = new Archive(key, { listed: { publish: policy } });
  await publish(archive, "a");
  const suite = { directory: "sid", suite: "unstable", codename: "sid", date: noon };
  await archive.publish(suite);
  const both = {
    ...archive.listed,
    roots: [...(archive.listed.roots ?? []), "dists/sid/InRelease"],
  };
  expect(await archive.keeper.follow(both)).toBe(false);
  expect(archive.keeper.waiting).toBe(true);
  expect(await archive.follow()).toBe(false);
  expect(archive.keeper.waiting).toBe(false);
});
