/** What measurements change of estimates, for whom, and how far at most. */
import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import {
  correctionMs,
  farthestMs,
  type LatencyCorrection,
  leastOfEstimate,
  mostRegionWeight,
} from "../../../worker/directory/correction.ts";
import { latencyModel, type Point } from "../../../worker/geo/latency.ts";
import { pointName, pointOfRegion, regionPoints } from "../../../worker/geo/regions.ts";
import { explain } from "../../../worker/mirrors/explain.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import {
  clientOf,
  open,
  plainDemand,
  plainMirror,
  randomClient,
  randomCorrection,
  randomDemand,
  randomMirrors,
} from "./rosters.ts";

const seed = 4_711;
const paris = { country: "FR", latitude: 49, longitude: 2 };
const tokyo = { country: "JP", latitude: 36, longitude: 140 };

function at(point: Point, correction: LatencyCorrection): number {
  return correctionMs(correction, latencyModel.prepare(point), latencyModel, new Map());
}

describe("a correction", () => {
  it("for everywhere holds for every client, one of whom nothing is known too", () => {
    const correction = { everywhereMs: 40, nearMs: {}, hour: 0 };
    expect([at(paris, correction), at(tokyo, correction)]).toEqual([40, 40]);
    expect(correctionMs(correction, undefined, latencyModel, new Map())).toBe(40);
  });

  it("near a region holds there, less and less around it, and not at all far from it", () => {
    const correction = { everywhereMs: 0, nearMs: { weur: 50 }, hour: 0 };
    const beside = at(regionPoints.weur, correction);
    expect(beside).toBeGreaterThan(35);
    expect(beside).toBeLessThanOrEqual(50 * mostRegionWeight);
    const madrid = at({ latitude: 40.4, longitude: -3.7 }, correction);
    expect(madrid).toBeGreaterThan(5);
    expect(madrid).toBeLessThan(beside);
    const away = latencyModel.rttMs(
      latencyModel.prepare(regionPoints.weur),
      latencyModel.prepare(tokyo),
    );
    expect(away).toBeGreaterThan(farthestMs);
    expect(at(tokyo, correction)).toBe(0);
  });

  it("never makes a client nearer than half of the estimate", () => {
    const latency = { everywhereMs: -100, nearMs: {}, hour: 0 };
    const client = clientOf("84.128.0.1", paris);
    const [plain] = open([plainMirror("m", tokyo)]).ranked(plainDemand, client);
    const [nearer] = open([plainMirror("m", { ...paris, latency })]).ranked(plainDemand, client);
    const [inParis] = open([plainMirror("m", paris)]).ranked(plainDemand, client);
    expect(nearer?.parts.rttMs).toBeCloseTo((inParis?.parts.rttMs ?? 0) * leastOfEstimate, 9);
    const [far] = open([plainMirror("m", { ...tokyo, latency })]).ranked(plainDemand, client);
    expect(far?.parts.rttMs).toBeCloseTo((plain?.parts.rttMs ?? 0) - 100, 9);
  });

  it("of a Prober without a region names its place", () => {
    const munich = { latitude: 48, longitude: 11 };
    expect(pointOfRegion(pointName(munich))).toEqual(munich);
    expect(pointOfRegion("weur")).toBe(regionPoints.weur);
    for (const wrong of ["here", "", "48", "91,0", "1,2,3", "a,b"]) {
      expect(pointOfRegion(wrong), wrong).toBeUndefined();
    }
  });
});

