import { describe, expect, it } from "vitest";
import {
  costMs,
  degradedMs,
  drainedMs,
  listedPrefixMs,
  type Nearness,
  otherContinentMs,
  otherCountryMs,
  Positioned,
  placeCost,
  preparePlace,
  roughlyPlacedMs,
  sameAsnFactor,
  takesClients,
  unplacedMs,
} from "../../../worker/directory/cost.ts";
import type { State } from "../../../worker/directory/resource.ts";
import { placeAt, placeOfCountry, unknownPlace } from "../../../worker/geo/client.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { plainMirror } from "./rosters.ts";

const berlin = placeAt("DE", 52.5, 13.4);
const here = { latitude: 52.5, longitude: 13.4 };

function cost(place: typeof berlin, more: Partial<RosterMirror>) {
  const mirror = plainMirror("mirror", more);
  const to = new Positioned(mirror, latencyModel);
  return placeCost(preparePlace(place, latencyModel), to, latencyModel);
}

describe("what a mirror's place costs", () => {
  it("is the latency model's estimate and nothing more in the client's country", () => {
    const { rttMs, addedMs } = cost(berlin, { ...here, country: "DE" });
    const point = latencyModel.prepare({ latitude: 53, longitude: 13 });
    expect(rttMs).toBe(latencyModel.rttMs(point, latencyModel.prepare(here)));
    expect(addedMs).toBe(0);
  });

  it("adds for another country, and more for another continent, in either direction", () => {
    expect(cost(berlin, { ...here, country: "PL" }).addedMs).toBe(otherCountryMs);
    expect(cost(berlin, { ...here, country: "US" }).addedMs).toBe(otherContinentMs);
    expect(cost(placeOfCountry("US"), { ...here, country: "DE" }).addedMs).toBe(otherContinentMs);
    expect(otherContinentMs).toBeGreaterThan(otherCountryMs);
  });

  it("adds nothing for borders to a client of no known country", () => {
    expect(cost(unknownPlace, { ...here, country: "DE" }).addedMs).toBe(0);
    expect(cost(placeAt(undefined, 52.5, 13.4), { ...here, country: "US" }).addedMs).toBe(0);
  });

  it("adds where only the country, or an approximate place, is known", () => {
    expect(cost(berlin, { country: "DE" }).addedMs).toBe(roughlyPlacedMs);
    expect(cost(berlin, { ...here, country: "DE", approximate: true }).addedMs).toBe(
      roughlyPlacedMs,
    );
    expect(cost(berlin, { country: "PL" }).addedMs).toBe(otherCountryMs + roughlyPlacedMs);
    // Behind the placed ones at home, before those abroad.
    expect(roughlyPlacedMs).toBeLessThan(otherCountryMs);
  });

  it("puts a mirror without a place behind every placed one of the continent", () => {
    const unplaced = cost(berlin, {});
    expect(unplaced.rttMs).toBe(unplacedMs);
    const total = unplaced.rttMs + unplaced.addedMs;
    for (const country of ["PT", "FI", "GR", "IS", "RU", "UA", "MT"]) {
      const placed = cost(berlin, { country });
      expect(placed.rttMs + placed.addedMs, country).toBeLessThan(total);
    }
  });

  it("is a mean over the world for a client of whom nothing is known", () => {
    const central = cost(unknownPlace, { ...here, country: "DE" });
    const remote = cost(unknownPlace, { country: "NZ" });
    expect(central.rttMs).toBeLessThan(remote.rttMs);
    expect(central.rttMs).toBeGreaterThan(
      latencyModel.rttMs(
        latencyModel.prepare(here),
        latencyModel.prepare({ latitude: 50.1, longitude: 8.7 }),
      ),
    );
    expect(cost(unknownPlace, {}).rttMs).toBe(unplacedMs);
  });
});

describe("what the client's network and the mirror's state change", () => {
  const parts = { rttMs: 40, addedMs: 8 };

  it.each<[Nearness, State, number]>([
    ["none", "up", 48],
    ["none", "unknown", 48],
    ["none", "degraded", 48 + degradedMs],
    ["asn", "up", 48 * sameAsnFactor],
    ["asn", "degraded", 48 * sameAsnFactor + degradedMs],
    ["prefix", "up", listedPrefixMs],
    ["prefix", "degraded", listedPrefixMs + degradedMs],
    ["prefix", "drained", listedPrefixMs + drainedMs],
  ])("%s, %s: %d ms", (nearness, state, expected) => {
    expect(costMs(parts, nearness, state)).toBe(expected);
  });

  it("makes a listed prefix nearer than any distance, and never dearer than without it", () => {
    const none = latencyModel.rttMs(latencyModel.prepare(here), latencyModel.prepare(here));
    expect(listedPrefixMs).toBeLessThan(none * sameAsnFactor);
    expect(sameAsnFactor).toBeLessThan(1);
  });

  it("puts a drained mirror at the client's own network behind the worst that can be elsewhere", () => {
    const remote = cost(placeOfCountry("NZ"), { country: "GB" });
    const worst = { rttMs: Math.max(unplacedMs, remote.rttMs), addedMs: otherContinentMs + 5 };
    expect(costMs({ rttMs: 0, addedMs: 0 }, "prefix", "drained")).toBeGreaterThan(
      100 * costMs(worst, "none", "degraded"),
    );
  });

  it("sends nobody where an operator or a probe said so", () => {
    const all: State[] = ["unknown", "up", "degraded", "down", "drained", "disabled"];
    expect(all.filter(takesClients)).toEqual(["unknown", "up", "degraded"]);
  });
});
