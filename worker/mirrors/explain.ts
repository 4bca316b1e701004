/** Explain: every mirror that was considered for a request, and why it was or wasn't chosen. */
import { type Client, countryAlone } from "../geo/client.ts";
import type { OpenRoster } from "./candidates.ts";
import type { Nearness } from "./cost.ts";
import { type Demand, leavesOut, stateFor } from "./eligible.ts";
import { byCost, type Candidate, nearEquals, rank } from "./rank.ts";
import type { RosterMirror } from "./roster.ts";

/** One mirror's verdict. */
export interface Verdict {
  mirror: string;
  country?: string;
  state: string;
  /** Place in the ranking, 1 is where the redirect goes; absent for the excluded. */
  rank?: number;
  url?: string;
  costMs?: number;
  /** What the cost is made of. */
  cost?: { rttMs: number; addedMs: number; nearness: Nearness };
  /** Among the best, where the client's network decides and not the cost. */
  nearEqual?: boolean;
  /** Why it can't serve this. */
  excluded?: string;
}

export interface Explanation {
  roster: number;
  demand: Demand;
  client: {
    address: string;
    family: string;
    scheme: string;
    country?: string;
    continent?: string;
    latitude?: number;
    longitude?: number;
    asn?: number;
    placeFrom: string;
  };
  /** Ranked first, in order, then the excluded by name. */
  mirrors: Verdict[];
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/**
 * The whole decision for one path, told. Judges every mirror anew, without the caches that the redirect
 * uses, so that it also shows when those are wrong.
 *
 * @param decoded path inside the repository, escapes decoded, by which mirrors leave files out
 * @param path the same with escapes as asked, for the URLs
 */
export function explain(
  roster: OpenRoster,
  demand: Demand,
  client: Client,
  decoded: string,
  path: string,
): Explanation {
  const candidates: Candidate[] = [];
  const excluded: Verdict[] = [];
  for (const open of roster.mirrors) {
    const { mirror } = open;
    const judged = roster.judge(open, demand, client);
    if (typeof judged !== "string") candidates.push(judged);
    const why = typeof judged === "string" ? judged : pathExclusion(mirror, demand, decoded);
    if (why === undefined) continue;
    const carried = mirror.carries[demand.repository];
    const state = carried === undefined ? mirror.state : stateFor(mirror, carried);
    excluded.push({ mirror: mirror.name, ...countryOf(mirror), state, excluded: why });
  }
  candidates.sort(byCost);
  const equals = new Set(nearEquals(candidates, countryAlone(client.place)));
  // As the redirect does: the path takes mirrors out of the finished ranking, and so reorders nobody.
  const able = rank(candidates, client).filter(
    ({ open }) => pathExclusion(open.mirror, demand, decoded) === undefined,
  );
  const ranked = able.map((candidate, at): Verdict => {
    const { mirror } = candidate.open;
    const carried = mirror.carries[demand.repository];
    return {
      mirror: mirror.name,
      ...countryOf(mirror),
      state: carried === undefined ? mirror.state : stateFor(mirror, carried),
      rank: at + 1,
      url: candidate.offer.base + path,
      costMs: tenth(candidate.costMs),
      cost: {
        rttMs: tenth(candidate.parts.rttMs),
        addedMs: tenth(candidate.parts.addedMs),
        nearness: candidate.nearness,
      },
      nearEqual: equals.has(candidate),
    };
  });
  const { place } = client;
  return {
    roster: roster.version,
    demand,
    client: {
      address: client.address,
      family: client.family,
      scheme: demand.scheme,
      ...(place.country === undefined ? {} : { country: place.country }),
      ...(place.continent === undefined ? {} : { continent: place.continent }),
      ...(place.latitude === undefined ? {} : { latitude: place.latitude }),
      ...(place.longitude === undefined ? {} : { longitude: place.longitude }),
      ...(client.asn === undefined ? {} : { asn: client.asn }),
      placeFrom: client.source,
    },
    mirrors: [...ranked, ...excluded],
  };
}

function pathExclusion(mirror: RosterMirror, demand: Demand, decoded: string): string | undefined {
  const carried = mirror.carries[demand.repository];
  return carried !== undefined && leavesOut(carried, decoded) ? "leaves this path out" : undefined;
}

function countryOf(mirror: { country?: string }): { country?: string } {
  return mirror.country === undefined ? {} : { country: mirror.country };
}
