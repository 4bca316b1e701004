/** Fleet with its real storage, in workerd: what it published and knows survives whatever ends it. */
import { env, reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { slotMs } from "../../worker/health/nearness/connection-times.ts";
import { noWork, type Report } from "../../worker/health/report.ts";
import type { Override } from "../../worker/mirrors/roster.ts";
import { unpackRoster } from "../../worker/mirrors/unpack-roster.ts";
import { publishedKey } from "../../worker/views/views-key.ts";
import { apply, listedMirror, listOf, Network, probeAll } from "./watchers-network.ts";

let network: Network;

beforeAll(() => {
  // For good: an alarm that fires between two tests must not reach the internet either.
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => network.fetch(url, init));
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  probeAll("weur,enam");
  // Probers are where their regions are.
  env.CLIENT_PLACE = "platform";
});
beforeEach(() => {
  network = new Network();
});
afterEach(() => reset());

/** A stub that failed once fails for good, so a new one each time. */
const fleet = () => env.FLEET.get(env.FLEET.idFromName("fleet"));

const tick = () => runInDurableObject(fleet(), (instance) => instance.alarm());

const alarmAt = () => runInDurableObject(fleet(), (_, state) => state.storage.getAlarm());

/** Begins with a list. The first tick takes it before anything else is done. */
async function begin(word?: Override): Promise<void> {
  await apply(listOf([listedMirror("a.example"), listedMirror("b.example", word)]));
  await tick();
}

/** Ends Fleet where it is, as a crash does. */
async function abort(): Promise<void> {
  const ended = runInDurableObject(fleet(), (_, state) => state.abort("ended by the test"));
  await expect(ended).rejects.toThrow();
}

function reportOf(mirror: string, at: number, ok: boolean, prober = "weur-0"): Report {
  const failure = { kind: "timeout", detail: "no answer", url: "http://x/" } as const;
  return {
    prober,
    at,
    assignment: "",
    mirrors: 2,
    work: noWork,
    seen: [
      {
        target: { mirror, repository: "images", scheme: "http", family: "any" },
        own: prober === "weur-0",
        run: ok ? 1 : 3,
        observation: { at, files: [], warnings: [], requests: 1, ...(!ok && { failure }) },
      },
    ],
  };
}

interface Told {
  targets: { state: string }[];
  history: { id: number; from: string; to: string; axis: string; why: string }[];
}

async function mirror(name: string): Promise<Told> {
  const told: unknown = await fleet().mirror(name, Number.MAX_SAFE_INTEGER);
  const { targets, history }: Told = Object(told);
  return { targets, history };
}

it("tells the roster of then from its own storage, over a call, after its end as well", async () => {
  const before = Date.now();
  await begin({ is: "drained", by: "ops@example.org", why: "moving" });
  const { published } = await fleet().health();
  await abort();
  const then = await fleet().rosterAt(Date.now());
  if (then === "busy" || !("roster" in then)) throw new Error(JSON.stringify(then));
  const { version, mirrors } = unpackRoster(JSON.parse(then.roster));
  expect([version, then.version]).toEqual([published, published]);
  expect(mirrors.map(({ name, state }) => [name, state])).toEqual([
    ["a.example", "unknown"],
    ["b.example", "drained"],
  ]);
  expect(await fleet().rosterAt(before - 1)).toEqual({ before: then.from });
});

it("what Probers measure of connections corrects the roster's estimates, after its end as well", async () => {
  const names = Array.from({ length: 6 }, (_, at) => `m${at}.example`);
  await apply(listOf(names.map((name) => listedMirror(name))));
  await tick();
  const now = Date.now();
  const seen = names.flatMap((mirror) =>
    [3, 2, 1, 0].map((slotsAgo) => {
      const connectMs = mirror === "m4.example" ? 95 : 20;
      const [one] = reportOf(mirror, now - slotsAgo * slotMs, true).seen;
      if (one === undefined) throw new Error("nothing seen");
      return { ...one, observation: { ...one.observation, connectMs } };
    }),
  );
  for (const prober of ["weur-0", "enam-0"]) {
    await fleet().report({ ...reportOf("m0.example", now, true, prober), seen });
  }
  await tick();
  // One that begins anew publishes at once; this one would wait for a second.
  await abort();
  await tick();
  const then = await fleet().rosterAt(Date.now());
  if (then === "busy" || !("roster" in then)) throw new Error(JSON.stringify(then));
  const measured = unpackRoster(JSON.parse(then.roster)).mirrors.flatMap(({ name, latency }) =>
    latency === undefined ? [] : [[name, latency.everywhereMs > 30]],
  );
  expect(measured).toEqual([["m4.example", true]]);
});

it("comes back with the version it published, and KV has it", async () => {
  await begin();
  const { published } = await fleet().health();
  const text = await fleet().views(0);
  expect(text).toMatch(`nearmirror-views 1 ${published} `);
  expect(await env.VIEWS.get(publishedKey)).toBe(text);
  await abort();
  expect(await fleet().views(published ?? 0)).toBeNull();
  expect(await fleet().views(0)).toBe(text);
  expect(await fleet().health()).toMatchObject({ published, stored: true });
  // It goes on by itself: the alarm is there, and there is only ever one.
  expect(await alarmAt()).toBeGreaterThan(0);
});

