/** A suite is told of a state while its alarm does something else: that state is read too, without another telling. */
import { expect, test } from "vitest";
import { sha256Of } from "../../../../worker/runtime/sha256.ts";
import { retryMs } from "../../../../worker/search/suite/failure.ts";
import type { SuiteState } from "../../../../worker/search/suite.ts";
import { bytesOf, SuiteWorld } from "./suite-world.ts";

const packages = "main/Packages";
const missing = "contrib/Packages";

/** A world with a set that lacks an index; `told` comes while that index is asked for again. */
async function toldWhilePulling(told: (world: SuiteWorld) => Promise<void>) {
  let isDue = false;
  const world: SuiteWorld = new SuiteWorld({
    pull: async (_, path, sha256) => {
      if (isDue) {
        isDue = false;
        await told(world);
      }
      const bytes = world.origin.get(path);
      if (bytes === undefined || sha256Of(bytes) !== sha256) return "absent";
      world.stored.set(sha256, bytes);
      return "stored";
    },
  });
  const first = world.state(1, { [packages]: "mc 1 amd64\n", [missing]: "x 1 all\n" });
  world.origin.delete(`dists/near/${missing}`);
  await world.suite.follow(first);
  await world.ring();
  isDue = true;
  world.now += retryMs;
  await world.ring();
  expect(isDue).toBe(false);
  return world;
}

test("a new state that comes while a missing index is asked for is read at once", async () => {
  let next: SuiteState | undefined;
  const world = await toldWhilePulling(async (one) => {
    next = one.state(2, { [packages]: "mc 2 amd64\n" });
    await one.suite.follow(next);
  });
  if (next === undefined) throw new Error("nothing was told");
  const { answer, versions } = await world.versions(next, "mc");
  expect(versions).toEqual(["2"]);
  expect(answer).not.toHaveProperty("state.isFormer");
});

test("a pinned state that is asked for meanwhile is read at once", async () => {
  let pinned: SuiteState | undefined;
  const world = await toldWhilePulling(async (one) => {
    pinned = one.state(0, { [packages]: "mc 0 amd64\n" }, { isPinned: true });
    await one.suite.ask(pinned, []);
  });
  if (pinned === undefined) throw new Error("nothing was asked");
  world.origin.set(`dists/near/${packages}`, bytesOf("mc 0 amd64\n"));
  expect((await world.versions(pinned, "mc")).versions).toEqual(["0"]);
});

test("a new state that comes while the work breaks off is read without another telling", async () => {
  let next: SuiteState | undefined;
  const world: SuiteWorld = new SuiteWorld({
    alarm: {
      get: async () => world.alarmAt,
      set: async (at) => {
        world.alarmAt = at;
      },
      delete: async () => {
        world.alarmAt = null;
        if (next !== undefined) return;
        next = world.state(2, { [packages]: "mc 2 amd64\n" });
        await world.suite.follow(next);
        throw new Error("the storage is gone for a moment");
      },
    },
  });
  await world.suite.follow(world.state(1, { [packages]: "mc 1 amd64\n" }));
  await world.ring();
  if (next === undefined) throw new Error("nothing was told");
  expect((await world.versions(next, "mc")).versions).toEqual(["2"]);
  expect(world.said).toEqual([
    "The packages of a suite aren't read: the storage is gone for a moment.",
  ]);
});
