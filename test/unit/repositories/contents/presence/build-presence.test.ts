import { describe, expect, test } from "vitest";
import { headBytes, IndexHead, writeHead } from "../../../../../worker/blobs/segmented/head.ts";
import { groupsOf, readInputs } from "../../../../../worker/blobs/segmented/index-inputs.ts";
import { pathHash64 } from "../../../../../worker/blobs/segmented/path-hash.ts";
import {
  type IndexSize,
  inputParts,
  segmentOf,
  segmentsFor,
  startOf,
} from "../../../../../worker/blobs/segmented/segments.ts";
import { DamagedBlob } from "../../../../../worker/blobs/segmented/stored-bytes.ts";
import type { IndexedFile } from "../../../../../worker/formats/indexed-file.ts";
import type { SnapshotPresence } from "../../../../../worker/repositories/chain/snapshot.ts";
import { recordBytes } from "../../../../../worker/repositories/contents/file-record.ts";
import {
  buildPresence,
  presenceBlobs,
  presenceLimits,
} from "../../../../../worker/repositories/contents/presence/build-presence.ts";
import {
  leastSegments,
  maxSegmentRecords,
  maxSegments,
  maxSpan,
  presenceCodec,
  usualRecords,
} from "../../../../../worker/repositories/contents/presence/presence-index.ts";
import { seeded } from "../../origin.ts";
import { hex, listing, NotedBlobs, path, told } from "./stored-presence.ts";

/** Segments of few files, so that a test's files are in many. */
const small = { ...presenceLimits, segmentRecords: 12 };

interface Span extends IndexedFile {
  first: number;
  last?: number;
}

