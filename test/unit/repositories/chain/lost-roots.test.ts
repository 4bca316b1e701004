/** A root's bytes go from the store, though the origin doesn't change: the next look has them again. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import { makeKey } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, packages } from "./archive.ts";

let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

/** What `LostRoots` waits between two looks, and more, ms. */
const laterMs = 11 * 60_000;

async function published(): Promise<Archive> {
  const archive = new Archive(key);
  await archive.publish({ indexes: { [indexName]: packages("one") } });
  await archive.follow();
  return archive;
}

/** Names of what the current snapshot's root is made of: its files, its manifest. */
const namesOf = (archive: Archive) =>
  archive.current.roots.flatMap(({ files, manifest }) => [
    manifest,
    ...files.map(({ sha256 }) => sha256),
  ]);

test("each of its blobs is stored again, and the snapshot stays the one it was", async () => {
  const archive = await published();
  const before = archive.current;
  for (const name of namesOf(archive)) {
    archive.stored.delete(name);
    archive.now += laterMs;
    await archive.follow();
    expect(archive.stored.has(name)).toBe(true);
    expect(archive.current).toEqual(before);
    expect(archive.alarms).toEqual({});
  }
});

test("a service that is started anew looks at once", async () => {
  const archive = await published();
  const [name = ""] = namesOf(archive);
  archive.stored.delete(name);
  archive.restart();
  archive.now += 60_000;
  await archive.follow();
  expect(archive.stored.has(name)).toBe(true);
});

test("a store that can't say stops no poll", async () => {
  let fails = false;
  const archive = new Archive(key, {
    blobs: (stored) => {
      const blobs = memoryBlobs(stored);
      return {
        ...blobs,
        has: async (name) => {
          if (!fails) return blobs.has(name);
          fails = false;
          throw new Error("no answer");
        },
      };
    },
  });
  await archive.publish({ indexes: { [indexName]: packages("one") } });
  await archive.follow();
  const before = archive.current.id;
  archive.now += laterMs;
  fails = true;
  await archive.publish({ date: archive.now, indexes: { [indexName]: packages("two") } });
  await archive.follow();
  expect(fails).toBe(false);
  expect(archive.current.id).not.toBe(before);
});
