import { describe, expect, test } from "vitest";
import type { ListedFile } from "../../../worker/repositories/indexes/listed-file.ts";
import {
  buildPresence,
  presenceBlobs,
  presenceLimits,
} from "../../../worker/repositories/presence/build-presence.ts";
import { pathHash64 } from "../../../worker/repositories/presence/path-hash.ts";
import { groupsOf, readInputs } from "../../../worker/repositories/presence/presence-groups.ts";
import {
  headBytes,
  maxSegmentRecords,
  maxSpan,
} from "../../../worker/repositories/presence/presence-index.ts";
import { recordBytes } from "../../../worker/repositories/presence/record.ts";
import { segmentOf, segments } from "../../../worker/repositories/presence/segments.ts";
import type { SnapshotPresence } from "../../../worker/repositories/snapshots/snapshot.ts";
import { seeded } from "../repositories/origin.ts";
import { hex, listing, NotedBlobs, path, told } from "./stored-presence.ts";

interface Span extends ListedFile {
  first: number;
  last?: number;
}

describe("over many generations, against a map", () => {
  test.each([
    [1, 1],
    [2, 3000],
    [3, 20_000],
    [4, presenceLimits.groupBytes],
  ])("seed %i, groups of %i bytes", async (seed, groupBytes) => {
    const random = seeded(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const paths = 300;
    const blobs = new NotedBlobs();
    /** Every path with all it ever was. */
    const history = new Map<string, Span[]>();
    let presence: SnapshotPresence | undefined;
    let generation = 10 + below(1000);
    const generations: number[] = [];
    for (let round = 0; round < 20; round++) {
      const newest = presence?.generation ?? -1;
      const now = new Map<string, Span>();
      let [added, removed] = [0, 0];
      for (const spans of history.values()) {
        const span = spans.at(-1);
        if (span === undefined || span.last !== undefined) continue;
        if (random() < 0.9) now.set(span.path, span);
        else {
          span.last = newest;
          removed++;
        }
      }
      for (let count = below(60); count > 0; count--) {
        const name = path(below(paths));
        const size = random() < 0.1 ? undefined : below(2 ** 30) * 2 ** below(11);
        const fresh: Span = { path: name, first: generation, ...(size !== undefined && { size }) };
        if (random() < 0.9) fresh.sha256 = hex(1 + below(1e9));
        const before = now.get(name);
        if (before?.first === generation) continue;
        if (before !== undefined) {
          before.last = newest;
          removed++;
        }
        history.set(name, [...(history.get(name) ?? []), fresh]);
        now.set(name, fresh);
        added++;
      }
      // Several indexes list most files, and not all of them tell all; of some files they tell different things.
      const indexes: ListedFile[][] = [[], [], []];
      for (const { path: one, size, sha256 } of [...now.values()].sort(() => random() - 0.5)) {
        const whole = { path: one, ...(size && { size }), ...(sha256 && { sha256 }) };
        const least = size === 0 ? { path: one, size } : { path: one };
        const which = below(3);
        indexes[which]?.push(size === 0 ? { ...whole, size } : whole);
        if (random() < 0.5) indexes[(which + 1) % 3]?.push(least);
        if (random() < 0.03 && size !== undefined) {
          indexes[(which + 2) % 3]?.push({ path: one, size: size + 1 });
          if (now.get(one)?.first === generation) added--;
          else removed++;
          now.delete(one);
          history.delete(one);
        }
      }
      const listings = await Promise.all(indexes.map((index) => blobs.list(index)));
      const oldestKept = generations.at(-6) ?? generations[0] ?? generation;
      const namedBefore = presence === undefined ? [] : await presenceBlobs(blobs, presence);
      blobs.puts = [];
      const build = { blobs, listings, previous: presence, generation, oldestKept };
      presence = await buildPresence(build, { groupBytes });
      expect(presence).toEqual({
        head: expect.stringMatching(/^[0-9a-f]{64}$/),
        generation,
        files: now.size,
        added,
        removed,
      });

      // Stored was what nothing named before, once each; the groups don't show.
      const named = await presenceBlobs(blobs, presence);
      const fresh = named.filter((name) => !namedBefore.includes(name));
      expect(blobs.puts.toSorted()).toEqual(fresh.toSorted());
      expect(blobs.mostAtOnce).toBeLessThanOrEqual(4);
      expect(await buildPresence(build)).toEqual(presence);

      const read = blobs.segments(presence);
      generations.push(generation);
      let kept = 0;
      for (let number = 0; number < paths; number++) {
        const spans = (history.get(path(number)) ?? []).filter(
          ({ last = generation }) => last >= oldestKept,
        );
        kept += spans.length;
        for (const at of [undefined, ...generations.filter((one) => one >= oldestKept)]) {
          const expected =
            at === undefined
              ? spans.at(-1)
              : spans.findLast(({ first, last = at }) => first <= at && at <= last);
          const { path: _, ...fields } = expected ?? { path: "" };
          expect(told(read, path(number), at)).toEqual(expected && fields);
        }
      }
      expect(read.reduce((sum, segment) => sum + (segment?.records.count ?? 0), 0)).toBe(kept);
      generation += 1 + below(3);
    }
  });
});

test("segments that don't change are neither stored again nor named anew", async () => {
  const blobs = new NotedBlobs();
  const files = Array.from({ length: 3000 }, (_, at) => ({ path: path(at), size: at }));
  const first = { blobs, listings: [await blobs.list(files)], generation: 1, oldestKept: 1 };
  const before = await buildPresence({ ...first, previous: undefined });
  expect(blobs.puts).toHaveLength(1 + segments);
  const more = [...files, { path: path(3000), size: 1 }];

  blobs.puts = [];
  const same = { ...first, previous: before, generation: 2 };
  expect(await buildPresence(same)).toEqual({ ...before, generation: 2, added: 0 });
  expect(blobs.puts).toEqual([]);

  const listings = [await blobs.list(more)];
  const after = await buildPresence({ ...same, listings, generation: 3 });
  expect(after).toMatchObject({ files: 3001, added: 1, removed: 0 });
  // The head, and the one segment that the file is in.
  expect(blobs.puts).toHaveLength(2);
  const old = await presenceBlobs(blobs, before);
  const named = await presenceBlobs(blobs, after);
  expect(named.filter((name) => !old.includes(name)).toSorted()).toEqual(blobs.puts.toSorted());
  expect(told(blobs.segments(after), path(3000))).toEqual({ size: 1, first: 3 });
});

test("groups take what fits, a segment at least, and all segments once", async () => {
  const blobs = new NotedBlobs();
  const numbers = Array.from({ length: 4000 }, (_, at) => at);
  const files = (from: number, to: number) =>
    blobs.list(numbers.slice(from, to).map((at) => ({ path: path(at), size: at })));
  const previous = await buildPresence({
    blobs,
    listings: [await files(0, 2000)],
    previous: undefined,
    generation: 1,
    oldestKept: 1,
  });
  const listings = [await files(0, 3000), await files(1000, 4000)];
  const inputs = await readInputs(blobs, listings, previous);
  const all = 50 * (2000 + 3000 + 3000) + 8 * segments;
  for (const [groupBytes, least] of [
    [1, segments],
    [10_000, all / 10_000],
    [100_000, all / 100_000],
    [all, 1],
  ] as const) {
    const groups = groupsOf(inputs, groupBytes);
    expect(groups.length).toBeGreaterThanOrEqual(least);
    expect(groups.length).toBeLessThan(1.5 * least + 1);
    expect(groups.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(all);
    expect(groups.map(({ from }) => from)).toEqual([0, ...groups.slice(0, -1).map(({ to }) => to)]);
    expect(groups.at(-1)?.to).toBe(segments);
    for (const { from, to, bytes } of groups) {
      expect(bytes <= groupBytes || to - from === 1).toBe(true);
    }
  }
  // Of each listing, one part for each group; the rest is what its head says.
  const groupBytes = 30_000;
  blobs.gets = [];
  const build = { blobs, listings, previous, generation: 2, oldestKept: 1 };
  await buildPresence(build, { groupBytes });
  for (const one of listings) {
    const parts = blobs.gets.filter(({ sha256 }) => sha256 === one);
    expect(parts).toHaveLength(1 + groupsOf(inputs, groupBytes).length);
    expect(Math.max(...parts.slice(1).map(({ bytes }) => bytes))).toBeLessThan(groupBytes);
  }
});

test("what two listings contradict each other about is left out, with all that was known of it", async () => {
  const blobs = new NotedBlobs();
  const build = { blobs, generation: 1, oldestKept: 1, previous: undefined };
  const before = await buildPresence({
    ...build,
    listings: [
      await blobs.list([
        { path: "size", size: 1 },
        { path: "hash", size: 1, sha256: hex(1) },
        { path: "path", size: 1 },
        { path: "fine", size: 1 },
      ]),
    ],
  });
  expect(before.files).toBe(4);
  // A record for "path" that says it is of another path: what a meeting of hashes is.
  const met = listing([{ path: "path", size: 1 }]);
  met.records.view.setUint32(46, met.records.view.getUint32(46) ^ 1);
  const after = await buildPresence({
    ...build,
    previous: before,
    generation: 2,
    listings: [
      await blobs.list([
        { path: "size", size: 1 },
        { path: "hash", size: 1, sha256: hex(1) },
        { path: "path", size: 1 },
        { path: "fine", sha256: hex(5) },
      ]),
      await blobs.list([
        { path: "size", size: 2 },
        { path: "hash", sha256: hex(2) },
        { path: "fine", size: 1 },
      ]),
      await blobs.list(met),
    ],
  });
  expect(after).toMatchObject({ files: 1, added: 1, removed: 4 });
  const read = blobs.segments(after);
  for (const gone of ["size", "hash", "path"]) expect(told(read, gone)).toBeUndefined();
  expect(told(read, "fine")).toEqual({ size: 1, sha256: hex(5), first: 2 });
  expect(told(read, "fine", 1)).toEqual({ size: 1, first: 1, last: 1 });
});

test("generations go on past what 16 bits hold", async () => {
  const blobs = new NotedBlobs();
  const build = async (
    previous: SnapshotPresence | undefined,
    numbers: readonly number[],
    generation: number,
    oldestKept: number,
  ) => {
    const listings = [await blobs.list(numbers.map((one) => ({ path: path(one), size: 1 })))];
    return buildPresence({ blobs, listings, previous, generation, oldestKept });
  };
  const files = Array.from({ length: 2000 }, (_, at) => at);
  const first = await build(undefined, files, 5, 5);
  const second = await build(first, files.slice(1), 5 + maxSpan, 5);
  expect(told(blobs.segments(second), path(0))).toEqual({ size: 1, first: 5, last: 5 });
  // Nothing before the oldest kept is told apart any more.
  const third = await build(second, [...files.slice(1), 2000], 6 + maxSpan, 5 + maxSpan);
  const read = blobs.segments(third);
  expect(told(read, path(1))).toEqual({ size: 1, first: 5 + maxSpan });
  expect(told(read, path(0))).toBeUndefined();
  expect(told(read, path(2000))).toEqual({ size: 1, first: 6 + maxSpan });
  await expect(build(third, [], 6 + maxSpan, 6)).rejects.toThrow(RangeError);
  await expect(build(third, [], 6 + 3 * maxSpan, 6 + maxSpan)).rejects.toThrow(RangeError);
  await expect(build(third, [], 7 + maxSpan, 8 + maxSpan)).rejects.toThrow(RangeError);
});

describe("what is damaged or missing is told by its name", () => {
  const blobs = new NotedBlobs();
  const files = Array.from({ length: 2000 }, (_, at) => ({ path: path(at), size: at }));
  const cut = (bytes: Uint8Array) => bytes.slice(0, -1);
  const flipped = (bytes: Uint8Array) =>
    bytes.map((byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte));
  const swapped = (bytes: Uint8Array) => {
    const changed = bytes.slice();
    changed.copyWithin(1032, bytes.length - recordBytes);
    return changed;
  };

  test.each<["listing" | "head" | "segment", string, (bytes: Uint8Array) => Uint8Array]>([
    ["listing", "cut off", cut],
    ["listing", "nothing", () => new Uint8Array()],
    ["listing", "another format", (bytes) => bytes.slice().fill(0, 0, 1)],
    ["listing", "files out of place", swapped],
    ["head", "cut off", cut],
    ["head", "longer", (bytes) => new Uint8Array([...bytes, 0])],
    ["head", "a bit", flipped],
    ["segment", "cut off", cut],
    ["segment", "longer", (bytes) => new Uint8Array([...bytes, 0])],
    ["segment", "a bit", flipped],
  ])("%s: %s", async (which, _how, change) => {
    const listings = [await blobs.list(files)];
    const build = { blobs, listings, generation: 1, oldestKept: 1, previous: undefined };
    const previous = await buildPresence(build);
    const [head = "", , segment = ""] = await presenceBlobs(blobs, previous);
    const name = { listing: listings[0] ?? "", head, segment }[which];
    const bytes = blobs.stored.get(name) ?? new Uint8Array();
    const again = { ...build, previous, generation: 2 };
    for (const damage of [
      () => blobs.stored.set(name, change(bytes)),
      () => blobs.stored.delete(name),
    ]) {
      damage();
      await expect(buildPresence(again)).rejects.toThrow(name);
      expect(blobs.running).toBe(0);
    }
    if (which === "head") await expect(presenceBlobs(blobs, previous)).rejects.toThrow(head);
    blobs.stored.set(name, bytes);
    expect(await buildPresence(again)).toMatchObject({ added: 0, removed: 0 });
  });
});

test("a store that fails to keep a segment fails the build, and the head is not stored", async () => {
  const blobs = new NotedBlobs();
  const files = Array.from({ length: 2000 }, (_, at) => ({ path: path(at), size: at }));
  const listings = [await blobs.list(files)];
  const failing = {
    get: blobs.get.bind(blobs),
    put: async (sha256: string, bytes: Uint8Array) => {
      if (blobs.puts.length === 100) throw new Error("full");
      await blobs.put(sha256, bytes);
    },
  };
  const build = { listings, previous: undefined, generation: 1, oldestKept: 1 };
  await expect(buildPresence({ ...build, blobs: failing })).rejects.toThrow("full");
  expect(blobs.running).toBe(0);
  for (const bytes of blobs.stored.values()) expect(bytes.byteLength).not.toBe(headBytes);
});

test("a segment has a limit, and so has what is merged into it", async () => {
  const blobs = new NotedBlobs();
  const one: ListedFile[] = [];
  for (let number = 0; one.length <= maxSegmentRecords; number++) {
    const name = number.toString(36);
    if (segmentOf(pathHash64(name)) === 7) one.push({ path: name });
  }
  const build = { blobs, previous: undefined, generation: 1, oldestKept: 1 };
  const fits = await blobs.list(one.slice(1));
  expect(await buildPresence({ ...build, listings: [fits] })).toMatchObject({
    files: maxSegmentRecords,
  });
  const tooMany = buildPresence({ ...build, listings: [fits, await blobs.list(one)] });
  await expect(tooMany).rejects.toThrow(RangeError);
  const listings = Array<string>(11).fill(fits);
  blobs.gets = [];
  await expect(buildPresence({ ...build, listings })).rejects.toThrow(RangeError);
  // It was refused before the records were read.
  expect(blobs.gets).toHaveLength(11);
});
