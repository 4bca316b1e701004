/** Sends every client through every contestant and sums up where they went. */
import type { Locate } from "../../worker/geo/client.ts";
import type { LatencyModel, PreparedPoint } from "../../worker/geo/latency.ts";
import type { OpenMirror } from "../../worker/mirrors/eligible.ts";
import type { SimulatedClient } from "./clients.ts";
import {
  type Contestant,
  contestants,
  type Fields,
  type Knowledge,
  least,
  type Sight,
  sightOf,
} from "./contestants.ts";
import { meanPerGroup, type Spread, type Summary, spread, summarise } from "./statistics.ts";

/** How one contestant did. */
export interface Verdict {
  name: string;
  knows: Knowledge;
  /** Great-circle distance to the mirror chosen. */
  km: Summary;
  /** That, less the distance to the nearest mirror that may serve the client. */
  excessKm: Summary;
  /** Mean excess with every country counted once, however many clients it has. */
  excessKmPerCountry: number;
  /** Round trip to the mirror chosen by our latency model, from the client's true place. */
  ms: Summary;
  /** That, less the least any mirror that may serve the client has by the same model. */
  excessMs: Summary;
  excessMsPerCountry: number;
  load: Spread;
  /**
   * The most that a mirror got of what its capacity is among the near-equals of each client, 1 is fair; of mirrors that
   * should have `leastExpected` clients at least. NaN: the rule has no near-equals.
   */
  worstOfEquals: number;
  /** Of the clients whose country has a mirror that may serve them, the share sent to another country. */
  abroad: number;
  /** Share of clients whose network's next request goes to the same mirror. */
  sticky: number;
}

/** How all did on one field. */
export interface Judgement {
  /** Mirrors that may serve at least one of the clients. */
  mirrors: number;
  /** Clients judged: those that some mirror may serve. */
  clients: number;
  /** Countries of these clients. */
  countries: number;
  /** Share of these clients whose country has a mirror that may serve them. */
  atHome: number;
  nearestKm: Summary;
  leastMs: Summary;
  verdicts: Verdict[];
}

/** Of fewer, chance alone makes a third more or less. */
const leastExpected = 100;

/** Where contestants compete, and for which clients. */
export interface Contest {
  fields: Fields;
  clients: readonly SimulatedClient[];
  locate: Locate;
  model: LatencyModel;
}

/**
 * Judges all contestants.
 *
 * @param generator a generator of numbers in [0, 1) per contestant
 * @param progress told what share of the work is done, 0..1, some hundred times
 * @throws when a rule chooses nothing although some mirror may serve
 */
export function judge(
  { fields, clients, locate, model }: Contest,
  generator: (number: number) => () => number,
  progress: (done: number) => void,
): Judgement {
  const tallies = contestants(fields, locate, generator).map((each) => new Tally(each));
  const able = new Set<OpenMirror>();
  const nearestKm: number[] = [];
  const leastMs: number[] = [];
  const countries = new Set<string>();
  let home = 0;
  for (const [at, client] of clients.entries()) {
    if (at % 200 === 0) progress(at / clients.length);
    const sight = sightOf(client, fields.plain, locate);
    if (sight.mirrors.length === 0) continue;
    const best = bestFor(sight, model);
    nearestKm.push(best.km);
    leastMs.push(best.ms);
    countries.add(client.country);
    if (best.home) home++;
    for (const mirror of sight.mirrors) able.add(mirror);
    for (const tally of tallies) tally.send(sight, best, model);
  }
  return {
    mirrors: able.size,
    clients: nearestKm.length,
    countries: countries.size,
    atHome: nearestKm.length === 0 ? 0 : home / nearestKm.length,
    nearestKm: summarise(nearestKm),
    leastMs: summarise(leastMs),
    verdicts: tallies.map((tally) => tally.verdict(able)),
  };
}

