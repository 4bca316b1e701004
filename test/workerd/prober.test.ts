/** A Prober with its real storage, in workerd: it goes on after whatever ends it, and never twice at a time. */
import { env, reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Assignment } from "../../worker/health/assignment.ts";
import {
  apply,
  listedMirror,
  listOf,
  Network,
  probeAll,
  withoutFleet,
} from "./watchers-network.ts";

let network: Network;

beforeAll(() => {
  // For good: an alarm that fires between two tests must not reach the internet either.
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => network.fetch(url, init));
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  probeAll("weur");
});
beforeEach(async () => {
  network = new Network();
  await apply(list);
  await runInDurableObject(fleet(), (instance) => instance.alarm());
});
afterEach(() => reset());

const list = listOf([listedMirror("a.example"), listedMirror("b.example")]);
const names = ["a.example", "b.example"];
const fleet = () => env.FLEET.get(env.FLEET.idFromName("fleet"));
const prober = () => env.PROBER.get(env.PROBER.idFromName("weur-0"));
const alarmAt = () => runInDurableObject(prober(), (_, state) => state.storage.getAlarm());

async function abort(): Promise<void> {
  const ended = runInDurableObject(prober(), (_, state) => state.abort("ended by the test"));
  await expect(ended).rejects.toThrow();
}

/** What Fleet shows of the mirrors. */
async function states(): Promise<string[]> {
  const shown = await fleet().mirrors({});
  return shown.flatMap(({ targets }) => targets.map(({ state }) => state));
}

it("is back after its end with its assignment and its alarm, and goes on probing", async () => {
  await abort();
  const assigned = await runInDurableObject(prober(), (_, state) =>
    state.storage.sql.exec("SELECT name, json FROM assignment").toArray(),
  );
  const kept: Assignment = JSON.parse(String(assigned[0]?.json));
  expect(assigned[0]?.name).toBe("weur-0");
  expect(kept.mirrors.map(({ name }) => name)).toEqual(names);
  expect(await alarmAt()).toBeGreaterThan(0);
  await prober().probeNow(names);
  await vi.waitFor(async () => expect(await states()).toEqual(["up", "up"]), 10_000);
});

it("that ends in the middle of a probe begins it anew, once", async () => {
  let release = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = network.fetch;
  let held = 0;
  const fetching = vi.fn(async (url: string, init: RequestInit) => {
    if (new URL(url).host === "a.example" && held++ === 0) await hanging;
    return answer(url, init);
  });
  vi.spyOn(network, "fetch").mockImplementation(fetching);
  await prober().probeNow(["a.example"]);
  await vi.waitFor(() => expect(held).toBe(1), 10_000);
  await abort();
  release();
  // The platform runs an alarm again whose handler didn't come to its end; asking is harmless.
  await prober().probeNow(["a.example"]);
  await vi.waitFor(async () => expect((await states())[0]).toBe("up"), 10_000);
  const after = await alarmAt();
  expect(after === null || after > 0).toBe(true);
  // The one that hung, then root and image, now and then a range of it, twice where it fell due meanwhile; one that
  // is begun anew again and again would send far more.
  expect(network.to("a.example")).toBeLessThanOrEqual(8);
});

it("keeps what it can't tell, and tells it when Fleet is there again", async () => {
  const round = () => runInDurableObject(prober(), (instance) => instance.alarm());
  const gone = await withoutFleet();
  try {
    // The first waits for a round that may be under way, in which an object that was ended still had its say.
    await round();
    for (let count = 0; count < 2; count++) {
      await prober().probeNow(names);
      await round();
    }
    expect(env.FLEET.get).toHaveBeenCalled();
  } finally {
    gone.mockRestore();
  }
  expect(await states()).toEqual(["unknown", "unknown"]);
  // From here on nobody answers: only what was seen before can make them up.
  for (const host of [...names, "origin.example"]) network.dead.add(host);
  await vi.waitFor(async () => {
    await round();
    expect(await states()).toEqual(["up", "up"]);
  }, 10_000);
});

/** Each look has the mirrors probed, and they have a budget. */
const patiently = { timeout: 10_000, interval: 500 };

it("tells that it is blind when nobody answers at all, and no state changes", async () => {
  await prober().probeNow(names);
  await vi.waitFor(async () => expect(await states()).toEqual(["up", "up"]), patiently);
  for (const host of [...names, "origin.example"]) network.dead.add(host);
  await vi.waitFor(async () => {
    await prober().probeNow(names);
    const { alarms } = await fleet().health();
    expect(alarms.map(({ name }) => name)).toEqual(["blind weur-0"]);
  }, patiently);
  expect(await states()).toEqual(["up", "up"]);
  network.dead.clear();
  await vi.waitFor(async () => {
    await prober().probeNow(names);
    expect((await fleet().health()).alarms).toEqual([]);
  }, patiently);
});

it("spends of a mirror's requests only what it sent, also where the clock goes on while it computes", async () => {
  // As in workerd on one's own machine; Cloudflare's stands still between two answers.
  const real = Date.now;
  let calls = 0;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => real() + calls++);
  try {
    // Of 60 requests a minute ten are set aside for each probe, which sends two or three.
    for (let probe = 1; probe <= 10; probe++) {
      const before = network.to("a.example");
      await prober().probeNow(["a.example"]);
      await runInDurableObject(prober(), (instance) => instance.alarm());
      await vi.waitFor(() => expect(network.to("a.example")).toBeGreaterThan(before), 3_000);
    }
  } finally {
    clock.mockRestore();
  }
});

it("stops when it is given nothing to do", async () => {
  await prober().follow("weur-0", { version: "", mirrors: [], repositories: [] });
  expect(await alarmAt()).toBeNull();
  await abort();
  expect(await alarmAt()).toBeNull();
  await prober().probeNow(names);
  await runInDurableObject(prober(), (instance) => instance.alarm());
  expect([network.to("a.example"), network.to("b.example")]).toEqual([0, 0]);
});
