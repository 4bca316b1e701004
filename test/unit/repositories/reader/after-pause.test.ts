/** What an isolate gives after a pause: the newest state that can be had, and without awaiting while it is in use. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CurrentSnapshots } from "../../../../worker/repositories/reader/current.ts";
import { repository } from "../origin.ts";

const listed = repository({ name: "debian", roots: ["dists/a/InRelease"] });
const root = "dists/a/InRelease";
const day = 86_400_000;

/** A snapshot's JSON. @param validUntil of its root, Unix ms */
function textOf(at: number, validUntil?: number): string {
  const file = { path: root, size: 1, sha256: "a".repeat(64) };
  const valid = validUntil === undefined ? {} : { validUntil };
  const roots = [{ path: root, manifest: "b".repeat(64), files: [file], ...valid }];
  return JSON.stringify({ repository: "debian", id: `id-${at}`, at, roots });
}

/** The object, KV, and an isolate before them that is used by requests which end with their background work. */
class World {
  now = 0;
  readonly asked: string[] = [];
  /** What the object answers, where it is there. */
  newest: string | null = textOf(1);
  /** `hangs`: it never answers. */
  object: "there" | "gone" | "hangs" = "there";
  stored: string | null = null;
  cacheHangs = false;
  readonly background: Promise<unknown>[] = [];
  readonly ctx = { waitUntil: (work: Promise<unknown>) => this.background.push(work) };
  readonly snapshots = new CurrentSnapshots({
    cache: {
      match: () =>
        this.cacheHangs ? new Promise(() => undefined) : Promise.reject(new Error("no cache here")),
      put: () => Promise.reject(new Error("no cache here")),
    },
    ask: async (_, known) => {
      this.asked.push(known);
      if (this.object === "gone") throw new Error("gone");
      if (this.object === "hangs") return new Promise(() => undefined);
      return this.newest;
    },
    stored: async () => this.stored,
  });

  of(path = root) {
    return this.snapshots.of(listed, this.now, this.ctx, path);
  }

  /** One request, `ms` after the one before; the id that it is answered from, and whether it awaited something. */
  async after(ms: number): Promise<[string | undefined, "awaited" | "at once"]> {
    this.now += ms;
    const given = this.of();
    const awaited = given instanceof Promise ? "awaited" : "at once";
    const { id } = (await given) ?? {};
    if (this.object !== "hangs") await Promise.all(this.background);
    return [id, awaited];
  }
}