describe("where nothing is measured of a mirror", () => {
  it("it costs what the model, borders and its state say, whatever is measured of others", () => {
    const random = seeded(seed);
    let compared = 0;
    for (let round = 0; round < 100; round++) {
      const mirrors = randomMirrors(random);
      const measured = mirrors.map((mirror, index) =>
        index % 3 === 0 ? { ...mirror, latency: randomCorrection(random) } : mirror,
      );
      const client = randomClient(random);
      const demand = randomDemand(random, client);
      const costs = (of: typeof mirrors) =>
        new Map(
          open(of)
            .rankedWhole(demand, client)
            .map((candidate) => [candidate.open.resource.name, candidate.costMs]),
        );
      const after = costs(measured);
      for (const [name, cost] of costs(mirrors)) {
        if (Number(name.slice(1)) % 3 === 0) continue;
        expect(after.get(name), `seed ${seed}, round ${round}: ${name}`).toBe(cost);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it("the ranking is that of corrections of nothing", () => {
    const random = seeded(seed + 1);
    for (let round = 0; round < 100; round++) {
      const mirrors = randomMirrors(random);
      const nothing = { everywhereMs: 0, nearMs: oneOf(random, [{}, { weur: 0 }]), hour: 1 };
      const client = randomClient(random);
      const demand = randomDemand(random, client);
      const order = (of: typeof mirrors) =>
        open(of)
          .ranked(demand, client)
          .map((candidate) => [candidate.open.resource.name, candidate.costMs]);
      const zero = mirrors.map((mirror) => ({ ...mirror, latency: nothing }));
      expect(order(zero), `round ${round}`).toEqual(order(mirrors));
    }
  });
});

describe("a roster of the past, opened beside the one in force", () => {
  it("ranks by its own corrections, and leaves the other's to it", () => {
    const client = clientOf("84.128.0.1", paris);
    const slow = { everywhereMs: 80, nearMs: {}, hour: 0 };
    const now = open([plainMirror("a", paris), plainMirror("b", { ...paris, latitude: 50 })]);
    const costsIn = (roster: OpenRoster, scheme: "http" | "https") =>
      roster
        .ranked({ ...plainDemand, scheme }, client)
        .map((one) => [one.open.resource.name, one.costMs]);
    const before = costsIn(now, "https");
    const mirrors = now.resources.map(({ resource }) =>
      resource.name === "a" ? { ...resource, latency: slow } : resource,
    );
    const past = new OpenRoster({ version: 0, mirrors }, latencyModel, now).standAlone();
    expect(costsIn(past, "https")).toEqual(costsIn(open(mirrors), "https"));
    // Ranked for a demand that the one in force hasn't met yet.
    expect(costsIn(now, "http")).toEqual(before);
    expect(costsIn(past, "http")).toEqual(costsIn(open(mirrors), "http"));
  });

  it("goes on by its own where a request began under it, and leaves the one that follows its costs", () => {
    const client = clientOf("84.128.0.1", paris);
    const places = [paris, { ...paris, latitude: 50 }];
    const listed = (everywhereMs: number) =>
      places.map((place, at) =>
        plainMirror(`m${at}`, {
          ...place,
          ...(at === 0 && { latency: { everywhereMs, nearMs: {}, hour: 0 } }),
        }),
      );
    const costsIn = (roster: OpenRoster, scheme: "http" | "https") =>
      roster
        .ranked({ ...plainDemand, scheme }, client)
        .map((one) => [one.open.resource.name, one.costMs]);
    const first = open(listed(0));
    const second = new OpenRoster({ version: 2, mirrors: listed(80) }, latencyModel, first);
    expect(costsIn(second, "https")).toEqual(costsIn(open(listed(80)), "https"));
    expect(costsIn(first, "https")).toEqual(costsIn(open(listed(0)), "https"));
    expect(costsIn(second, "http")).toEqual(costsIn(open(listed(80)), "http"));
    const third = new OpenRoster({ version: 3, mirrors: listed(40) }, latencyModel, second);
    expect(costsIn(first, "http")).toEqual(costsIn(open(listed(0)), "http"));
    expect(costsIn(third, "http")).toEqual(costsIn(open(listed(40)), "http"));
  });
});

describe("the trace", () => {
  const hour = 500_000;
  const now = (hour + 7) * 3_600_000 + 12_345;
  const client = clientOf("84.128.0.1", paris);
  const asked = { decoded: "pool/x.deb", path: "pool/x.deb", now };

  it("tells the estimate, the correction and its age, and what load adds", () => {
    const latency = { everywhereMs: 45, nearMs: {}, hour };
    const roster = open([
      plainMirror("slow", { ...paris, latency, loadMs: 3 }),
      plainMirror("plain", paris),
    ]);
    const [first, second] = explain(roster, plainDemand, client, asked).mirrors;
    expect(first?.mirror).toBe("plain");
    expect(Object.keys(first?.cost ?? {})).toEqual(["rttMs", "addedMs", "nearness"]);
    const rttMs = first?.cost?.rttMs ?? 0;
    expect(second?.cost).toMatchObject({
      estimateMs: rttMs,
      correctionMs: 45,
      loadMs: 3,
      addedMs: 3,
      measured: "2027-01-15T08:00:00.000Z",
      measuredHoursAgo: 7,
    });
    expect(second?.cost?.rttMs).toBeCloseTo(rttMs + 45, 1);
  });
});
