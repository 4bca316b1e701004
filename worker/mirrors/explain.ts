/** Explain: every mirror that was considered for a request, and why it was or wasn't chosen. */

import type { Nearness } from "../directory/cost.ts";
import { byCost, isLetIn, nearEquals, rank } from "../directory/rank.ts";
import { type Client, countryAlone } from "../geo/client.ts";
import { type Demand, type OpenMirror, pathExclusion, stateFor } from "./eligible.ts";
import type { MirrorCandidate } from "./mirror-offer.ts";
import type { OpenRoster } from "./open-roster.ts";
import { type OrderKnown, orderReasons } from "./order-reasons.ts";
import type { Carried, Freshness } from "./roster.ts";

/** What measurements make of an estimate: both are in `rttMs` already. */
interface CorrectionTold {
  /** By the latency model alone. */
  estimateMs: number;
  correctionMs: number;
  /** When that was measured, ISO 8601, and how long ago, in hours. */
  measured: string;
  measuredHoursAgo: number;
}

/** One mirror's verdict. */
export interface Verdict {
  mirror: string;
  country?: string;
  state: string;
  /**
   * Place in the ranking; absent for the excluded. The redirect goes to the first, unless that is a duplicate
   * only or the client avoids it.
   */
  rank?: number;
  /** Drained: named beside others, never gone to. */
  duplicateOnly?: true;
  url?: string;
  costMs?: number;
  /** What the cost is made of. */
  cost?: {
    rttMs: number;
    addedMs: number;
    nearness: Nearness;
    loadMs?: number;
  } & Partial<CorrectionTold>;
  /** Among the best, where the client's network decides and not the cost. */
  nearEqual?: boolean;
  /** Came back lately, and gets this share of all client networks, 0 to 1. */
  ramp?: number;
  /** With `ramp`: whether the client's network is among them; if not, it costs as a degraded mirror does. */
  letIn?: boolean;
  /** Of the repository's snapshots the newest whose files it is known to have; absent: not known. */
  generation?: number;
  /** Where it isn't the origin's newest state. */
  freshness?: Freshness;
  /** Several files were missing or wrong, so that its generation proves nothing. */
  patchy?: true;
  /** Why it stands there, where the cost alone doesn't tell; as in the lists. */
  why?: string;
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

/** A path inside the repository, and what is known of the client's luck with mirrors. */
export interface AskedPath extends OrderKnown {
  /** When it is asked, or as if it were, Unix ms. Absent: when the roster was published. */
  now?: number;
  /** Escapes decoded: by it mirrors leave files out. */
  decoded: string;
  /** With the client's escapes, for the URLs. */
  path: string;
}

const hourMs = 3_600_000;

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/**
 * The whole decision for one path, in words. Judges every mirror anew, without the caches that the redirect
 * uses, so that it also shows when those are wrong.
 */
export function explain(
  roster: OpenRoster,
  demand: Demand,
  client: Client,
  { decoded, path, now = roster.version, ...known }: AskedPath,
): Explanation {
  const candidates: MirrorCandidate[] = [];
  const excluded: Verdict[] = [];
  for (const open of roster.mirrors) {
    const { resource } = open;
    const judged = roster.judge(open, demand, client);
    if (typeof judged !== "string") candidates.push(judged);
    const why = typeof judged === "string" ? judged : pathExclusion(judged.offer, decoded);
    if (why === undefined) continue;
    const carried = resource.carries[demand.repository];
    const state =
      carried === undefined ? resource.state : stateFor(resource, carried, demand.scheme);
    const copy = carried === undefined ? {} : copyOf(carried);
    excluded.push({ mirror: resource.name, ...countryOf(resource), state, ...copy, excluded: why });
  }
  candidates.sort(byCost);
  const equals = new Set(nearEquals(candidates, countryAlone(client.place), roster.equalMs));
  // As the redirect does: the path takes mirrors out of the finished ranking, so the order of the others stays.
  const able = rank(candidates, client, undefined, roster.equalMs).filter(
    ({ offer }) => pathExclusion(offer, decoded) === undefined,
  );
  const why = orderReasons(able, client, known);
  const ranked = able.map((candidate, at): Verdict => {
    const { open, offer } = candidate;
    const { ramp } = offer.carried;
    return {
      mirror: open.resource.name,
      ...countryOf(open.resource),
      state: offer.state,
      rank: at + 1,
      ...(offer.drained ? { duplicateOnly: true } : {}),
      url: offer.base + path,
      costMs: tenth(candidate.costMs),
      cost: {
        rttMs: tenth(candidate.parts.rttMs),
        addedMs: tenth(candidate.parts.addedMs),
        nearness: candidate.nearness,
        ...(open.positioned.loadMs > 0 && { loadMs: open.positioned.loadMs }),
        ...correctionTold(roster, open, client, now),
      },
      nearEqual: equals.has(candidate),
      ...(why[at] === undefined ? {} : { why: why[at] }),
      ...(ramp === undefined ? {} : { ramp, letIn: isLetIn(client.networkHash, open, ramp) }),
      ...copyOf(offer.carried),
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

function correctionTold(
  roster: OpenRoster,
  open: OpenMirror,
  client: Client,
  now: number,
): CorrectionTold | undefined {
  const correction = roster.correctionOf(open, client);
  const { latency } = open.resource;
  if (correction === undefined || latency === undefined) return undefined;
  const measuredAt = latency.hour * hourMs;
  return {
    estimateMs: tenth(correction.estimateMs),
    correctionMs: tenth(correction.correctionMs),
    measured: new Date(measuredAt).toISOString(),
    measuredHoursAgo: Math.max(0, Math.floor((now - measuredAt) / hourMs)),
  };
}

/** What is known of its copy. */
function copyOf({
  generation,
  freshness = "fresh",
  patchy,
}: Carried): Pick<Verdict, "generation" | "freshness" | "patchy"> {
  return {
    ...(generation !== undefined && { generation }),
    ...(freshness !== "fresh" && { freshness }),
    ...(patchy && { patchy }),
  };
}

function countryOf(mirror: { country?: string }): { country?: string } {
  return mirror.country === undefined ? {} : { country: mirror.country };
}
