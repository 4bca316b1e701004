import { describe, expect, test } from "vitest";
import type { ListedFile } from "../../../worker/repositories/indexes/listed-file.ts";
import { ListingBuilder } from "../../../worker/repositories/presence/listing.ts";
import { nextPresence } from "../../../worker/repositories/presence/next-presence.ts";
import { pathHash64 } from "../../../worker/repositories/presence/path-hash.ts";
import {
  headBytes,
  maxSpan,
  PresenceHead,
  PresenceIndex,
  PresenceRecords,
  shardOf,
} from "../../../worker/repositories/presence/presence-index.ts";
import { RecentFiles, recentFiles } from "../../../worker/repositories/presence/recent-files.ts";
import { hashText, recordBytes } from "../../../worker/repositories/presence/record.ts";
import { seeded } from "../repositories/origin.ts";

const hex = (value: number) => value.toString(16).padStart(64, "0");
const path = (number: number) => `pool/main/p/p${number}/p${number}_1.0-1_amd64.deb`;

function listing(files: Iterable<ListedFile>) {
  const builder = new ListingBuilder();
  for (const file of files) expect(builder.add(file)).toBeUndefined();
  return builder.listing();
}

/** What is found, in the words of `ListedFile`. */
function told(index: PresenceIndex | PresenceRecords, one: string, generation?: number) {
  const found = index.find(pathHash64(one), generation);
  return (
    found && {
      ...found,
      ...(found.sha256 && { sha256: Buffer.from(found.sha256).toString("hex") }),
    }
  );
}