describe("over many generations, against a map", () => {
  test.each([
    [1, 1, 12],
    [2, 3000, 1],
    [3, 20_000, 30],
    [4, presenceLimits.groupBytes, 5],
    [5, 3000, 1e6],
  ])(
    "seed %i, groups of %i bytes, segments of %i files",
    async (seed, groupBytes, segmentRecords) => {
      const random = seeded(seed);
      const below = (limit: number) => Math.floor(random() * limit);
      const paths = 300;
      const blobs = new NotedBlobs();
      /** Every path with all it ever was. */
      const history = new Map<string, Span[]>();
      let presence: SnapshotPresence | undefined;
      let generation = 10 + below(1000);
      const generations: number[] = [];
      const sizes: number[] = [];
      for (let round = 0; round < 30; round++) {
        // It grows from a few files to many, and then gets small again.
        const [stays, comes] = round < 15 ? [0.95, 6 * round] : [0.5, 4];
        const newest = presence?.generation ?? -1;
        const now = new Map<string, Span>();
        let [added, removed] = [0, 0];
        for (const spans of history.values()) {
          const span = spans.at(-1);
          if (span === undefined || span.last !== undefined) continue;
          if (random() < stays) now.set(span.path, span);
          else {
            span.last = newest;
            removed++;
          }
        }
        for (let count = below(1 + comes); count > 0; count--) {
          const name = path(below(paths));
          const size = random() < 0.1 ? undefined : below(2 ** 30) * 2 ** below(11);
          const fresh: Span = {
            path: name,
            first: generation,
            ...(size !== undefined && { size }),
          };
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
        const indexes: IndexedFile[][] = [[], [], []];
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
        presence = await buildPresence(build, { groupBytes, segmentRecords });
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
        expect(blobs.mostAtOnce).toBeLessThanOrEqual(6);
        expect(await buildPresence(build, { ...small, segmentRecords })).toEqual(presence);
        sizes.push(blobs.head(presence).segments);

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
      const [most, last] = [Math.max(...sizes), sizes.at(-1) ?? 0];
      if (segmentRecords === 1e6) expect(most).toBe(1);
      else {
        expect(most).toBeGreaterThan(2 * (sizes[0] ?? 0));
        expect(last).toBeLessThan(most);
      }
    },
  );
});

describe("how many segments", () => {
  const segmentsOf = (size: IndexSize) =>
    segmentsFor(leastSegments(size, usualRecords), size.before?.segments, presenceCodec.bounds);
  const files = (given: number) => segmentsOf({ given });

  test.each([
    [0, 1],
    [1, 1],
    [1310, 1],
    [1311, 2],
    [63_000, 64],
    [1_000_000, 1024],
    [40_000_000, maxSegments],
  ])("%i files are first in %i", (records, segments) => {
    expect(files(records)).toBe(segments);
    // 64 KiB, or as full as all that there may be can make them.
    if (segments < maxSegments) expect((50 * records) / segments).toBeLessThanOrEqual(65_536);
  });

  test("it stays where a repository grows and shrinks a little, and follows where it does so for good", () => {
    const seen: number[] = [];
    let before = { segments: files(80_000), amount: 80_000, given: 80_000 };
    const to = (records: number) => {
      const segments = segmentsOf({ before, given: records });
      before = { segments, amount: records, given: records };
      seen.push(segments);
    };
    for (const records of [83_000, 84_000, 83_000, 84_000, 83_800]) to(records);
    expect(seen).toEqual([64, 128, 128, 128, 128]);
    // That files are gone is known when those who had them are.
    for (const records of [65_000, 63_000, 62_000, 62_000, 64_000, 62_000]) to(records);
    expect(seen.slice(5)).toEqual([128, 128, 128, 64, 64, 64]);
    to(1000);
    // What was known may be kept; only when it's gone they get fewer.
    expect(seen.at(-1)).toBe(64);
    to(1000);
    expect(seen.at(-1)).toBe(1);
  });

  test("files that several indexes list count once, as soon as that is known", () => {
    expect(segmentsOf({ given: 2000 })).toBe(2);
    const before = { segments: 2, amount: 400, given: 2000 };
    expect(segmentsOf({ before, given: 2000 })).toBe(1);
    const more = { segments: 1, amount: 1200, given: 2400 };
    expect(segmentsOf({ before: more, given: 2500 })).toBe(1);
    expect(segmentsOf({ before: more, given: 2511 })).toBe(2);
  });

  test("no more than half of what a segment may have are possible, whatever indexes list now", () => {
    // As many in all as before, but each a file of its own now.
    const before = { segments: 1, amount: 100, given: 100_000 };
    const segments = segmentsOf({ before, given: 100_000 });
    expect((100_000 + 100) / segments).toBeLessThanOrEqual(maxSegmentRecords / 2);
  });

  test("every hash is in one, from its start until before the next", () => {
    for (const segments of [1, 2, 64, 256, 1024]) {
      for (const segment of [0, 1, segments - 1].filter((one) => one < segments)) {
        const [start, end] = [startOf(segment, segments), startOf(segment + 1, segments)];
        expect(segmentOf({ high: start, low: 0 }, segments)).toBe(segment);
        expect(segmentOf({ high: end - 1, low: 0xffffffff }, segments)).toBe(segment);
      }
    }
  });
});

test.each([
  [2000, 30, 256, 256],
  [30, 2000, 4, 256],
  [1, 8000, 1, 1024],
])(
  "from %i files to %i, from %i segments to %i, and without the old ones: all is known",
  async (from, to, few, many) => {
    const blobs = new NotedBlobs();
    const limits = { groupBytes: 20_000, segmentRecords: 8 };
    const listings = (count: number) =>
      blobs.list(Array.from({ length: count }, (_, at) => ({ path: path(at), size: at })));
    const build = { blobs, listings: [await listings(from)], generation: 1, oldestKept: 1 };
    const previous = await buildPresence({ ...build, previous: undefined }, limits);
    expect(blobs.head(previous).segments).toBe(few);
    const next = { ...build, listings: [await listings(to)], previous, generation: 2 };
    const after = await buildPresence(next, limits);
    expect(blobs.head(after).segments).toBe(many);
    const most = Math.max(from, to);
    const known = (presence: SnapshotPresence) => {
      const read = blobs.segments(presence);
      return Array.from({ length: most }, (_, at) => told(read, path(at)));
    };
    const all = Array.from({ length: most }, (_, at) => ({
      size: at,
      first: at < from ? 1 : 2,
      ...(at >= to && { last: 1 }),
    }));
    expect(known(after)).toEqual(all);
    // The old ones go with the snapshot that had them.
    const later = { ...next, previous: after, generation: 3, oldestKept: 2 };
    const third = await buildPresence(later, limits);
    expect(known(third)).toEqual(all.map((one) => ("last" in one ? undefined : one)));
    const fourth = await buildPresence({ ...later, previous: third, generation: 4 }, limits);
    if (to < from) expect(blobs.head(fourth).segments).toBe(4);
    expect(known(fourth)).toEqual(known(third));
  },
);

test("a head is read back; what can't be one isn't", () => {
  const name = (amount: number) => ({ sha256: hex(amount), amount });
  const format = presenceCodec.head;
  const readHead = (bytes: Uint8Array) => IndexHead.read(bytes, format);
  for (const segments of [1, 64, maxSegments]) {
    const names = Array.from({ length: segments }, (_, at) => (at % 3 ? name(at) : undefined));
    const bytes = writeHead(format, names, 77);
    expect(bytes.byteLength).toBeLessThanOrEqual(headBytes(format));
    const read = readHead(bytes);
    expect(read).toMatchObject({ segments, given: 77, byteLength: bytes.byteLength });
    expect(names.map((_, at) => read?.segment(at))).toEqual(names);
    expect(read?.names()).toEqual(names.filter((one) => one !== undefined));
    expect(read?.amount).toBe(names.reduce((sum, one) => sum + (one?.amount ?? 0), 0));
    expect(readHead(bytes.subarray(0, -1))).toBeUndefined();
    expect(readHead(new Uint8Array([...bytes, 0]))).toBeUndefined();
  }
  for (const segments of [0, 3, 2 * maxSegments]) {
    const names = Array<undefined>(segments).fill(undefined);
    expect(readHead(writeHead(format, names, 0))).toBeUndefined();
  }
  expect(readHead(writeHead(format, [name(maxSegmentRecords)], 0))).toBeDefined();
  expect(readHead(writeHead(format, [name(maxSegmentRecords + 1)], 0))).toBeUndefined();
  expect(readHead(new Uint8Array(11))).toBeUndefined();
});

test("a publication of bookworm's size takes a few round trips: reads and writes go six at a time", async () => {
  const stored = new NotedBlobs();
  const files = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ path: path(at), size: at, sha256: hex(at + 1) }));
  let [trips, running] = [0, 0];
  let tick: Promise<void> | undefined;
  // Each answer comes with the next tick: what is under way together takes one round trip.
  const trip = async () => {
    running++;
    tick ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      trips++;
      tick = undefined;
    });
    await tick;
    running--;
  };
  const blobs = {
    get: async (sha256: string, part?: { offset: number; length: number }) => {
      await trip();
      return stored.get(sha256, part);
    },
    put: async (sha256: string, bytes: Uint8Array) => {
      await trip();
      stored.stored.set(sha256, bytes);
    },
  };
  const build = {
    blobs,
    listings: [await stored.list(files(63_000))],
    generation: 1,
    oldestKept: 1,
  };
  const before = await buildPresence({ ...build, previous: undefined });
  expect(stored.head(before).segments).toBe(64);
  trips = 0;
  const next = { ...build, listings: [await stored.list(files(63_300))], previous: before };
  await buildPresence({ ...next, generation: 2 });
  expect(running).toBe(0);
  // Heads, 65 reads of records, 64 writes, the new head.
  expect(trips).toBeLessThanOrEqual(1 + Math.ceil(65 / 6) + Math.ceil(64 / 6) + 1 + 4);
});