/** The least that is possible for a client, and whether its country has a mirror. */
interface Best {
  from: PreparedPoint;
  km: number;
  ms: number;
  home: boolean;
}

function bestFor({ truth, mirrors, km }: Sight, model: LatencyModel): Best {
  const from = model.prepare(truth.at);
  let ms = Number.POSITIVE_INFINITY;
  let home = false;
  for (const { resource, positioned } of mirrors) {
    if (positioned.point !== undefined) ms = Math.min(ms, model.rttMs(from, positioned.point));
    home ||= resource.country === truth.country;
  }
  return { from, km: least(km.city), ms, home };
}

/** Where one contestant sent the clients so far. */
class Tally {
  readonly #contestant: Contestant;
  readonly #km: number[] = [];
  readonly #ms: number[] = [];
  readonly #excessKm: number[] = [];
  readonly #excessMs: number[] = [];
  readonly #countries: string[] = [];
  readonly #clientsOf = new Map<OpenMirror, number>();
  readonly #expectedOf = new Map<OpenMirror, number>();
  #home = 0;
  #abroad = 0;
  #sticky = 0;

  constructor(contestant: Contestant) {
    this.#contestant = contestant;
  }

  send(sight: Sight, best: Best, model: LatencyModel): void {
    const { truth, mirrors, km } = sight;
    const chosen = this.#contestant.choose(sight, truth.address);
    const point = chosen?.positioned.point;
    const distance = chosen === undefined ? undefined : km.city[mirrors.indexOf(chosen)];
    if (chosen === undefined || point === undefined || distance === undefined) {
      throw new Error(`${this.#contestant.name} chose no mirror for ${truth.address.text}`);
    }
    const ms = model.rttMs(best.from, point);
    this.#km.push(distance);
    this.#ms.push(ms);
    this.#excessKm.push(distance - best.km);
    this.#excessMs.push(ms - best.ms);
    this.#countries.push(truth.country);
    this.#clientsOf.set(chosen, (this.#clientsOf.get(chosen) ?? 0) + 1);
    this.#expect(this.#contestant.equals?.(sight) ?? []);
    if (best.home) {
      this.#home++;
      if (chosen.resource.country !== truth.country) this.#abroad++;
    }
    if (this.#contestant.choose(sight, truth.neighbour) === chosen) this.#sticky++;
  }

  /** Each is to get the client by its part of their capacity. */
  #expect(equals: readonly OpenMirror[]): void {
    const all = equals.reduce((sum, { resource }) => sum + resource.capacity, 0);
    for (const open of equals) {
      const share = open.resource.capacity / all;
      this.#expectedOf.set(open, (this.#expectedOf.get(open) ?? 0) + share);
    }
  }

  #worstOfEquals(): number {
    const ratios = [...this.#expectedOf]
      .filter(([, expected]) => expected >= leastExpected)
      .map(([open, expected]) => (this.#clientsOf.get(open) ?? 0) / expected);
    return ratios.length === 0 ? Number.NaN : Math.max(...ratios);
  }

  /** @param able the mirrors that could have been chosen for some client */
  verdict(able: ReadonlySet<OpenMirror>): Verdict {
    const { name, knows } = this.#contestant;
    const loads = [...able].map((open) => ({
      clients: this.#clientsOf.get(open) ?? 0,
      capacity: open.resource.capacity,
    }));
    return {
      name,
      knows,
      km: summarise(this.#km),
      excessKm: summarise(this.#excessKm),
      excessKmPerCountry: meanPerGroup(this.#excessKm, this.#countries),
      ms: summarise(this.#ms),
      excessMs: summarise(this.#excessMs),
      excessMsPerCountry: meanPerGroup(this.#excessMs, this.#countries),
      load: spread(loads),
      worstOfEquals: this.#worstOfEquals(),
      abroad: this.#home === 0 ? 0 : this.#abroad / this.#home,
      sticky: this.#km.length === 0 ? 0 : this.#sticky / this.#km.length,
    };
  }
}
