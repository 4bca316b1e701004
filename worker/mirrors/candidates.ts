/**
 * Candidates per place, computed once per roster, so that what a request costs does not grow with the
 * number of mirrors. A place seen for the first time costs one pass over the mirrors, without sorting them.
 */
import { mix, type Prefix, readPrefix } from "../geo/address.ts";
import type { Client, Place } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { costMs, type PreparedPlace, placeCost, position, preparePlace } from "./cost.ts";
import {
  type Demand,
  demandExclusion,
  forNetworksOnly,
  nearness,
  type OpenMirror,
  scopeExclusion,
  stateFor,
} from "./eligible.ts";
import { NetworkIndex } from "./networks.ts";
import { byCost, type Candidate, candidatesPerPlace, rank } from "./rank.ts";
import type { RosterMirror, RosterView } from "./roster.ts";

/** Places kept; about 15 KB each per demand, so 30 MB at most with two. The oldest half goes when it is full. */
export const maxPlaces = 1024;

/** The mirrors that can meet one demand. */
interface Lane {
  demand: Demand;
  /** Candidates by place alone. */
  common: readonly OpenMirror[];
  /** Those for whom a client's AS or address changes something, found without asking each. */
  networks: NetworkIndex;
}

/** A roster, opened for decisions. Immutable but for its caches; a new version is a new one. */
export class OpenRoster {
  readonly version: number;
  readonly mirrors: readonly OpenMirror[];
  readonly model: LatencyModel;
  readonly #lanes = new Map<string, Lane>();
  readonly #places = new Map<
    string,
    PreparedPlace & { candidates: Map<Lane, readonly Candidate[]> }
  >();

  constructor(view: RosterView, model: LatencyModel) {
    this.version = view.version;
    this.model = model;
    this.mirrors = [...view.mirrors]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((mirror, index) => openMirror(mirror, index, model));
  }

  /** The candidates worth keeping for a client, in rank order; the first `most` of them where that is enough. */
  ranked(demand: Demand, client: Client, most?: number): Candidate[] {
    const lane = this.#lane(demand);
    const common = this.#commonCandidates(lane, client.place);
    const near = lane.networks.find(client);
    const sorted = near.length === 0 ? common : this.#withNear(lane, common, near, client);
    return rank(sorted, client, most);
  }

  /** All candidates for a client in rank order, every mirror judged anew: for paths that the cheapest leave out. */
  rankedWhole(demand: Demand, client: Client): Candidate[] {
    const candidates: Candidate[] = [];
    for (const open of this.mirrors) {
      const judged = this.judge(open, demand, client);
      if (typeof judged !== "string") candidates.push(judged);
    }
    return rank(candidates.sort(byCost), client);
  }

  /** The candidate a mirror makes for a client, or why it makes none. The path's exclusions are the caller's to judge. */
  judge(open: OpenMirror, demand: Demand, client: Client): Candidate | string {
    const excluded = demandExclusion(open, demand) ?? scopeExclusion(open, client);
    if (excluded !== undefined) return excluded;
    return (
      candidate(open, demand, this.#place(client.place), this.model, client) ?? "is not listed"
    );
  }

  #lane(demand: Demand): Lane {
    const key = `${demand.scheme} ${demand.family} ${demand.repository} ${demand.architecture}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const able = this.mirrors.filter((open) => demandExclusion(open, demand) === undefined);
    const lane: Lane = {
      demand,
      common: able.filter((open) => !forNetworksOnly(open)),
      networks: new NetworkIndex(able),
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  #place(place: Place): PreparedPlace & { candidates: Map<Lane, readonly Candidate[]> } {
    const known = this.#places.get(place.key);
    if (known !== undefined) return known;
    if (this.#places.size >= maxPlaces) {
      // A Map iterates oldest first.
      for (const key of [...this.#places.keys()].slice(0, maxPlaces / 2)) this.#places.delete(key);
    }
    const prepared = { ...preparePlace(place, this.model), candidates: new Map() };
    this.#places.set(place.key, prepared);
    return prepared;
  }

  #commonCandidates(lane: Lane, place: Place): readonly Candidate[] {
    const prepared = this.#place(place);
    const known = prepared.candidates.get(lane);
    if (known !== undefined) return known;
    const best = cheapest(lane, prepared, this.model);
    prepared.candidates.set(lane, best);
    return best;
  }

  /** The place's candidates, with those near the client's network judged anew: cheaper, or in scope only now. */
  #withNear(
    lane: Lane,
    common: readonly Candidate[],
    near: readonly OpenMirror[],
    client: Client,
  ): readonly Candidate[] {
    const from = this.#place(client.place);
    const merged = common.filter(({ open }) => !near.includes(open));
    for (const open of near) {
      if (scopeExclusion(open, client) !== undefined) continue;
      const made = candidate(open, lane.demand, from, this.model, client);
      if (made !== undefined) merged.push(made);
    }
    return merged.sort(byCost).slice(0, candidatesPerPlace);
  }
}

function openMirror(mirror: RosterMirror, index: number, model: LatencyModel): OpenMirror {
  return {
    index,
    mirror,
    positioned: position(mirror, model),
    nameHash: textHash(mirror.name),
    prefixes: readPrefixes(mirror.prefixes) ?? [],
    scopePrefixes: readPrefixes(mirror.scope?.prefixes),
  };
}

function readPrefixes(texts: readonly string[] | undefined): Prefix[] | undefined {
  return texts?.map(readPrefix).filter((prefix) => prefix !== undefined);
}

function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return mix(hash);
}

function candidate(
  open: OpenMirror,
  demand: Demand,
  from: PreparedPlace,
  model: LatencyModel,
  client: Client | undefined,
): Candidate | undefined {
  const carried = open.mirror.carries[demand.repository];
  const base = carried?.[demand.scheme];
  if (carried === undefined || base === undefined) return undefined;
  const parts = placeCost(from, open.positioned, model);
  const near = client === undefined ? "none" : nearness(open, client);
  const country = open.mirror.country?.toLowerCase();
  return {
    open,
    base,
    parts,
    nearness: near,
    costMs: costMs(parts, near, stateFor(open.mirror, carried)),
    linkHead: `<${base}`,
    linkTail: `>; rel=duplicate${country === undefined ? "" : `; geo=${country}`}; pri=`,
  };
}

/** The cheapest of a lane's common mirrors for a place, sorted: one pass, keeping the best seen so far. */
function cheapest(lane: Lane, from: PreparedPlace, model: LatencyModel): Candidate[] {
  const kept: Candidate[] = [];
  const country = from.place.country ?? "";
  for (const open of lane.common) {
    const countries = open.mirror.scope?.countries;
    if (countries !== undefined && !countries.includes(country)) continue;
    const made = candidate(open, lane.demand, from, model, undefined);
    if (made === undefined) continue;
    const worst = kept[kept.length - 1];
    if (kept.length === candidatesPerPlace) {
      if (worst === undefined || byCost(made, worst) >= 0) continue;
      kept.pop();
    }
    let at = kept.length;
    for (; at > 0; at--) {
      const before = kept[at - 1];
      if (before === undefined || byCost(before, made) <= 0) break;
    }
    kept.splice(at, 0, made);
  }
  return kept;
}