test("segments that don't change are neither stored again nor named anew", async () => {
  const blobs = new NotedBlobs();
  const files = Array.from({ length: 3000 }, (_, at) => ({ path: path(at), size: at }));
  const first = { blobs, listings: [await blobs.list(files)], generation: 1, oldestKept: 1 };
  const before = await buildPresence({ ...first, previous: undefined }, small);
  expect(blobs.puts).toHaveLength(1 + 256);
  const more = [...files, { path: path(3000), size: 1 }];

  blobs.puts = [];
  const same = { ...first, previous: before, generation: 2 };
  expect(await buildPresence(same, small)).toEqual({ ...before, generation: 2, added: 0 });
  expect(blobs.puts).toEqual([]);

  const listings = [await blobs.list(more)];
  const after = await buildPresence({ ...same, listings, generation: 3 }, small);
  expect(after).toMatchObject({ files: 3001, added: 1, removed: 0 });
  // The head, and the one segment that the file is in.
  expect(blobs.puts).toHaveLength(2);
  const old = await presenceBlobs(blobs, before);
  const named = await presenceBlobs(blobs, after);
  expect(named.filter((name) => !old.includes(name)).toSorted()).toEqual(blobs.puts.toSorted());
  expect(told(blobs.segments(after), path(3000))).toEqual({ size: 1, first: 3 });
});

