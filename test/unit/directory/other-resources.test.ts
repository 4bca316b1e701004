/** The directory ranks whatever is a resource: here time servers, of which no demand names a URL. */
import { expect, test } from "vitest";
import { Directory } from "../../../worker/directory/directory.ts";
import type { Offer, Offering } from "../../../worker/directory/offer.ts";
import { Opened, type OpenResource, type Resource } from "../../../worker/directory/resource.ts";
import { type Client, placeAt } from "../../../worker/geo/client.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";

interface TimeServer extends Resource {
  stratum: number;
  down?: true;
}

interface TimeDemand {
  mostStratum: number;
}

interface TimeOffer extends Offer {
  open: OpenResource<TimeServer>;
}

const offering: Offering<TimeServer, OpenResource<TimeServer>, TimeDemand, TimeOffer> = {
  open: (...of) => new Opened(...of),
  keyOf: ({ mostStratum }) => String(mostStratum),
  exclusion: ({ resource }, { mostStratum }) =>
    resource.down
      ? "is down"
      : resource.stratum > mostStratum
        ? "is too far from a clock"
        : undefined,
  offer: (open, demand) =>
    offering.exclusion(open, demand) === undefined
      ? { open, state: "up", drained: false, ramp: undefined }
      : undefined,
};

const servers: readonly TimeServer[] = [
  { name: "oslo", country: "NO", latitude: 59.9, longitude: 10.7, capacity: 1, stratum: 1 },
  { name: "lisbon", country: "PT", latitude: 38.7, longitude: -9.1, capacity: 1, stratum: 2 },
  { name: "tokyo", country: "JP", latitude: 35.7, longitude: 139.7, capacity: 1, stratum: 1 },
];

const inSweden: Client = {
  address: "192.0.2.1",
  family: "ipv4",
  place: placeAt("SE", 59.3, 18.1),
  source: "database",
  asn: undefined,
  networkHash: 1,
  parsed: undefined,
};

function ranked(listed: readonly TimeServer[], mostStratum: number): string[] {
  const directory = new Directory(offering, listed, latencyModel);
  return directory.ranked({ mostStratum }, inSweden).map(({ open }) => open.resource.name);
}

test("the nearest comes first, and what can't meet the demand not at all", () => {
  expect(ranked(servers, 2)).toEqual(["oslo", "lisbon", "tokyo"]);
  expect(ranked(servers, 1)).toEqual(["oslo", "tokyo"]);
  expect(ranked([], 1)).toEqual([]);
});

test("a list that follows another takes over what did not change, and only that", () => {
  const before = new Directory(offering, servers, latencyModel);
  const top = before.top({ mostStratum: 2 }, inSweden, 1);
  expect(top.offers.map(({ open }) => open.resource.name)).toEqual(["oslo"]);
  const changed = servers.map((one) =>
    one.name === "oslo" ? { ...one, down: true as const } : one,
  );
  const after = new Directory(offering, changed, latencyModel, before);
  const next = after.top({ mostStratum: 2 }, inSweden, 1, top);
  expect(next.offers.map(({ open }) => open.resource.name)).toEqual(["lisbon"]);
});
