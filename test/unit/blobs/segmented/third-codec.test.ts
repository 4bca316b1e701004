/** What is stored and found by a hash needs a codec and nothing else: here terms, beside presence and folders. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import { buildIndex } from "../../../../worker/blobs/segmented/build-index.ts";
import type { IndexHead } from "../../../../worker/blobs/segmented/head.ts";
import { IndexAtEdge } from "../../../../worker/blobs/segmented/index-at-edge.ts";
import { pathHash64 } from "../../../../worker/blobs/segmented/path-hash.ts";
import {
  indexBlobs,
  readHead,
  readSegment,
} from "../../../../worker/blobs/segmented/read-index.ts";
import { segmentOf } from "../../../../worker/blobs/segmented/segments.ts";
import { DamagedBlob } from "../../../../worker/blobs/segmented/stored-bytes.ts";
import { TermMerger, type Terms, termCodec, termLimits, termsBlob } from "./terms.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Blobs that note what is asked of them. */
function notedBlobs() {
  const stored = new Map<string, Uint8Array>();
  const { get, put } = memoryBlobs(stored);
  const [gets, puts]: string[][] = [[], []];
  const blobs = {
    get: (...of: Parameters<typeof get>) => {
      gets?.push(of[0]);
      return get(...of);
    },
    put: (name: string, bytes: Uint8Array) => {
      puts?.push(name);
      return put(name, bytes);
    },
  };
  const keep = (terms: Terms) => {
    const bytes = termsBlob(terms);
    stored.set(sha256(bytes), bytes);
    return sha256(bytes);
  };
  return { stored, blobs, gets: gets ?? [], puts: puts ?? [], keep };
}

/** Terms as those of package descriptions: each in a few packages. */
const termsOf = (from: number, to: number): Terms =>
  new Map(
    Array.from({ length: to - from }, (_, at) => {
      const number = from + at;
      return [`${"tä".repeat(number % 9)}${number}`, [number % 300, number % 7, 700 - from]];
    }),
  );

/** Told without the code under test. */
function union(all: readonly Terms[]): Map<string, number[]> {
  const joined = new Map<string, number[]>();
  for (const terms of all) {
    for (const [term, packages] of terms) {
      const known = new Set([...(joined.get(term) ?? []), ...packages]);
      joined.set(
        term,
        [...known].sort((one, other) => one - other),
      );
    }
  }
  return joined;
}

async function build(
  { blobs }: Pick<ReturnType<typeof notedBlobs>, "blobs">,
  inputs: readonly string[],
  previous?: string,
) {
  const merger = new TermMerger();
  const head = await buildIndex({ codec: termCodec, merger, blobs, inputs, previous }, termLimits);
  return { head, made: merger.made };
}

test("terms of several inputs are found at the edge, by the head and one segment", async () => {
  const store = notedBlobs();
  const inputs = [termsOf(0, 400), termsOf(300, 500), termsOf(450, 460)];
  const { head } = await build(store, inputs.map(store.keep));
  const { segments } = await readHead(termCodec, store.blobs, head);
  expect(segments).toBeGreaterThan(8);
  const opened: string[] = [];
  const edge = new IndexAtEdge(
    termCodec,
    async (_, name) => {
      opened.push(name);
      return store.stored.get(name);
    },
    { headBytes: 10_000, segmentBytes: 1_000_000 },
  );
  const find = async (term: string) => {
    const wanted = { repository: "r", head, hash: pathHash64(term) };
    return (await edge.segment(wanted, { waitUntil: () => undefined }))?.get(term);
  };
  await find("0");
  expect(opened).toHaveLength(2);
  for (const [term, packages] of union(inputs)) expect(await find(term)).toEqual(packages);
  for (const term of ["none", "500", ""]) expect(await find(term)).toBeUndefined();
  const named = await indexBlobs(termCodec, store.blobs, head);
  expect(opened.toSorted()).toEqual(named.toSorted());
});

