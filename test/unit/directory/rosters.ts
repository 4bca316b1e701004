/** Random rosters, clients and demands from a seed, and a second, plain opinion on who may serve whom. */
import { oneOf } from "../../../scripts/random.ts";
import type { LatencyCorrection } from "../../../worker/directory/correction.ts";
import type { Scope, State } from "../../../worker/directory/resource.ts";
import { type Client, placeOfCountry, recognise } from "../../../worker/geo/client.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";
import type { Demand } from "../../../worker/mirrors/eligible.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import type { Freshness, RosterMirror } from "../../../worker/mirrors/roster.ts";

type Random = () => number;

/** Few, so that mirrors and clients meet; `XX` is none, Germany is dense. */
const countries = ["DE", "DE", "DE", "DE", "FR", "GB", "US", "BR", "ZA", "JP", "XX"];
const asns = [64500, 64501, 64502];
/** First two bytes and first two groups of the clients' and the mirrors' networks. */
const networks = ["81.2", "81.3", "190.7", "2a00:5", "2a00:6"];
const states: readonly State[] = [
  ...(["up", "up", "up", "up", "unknown", "degraded"] as const),
  ...(["down", "drained", "disabled"] as const),
];

/** What a probe may say; the others are an operator's. */
const probed: readonly State[] = ["up", "up", "unknown", "degraded", "down"];
const freshness: readonly Freshness[] = ["fresh", "fresh", "lagging", "stale"];

function prefixIn(random: Random, network: string): string {
  if (network.includes(":"))
    return oneOf(random, [`${network}::/32`, `${network}:1::/48`, "2a00::/12"]);
  return oneOf(random, [`${network}.0.0/16`, `${network}.7.0/24`, "80.0.0.0/5"]);
}

function some<T>(random: Random, share: number, make: () => T): T | undefined {
  return random() < share ? make() : undefined;
}

/** Without the keys that have no value: an absent field and an undefined one are two things on the wire. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> };
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function randomScope(random: Random): Scope {
  return present({
    countries: some(random, 0.5, () => [oneOf(random, countries), oneOf(random, countries)]),
    asns: some(random, 0.4, () => [oneOf(random, asns)]),
    prefixes: some(random, 0.4, () => [prefixIn(random, oneOf(random, networks))]),
  });
}

export function randomMirror(random: Random, name: string): RosterMirror {
  const placed = random() < 0.6;
  const carried = present({
    https: some(random, 0.8, () => `https://${name}.example/debian/`),
    http: some(random, 0.8, () => `http://${name}.example/debian/`),
    architectures: some(random, 0.2, () => [oneOf(random, ["amd64", "arm64"])]),
    exclude: some(random, 0.15, () => [oneOf(random, ["pool/non-free/", "pool/"])]),
    state: some(random, 0.15, () => oneOf(random, states)),
    states: some(random, 0.2, () =>
      present({
        https: some(random, 0.7, () => oneOf(random, probed)),
        http: some(random, 0.7, () => oneOf(random, probed)),
      }),
    ),
    freshness: some(random, 0.15, () => oneOf(random, freshness)),
    without: some(random, 0.15, () => [oneOf(random, ["pool/main/x.deb", "dists/x"])]),
    ramp: some(random, 0.15, () => oneOf(random, [0, 0.1, 0.5, 1])),
    generation: some(random, 0.3, () => oneOf(random, [1, 7, 123_456])),
    patchy: some(random, 0.1, () => true as const),
  });
  return present({
    name,
    country: some(random, 0.85, () => oneOf(random, countries)),
    latitude: placed ? 46 + random() * 8 : undefined,
    longitude: placed ? 2 + random() * 10 : undefined,
    approximate: some(random, 0.1, () => true),
    asn: some(random, 0.3, () => oneOf(random, asns)),
    prefixes: some(random, 0.2, () => [prefixIn(random, oneOf(random, networks))]),
    capacity: oneOf(random, [100, 1_000, 10_000]),
    families: some(random, 0.3, () => [oneOf(random, ["ipv4", "ipv6"] as const)]),
    scope: some(random, 0.15, () => randomScope(random)),
    private: some(random, 0.15, () => random() < 0.8),
    state: oneOf(random, states),
    carries: random() < 0.9 ? { debian: carried } : { other: carried },
  });
}

export function randomCorrection(random: Random): LatencyCorrection {
  const ms = () => Math.round(random() * 30 - 10) * 5;
  return {
    everywhereMs: oneOf(random, [0, ms()]),
    nearMs: oneOf(random, [{}, { weur: ms() }, { weur: ms(), enam: ms(), "48,11": ms() }]),
    hour: 500_000,
  };
}

/** 0 to 200 mirrors, each size about as often as its double. */
export function randomMirrors(random: Random): RosterMirror[] {
  const count = Math.floor(201 ** random()) - (random() < 0.1 ? 1 : 0);
  return Array.from({ length: count }, (_, at) => randomMirror(random, `m${at}`));
}

export function randomClient(random: Random): Client {
  const network = oneOf(random, networks);
  const [one, two] = [Math.floor(random() * 20), Math.floor(random() * 256)];
  const address = oneOf(random, [
    network.includes(":") ? `${network}:${one}::${two}` : `${network}.${one}.${two}`,
    network.includes(":") ? `${network}:${one}::${two}` : `${network}.${one}.${two}`,
    "",
  ]);
  const country = oneOf(random, countries);
  const coordinates = some(random, 0.5, () => ({
    latitude: 46 + random() * 8,
    longitude: 2 + random() * 10,
  }));
  const asn = some(random, 0.6, () => oneOf(random, asns));
  return clientOf(address, { country, asn, ...coordinates });
}

/** A client as a platform would tell. */
export function clientOf(
  address: string,
  place: {
    country?: string;
    latitude?: number | undefined;
    longitude?: number | undefined;
    asn?: number | undefined;
  },
): Client {
  const locate = { country: () => undefined, asn: () => undefined };
  return recognise(address, place, { locate, platform: true, ownPlace: placeOfCountry("DE") });
}

export function randomDemand(random: Random, client: Client): Demand {
  return {
    repository: "debian",
    scheme: oneOf(random, ["https", "http"]),
    family: client.family,
    architecture: oneOf(random, ["", "amd64", "arm64"]),
  };
}

/** A roster of plain mirrors that carry `debian` over both schemes; the rest as given. */
export function plainMirror(name: string, more: Partial<RosterMirror> = {}): RosterMirror {
  return {
    name,
    capacity: 1_000,
    state: "up",
    carries: { debian: { https: `https://${name}.example/`, http: `http://${name}.example/` } },
    ...more,
  };
}

export const plainDemand: Demand = {
  repository: "debian",
  scheme: "https",
  family: "ipv4",
  architecture: "",
};

export function open(mirrors: readonly RosterMirror[]): OpenRoster {
  return new OpenRoster({ version: 1, mirrors: [...mirrors] }, latencyModel);
}

/** Names, in rank order. */
export function names(
  roster: OpenRoster,
  client: Client,
  most?: number,
  demand: Demand = plainDemand,
): string[] {
  return roster.ranked(demand, client, most).map(({ open: { resource } }) => resource.name);
}

/** Addresses of many IPv4 networks, one each. */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `77.${at >> 8}.${at & 255}.9`);
}
