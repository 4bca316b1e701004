/** When an isolate looks for snapshots, and who waits for that. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { CurrentSnapshots } from "../../../../worker/repositories/reader/current.ts";
import { SharedWork } from "../../../../worker/runtime/shared-work.ts";

const listed: Repository = {
  name: "debian",
  kind: "apt",
  title: "Debian",
  origin: "http://origin.example/",
  architectures: [],
  keys: [],
  roots: ["dists/a/InRelease"],
  setup: {},
};
const textOf = (at: number, repository = "debian") =>
  JSON.stringify({ repository, id: `id-${at}`, at, roots: [] });
const noCache = {
  match: () => Promise.reject(new Error("no cache here")),
  put: () => Promise.reject(new Error("no cache here")),
};

let background: Promise<unknown>[];
const ctx = { waitUntil: (work: Promise<unknown>) => background.push(work) };

beforeEach(() => {
  background = [];
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("with nothing at hand a request waits, five seconds at most, and others don't wait for the same look again", async () => {
  vi.useFakeTimers();
  const snapshots = new CurrentSnapshots({
    cache: noCache,
    ask: () => new Promise(() => undefined),
    stored: () => new Promise(() => undefined),
  });
  const first = snapshots.of(listed, 0, ctx);
  const beside = snapshots.of(listed, 100, ctx);
  expect([first, beside]).toEqual([expect.any(Promise), expect.any(Promise)]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await Promise.all([first, beside])).toEqual([undefined, undefined]);
  expect(snapshots.of(listed, 5000, ctx)).toBeUndefined();
});

it("an object that never answers leaves KV the time to", async () => {
  vi.useFakeTimers();
  const snapshots = new CurrentSnapshots({
    cache: noCache,
    ask: () => new Promise(() => undefined),
    stored: async () => textOf(1),
  });
  const first = snapshots.of(listed, 0, ctx);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await first)?.id).toBe("id-1");
});

it("looks once a second of use, and tells a failure once", async () => {
  let answer = () => Promise.resolve<string | null>(textOf(1));
  const asked: string[] = [];
  const snapshots = new CurrentSnapshots({
    cache: noCache,
    ask: (_, known) => {
      asked.push(known);
      return answer();
    },
    stored: async () => null,
  });
  await snapshots.of(listed, 0, ctx);
  for (const now of [500, 999]) snapshots.of(listed, now, ctx);
  expect(asked).toEqual([""]);
  answer = () => Promise.reject(new Error("gone"));
  for (const now of [1000, 2000, 3000]) {
    snapshots.of(listed, now, ctx);
    await Promise.all(background);
  }
  expect(asked).toEqual(["", "id-1", "id-1", "id-1"]);
  expect(console.warn).toHaveBeenCalledTimes(1);
  expect(snapshots.atHand("debian").map(({ id }) => id)).toEqual(["id-1"]);
});

it("holds three before the current one, and refuses older, foreign and broken ones", async () => {
  let next = textOf(1);
  const snapshots = new CurrentSnapshots({
    cache: noCache,
    ask: async () => next,
    stored: async () => null,
  });
  let now = 0;
  const look = async (text: string) => {
    next = text;
    now += 1000;
    await snapshots.of(listed, now, ctx);
    await Promise.all(background);
    return snapshots.atHand("debian").map(({ id }) => id);
  };
  for (const at of [1, 2, 3, 4, 5]) await look(textOf(at));
  const held = ["id-5", "id-4", "id-3", "id-2"];
  for (const refused of [textOf(4), textOf(9, "ubuntu"), textOf(9).slice(0, -4), "{}"]) {
    expect(await look(refused)).toEqual(held);
  }
  expect(await look(textOf(6))).toEqual(["id-6", "id-5", "id-4", "id-3"]);
});

it("work that many want is done once, outlives who began it, and begins anew when it hangs", async () => {
  vi.useFakeTimers();
  const work = new SharedWork<number>(1000);
  let begun = 0;
  const hanging = () => {
    begun++;
    return new Promise<number>(() => undefined);
  };
  const waits = Promise.allSettled([work.run("a", hanging, ctx), work.run("a", hanging, ctx)]);
  expect([begun, background.length]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(1000);
  expect((await waits).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await work.run("a", async () => 7, ctx)).toBe(7);
});
