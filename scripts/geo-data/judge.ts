/**
 * Judges estimates of latency against measurements: each measured place in turn is a client that looks for its
 * fastest other place, with an estimator built without any measurement of that client.
 */
import { distanceKm, type Point } from "../../worker/geo/distance.ts";
import { createLatencyModel } from "../../worker/geo/latency.ts";
import { buildLatencyTable } from "./latency-table.ts";
import { type Measurements, withoutPlace } from "./measurements.ts";
import type { Network } from "./network.ts";

/** What a client would use to compare servers: any figure that grows with the round trip. */
export type Estimate = (from: Point, to: Point) => number;

export interface Verdict {
  client: string;
  city: string;
  /** The place ranked first, and the truly fastest. */
  chosen: string;
  fastest: string;
  chosenMs: number;
  fastestMs: number;
  /** What choosing by the estimate costs this client, ms. */
  lossMs: number;
  /** Agreement of the whole order with the true one: Kendall's tau-a, 1 the same, 0 none. */
  orderAgreement: number;
  /** Mean absolute error over all others, ms. Means something only for estimates in ms. */
  errorMs: number;
}

export interface Judgement {
  perClient: Verdict[];
  /** Clients for whom the first ranked is within 10 ms of the fastest. */
  firstOrWithin10Ms: number;
  meanLossMs: number;
  meanOrderAgreement: number;
  meanErrorMs: number;
}

/** Judges an estimator that is made anew for each client, from measurements without it. */
export function judge(
  measurements: Measurements,
  estimateFrom: (known: Measurements) => Estimate,
): Judgement {
  const perClient = Object.keys(measurements.places).map((client) =>
    judgeClient(measurements, client, estimateFrom(withoutPlace(measurements, client))),
  );
  return {
    perClient,
    firstOrWithin10Ms: perClient.filter(({ lossMs }) => lossMs <= 10).length,
    meanLossMs: mean(perClient.map(({ lossMs }) => lossMs)),
    meanOrderAgreement: mean(perClient.map(({ orderAgreement }) => orderAgreement)),
    meanErrorMs: mean(perClient.map(({ errorMs }) => errorMs)),
  };
}

/** Our model, its table rebuilt from the measurements given. */
export function modelEstimate(network: Network): (known: Measurements) => Estimate {
  return (known) => {
    const model = createLatencyModel(buildLatencyTable(network, known));
    return (from, to) => model.rttMs(model.prepare(from), model.prepare(to));
  };
}

/** Plain great circle, in ms at 1.8 ms per 100 km (the median of the measurements) so that its error can be read. */
export function greatCircleEstimate(): Estimate {
  return (from, to) => distanceKm(from, to) * 0.018;
}

function judgeClient({ places, rtt }: Measurements, client: string, estimate: Estimate): Verdict {
  const home = places[client];
  if (home === undefined) throw new Error(`no place '${client}' in the measurements`);
  const servers = Object.entries(places)
    .filter(([name]) => name !== client)
    .flatMap(([name, place]) => {
      const ms = rtt[client]?.[name];
      return ms === undefined ? [] : [{ city: place.city, ms, estimate: estimate(home, place) }];
    });
  const chosen = servers.reduce((best, each) => (each.estimate < best.estimate ? each : best));
  const fastest = servers.reduce((best, each) => (each.ms < best.ms ? each : best));
  return {
    client,
    city: home.city,
    chosen: chosen.city,
    fastest: fastest.city,
    chosenMs: chosen.ms,
    fastestMs: fastest.ms,
    lossMs: chosen.ms - fastest.ms,
    orderAgreement: kendallTau(servers),
    errorMs: mean(servers.map((server) => Math.abs(server.estimate - server.ms))),
  };
}

function kendallTau(servers: { ms: number; estimate: number }[]): number {
  const signs = servers.flatMap((a, index) =>
    servers.slice(0, index).map((b) => Math.sign((a.ms - b.ms) * (a.estimate - b.estimate))),
  );
  return mean(signs);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