let world: World;
beforeEach(() => {
  world = new World();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it.each([2000, 85_000, 30 * day])(
  "after %i ms without a request the newest is given",
  async (pause) => {
    await world.after(0);
    world.newest = textOf(2);
    expect(await world.after(pause)).toEqual(["id-2", "awaited"]);
  },
);

it("a repository in use is never waited for, though each look brings another state", async () => {
  await world.after(0);
  for (let request = 1; request <= 50; request++) {
    world.newest = textOf(request * 190);
    expect((await world.after(190))[1]).toBe("at once");
  }
  expect(world.asked.length).toBeLessThan(11);
  expect((await world.after(190))[0]).toMatch(/^id-9/);
});

it("a look that was begun while all was fresh isn't waited for, however long it takes", async () => {
  vi.useFakeTimers();
  await world.after(0);
  world.object = "hangs";
  expect(await world.after(1500)).toEqual(["id-1", "at once"]);
  for (let request = 0; request < 10; request++) {
    await vi.advanceTimersByTimeAsync(300);
    expect(await world.after(300)).toEqual(["id-1", "at once"]);
  }
});

it("all who come meanwhile wait for one look", async () => {
  await world.after(0);
  world.newest = textOf(2);
  world.now += 60_000;
  const all = Array.from({ length: 20 }, () => world.of());
  expect(all.every((one) => one instanceof Promise)).toBe(true);
  expect((await Promise.all(all)).map((one) => one?.id)).toEqual(all.map(() => "id-2"));
  expect(world.asked).toEqual(["", "id-1"]);
});

it("an object that hangs: what is at hand after five seconds, then at once, with looks in the background", async () => {
  vi.useFakeTimers();
  await world.after(0);
  world.object = "hangs";
  world.now += 60_000;
  const waiting = world.of();
  expect(waiting).toBeInstanceOf(Promise);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await waiting)?.id).toBe("id-1");
  world.now += 5000;
  const looks = world.asked.length;
  for (let second = 0; second < 30; second++) {
    expect(await world.after(1000)).toEqual(["id-1", "at once"]);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(world.asked.length).toBeGreaterThan(looks + 4);
  // It is there again: the background finds out.
  world.object = "there";
  world.newest = textOf(2);
  await vi.advanceTimersByTimeAsync(5000);
  await world.after(5000);
  expect((await world.after(100))[0]).toBe("id-2");
});

it("a failure is remembered for ten seconds; after a longer pause it is tried anew", async () => {
  await world.after(0);
  world.object = "gone";
  expect(await world.after(60_000)).toEqual(["id-1", "awaited"]);
  expect(await world.after(3000)).toEqual(["id-1", "at once"]);
  expect(await world.after(9000)).toEqual(["id-1", "at once"]);
  world.object = "there";
  world.newest = textOf(2);
  expect(await world.after(60_000)).toEqual(["id-2", "awaited"]);
});

it("what KV knows in the object's place is taken, and isn't the newest for sure", async () => {
  await world.after(0);
  world.object = "gone";
  world.stored = textOf(2);
  expect(await world.after(60_000)).toEqual(["id-2", "awaited"]);
  world.object = "there";
  world.newest = textOf(3);
  await world.after(3000);
  expect((await world.after(0))[0]).toBe("id-3");
  expect(console.warn).toHaveBeenCalledTimes(1);
});

it("where there is none yet, each second's first request waits for the first one", async () => {
  world.newest = null;
  expect(await world.after(0)).toEqual([undefined, "awaited"]);
  expect(await world.after(500)).toEqual([undefined, "at once"]);
  world.newest = textOf(1);
  expect(await world.after(500)).toEqual(["id-1", "awaited"]);
});

it("for a root that its client would refuse as expired a request waits longer", async () => {
  vi.useFakeTimers();
  world.newest = textOf(1, 70_000);
  await world.after(0);
  world.object = "hangs";
  world.now += 85_000;
  let answered: string | undefined;
  const [expired, other] = [world.of(), world.of("dists/a/Packages")];
  void Promise.resolve(expired).then((one) => {
    answered = one?.id;
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect((await other)?.id).toBe("id-1");
  await vi.advanceTimersByTimeAsync(10_900);
  expect(answered).toBeUndefined();
  // What comes last counts, if it is KV.
  world.stored = textOf(2, day);
  await vi.advanceTimersByTimeAsync(200);
  expect(answered).toBe("id-2");
});

it("a look that the platform ended with its request is begun anew", async () => {
  vi.useFakeTimers();
  await world.after(0);
  world.cacheHangs = true;
  world.now += 60_000;
  void world.of();
  world.cacheHangs = false;
  world.newest = textOf(2);
  world.now += 29_000;
  const stranded = world.of();
  await vi.advanceTimersByTimeAsync(5000);
  expect((await stranded)?.id).toBe("id-1");
  world.now += 16_000;
  expect((await world.of())?.id).toBe("id-2");
});

it("what is held is given without awaiting, with a word that a newer one is looked for", async () => {
  await world.after(0);
  expect(world.snapshots.held(listed, world.now, world.ctx).awaited).toBeUndefined();
  world.now += 60_000;
  const { snapshots, awaited } = world.snapshots.held(listed, world.now, world.ctx);
  expect([snapshots[0]?.id, awaited]).toEqual(["id-1", expect.anything()]);
  await Promise.all(world.background);
  expect(world.snapshots.held(listed, world.now, world.ctx).awaited).toBeUndefined();
});