describe("over many generations, against a map", () => {
  test.each([1, 2, 3])("seed %i", (seed) => {
    const random = seeded(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    interface Span extends ListedFile {
      first: number;
      last?: number;
    }
    /** Every path with all it ever was. */
    const history = new Map<string, Span[]>();
    let index: PresenceIndex | undefined;
    let generation = 10 + below(1000);
    let newest = generation;
    const generations: number[] = [];
    for (let round = 0; round < 25; round++) {
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
      for (let count = below(30); count > 0; count--) {
        const name = path(below(120));
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
      const oldest = generations.at(-8) ?? generations[0] ?? generation;
      const next = nextPresence(
        index,
        listing([...now.values()].sort(() => random() - 0.5)),
        generation,
        oldest,
      );
      expect([next.added, next.removed]).toEqual([added, removed]);
      index = PresenceIndex.read(next.index.bytes.slice());
      if (index === undefined) throw new Error("what was written can't be read");
      generations.push(generation);
      newest = generation;
      let kept = 0;
      for (let number = 0; number < 120; number++) {
        const spans = (history.get(path(number)) ?? []).filter(
          ({ last = oldest }) => last >= oldest,
        );
        kept += spans.length;
        for (const at of [undefined, ...generations.filter((one) => one >= oldest)]) {
          const expected =
            at === undefined
              ? spans.at(-1)
              : spans.findLast(({ first, last = at }) => first <= at && at <= last);
          const { path: _, ...fields } = expected ?? { path: "" };
          expect(told(index, path(number), at)).toEqual(expected && fields);
          const shard = index.shard(shardOf(pathHash64(path(number))));
          expect(told(shard, path(number), at)).toEqual(expected && fields);
        }
      }
      expect(index.bytes.byteLength).toBe(headBytes + recordBytes * kept);
      const since = generations.at(-4) ?? 0;
      const recent = recentFiles(index, since);
      const restored = RecentFiles.fromBytes(recent.toBytes());
      const expected = [...now.values()].filter(({ first }) => first > since);
      expect(recent.size).toBe(expected.length);
      for (let number = 0; number < 120; number++) {
        const first = expected.find((span) => span.path === path(number))?.first;
        expect(recent.generationOf(pathHash64(path(number)))).toBe(first);
        expect(restored?.generationOf(pathHash64(path(number)))).toBe(first);
      }
      generation += 1 + below(3);
    }
  });
});

test("one look-up needs the head and one range of the stored bytes", () => {
  const files = Array.from({ length: 3000 }, (_, at) => ({
    path: path(at),
    size: at,
    sha256: hex(at + 1),
  }));
  const { index } = nextPresence(undefined, listing(files), 7, 7);
  const head = PresenceHead.read(index.bytes.slice(0, headBytes));
  expect(head).toMatchObject({ count: 3000, newest: 7 });
  for (const file of files) {
    const hash = pathHash64(file.path);
    const { offset, length } = head?.range(shardOf(hash)) ?? { offset: 0, length: 0 };
    expect(length).toBeLessThan(3000);
    const piece = new PresenceRecords(index.bytes.slice(offset, offset + length), head?.base ?? 0);
    expect(told(piece, file.path)).toEqual({ size: file.size, sha256: file.sha256, first: 7 });
  }
});

test("generations go on past what 16 bits hold", () => {
  const files = (...numbers: number[]) =>
    listing(numbers.map((number) => ({ path: path(number), size: 1 })));
  let { index } = nextPresence(undefined, files(1, 2), 5, 5);
  ({ index } = nextPresence(index, files(1, 3), 5 + maxSpan, 5));
  expect(told(index, path(2))).toEqual({ size: 1, first: 5, last: 5 });
  // Nothing before the oldest kept is told apart any more.
  ({ index } = nextPresence(index, files(1, 3, 4), 6 + maxSpan, 5 + maxSpan));
  expect(told(index, path(1))).toEqual({ size: 1, first: 5 + maxSpan });
  expect(told(index, path(2))).toBeUndefined();
  expect(told(index, path(4))).toEqual({ size: 1, first: 6 + maxSpan });
  expect(() => nextPresence(index, files(), 6 + maxSpan, 6)).toThrow(RangeError);
  expect(() => nextPresence(index, files(), 6 + 3 * maxSpan, 6 + maxSpan)).toThrow(RangeError);
});

describe("a listing", () => {
  const file = { path: "a", size: 1, sha256: hex(1) };
  test.each<[string, ListedFile, string | undefined]>([
    ["the same again", file, undefined],
    ["the same with less told", { path: "a" }, undefined],
    ["another size", { ...file, size: 2 }, "lists a again with another size or SHA-256"],
    ["another hash", { ...file, sha256: hex(2) }, "lists a again with another size or SHA-256"],
  ])("%s", (_what, again, fault) => {
    const builder = new ListingBuilder();
    expect(builder.add(file)).toBeUndefined();
    expect(builder.add(again)).toBe(fault);
    expect(builder.count).toBe(1);
  });

  test("learns what another index tells, and takes in what was read before", () => {
    const first = listing([{ path: "a", size: 5 }, { path: "b" }]);
    const builder = new ListingBuilder();
    expect(builder.add({ path: "a", sha256: hex(9) })).toBeUndefined();
    expect(builder.addListing(first)).toBeUndefined();
    const { index } = nextPresence(undefined, builder.listing(), 1, 1);
    expect(told(index, "a")).toEqual({ size: 5, sha256: hex(9), first: 1 });
    expect(told(index, "b")).toEqual({ first: 1 });
    expect(builder.addListing(listing([{ path: "a", size: 6 }]))).toMatch(
      /^lists the path with the hash \w{16} again/,
    );
  });

  test("two paths of one hash are told, and neither is in it", () => {
    const builder = new ListingBuilder();
    builder.add({ path: "other", size: 3 });
    builder.add({ path: "one", size: 1 });
    // A listing whose record for "one" says that it is of another path: what a meeting of hashes is.
    const met = listing([{ path: "one", size: 2 }]);
    met.records.view.setUint32(46, met.records.view.getUint32(46) ^ 1);
    expect(builder.addListing(met)).toBeUndefined();
    const made = builder.listing();
    expect(made.collisions).toEqual([hashText(pathHash64("one"))]);
    const { index } = nextPresence(undefined, made, 1, 1);
    expect(told(index, "one")).toBeUndefined();
    expect(told(index, "other")).toEqual({ size: 3, first: 1 });
  });
});

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ["cut off", (bytes) => bytes.subarray(0, -1)],
  ["a head alone", (bytes) => bytes.subarray(0, headBytes)],
  ["nothing", () => new Uint8Array()],
  ["another format", (bytes) => bytes.fill(0, 0, 1)],
  ["shards out of order", (bytes) => bytes.fill(255, 20, 24)],
])("bytes that aren't a presence index: %s", (_what, change) => {
  const { index } = nextPresence(undefined, listing([{ path: "a" }]), 1, 1);
  expect(PresenceIndex.read(change(index.bytes.slice()))).toBeUndefined();
});

test("1,000 recent files take 10,000 bytes", () => {
  const files = Array.from({ length: 1000 }, (_, at) => ({ path: path(at) }));
  const { index } = nextPresence(undefined, listing(files), 3, 3);
  expect(recentFiles(index, 2)).toMatchObject({ size: 1000, byteLength: 10_000 });
  expect(recentFiles(index, 3).size).toBe(0);
  expect(RecentFiles.fromBytes(new Uint8Array(5))).toBeUndefined();
});
