/** What is kept, what goes, and that nothing goes which somebody names or is writing. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import { outlived } from "../../../../worker/repositories/chain/retention.ts";
import { RetentionHolds } from "../../../../worker/repositories/chain/retention-holds.ts";
import type { Manifest, Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import { foldersBlobs } from "../../../../worker/repositories/contents/folders/build-folders.ts";
import { presenceBlobs } from "../../../../worker/repositories/contents/presence/build-presence.ts";
import { day, makeKey, noon, seeded } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packages, sha256 } from "./archive.ts";

let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

const snapshotAt = (at: number): Snapshot => ({
  repository: "r",
  generation: 1,
  id: String(at),
  at,
  roots: [],
});

test("kept: ten, or seven days from when another took its place, whichever is more", () => {
  const goneOf = (days: number[], keepCount: number) =>
    outlived(
      days.map((ago) => snapshotAt(noon - ago * day)),
      noon,
      { keepMs: 7 * day, keepCount },
    ).map(({ at }) => (noon - at) / day);
  // The one of 20 days ago was current until eight days ago, that of eight until six.
  expect(goneOf([0, 6, 8, 20, 30], 1)).toEqual([20, 30]);
  expect(goneOf([0, 6, 8, 20, 30], 4)).toEqual([30]);
  expect(goneOf([0, 6, 8, 20, 30], 10)).toEqual([]);
  // The current one stays however old, whatever is configured.
  expect(goneOf([100, 200], 0)).toEqual([200]);
  expect(goneOf([100], 0)).toEqual([]);
});

/** Everything that kept snapshots name, told without the code under test; and what was read of indexes. */
async function namedBy(archive: Archive): Promise<Set<string>> {
  const named = new Set(archive.store.contents.blobs());
  for (const snapshot of archive.store.all()) {
    const { presence, folders } = snapshot;
    const blobs = presence === undefined ? [] : await presenceBlobs(archive.blobs, presence);
    const others = folders === undefined ? [] : await foldersBlobs(archive.blobs, folders);
    for (const name of [...blobs, ...others]) named.add(name);
    for (const { files, manifest } of snapshot.roots) {
      for (const file of files) named.add(file.sha256);
      named.add(manifest);
      const { files: listed }: Manifest = JSON.parse(archive.textOf(manifest));
      for (const entry of Object.values(listed)) named.add(entry.sha256 ?? "");
    }
  }
  return named;
}

test("property: publishes, pulls, restarts and collections in any order", async () => {
  const random = seeded(20261122);
  const archive = new Archive(key, { retention: { keepMs: 3 * day, keepCount: 3 } });
  let number = 0;
  let removed = 0;
  const publish = async () => {
    number++;
    const indexes = {
      [indexName]: packages(`a${number}`),
      "main/other": packages(`b${Math.floor(number / 3)}`),
    };
    await archive.publish({ date: archive.now, signedAt: archive.now, indexes });
  };
  await publish();
  await archive.follow();
  for (let step = 0; step < 150; step++) {
    archive.now += Math.floor(random() * day);
    const pull = async () => {
      const { files } = archive.manifest();
      const name = files[indexPath]?.sha256 ?? "";
      expect(await archive.keeper.index(archive.listed, indexPath, name)).toBe("stored");
      return name;
    };
    const collect = async () => {
      removed += await archive.keeper.collect();
    };
    const choice = random();
    if (choice < 0.3) {
      await publish();
      await archive.follow();
    } else if (choice < 0.5) {
      await pull();
    } else if (choice < 0.55) {
      await archive.settle();
    } else if (choice < 0.6) {
      archive.restart();
    } else if (choice < 0.75) {
      await collect();
    } else {
      // All at once: the trap is what is found stored while it is about to go.
      await publish();
      const before = await archive.follow().then(() => pull);
      await Promise.all([
        collect(),
        before(),
        publish().then(() => archive.follow()),
        archive.keeper.advance(archive.listed),
      ]);
    }
    const named = await namedBy(archive);
    for (const { roots } of archive.store.all()) {
      for (const { files } of roots) {
        for (const file of files) expect(archive.stored.has(file.sha256)).toBe(true);
      }
    }
    // All of each kept presence and of its folders is there.
    for (const { presence, folders } of archive.store.all()) {
      expect(folders !== undefined).toBe(presence !== undefined);
      const blobs = presence === undefined ? [] : await presenceBlobs(archive.blobs, presence);
      const others = folders === undefined ? [] : await foldersBlobs(archive.blobs, folders);
      const gone = [...blobs, ...others].filter((name) => !archive.stored.has(name));
      expect(gone).toEqual([]);
    }
    if (choice >= 0.6 && choice < 0.75) {
      expect([...archive.stored.keys()].filter((name) => !named.has(name))).toEqual([]);
    }
  }
  expect(archive.current.presence).toBeDefined();
  expect(removed).toBeGreaterThan(20);
});

test("an index that a kept snapshot names outlives a collection; one that none names doesn't", async () => {
  const archive = new Archive(key, { retention: { keepMs: day, keepCount: 1 } });
  const [one, two] = [packages("one"), packages("two")];
  await archive.publish({ indexes: { [indexName]: one } });
  await archive.follow();
  await archive.index(indexPath, one);
  archive.now += 60_000;
  await archive.publish({ date: noon + 1000, indexes: { [indexName]: two } });
  await archive.follow();
  await archive.keeper.collect();
  expect(archive.stored.has(sha256(one))).toBe(true);
  archive.now += day + 1;
  await archive.keeper.collect();
  expect(archive.stored.has(sha256(one))).toBe(false);
  expect(archive.keeper.snapshots()).toHaveLength(1);
});

test("a manifest that can't be read stops the collection before anything is removed", async () => {
  const archive = new Archive(key);
  await archive.publish();
  await archive.follow();
  const name = archive.current.roots[0]?.manifest ?? "";
  archive.restart();
  archive.stored.delete(name);
  const orphan = new TextEncoder().encode("orphan");
  await archive.blobs.put(sha256(orphan), orphan);
  await expect(archive.keeper.collect()).rejects.toThrow(`The manifest ${name} isn't stored.`);
  expect(archive.stored.has(sha256(orphan))).toBe(true);
});

test("who takes hold while a removal is under way waits for it, and is spared from then on", async () => {
  const stored = new Map([["a", new Uint8Array()]]);
  const blobs = memoryBlobs(stored);
  const holds = new RetentionHolds();
  const collection = holds.beginCollection();
  const gate = Promise.withResolvers<void>();
  const removal = collection.remove(["a"], async (names) => {
    await gate.promise;
    await blobs.delete(names);
  });
  const order: string[] = [];
  const held = holds.hold(["a"]).then((release) => {
    order.push(`held, ${stored.has("a") ? "stored" : "gone"}`);
    return release;
  });
  const others = await holds.hold(["b"]);
  order.push("another's");
  gate.resolve();
  expect(await removal).toBe(1);
  const release = await held;
  expect(order).toEqual(["another's", "held, gone"]);
  release();
  others();
  // Held once in this collection: what was published meanwhile may name it.
  const none = async () => expect.unreachable();
  expect(await collection.remove(["a", "b"], none)).toBe(0);
  collection.end();
  const next = holds.beginCollection();
  expect(await next.remove(["a", "b"], async () => undefined)).toBe(2);
  next.end();
});
