import { describe, expect, test } from "vitest";
import { buildLatencyTable } from "../../../../scripts/geo-data/latency-table.ts";
import { measuredPairs } from "../../../../scripts/geo-data/measurements.ts";
import { parseNetwork } from "../../../../scripts/geo-data/network.ts";
import { createPaths } from "../../../../scripts/geo-data/paths.ts";

const HUBS = "a,DE,0,0\nb,DE,0,10\nc,DE,0,20\n# far from all of them\nd,DE,0,120\n";
const ROUTES = "1: a b c\n1.5: a c # rarely used\n1: c d\n";

describe("the network", () => {
  test("reads chains, factors and comments", () => {
    const { hubs, lines } = parseNetwork(HUBS, ROUTES);
    expect(hubs.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(lines.map(({ from, to, km }) => [from, to, Math.round(km)])).toEqual([
      [0, 1, 1112],
      [1, 2, 1112],
      [0, 2, 3336],
      [2, 3, 11120],
    ]);
  });

  test.each([
    [HUBS, "1: a nowhere", "routes.txt:1: no hub 'nowhere'"],
    [HUBS, "1: a b c d\n0.5: a b", "routes.txt:2: expected"],
    [HUBS, "a b", "routes.txt:1: expected"],
    [HUBS, "1: a b c", "no line reaches the hub 'd'"],
    ["a,DE,north,0", "1: a a", "hubs.csv:1: expected"],
    ["a,DE,0,0\na,DE,0,1", "1: a a", "an id occurs twice"],
  ])("says where it is wrong", (hubs, routes, message) => {
    expect(() => parseNetwork(hubs, routes)).toThrow(message);
  });

  test("a path takes the cheapest lines", () => {
    const network = parseNetwork(HUBS, ROUTES);
    const direct = createPaths(network, { msPerKm: 0.01, msPerLine: 20 }).from(0);
    const overB = createPaths(network, { msPerKm: 0.01, msPerLine: 1 }).from(0);
    expect(direct[2]).toBeCloseTo(53.4, 1);
    expect(overB[2]).toBeCloseTo(24.2, 1);
  });

  test("two halves without a line between them are refused", () => {
    const network = parseNetwork(HUBS, "1: a b\n1: c d");
    expect(() => createPaths(network, { msPerKm: 0.01, msPerLine: 1 }).from(0)).toThrow(
      "falls apart",
    );
  });
});

describe("measurements", () => {
  test("a pair is the mean of its directions, and no place is paired with itself", () => {
    const places = {
      left: { city: "A", latitude: 0, longitude: 0 },
      right: { city: "C", latitude: 0, longitude: 20 },
    };
    const rtt = { left: { left: 1, right: 40 }, right: { left: 50 } };
    expect(measuredPairs({ source: "", places, rtt }).map(({ ms }) => ms)).toEqual([45]);
  });

  test("move the hubs they were made at, less those near, and not those far away", () => {
    const farHubs = ["e,DE,0,130", "f,DE,0,145", "g,DE,0,160"].join("\n");
    const network = parseNetwork(`${HUBS}${farHubs}\n`, `${ROUTES}1: d e f g\n`);
    const paths = createPaths(network, { msPerKm: 0.0128, msPerLine: 3 });
    /** All pairs as the lines would have them, but for a and c. */
    const build = (measuredMs: number) => {
      const names = network.hubs.map(({ id }) => id).filter((id) => id !== "b");
      const usual = (from: string, to: string) => 3 + (paths.from(index(from))[index(to)] ?? 0);
      const index = (id: string) => network.hubs.findIndex((hub) => hub.id === id);
      const row = (from: string) =>
        names.map((to): [string, number] => [
          to,
          [from, to].sort().join() === "a,c" ? measuredMs : usual(from, to),
        ]);
      const { hubMs } = buildLatencyTable(network, {
        source: "",
        places: Object.fromEntries(
          network.hubs
            .filter(({ id }) => id !== "b")
            .map((hub) => [hub.id, { ...hub, city: hub.id }]),
        ),
        rtt: Object.fromEntries(names.map((from) => [from, Object.fromEntries(row(from))])),
      });
      return (a: string, b: string) => hubMs[index(a)]?.[index(b)] ?? Number.NaN;
    };
    const usual = build(38);
    const slow = build(80);
    expect(usual("c", "a")).toBeGreaterThan(30);
    expect(usual("c", "a")).toBeLessThan(38);
    expect(slow("c", "a")).toBeGreaterThan(60);
    expect(slow("b", "a") / usual("b", "a")).toBeGreaterThan(1.02);
    expect(slow("b", "a") / usual("b", "a")).toBeLessThan(slow("c", "a") / usual("c", "a"));
    expect(slow("g", "f")).toBeCloseTo(usual("g", "f"), 6);
  });
});
