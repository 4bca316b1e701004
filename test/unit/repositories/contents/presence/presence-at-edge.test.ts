import { expect, test } from "vitest";
import { pathHash64 } from "../../../../../worker/blobs/segmented/path-hash.ts";
import { segmentOf } from "../../../../../worker/blobs/segmented/segments.ts";
import {
  buildPresence,
  presenceLimits,
} from "../../../../../worker/repositories/contents/presence/build-presence.ts";
import { PresenceAtEdge } from "../../../../../worker/repositories/contents/presence/presence-at-edge.ts";
import { hex, NotedBlobs, path, shown } from "./stored-presence.ts";

const repository = "debian";
const background = { waitUntil: () => undefined };

const files = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ path: path(at), size: at }));

/** So many are in 256 segments of about 16 files: 800 bytes. */
const limits = { ...presenceLimits, segmentRecords: 20 };
/** Length of their head. */
const headBytes = 12 + 256 * 36;
const segmentIn = (one: string) => segmentOf(pathHash64(one), 256);

async function presenceOf(count = 4000) {
  const blobs = new NotedBlobs();
  const build = { blobs, previous: undefined, generation: 3, oldestKept: 3 };
  const listings = [await blobs.list(files(count))];
  return { blobs, build, listings, presence: await buildPresence({ ...build, listings }, limits) };
}

/** At an edge that notes what it opens. */
function edgeOf(blobs: NotedBlobs, held?: ConstructorParameters<typeof PresenceAtEdge>[1]) {
  const opened: string[] = [];
  const edge = new PresenceAtEdge(async (_repository, sha256) => {
    opened.push(sha256);
    await new Promise((resolve) => setImmediate(resolve));
    return blobs.stored.get(sha256);
  }, held);
  return { edge, opened };
}

test("reads the head and one segment, and then has the answer at hand; that it isn't listed, too", async () => {
  const { blobs, presence } = await presenceOf();
  const { edge, opened } = edgeOf(blobs);
  const find = (one: string) => edge.find(repository, presence, one, background);
  const atHand = (one: string) => edge.atHand(repository, presence, one);
  expect(atHand(path(5))).toBeUndefined();
  expect(shown((await find(path(5))) ?? undefined)).toEqual({ size: 5, first: 3 });
  expect(opened).toHaveLength(2);
  expect(opened[0]).toBe(presence.head);
  expect(atHand(path(5))).toBe(await find(path(5)));

  expect(atHand(path(4001))).toBeUndefined();
  expect(await find(path(4001))).toBeNull();
  expect(atHand(path(4001))).toBeNull();
  for (let at = 0; at < 4000; at++) expect(await find(path(at))).toEqual({ size: at, first: 3 });
  expect(opened).toHaveLength(257);
});

test("an answer doesn't keep the segment it came from in memory", async () => {
  const { blobs, build } = await presenceOf(1);
  const listings = [await blobs.list([{ path: "a", sha256: hex(3) }, ...files(4000)])];
  const presence = await buildPresence({ ...build, listings }, limits);
  const found = await edgeOf(blobs).edge.find(repository, presence, "a", background);
  expect(shown(found ?? undefined)).toEqual({ sha256: hex(3), first: 3 });
  expect(found?.sha256?.buffer.byteLength).toBe(32);
});

test("of a segment without files nothing is read but the head", async () => {
  const { blobs, build } = await presenceOf(1);
  const few = { ...build, listings: [await blobs.list(files(4))] };
  const presence = await buildPresence(few, { ...limits, segmentRecords: 1 });
  const { segments } = blobs.head(presence);
  expect(segments).toBe(4);
  const taken = new Set(files(4).map((one) => segmentOf(pathHash64(one.path), segments)));
  const elsewhere = Array.from({ length: 100 }, (_, at) => `${at}`).find(
    (one) => !taken.has(segmentOf(pathHash64(one), segments)),
  );
  expect(elsewhere).toBeDefined();
  const { edge, opened } = edgeOf(blobs);
  expect(await edge.find(repository, presence, elsewhere ?? "", background)).toBeNull();
  expect(opened).toEqual([presence.head]);
});

test("what several want of one segment is read once", async () => {
  const { blobs, presence } = await presenceOf();
  const { edge, opened } = edgeOf(blobs);
  const [first = "", ...rest] = Array.from({ length: 4000 }, (_, at) => path(at)).filter(
    (one) => segmentIn(one) === 200,
  );
  expect(rest.length).toBeGreaterThan(4);
  const found = await Promise.all(
    [first, first, ...rest].map((one) => edge.find(repository, presence, one, background)),
  );
  expect(opened).toHaveLength(2);
  for (const file of found) expect(file?.first).toBe(3);
});

test("after a new head no answer of the old one is given, and the old one still has its own", async () => {
  const { blobs, build, listings, presence } = await presenceOf();
  const { edge, opened } = edgeOf(blobs);
  expect(await edge.find(repository, presence, path(9), background)).toEqual({ size: 9, first: 3 });
  const changed = [
    { path: path(9), size: 1 },
    ...[1, 2].map((at) => ({ path: path(at), size: at })),
  ];
  const next = await buildPresence(
    { ...build, listings: [await blobs.list(changed)], previous: presence, generation: 4 },
    limits,
  );
  expect(edge.atHand(repository, next, path(9))).toBeUndefined();
  expect(await edge.find(repository, next, path(9), background)).toEqual({ size: 1, first: 4 });
  expect(await edge.find(repository, next, path(8), background)).toEqual({
    size: 8,
    first: 3,
    last: 3,
  });
  expect(edge.atHand(repository, presence, path(9))).toEqual({ size: 9, first: 3 });
  // A presence of other files that has most segments in common: only its head is read, and what isn't held.
  opened.length = 0;
  const again = await buildPresence(
    { ...build, listings, previous: presence, generation: 5 },
    limits,
  );
  expect(again.head).toBe(presence.head);
  expect(edge.atHand(repository, again, path(9))).toEqual({ size: 9, first: 3 });
  expect(opened).toEqual([]);
});

