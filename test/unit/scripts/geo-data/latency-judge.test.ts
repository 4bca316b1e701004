import { describe, expect, test } from "vitest";
import committed from "../../../../geo-data/latency.json" with { type: "json" };
import { greatCircleEstimate, judge, modelEstimate } from "../../../../scripts/geo-data/judge.ts";
import { readMeasurements, readNetwork } from "../../../../scripts/geo-data/latency-sources.ts";
import { buildLatencyTable } from "../../../../scripts/geo-data/latency-table.ts";
import { withoutPlace } from "../../../../scripts/geo-data/measurements.ts";

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

test("geo-data/latency.json is what its sources make (npm run geo-data:tables)", () => {
  expect(buildLatencyTable(network, measurements)).toEqual(committed);
});
