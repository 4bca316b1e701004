/** Failing and ending at each single step of a publish: what is there is the old snapshot or the new one, whole. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { memoryBlobs } from "../../../worker/repositories/snapshots/memory-blobs.ts";
import type { Blobs } from "../../../worker/repositories/snapshots/snapshot.ts";
import { makeKey, noon } from "../signatures/signing.ts";
import { Archive, indexName, packages } from "./archive.ts";

let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

/** More steps than there are in a publish of two suites, blobs and rows: to know that all were met. */
const moreThanSteps = 40;
const roots = ["dists/trixie/InRelease", "dists/sid/InRelease"];

async function publish(archive: Archive, date: number, content: string): Promise<void> {
  const what = { date, indexes: { [indexName]: packages(content) } };
  await archive.publish(what);
  await archive.publish({ ...what, directory: "sid", suite: "unstable", codename: "sid" });
}

/** All that the current snapshot names directly is stored, under its own hash. */
function whole(archive: Archive): void {
  for (const { path, files, manifest } of archive.current.roots) {
    for (const { sha256 } of files) expect(archive.stored.has(sha256), path).toBe(true);
    expect(archive.stored.has(manifest), path).toBe(true);
  }
}

for (const mishap of ["throws", "dies"] as const) {
  test(`the database ${mishap} at each step`, async () => {
    let met = 0;
    for (let step = 1; step <= moreThanSteps; step++) {
      const archive = new Archive(key, { listed: { roots } });
      await publish(archive, noon, "old");
      await archive.follow();
      const before = archive.current;
      archive.now += 60_000;
      await publish(archive, noon + 1000, "new");
      archive.sqlite.breakAt(step, mishap);
      const outcome = await archive.follow().catch(() => "failed");
      const reached = !archive.sqlite.whole;
      archive.restart();
      const after = archive.current;
      whole(archive);
      const dates = after.roots.map(({ date }) => date);
      expect([noon, noon + 1000]).toContain(dates[0]);
      expect(new Set(dates).size).toBe(1);
      if (outcome === true) expect(dates[0]).toBe(noon + 1000);
      if (mishap === "throws" && outcome === "failed") expect(after).toEqual(before);
      // Whatever it was, the next look gets to the new one, and nothing is collected that is named.
      await archive.follow();
      expect(archive.current.roots.map(({ date }) => date)).toEqual([noon + 1000, noon + 1000]);
      await archive.keeper.collect();
      whole(archive);
      if (!reached) break;
      met++;
    }
    expect(met).toBeGreaterThan(3);
    expect(met).toBeLessThan(moreThanSteps);
  });
}

test("the blobs fail at each operation: that root stays, and the alarm says so", async () => {
  let met = 0;
  for (let step = 1; step <= moreThanSteps; step++) {
    let left = Number.POSITIVE_INFINITY;
    const fails = (blobs: Blobs): Blobs => ({
      ...blobs,
      put: async (...given) => {
        if (--left === 0) throw new Error("no room");
        return blobs.put(...given);
      },
    });
    const archive = new Archive(key, {
      listed: { roots },
      blobs: (stored) => fails(memoryBlobs(stored)),
    });
    await publish(archive, noon, "old");
    await archive.follow();
    archive.now += 60_000;
    await publish(archive, noon + 1000, "new");
    left = step;
    await archive.follow();
    whole(archive);
    const reached = left <= 0;
    if (!reached) break;
    met++;
    expect(archive.current.roots.map(({ date }) => date).toSorted()).toEqual([noon, noon + 1000]);
    expect(Object.values(archive.alarms)).toEqual(["It can't be stored: no room."]);
    await archive.follow();
    expect(archive.current.roots.map(({ date }) => date)).toEqual([noon + 1000, noon + 1000]);
    expect(archive.alarms).toEqual({});
  }
  // Two roots, each with three files and a manifest.
  expect(met).toBe(8);
});

test("the process ends at each of the blobs: the old snapshot is there, and the next look gets to the new", async () => {
  let met = 0;
  for (let step = 1; step <= moreThanSteps; step++) {
    let left = Number.POSITIVE_INFINITY;
    let end = () => {};
    const archive = new Archive(key, {
      listed: { roots },
      blobs: (stored) => {
        const blobs = memoryBlobs(stored);
        const put: Blobs["put"] = async (...given) => {
          if (--left <= 0) {
            end();
            throw new Error("the process ended");
          }
          return blobs.put(...given);
        };
        return { ...blobs, put };
      },
    });
    await publish(archive, noon, "old");
    await archive.follow();
    const before = archive.current;
    archive.now += 60_000;
    await publish(archive, noon + 1000, "new");
    end = () => archive.sqlite.breakAt(1, "dies");
    left = step;
    const outcome = await archive.follow().catch(() => "ended");
    if (outcome === true) break;
    met++;
    left = Number.POSITIVE_INFINITY;
    archive.restart();
    expect(archive.current).toEqual(before);
    // What it left is nobody's, and what the old one names isn't.
    await archive.keeper.collect();
    whole(archive);
    await archive.follow();
    whole(archive);
    expect(archive.current.roots.map(({ date }) => date)).toEqual([noon + 1000, noon + 1000]);
  }
  expect(met).toBe(8);
});