test("segments go by bytes, the one used longest ago first; answers and heads have their limits", async () => {
  const { blobs, presence } = await presenceOf();
  const bySegment = Map.groupBy(
    Array.from({ length: 4000 }, (_, at) => path(at)),
    segmentIn,
  );
  const of = (segment: number, at: number) => bySegment.get(segment)?.[at] ?? "";
  // Of about 1,800 bytes each with their frames, ten fit.
  const held = { segmentBytes: 18_000 * 1.2, headBytes, answerBytes: 40 * 400 };
  const { edge, opened } = edgeOf(blobs, held);
  const find = (one: string) => edge.find(repository, presence, one, background);
  const reads = async (one: string) => {
    const before = opened.length;
    expect(await find(one)).not.toBeNull();
    return opened.length - before;
  };
  expect(await reads(of(0, 0))).toBe(2);
  for (let segment = 1; segment < 6; segment++) expect(await reads(of(segment, 0))).toBe(1);
  // Used again, so that another is the oldest.
  expect(await reads(of(0, 1))).toBe(0);
  let segment = 6;
  for (; (await reads(of(segment, 0))) === 1 && segment < 200; segment++) {
    // Held on in use, however many come.
    expect(await reads(of(0, segment % 3))).toBe(0);
  }
  expect(segment).toBe(200);
  expect(await reads(of(1, 1))).toBe(1);

  // Answers: no more than fit are at hand, and the newest are.
  const all = Array.from({ length: 4000 }, (_, at) => path(at));
  for (const one of all) await find(one);
  const atHand = all.filter((one) => edge.atHand(repository, presence, one) !== undefined);
  expect(atHand.length).toBeGreaterThanOrEqual(15);
  expect(atHand.length).toBeLessThanOrEqual(40);
  expect(edge.atHand(repository, presence, path(3999))).toEqual({ size: 3999, first: 3 });

  // One head fits: another's takes its place.
  const other = await presenceOf(10);
  for (const [name, bytes] of other.blobs.stored) blobs.stored.set(name, bytes);
  await edge.find(repository, other.presence, path(1), background);
  opened.length = 0;
  await find(path(0));
  expect(opened).toContain(presence.head);
});

test("answers in use stay at hand while others come and go", async () => {
  const { blobs, presence } = await presenceOf();
  const held = { segmentBytes: 1e6, headBytes, answerBytes: 40 * 400 };
  const { edge } = edgeOf(blobs, held);
  await edge.find(repository, presence, path(0), background);
  for (let at = 1; at < 1000; at++) {
    await edge.find(repository, presence, `${at}`, background);
    expect(edge.atHand(repository, presence, path(0))).toEqual({ size: 0, first: 3 });
  }
  expect(edge.atHand(repository, presence, "1")).toBeUndefined();
});

test.each<["head" | "segment", (bytes: Uint8Array) => Uint8Array | undefined, string]>([
  ["head", () => undefined, "isn't stored"],
  ["head", (bytes) => bytes.slice(1), "another hash"],
  ["segment", () => undefined, "isn't stored"],
  ["segment", (bytes) => bytes.map((byte, at) => (at === 70 ? byte ^ 1 : byte)), "another hash"],
])(
  "a %s that can't be read fails with its name, and is asked for again",
  async (which, change, says) => {
    const { blobs, presence } = await presenceOf();
    const { edge, opened } = edgeOf(blobs);
    const find = () => edge.find(repository, presence, path(7), background);
    const probe = edgeOf(blobs);
    await probe.edge.find(repository, presence, path(7), background);
    const [head = "", segment = ""] = probe.opened;
    const name = { head, segment }[which];
    const bytes = blobs.stored.get(name) ?? new Uint8Array();
    const changed = change(bytes);
    if (changed === undefined) blobs.stored.delete(name);
    else blobs.stored.set(name, changed);
    await expect(find()).rejects.toThrow(name);
    await expect(find()).rejects.toThrow(says);
    expect(opened.filter((one) => one === name)).toHaveLength(2);
    blobs.stored.set(name, bytes);
    expect(await find()).toEqual({ size: 7, first: 3 });
  },
);

test("bytes of the right name that are no head or segment are told by it", async () => {
  const { blobs, presence } = await presenceOf();
  const { edge } = edgeOf(blobs);
  const find = (head: string) => edge.find(repository, { ...presence, head }, path(7), background);
  for (const bytes of [new Uint8Array(10), new Uint8Array(headBytes)]) {
    const name = blobs.keep(bytes);
    await expect(find(name)).rejects.toThrow(`presence head ${name} is none`);
  }
  // A head that names another segment where the file's own should be.
  const segment = segmentIn(path(7));
  const at = 12 + 36 * segment;
  const head = (blobs.stored.get(presence.head) ?? new Uint8Array()).slice();
  const other = 12 + 36 * ((segment + 1) % 256);
  head.copyWithin(at, other, other + 36);
  await expect(find(blobs.keep(head))).rejects.toThrow(/presence segment [0-9a-f]{64} is none/);
});
