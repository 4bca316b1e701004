import { describe, expect, test } from "vitest";
import committed from "../../../../geo-data/latency.json" with { type: "json" };
import { greatCircleEstimate, judge, modelEstimate } from "../../../../scripts/geo-data/judge.ts";
import { judgeCorrections, type Off } from "../../../../scripts/geo-data/judge-corrections.ts";
import { readMeasurements, readNetwork } from "../../../../scripts/geo-data/latency-sources.ts";
import { buildLatencyTable } from "../../../../scripts/geo-data/latency-table.ts";
import { withoutPlace } from "../../../../scripts/geo-data/measurements.ts";
import { seeded } from "../../../../scripts/random.ts";

const measurements = readMeasurements();
const network = readNetwork();

describe("leave one region out", () => {
  const greatCircle = judge(measurements, greatCircleEstimate);

  test("the model loses under 2 ms and finds a region within 10 ms of the fastest for 19 of 21", () => {
    const model = judge(measurements, modelEstimate(network));
    expect(model.perClient).toHaveLength(21);
    expect(model.meanLossMs).toBeLessThan(2);
    expect(model.firstOrWithin10Ms).toBeGreaterThanOrEqual(19);
    expect(model.meanErrorMs).toBeLessThan(16);
    expect(model.meanOrderAgreement).toBeGreaterThan(0.84);
  }, 30_000);

  test("great circle, the yardstick, loses the 19 ms it is known to lose", () => {
    expect(greatCircle.meanLossMs).toBeCloseTo(19.47, 2);
    expect(greatCircle.perClient.find(({ city }) => city === "Cape Town")).toMatchObject({
      chosen: "Sao Paulo",
      fastest: "London",
      chosenMs: 337.29,
      fastestMs: 149.48,
    });
  });

  test("the client’s own measurements don’t reach the estimator", () => {
    const known = withoutPlace(measurements, "af-south-1");
    expect(JSON.stringify(known)).not.toContain("af-south-1");
    expect(JSON.stringify(measurements)).toContain("af-south-1");
  });
});

describe("with what Probers measure, for clients of a region that nobody measured from", () => {
  const judged = (off: Off, rounds: number) =>
    judgeCorrections(measurements, network, { off, rounds }, seeded(1));

  test("nothing is lost where no mirror is off", () => {
    const { all } = judged("none", 1);
    expect(all.correctedMs).toBeLessThanOrEqual(0.82);
    expect(all.correctedMs).toBeLessThanOrEqual(all.modelMs);
  }, 30_000);

  test("under 2 ms is lost where a fifth of the mirrors is 30 to 80 ms off and the model loses 15 and more", () => {
    const first = judged("first", 2);
    expect(first.all.modelMs).toBeGreaterThan(15);
    expect(first.all.correctedMs).toBeLessThan(2);
    const drawn = judged("drawn", 12);
    expect(drawn.all.correctedMs).toBeLessThan(2);
    expect(drawn.whereOff.clients).toBeGreaterThan(30);
    expect(drawn.whereOff.modelMs).toBeGreaterThan(15);
    expect(drawn.whereOff.correctedMs).toBeLessThan(2);
  }, 60_000);
});

test("geo-data/latency.json is what its sources make (npm run geo-data:tables)", () => {
  expect(buildLatencyTable(network, measurements)).toEqual(committed);
});
