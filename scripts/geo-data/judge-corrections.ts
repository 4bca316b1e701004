/**
 * Judges what Probers' measurements make of the estimate: mirrors are simulated off the model, Probers measure them from
 * the platform's regions, and clients of a region that nobody measured from look for the fastest.
 */
import {
  corrected,
  correctionMs,
  type LatencyCorrection,
} from "../../worker/directory/correction.ts";
import { distanceKm } from "../../worker/geo/distance.ts";
import { createLatencyModel, type LatencyModel, type Point } from "../../worker/geo/latency.ts";
import { regionPoints } from "../../worker/geo/regions.ts";
import {
  measuredCorrections,
  type ProberMeasured,
} from "../../worker/health/nearness/measured-corrections.ts";
import { buildLatencyTable } from "./latency-table.ts";
import { type Measurements, withoutPlace } from "./measurements.ts";
import type { Network } from "./network.ts";

/** Which mirrors are off: none; a fifth drawn by chance; at each place the one that the model puts first. */
export type Off = "none" | "drawn" | "first";

/** Mirrors at each place: one of them is a fifth. */
const mirrorsPerPlace = 5;
/** By how much a mirror is off, ms. */
const leastOffMs = 30;
const mostOffMs = 80;
/** Regions that ask each mirror, as `assign` has it. */
const regionsPerMirror = 2;
/** What a day of measurements is to be believed (`usualTime`), 0 to 1. */
const trust = 0.92;

/** Mean losses against the fastest, ms. */
export interface Losses {
  clients: number;
  modelMs: number;
  correctedMs: number;
}

export interface CorrectionJudgement {
  all: Losses;
  /** Of those that the model alone sends to a mirror that is off. */
  whereOff: Losses;
}

/** What one client loses against the fastest, ms, and whether the model alone sends it to a mirror that is off. */
interface Loss {
  modelMs: number;
  correctedMs: number;
  isOff: boolean;
}

interface SimulatedMirror {
  name: string;
  place: string;
  at: Point;
  offMs: number;
}

/** Judges all clients of some rounds, in each of which other mirrors are off. @param random in [0, 1) */
export function judgeCorrections(
  measurements: Measurements,
  network: Network,
  { off, rounds }: { off: Off; rounds: number },
  random: () => number,
): CorrectionJudgement {
  const losses = Object.keys(measurements.places).flatMap((client) => {
    const known = withoutPlace(measurements, client);
    const model = createLatencyModel(buildLatencyTable(network, known));
    return Array.from({ length: rounds }, () => {
      const mirrors = simulatedMirrors(known, off, random);
      return lossOf(measurements, client, mirrors, model);
    });
  });
  return { all: meanOf(losses), whereOff: meanOf(losses.filter(({ isOff }) => isOff)) };
}

function simulatedMirrors(known: Measurements, off: Off, random: () => number): SimulatedMirror[] {
  const mirrors = Object.entries(known.places).flatMap(([place, at]) =>
    Array.from({ length: mirrorsPerPlace }, (_, number) => ({
      name: `${place}-${number}`,
      place,
      at,
      // By the model they cost the same, and the first by name goes first.
      draw: off === "drawn" ? random() : off === "first" ? number : 0,
    })),
  );
  const fifth = off === "none" ? 0 : mirrors.length / mirrorsPerPlace;
  const byDraw = mirrors.toSorted((a, b) => a.draw - b.draw);
  const isOff = new Set(byDraw.slice(0, fifth));
  return mirrors.map((mirror) => {
    const offMs = isOff.has(mirror) ? leastOffMs + random() * (mostOffMs - leastOffMs) : 0;
    return { name: mirror.name, place: mirror.place, at: mirror.at, offMs };
  });
}

/** What clients at a place lose by the model alone, and with corrections, ms. */
function lossOf(
  measurements: Measurements,
  client: string,
  mirrors: readonly SimulatedMirror[],
  model: LatencyModel,
): Loss {
  const home = measurements.places[client];
  if (home === undefined) throw new Error(`no place '${client}' in the measurements`);
  const here = model.prepare(home);
  const corrections = correctionsOf(measurements, client, mirrors, model);
  const seen = mirrors.map(({ name, place, at, offMs }) => {
    const estimateMs = model.rttMs(here, model.prepare(at));
    const correction = corrections.get(name);
    const byMs = correction === undefined ? 0 : correctionMs(correction, here, model, new Map());
    return {
      isOff: offMs > 0,
      trueMs: (measurements.rtt[client]?.[place] ?? Number.NaN) + offMs,
      estimateMs,
      correctedMs: corrected(estimateMs, byMs),
    };
  });
  const least = Math.min(...seen.map(({ trueMs }) => trueMs));
  const byModel = seen.reduce((best, each) => (each.estimateMs < best.estimateMs ? each : best));
  const byBoth = seen.reduce((best, each) => (each.correctedMs < best.correctedMs ? each : best));
  return {
    modelMs: byModel.trueMs - least,
    correctedMs: byBoth.trueMs - least,
    isOff: byModel.isOff,
  };
}

/** What Probers of the platform's regions find, each at the measured place next to it; nobody measures at the client's. */
function correctionsOf(
  measurements: Measurements,
  client: string,
  mirrors: readonly SimulatedMirror[],
  model: LatencyModel,
): Map<string, LatencyCorrection> {
  const { places, rtt } = measurements;
  const regions = Object.entries(regionPoints).flatMap(([region, anchor]) => {
    const [place] = nearest(Object.entries(places), ([, at]) => distanceKm(at, anchor), 1);
    return place === undefined || place[0] === client ? [] : [{ region, place: place[0], anchor }];
  });
  const asked = new Map(
    mirrors.map((mirror) => [
      mirror,
      nearest(regions, ({ anchor }) => distanceKm(anchor, mirror.at), regionsPerMirror),
    ]),
  );
  const probers = regions.map((region): ProberMeasured => {
    const times = mirrors.flatMap((mirror) => {
      const ms = rtt[region.place]?.[mirror.place];
      const isAsked = asked.get(mirror)?.includes(region) ?? false;
      return ms === undefined || !isAsked
        ? []
        : [[mirror.name, { ms: ms + mirror.offMs, trust }] as const];
    });
    const point = places[region.place] ?? region.anchor;
    return { region: region.region, point, times: new Map(times) };
  });
  const known = { mirrors: new Map(mirrors.map(({ name, at }) => [name, at])), model };
  return measuredCorrections(probers, known, new Map(), 0);
}

function nearest<Of>(all: readonly Of[], away: (one: Of) => number, count: number): Of[] {
  return all.toSorted((a, b) => away(a) - away(b)).slice(0, count);
}

function meanOf(losses: readonly Loss[]): Losses {
  const mean = (of: (loss: Loss) => number) =>
    losses.reduce((sum, loss) => sum + of(loss), 0) / losses.length;
  return {
    clients: losses.length,
    modelMs: mean(({ modelMs }) => modelMs),
    correctedMs: mean((loss) => loss.correctedMs),
  };
}