test("a segment whose inputs' parts didn't change keeps its blob, and nothing is read for it", async () => {
  const store = notedBlobs();
  const other = store.keep(termsOf(1000, 1400));
  const first = await build(store, [store.keep(termsOf(0, 400)), other]);
  const { segments, ...before } = await namesOf(store, first.head);
  const more = new Map([...termsOf(0, 400), ["new", [1]]]);
  store.puts.length = 0;
  store.gets.length = 0;
  const second = await build(store, [other, store.keep(more)], first.head);
  const changed = segmentOf(pathHash64("new"), segments);
  expect(second.made).toEqual([changed]);
  // The new head and the one segment; heads were read, and of each input at most one part.
  expect(store.puts).toHaveLength(2);
  expect(store.gets.length).toBeLessThanOrEqual(3 + 2);
  const after = await namesOf(store, second.head);
  for (const [number, name] of after.names.entries()) {
    if (number !== changed) expect(name).toBe(before.names[number]);
    else expect(name).not.toBe(before.names[number]);
  }
  store.puts.length = 0;
  expect(await build(store, [store.keep(more), other], second.head)).toEqual({
    head: second.head,
    made: [],
  });
  expect(store.puts).toEqual([]);
});

async function namesOf({ blobs }: Pick<ReturnType<typeof notedBlobs>, "blobs">, name: string) {
  const head: IndexHead = await readHead(termCodec, blobs, name);
  const names = Array.from({ length: head.segments }, (_, at) => head.segment(at)?.sha256);
  return { segments: head.segments, names };
}

test("what is damaged or lost is told by its name; a head that is lost is made again", async () => {
  const store = notedBlobs();
  const input = store.keep(termsOf(0, 300));
  const { head } = await build(store, [input]);
  const whole = store.stored.get(input) ?? new Uint8Array();
  const cases: [string, Uint8Array][] = [
    ["fewer bytes", whole.slice(0, -1)],
    ["other bytes", whole.map((byte, at) => (at === whole.byteLength - 1 ? byte ^ 1 : byte))],
    ["is none", whole.map((byte, at) => (at === 0 ? byte ^ 1 : byte))],
  ];
  for (const [how, bytes] of cases) {
    store.stored.set(input, bytes);
    const failed = await build(store, [input]).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DamagedBlob);
    expect(failed).toMatchObject({ part: "terms", sha256: input });
    expect(failed).toMatchObject({ message: expect.stringContaining(how) });
  }
  store.stored.set(input, whole);
  store.stored.delete(head);
  expect((await build(store, [input], head)).head).toBe(head);

  const read = await readHead(termCodec, store.blobs, head);
  const hash = pathHash64("18");
  expect((await readSegment(termCodec, store.blobs, read, hash))?.get("18")).toEqual([4, 18, 700]);
  const name = read.segment(segmentOf(hash, read.segments))?.sha256 ?? "";
  const segment = store.stored.get(name) ?? new Uint8Array();
  store.stored.set(
    name,
    segment.map((byte, at) => (at === 12 ? byte ^ 1 : byte)),
  );
  await expect(readSegment(termCodec, store.blobs, read, hash)).rejects.toThrow(DamagedBlob);
});

test("records that aren't in the part that their head says are told, though its hashes are right", async () => {
  const store = notedBlobs();
  const bytes = termsBlob(termsOf(0, 300));
  // All in the first part: as a writer would have it that forgot to sort.
  const view = new DataView(bytes.buffer);
  const end = view.getUint32(4 + 4 * 255);
  for (let part = 0; part < 256; part++) view.setUint32(4 + 4 * part, end);
  bytes.set(Buffer.from(sha256(bytes.subarray(9220)), "hex"), 1028);
  const input = sha256(bytes);
  store.stored.set(input, bytes);
  await expect(build(store, [input])).rejects.toThrow(
    `the terms ${input} has records out of place`,
  );
});

test("more than one segment may be made of is refused before it is read", async () => {
  const store = notedBlobs();
  const input = store.keep(termsOf(0, 300));
  const inputs = Array<string>(120).fill(input);
  const codec = { ...termCodec, maxInputBytes: 5000 };
  const merger = new TermMerger();
  const tooMuch = buildIndex(
    { codec, merger, blobs: store.blobs, inputs, previous: undefined },
    termLimits,
  );
  await expect(tooMuch).rejects.toThrow(/bytes of terms in one segment/);
  expect(store.gets).toHaveLength(inputs.length);
});