test.each([
  // As many segments as parts of a listing, fewer, and more.
  [24, 4000, 256, 2],
  [200, 4000, 32, 2],
  [3, 4000, 1024, 2],
  // Another number than before, grown and shrunk.
  [24, 100, 256, 2],
  [1e6, 4000, 4, 2],
])(
  "groups take what fits, and all segments once: segments of %i files, %i before",
  async (segmentRecords, known, segments, times) => {
    const blobs = new NotedBlobs();
    const numbers = Array.from({ length: 4000 }, (_, at) => at);
    const files = (from: number, to: number) =>
      blobs.list(numbers.slice(from, to).map((at) => ({ path: path(at), size: at })));
    const previous = await buildPresence(
      {
        blobs,
        listings: [await files(0, known)],
        previous: undefined,
        generation: 1,
        oldestKept: 1,
      },
      { ...presenceLimits, segmentRecords: segmentRecords === 1e6 ? 24 : segmentRecords },
    );
    const listings = [await files(0, 3000), await files(1000, 4000)];
    const inputs = await readInputs(
      presenceCodec,
      { blobs, inputs: listings, previous: previous.head },
      (size) => leastSegments(size, segmentRecords),
    );
    expect(inputs.segments).toBe(segments);
    const before = blobs.head(previous);
    const all = 50 * (known + 3000 + 3000) + 8 * before.names().length;
    const step = Math.max(1, segments / inputParts);
    for (const groupBytes of [1, 10_000, 100_000, all]) {
      const groups = groupsOf(presenceCodec, inputs, groupBytes);
      const least = Math.min(segments / step, all / groupBytes);
      expect(groups.length).toBeGreaterThanOrEqual(least);
      expect(groups.length).toBeLessThan(times * least + 1);
      const bytes = groups.reduce((sum, one) => sum + one.bytes, 0);
      // What was in fewer segments is read again for each group that has a part of one.
      if (before.segments >= segments) expect(bytes).toBe(all);
      else expect(bytes).toBeGreaterThanOrEqual(all);
      expect(groups.map(({ from }) => from)).toEqual([
        0,
        ...groups.slice(0, -1).map(({ to }) => to),
      ]);
      expect(groups.at(-1)?.to).toBe(segments);
      for (const { from, to, parts, bytes } of groups) {
        expect(bytes <= groupBytes || to - from === step).toBe(true);
        expect([from, to]).toEqual([parts.from, parts.to].map((part) => (part * segments) / 256));
      }
    }
    // Of each listing, one part for each group; the rest is what its head says.
    const limits = { groupBytes: 30_000, segmentRecords };
    blobs.gets = [];
    const build = { blobs, listings, previous, generation: 2, oldestKept: 1 };
    await buildPresence(build, limits);
    for (const one of listings) {
      const parts = blobs.gets.filter(({ sha256 }) => sha256 === one);
      expect(parts).toHaveLength(1 + groupsOf(presenceCodec, inputs, limits.groupBytes).length);
    }
  },
);

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
    const previous = await buildPresence(build, small);
    const [head = "", , segment = ""] = await presenceBlobs(blobs, previous);
    const name = { listing: listings[0] ?? "", head, segment }[which];
    const bytes = blobs.stored.get(name) ?? new Uint8Array();
    const again = { ...build, previous, generation: 2 };
    for (const damage of [
      () => blobs.stored.set(name, change(bytes)),
      () => blobs.stored.delete(name),
    ]) {
      damage();
      // By whatever number of segments it is read.
      for (const limits of [small, presenceLimits]) {
        const failed = await buildPresence(again, limits).catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(DamagedBlob);
        expect(failed).toMatchObject({
          message: expect.stringContaining(name),
          part: which === "listing" ? which : `presence ${which}`,
          sha256: name,
        });
        expect(blobs.running).toBe(0);
      }
    }
    if (which === "head") await expect(presenceBlobs(blobs, previous)).rejects.toThrow(head);
    blobs.stored.set(name, bytes);
    expect(await buildPresence(again, small)).toMatchObject({ added: 0, removed: 0 });
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
  await expect(buildPresence({ ...build, blobs: failing }, small)).rejects.toThrow("full");
  expect(blobs.running).toBe(0);
  for (const bytes of blobs.stored.values())
    expect(IndexHead.read(bytes, presenceCodec.head)).toBeUndefined();
});

test("a segment has a limit, and so has what is merged into it", async () => {
  const blobs = new NotedBlobs();
  const one: IndexedFile[] = [];
  for (let number = 0; one.length <= maxSegmentRecords; number++) {
    const name = number.toString(36);
    if (segmentOf(pathHash64(name), 256) === 7) one.push({ path: name });
  }
  const build = { blobs, previous: undefined, generation: 1, oldestKept: 1 };
  const fits = await blobs.list(one.slice(1));
  expect(await buildPresence({ ...build, listings: [fits] })).toMatchObject({
    files: maxSegmentRecords,
  });
  const tooMany = buildPresence({ ...build, listings: [fits, await blobs.list(one)] });
  await expect(tooMany).rejects.toThrow(RangeError);
  const listings = Array<string>(21).fill(fits);
  blobs.gets = [];
  await expect(buildPresence({ ...build, listings })).rejects.toThrow(RangeError);
  // It was refused before the records were read.
  expect(blobs.gets).toHaveLength(21);
});
