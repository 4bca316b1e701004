/** Edge and watchers together in workerd: how a roster gets to the edge, and what it does without Fleet. */
import { createScheduledController, env, reset, runInDurableObject, SELF } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import worker from "../../worker/index.ts";
import { publishedKey } from "../../worker/views/views-key.ts";
import { publishedText } from "../../worker/views/views-text.ts";
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
  env.VIEWS_REFRESH_SECONDS = "0.2";
});
beforeEach(() => {
  network = new Network();
});
afterEach(() => reset());

const fleet = () => env.FLEET.get(env.FLEET.idFromName("fleet"));
const file = "https://near.example/images/near-1.0-amd64.iso";
const plainFile = "http://near.example/images/near-1.0-amd64.iso";

interface Health {
  status: string;
  roster: { version: number; mirrors: number };
  warnings: string[];
}

async function health(): Promise<Health> {
  const response = await SELF.fetch("http://near.example/api/v1/health");
  const told: Health = await response.json();
  return told;
}

/** Asks until the edge has that roster: asking is also what makes it look. */
async function edgeHas(version: number): Promise<void> {
  await vi.waitFor(async () => expect((await health()).roster.version).toBe(version), {
    timeout: 10_000,
    interval: 200,
  });
}

// Before the others: a later test leaves this isolate a roster of a minute to come.
it("the edge explains what was decided by the roster that Fleet keeps of then", async () => {
  await apply(listOf([listedMirror("a.example"), listedMirror("b.example")]));
  await runInDurableObject(fleet(), (instance) => instance.alarm());
  const { published: first } = await fleet().health();
  const then = new Date().toISOString();
  // Moments of then are told to the second.
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Date.parse(then) + 1000), 5000);
  await apply(listOf([listedMirror("c.example")]));
  await fleet().listApplied();
  const { published: second } = await fleet().health();
  await edgeHas(second ?? 0);
  const trace = async (query: string) => {
    const response = await SELF.fetch(`${plainFile}?trace=json${query}`);
    const told: { roster: number; mirrors: { mirror: string }[] } = await response.json();
    return { roster: told.roster, mirrors: told.mirrors.map(({ mirror }) => mirror).sort() };
  };
  expect(await trace("")).toEqual({ roster: second, mirrors: ["c.example"] });
  const ago = `${Math.floor((Date.now() - Date.parse(then)) / 1000)}s`;
  expect(await trace(`&at=${ago}`)).toEqual({
    roster: first,
    mirrors: ["a.example", "b.example"],
  });
  const { status } = await SELF.fetch(`${plainFile}?trace=json&at=7d`);
  expect(status).toBe(410);
});

it("the edge takes what Fleet published; without Fleet what KV has, and serves on", async () => {
  await apply(listOf([listedMirror("a.example"), listedMirror("b.example")]));
  await runInDurableObject(fleet(), (instance) => instance.alarm());
  const { published } = await fleet().health();
  await edgeHas(published ?? 0);
  const where = (await SELF.fetch(plainFile, { redirect: "manual" })).headers.get("Location");
  expect(where).toMatch(/^http:\/\/[ab]\.example\/images\//);

  const real = fleet();
  const gone = await withoutFleet();
  try {
    // Nobody reaches Fleet; it shall not write into KV any more either.
    await runInDurableObject(real, (_, state) => state.storage.deleteAlarm());
    await vi.waitFor(async () => expect((await real.health()).stored).toBe(true), 10_000);
    const only = listOf([listedMirror("c.example")]);
    const next = (published ?? 0) + 60_000;
    const text = await publishedText({ ...only, roster: { ...only.roster, version: next } });
    await env.VIEWS.put(publishedKey, text);
    await edgeHas(next);
    const response = await SELF.fetch(plainFile, { redirect: "manual" });
    expect(response.headers.get("Location")).toMatch("http://c.example/images/");
    const told = await health();
    expect(told.status).toBe("warning");
    expect(told.warnings.join()).toContain("states stay as they were last published");

    // A text that was cut off, changed or is older changes nothing.
    const older = { ...only, roster: { ...only.roster, version: next - 1 } };
    const looks = vi.spyOn(env.VIEWS, "get");
    for (const wrong of [
      text.slice(0, -1),
      text.replace(String(next), String(next + 1)),
      await publishedText(older),
    ]) {
      await env.VIEWS.put(publishedKey, wrong);
      looks.mockClear();
      // When it looks a second time, the first look is over.
      await vi.waitFor(
        async () => {
          expect((await health()).roster.version).toBe(next);
          expect(looks.mock.calls.length).toBeGreaterThan(1);
        },
        { timeout: 10_000, interval: 200 },
      );
    }
    looks.mockRestore();
    expect((await SELF.fetch(plainFile, { redirect: "manual" })).status).toBe(302);
    const metrics = await (await SELF.fetch("http://near.example/metrics")).text();
    expect(metrics).toContain("\nnearmirror_fleet_reachable 0\n");
    expect((await SELF.fetch("http://near.example/api/v1/mirrors")).status).toBe(503);
  } finally {
    gone.mockRestore();
  }
  // No mirror speaks https here: bytes come from the origin, whoever is there.
  expect(await (await SELF.fetch(file)).text()).toBe("iso");
});

it("the clock wakes a Fleet that nobody asks", async () => {
  await apply(listOf([listedMirror("a.example")]));
  const woken = () => runInDurableObject(fleet(), (_, state) => state.storage.getAlarm());
  await runInDurableObject(fleet(), async (instance, state) => {
    await instance.alarm();
    await state.storage.deleteAlarm();
  });
  expect(await woken()).toBeNull();
  await worker.scheduled(createScheduledController(), env);
  // Either it is still set, or it has fired and set the next.
  expect(await woken()).not.toBeNull();
});

it("edge, Prober and Repository tell by one name who asks, and a request with it is answered 508", async () => {
  await apply(listOf([listedMirror("a.example")]));
  await runInDurableObject(fleet(), (instance) => instance.alarm());
  const prober = env.PROBER.get(env.PROBER.idFromName("weur-0"));
  await prober.probeNow(["a.example"]);
  // By https, for which there is no mirror.
  await (await SELF.fetch(file.replace("near-1.0", "near-2.0"))).body?.cancel();
  const ownId = `nearmirror-${env.FLEET.idFromName("cdn-loop").toString().slice(0, 16)}`;
  expect(ownId).toMatch(/^nearmirror-[0-9a-f]{16}$/);
  await vi.waitFor(() => {
    expect([...network.told].sort()).toEqual([
      `Nearmirror origin.example ${ownId}`,
      `Nearmirror-Probe/1 a.example ${ownId}`,
      `Nearmirror-Probe/1 origin.example ${ownId}`,
      `Nearmirror/1 origin.example ${ownId}`,
    ]);
  }, 10_000);
  const headers = { "CDN-Loop": `cdn.example, ${ownId}` };
  const back = await SELF.fetch(plainFile, { headers, redirect: "manual" });
  expect(back.status).toBe(508);
  expect(await back.text()).toContain(ownId);
  const another = { "CDN-Loop": "nearmirror-0123456789abcdef" };
  const chained = await SELF.fetch(plainFile, { headers: another, redirect: "manual" });
  expect(chained.status).not.toBe(508);
  await chained.body?.cancel();
});