it("has a state and its history, or neither, when it ends while it takes a report; told again, both once", async () => {
  await begin();
  await fleet().report(reportOf("a.example", Date.now() - 60_000, true));
  const before = (await fleet().health()).published ?? 0;
  const falls = reportOf("a.example", Date.now(), false);
  const ended = runInDurableObject(fleet(), (instance, state) => {
    void instance.report(falls).catch(() => undefined);
    state.abort("ended by the test");
  });
  await expect(ended).rejects.toThrow();
  const { targets, history } = await mirror("a.example");
  expect(targets[0]?.state).toBe(history[0]?.to);
  await fleet().report(falls);
  const after = await mirror("a.example");
  expect(after.targets[0]?.state).toBe("down");
  // The shipped list's own entries (overrides) come before.
  const first = after.history.at(-1)?.id ?? 0;
  expect(after.history.map(({ id, from, to }) => [id, from, to])).toEqual([
    [first + 1, "up", "down"],
    [first, "unknown", "up"],
  ]);
  await abort();
  expect(await mirror("a.example")).toEqual(after);
  // A roster that was made from it is out, here and in KV, after the next tick at the latest.
  await tick();
  const { published, stored } = await fleet().health();
  expect(published).toBeGreaterThan(before);
  expect(stored).toBe(true);
  const text = await env.VIEWS.get(publishedKey);
  expect(text).toContain(`nearmirror-views 1 ${published} `);
  expect(text).toMatch(/"a\.example",.*?"-x-"/);
});

it("keeps an operator's word with who and why, told once", async () => {
  await begin({ is: "drained", by: "ops@example.org", why: "moving house" });
  await abort();
  await tick();
  await abort();
  const { targets, history } = await mirror("b.example");
  expect(targets[0]?.state).toBe("drained");
  expect(history.map(({ axis, to, why }) => [axis, to, why])).toEqual([
    ["operator", "drained", "ops@example.org: moving house"],
  ]);
  expect(await fleet().views(0)).toMatch(/"b\.example".*"state":"drained"/);
});

it("puts into KV what KV refused before, as soon as KV takes it", async () => {
  await begin();
  const put = vi.spyOn(env.VIEWS, "put").mockRejectedValue(new Error("KV is not there"));
  try {
    await fleet().report(reportOf("a.example", Date.now() - 60_000, true));
    await vi.waitFor(async () => {
      await tick();
      expect(put).toHaveBeenCalled();
    }, 10_000);
    const { published, stored } = await fleet().health();
    expect(stored).toBe(false);
    // Edges that reach Fleet have it all the same.
    expect(await fleet().views(0)).toMatch(`nearmirror-views 1 ${published} `);
    await abort();
  } finally {
    put.mockRestore();
  }
  await tick();
  const { published, stored } = await fleet().health();
  expect(stored).toBe(true);
  expect(await env.VIEWS.get(publishedKey)).toMatch(`nearmirror-views 1 ${published} `);
});

it("doesn't go back to an older list, nor stumble over one that can't be read", async () => {
  const older = listOf([listedMirror("old.example")]);
  await begin();
  const { list } = await fleet().health();
  for (const text of [JSON.stringify(older), "{", "null"]) {
    await env.VIEWS.put("views", text);
    await abort();
    await tick();
    expect((await fleet().health()).list).toBe(list);
  }
  expect((await fleet().mirrors({})).map(({ name }) => name)).toEqual(["a.example", "b.example"]);
});

it("is woken by being asked, by a report's change and by the clock, and stays awake", async () => {
  await begin();
  await runInDurableObject(fleet(), (_, state) => state.storage.deleteAlarm());
  await fleet().views(0);
  expect(await alarmAt()).not.toBeNull();
  await runInDurableObject(fleet(), (_, state) => state.storage.deleteAlarm());
  await fleet().wake();
  const first = await alarmAt();
  expect(first).not.toBeNull();
  await tick();
  expect(await alarmAt()).toBeGreaterThan(Date.now());
});

it("tells Probers at once what a newer list has them do, and those no longer needed that they are done", async () => {
  await begin();
  expect((await fleet().health()).probers.map(({ name }) => name).sort()).toEqual([
    "enam-0",
    "weur-0",
  ]);
  const prober = () => env.PROBER.get(env.PROBER.idFromName("weur-0"));
  const watched = () =>
    runInDurableObject(prober(), async (_, state) => ({
      alarm: await state.storage.getAlarm(),
      json: String(state.storage.sql.exec("SELECT json FROM assignment").toArray()[0]?.json),
    }));
  expect(JSON.parse((await watched()).json).mirrors).toHaveLength(2);
  await apply(listOf([]));
  await vi.waitFor(async () => {
    await abort();
    await tick();
    expect((await fleet().health()).probers).toEqual([]);
  }, 10_000);
  const { alarm, json } = await watched();
  expect(JSON.parse(json).mirrors).toEqual([]);
  expect(alarm).toBeNull();
});
