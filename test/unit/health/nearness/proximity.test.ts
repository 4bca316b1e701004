/** Fleet: what Probers measured and what was counted stands in the roster, over a restart too, and ends when it is old. */
import { beforeAll, expect, it, vi } from "vitest";
import { latencyModel } from "../../../../worker/geo/latency.ts";
import { regionPoints } from "../../../../worker/geo/regions.ts";
import { slotMs } from "../../../../worker/health/nearness/connection-times.ts";
import { readViews } from "../../../../worker/views/views.ts";
import { TestFleet } from "../fleet-alone.ts";
import { listedMirror, listOf, reportOf, seenAt } from "../fleet-parts.ts";
import { testDatabases } from "../watcher-parts.ts";

// The ledger logs its alarms.
beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));

const database = testDatabases();
const names = Array.from({ length: 8 }, (_, at) => `m${at}.example`);
const place = (at: number) => ({ latitude: 46 + at, longitude: 2 + at });
const shipped = listOf(
  100,
  names.map((name, at) => ({ ...listedMirror(name), ...place(at) })),
);
const slotSeconds = slotMs / 1000;

/** Both regions measure every mirror as estimated, but for one that is farther. */
async function measure(fleet: TestFleet, slow: string, addedMs: number): Promise<void> {
  const { at } = fleet.clock;
  for (const region of ["weur", "enam"] as const) {
    const here = latencyModel.prepare(regionPoints[region]);
    const seen = names.map((name, number) => {
      const estimateMs = latencyModel.rttMs(here, latencyModel.prepare(place(number)));
      return seenAt(name, at, { connectMs: estimateMs + (name === slow ? addedMs : 0) });
    });
    await fleet.watch.report(reportOf(at, seen, { prober: `${region}-0` }));
  }
  await fleet.pass(slotSeconds);
}

/** What the roster says of nearness, by mirror; mirrors of which it says nothing are left out. */
async function told(fleet: TestFleet) {
  const { roster } = readViews((await fleet.watch.views(0)) ?? "");
  const said = roster.mirrors.flatMap(({ name, latency, loadMs }) =>
    latency === undefined && loadMs === undefined ? [] : [[name, { latency, loadMs }] as const],
  );
  return { version: roster.version, said: Object.fromEntries(said) };
}

it("what both regions measure of a mirror is in the roster within hours, and gone when nobody measures", async () => {
  const fleet = await TestFleet.begun({ sqlite: database(), shipped });
  await measure(fleet, "m3.example", 60);
  expect((await told(fleet)).said).toEqual({});
  for (let slot = 0; slot < 30; slot++) await measure(fleet, "m3.example", 60);
  const first = await told(fleet);
  const { latency } = first.said["m3.example"] ?? {};
  expect(Object.keys(first.said)).toEqual(["m3.example"]);
  expect(latency?.everywhereMs).toBeGreaterThanOrEqual(45);
  expect(latency?.everywhereMs).toBeLessThanOrEqual(60);
  expect(latency?.nearMs).toEqual({});
  expect(Math.abs((latency?.hour ?? 0) * 3_600_000 - fleet.clock.at)).toBeLessThan(8 * 3_600_000);
  fleet.restart();
  expect((await told(fleet)).said).toEqual(first.said);
  // As figures jitter, nothing is published anew.
  const before = (await told(fleet)).version;
  for (const jitter of [62, 58, 61, 60]) await measure(fleet, "m3.example", jitter);
  const after = await told(fleet);
  expect([after.said, after.version]).toEqual([first.said, before]);
  await fleet.pass(10 * 3600);
  expect((await told(fleet)).said).toEqual({});
});

it("what is measured of mirrors that aren't listed, or by a Prober at no known place, says nothing", async () => {
  const fleet = await TestFleet.begun({ sqlite: database(), shipped });
  for (let slot = 0; slot < 6; slot++) {
    const { at } = fleet.clock;
    const seen = [...names, "other.example"].map((name, number) =>
      seenAt(name, at, { connectMs: 10 + 90 * (number % 2) }),
    );
    await fleet.watch.report(reportOf(at, seen, { prober: "here-0" }));
    await fleet.watch.report(reportOf(at, seen.slice(-1), { prober: "weur-0" }));
    await fleet.pass(slotSeconds);
  }
  expect((await told(fleet)).said).toEqual({});
});

it("on a machine of one's own every Prober is where the machine is, whatever its region is called", async () => {
  const munich = { latitude: 48, longitude: 11 };
  const variables = { CLIENT_PLACE: "database", OWN_PLACE: "DE 48 11" };
  const fleet = await TestFleet.begun({ sqlite: database(), shipped, variables });
  const here = latencyModel.prepare(munich);
  for (let slot = 0; slot < 30; slot++) {
    const { at } = fleet.clock;
    const seen = names.map((name, number) => {
      const estimateMs = latencyModel.rttMs(here, latencyModel.prepare(place(number)));
      return seenAt(name, at, { connectMs: estimateMs + (number === 3 ? 60 : 0) });
    });
    for (const prober of ["weur-0", "enam-0"]) {
      await fleet.watch.report(reportOf(at, seen, { prober }));
    }
    await fleet.pass(slotSeconds);
  }
  const { said } = await told(fleet);
  expect(Object.keys(said)).toEqual(["m3.example"]);
  const { everywhereMs, nearMs = {} } = said["m3.example"]?.latency ?? {};
  expect([everywhereMs, Object.keys(nearMs)]).toEqual([0, ["48,11"]]);
});

it("begins anew with what it can't read, and says so", async () => {
  const sqlite = database();
  const before = await TestFleet.begun({ sqlite, shipped });
  for (let slot = 0; slot < 7; slot++) await measure(before, "m3.example", 60);
  sqlite.sql.exec("UPDATE nearness SET kept = '[' WHERE name = 'corrections'");
  before.restart();
  expect(before.logged.join()).toContain("nearness: corrections is begun anew");
  await before.pass(60);
  expect(Object.keys((await told(before)).said)).toEqual(["m3.example"]);
});

it("a mirror that gets more than its part counts as farther from the next day on", async () => {
  let counted = 0;
  const totals = async () =>
    names.map((mirror, at) => ({ mirror, redirects: counted * (at === 2 ? 30 : 1) }));
  const many = listOf(100, [
    ...shipped.roster.mirrors,
    ...Array.from({ length: 40 }, (_, at) => listedMirror(`idle${at}.example`)),
  ]);
  const fleet = await TestFleet.begun({ sqlite: database(), shipped: many, totals });
  for (let day = 0; day < 3; day++) {
    counted += 1000;
    await fleet.pass(86_400 + 20);
  }
  const { said } = await told(fleet);
  expect(Object.keys(said)).toEqual(["m2.example"]);
  const { loadMs = 0 } = said["m2.example"] ?? {};
  expect(loadMs).toBeGreaterThan(1);
  fleet.restart();
  expect((await told(fleet)).said["m2.example"]?.loadMs).toBe(loadMs);
});
