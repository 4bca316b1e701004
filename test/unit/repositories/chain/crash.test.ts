/** Failing and ending at each single step of a publish: what is there is the old snapshot or the new one, whole. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import type { Blobs } from "../../../../worker/blobs/blobs.ts";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import { makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, packages, poolPath } from "./archive.ts";

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

/** An archive whose current snapshot knows what its two suites list. */
async function listing(blobs?: (stored: Map<string, Uint8Array>) => Blobs): Promise<Archive> {
  const archive = new Archive(key, { listed: { roots }, ...(blobs && { blobs }) });
  await publish(archive, noon, "old");
  await archive.follow();
  for (const suite of ["trixie", "sid"]) {
    const path = `dists/${suite}/${indexName}`;
    expect(await archive.index(path, packages("old"))).toBe("stored");
  }
  await archive.settle();
  expect(await archive.present(poolPath("old"))).toBeDefined();
  return archive;
}

/** The current snapshot's presence can be read, and says what its indexes list. */
async function wholePresence(archive: Archive): Promise<void> {
  whole(archive);
  const dates = new Set(archive.current.roots.map(({ date }) => date));
  for (const [date, name] of [
    [noon, "old"],
    [noon + 1000, "new"],
  ] as const) {
    const found = await archive.present(poolPath(name));
    const listed = found !== undefined && found[1] === undefined;
    expect([name, listed]).toEqual([name, dates.has(date)]);
  }
}

for (const mishap of ["throws", "dies"] as const) {
  test(`with what it lists: the database ${mishap} at each step`, async () => {
    let met = 0;
    for (let step = 1; step <= moreThanSteps; step++) {
      const archive = await listing();
      const before = archive.current;
      archive.now += 60_000;
      await publish(archive, noon + 1000, "new");
      archive.sqlite.breakAt(step, mishap);
      const outcome = await archive.follow().catch(() => "failed");
      const reached = !archive.sqlite.whole;
      archive.restart();
      await wholePresence(archive);
      if (outcome === true) expect(archive.current.id).not.toBe(before.id);
      else if (mishap === "throws") expect(archive.current).toEqual(before);
      await archive.keeper.collect();
      await wholePresence(archive);
      await archive.follow();
      expect(archive.current.roots.map(({ date }) => date)).toEqual([noon + 1000, noon + 1000]);
      expect(archive.current.presence?.generation).toBe(archive.current.generation);
      expect(archive.store.staged()).toBeUndefined();
      await wholePresence(archive);
      await archive.keeper.collect();
      await wholePresence(archive);
      if (!reached) break;
      met++;
    }
    // Watches, staged roots, indexes, listings, and the pointer's own.
    expect(met).toBeGreaterThan(12);
    expect(met).toBeLessThan(moreThanSteps);
  });
}

for (const ends of [false, true]) {
  test(`with what it lists: the blobs fail at each operation, and the process ${ends ? "ends" : "goes on"}`, async () => {
    let met = 0;
    for (let step = 1; step <= moreThanSteps; step++) {
      let left = Number.POSITIVE_INFINITY;
      let end = () => {};
      const archive = await listing((stored) => {
        const blobs = memoryBlobs(stored);
        const counted =
          <Given extends unknown[], Result>(operation: (...given: Given) => Promise<Result>) =>
          async (...given: Given): Promise<Result> => {
            if (--left === 0 || (ends && left < 0)) {
              end();
              throw new Error("no answer");
            }
            return operation(...given);
          };
        return { ...blobs, put: counted(blobs.put), get: counted(blobs.get) };
      });
      const before = archive.current;
      archive.now += 60_000;
      await publish(archive, noon + 1000, "new");
      if (ends) end = () => archive.sqlite.breakAt(1, "dies");
      left = step;
      await archive.follow().catch(() => "failed");
      const reached = left <= 0;
      left = Number.POSITIVE_INFINITY;
      end = () => {};
      archive.restart();
      if (ends && reached) expect(archive.current).toEqual(before);
      await wholePresence(archive);
      await archive.keeper.collect();
      await archive.follow();
      await archive.settle();
      expect(archive.current.roots.map(({ date }) => date)).toEqual([noon + 1000, noon + 1000]);
      await wholePresence(archive);
      if (!reached) break;
      met++;
    }
    // Besides the eight of the roots: manifests, indexes, listings, segments and head.
    expect(met).toBeGreaterThan(12);
    expect(met).toBeLessThan(moreThanSteps);
  });
}
