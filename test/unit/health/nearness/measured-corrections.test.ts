/** Corrections out of what Probers measured: what all see, what one sees, and how far one that lies gets. */
import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../../scripts/random.ts";
import {
  correctionMs,
  type LatencyCorrection,
  mostRegionWeight,
} from "../../../../worker/directory/correction.ts";
import { latencyModel, type Point } from "../../../../worker/geo/latency.ts";
import { regionPoints } from "../../../../worker/geo/regions.ts";
import {
  changeMs,
  leastMirrors,
  measuredCorrections,
  mostMs,
  type ProberMeasured,
} from "../../../../worker/health/nearness/measured-corrections.ts";

const seed = 90_210;
const model = latencyModel;
const prepared = (point: Point) => model.prepare(point);

/** Twenty mirrors in Europe. */
function european(random: () => number): Map<string, Point> {
  return new Map(
    Array.from({ length: 20 }, (_, at) => [
      `m${at}`,
      { latitude: 42 + random() * 14, longitude: random() * 22 },
    ]),
  );
}

/** What a Prober measures: the estimate, with what is added. */
function prober(
  region: keyof typeof regionPoints,
  mirrors: ReadonlyMap<string, Point>,
  added: (mirror: string) => number,
): ProberMeasured {
  const point = regionPoints[region];
  const times = [...mirrors].map(([mirror, at]) => {
    const ms = model.rttMs(prepared(point), prepared(at)) + added(mirror);
    return [mirror, { ms, trust: 1 }] as const;
  });
  return { region, point, times: new Map(times) };
}

function corrections(
  probers: readonly ProberMeasured[],
  mirrors: ReadonlyMap<string, Point>,
  before: ReadonlyMap<string, LatencyCorrection> = new Map(),
  hour = 10,
) {
  return measuredCorrections(probers, { mirrors, model }, before, hour);
}

describe("corrections", () => {
  const mirrors = european(seeded(seed));

  it("are none where all is as estimated, and none for noise", () => {
    const random = seeded(seed + 1);
    const noisy = () => random() * 8 - 4;
    expect(corrections([], mirrors).size).toBe(0);
    const found = corrections(
      [prober("weur", mirrors, noisy), prober("eeur", mirrors, noisy)],
      mirrors,
    );
    expect([...found.keys()]).toEqual([]);
  });

  it("hold for everywhere where all regions see them, and near one region where that one sees them", () => {
    const weur = prober("weur", mirrors, (name) => (name === "m3" || name === "m5" ? 50 : 0));
    const eeur = prober("eeur", mirrors, (name) => (name === "m3" ? 50 : 0));
    const found = corrections([weur, eeur], mirrors);
    expect(Object.fromEntries(found)).toEqual({
      m3: { everywhereMs: 50, nearMs: {}, hour: 10 },
      m5: { everywhereMs: 0, nearMs: { weur: 50 }, hour: 10 },
    });
  });

  it("are none where a Prober is congested: all its mirrors seem farther by the same", () => {
    const found = corrections(
      [prober("weur", mirrors, () => 120), prober("eeur", mirrors, () => 0)],
      mirrors,
    );
    expect(found.size).toBe(0);
  });

  it("are none of a Prober that measured too few mirrors to be told from them", () => {
    const few = new Map([...mirrors].slice(0, leastMirrors - 1));
    const seen = prober("weur", few, (name) => (name === "m1" ? 60 : 0));
    expect(corrections([seen], few).size).toBe(0);
  });

  it("stay for jitter, follow what lasts, and end where nobody measures any more", () => {
    const told = (added: number, before?: ReadonlyMap<string, LatencyCorrection>, hour = 10) =>
      corrections(
        (["weur", "eeur"] as const).map((region) =>
          prober(region, mirrors, (name) => (name === "m3" ? added : 0)),
        ),
        mirrors,
        before,
        hour,
      );
    const first = told(50);
    expect(told(50 + changeMs - 1, first, 11).get("m3")).toBe(first.get("m3"));
    expect(told(50 - changeMs + 1, first, 11).get("m3")).toBe(first.get("m3"));
    expect(told(62, first, 11).get("m3")).toEqual({ everywhereMs: 60, nearMs: {}, hour: 11 });
    expect(told(0, first, 11).size).toBe(0);
    // A day later it is told again that somebody measured.
    expect(told(50, first, 34).get("m3")).toEqual({ everywhereMs: 50, nearMs: {}, hour: 34 });
    expect(corrections([], mirrors, first).size).toBe(0);
  });
});

describe("one Prober that says anything", () => {
  it("moves no mirror farther than others measured it by more than its own weight, for no client", () => {
    let moved = 0;
    for (let round = 0; round < 300; round++) {
      const random = seeded(seed + round);
      const mirrors = european(random);
      const truth = new Map([...mirrors.keys()].map((name) => [name, honestMs(random)]));
      const honest = (name: string) => truth.get(name) ?? 0;
      const other = prober("eeur", mirrors, honest);
      const before = corrections([prober("weur", mirrors, honest), other], mirrors);
      const lie = () => oneOf(random, [0, 0, 0, 1e6, -1e6, random() * 400 - 200]);
      const lies = new Map([...mirrors.keys()].map((name) => [name, lie()]));
      const after = corrections(
        [prober("weur", mirrors, (name) => lies.get(name) ?? 0), other],
        mirrors,
      );
      for (const name of mirrors.keys()) {
        for (const point of [regionPoints.weur, { latitude: 40.4, longitude: -3.7 }]) {
          const at = (told: LatencyCorrection | undefined) =>
            told === undefined ? 0 : correctionMs(told, prepared(point), model, new Map());
          const one = at(after.get(name));
          const others = at(before.get(name));
          // What it can take back is what others measured; what it can add is its own weight; steps are of 5 ms.
          const bound = mostRegionWeight * mostMs + Math.abs(others) + 5;
          expect(Math.abs(one), `round ${round}: ${name}`).toBeLessThanOrEqual(bound);
          if (Math.abs(one - others) > 20) moved++;
        }
        // Far from its region nothing of what it adds counts: never beyond what the other Prober measured.
        const far = after.get(name);
        const farMs =
          far === undefined ? 0 : correctionMs(far, prepared(regionPoints.apac), model, new Map());
        expect(Math.abs(farMs), `round ${round}: ${name}`).toBeLessThanOrEqual(
          Math.abs(seenBy(other, mirrors, name)) + changeMs,
        );
      }
    }
    expect(moved).toBeGreaterThan(100);
  });
});

function honestMs(random: () => number): number {
  return random() < 0.2 ? 30 + random() * 50 : 0;
}

/** What a Prober sees of a mirror beside its estimate, its own way taken off. */
function seenBy(
  { point, times }: ProberMeasured,
  mirrors: ReadonlyMap<string, Point>,
  name: string,
): number {
  const at = mirrors.get(name);
  return at === undefined
    ? 0
    : (times.get(name)?.ms ?? 0) - model.rttMs(prepared(point), prepared(at));
}
