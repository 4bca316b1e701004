/**
 * How far the latency model is off for each mirror, by what Probers measured. Pure.
 *
 * What a Prober measured less the estimate from its region is what the model lacks, and what is the Prober's own: all its
 * mirrors have that, so what two thirds of them have is taken off. Of the rest, what all regions see of a mirror is the mirror's own
 * way and holds for clients everywhere; what one region sees holds near that region.
 *
 * One Prober that is wrong, whatever it says: the part for everywhere is never beyond what another one measured, and its
 * own part is `mostMs` at most, which counts 4/5 (`mostRegionWeight`) for clients beside it and little for those afar.
 */
import type { LatencyCorrection } from "../../directory/correction.ts";
import type { LatencyModel, Point } from "../../geo/latency.ts";
import type { UsualTime } from "./connection-times.ts";

/** What one Prober measured. */
export interface ProberMeasured {
  /** Region, as `pointOfRegion` knows it. */
  region: string;
  point: Point;
  /** By mirror's name. */
  times: ReadonlyMap<string, UsualTime>;
}

/** Mirrors that a Prober has to have measured: of fewer nobody can tell the Prober's own way from the mirrors'. */
export const leastMirrors = 5;
/** The most that a correction adds or takes, ms: twice of it are as far as Europe from Japan. */
export const mostMs = 100;
/** Less than this isn't told of a mirror, ms: the model's own mean error is 14. */
export const leastMs = 10;
/** What is told changes only where it is off by this much, ms, so that neither rosters nor clients change for jitter. */
export const changeMs = 8;
/** What is told is a multiple of this, ms. */
const stepMs = 5;
/** A correction that stays is told anew after so many hours, so that its age says that somebody still measures. */
const confirmedHours = 24;

/** The middle one; of two in the middle that nearer to 0, and 0 where they are on both sides of it. */
function agreed(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (low * high <= 0) return 0;
  return low > 0 ? low : high;
}

/**
 * What is the Prober's own: what more than two thirds of its mirrors have at least, above or below 0. A third of them may be
 * anywhere, all on one side too; where two thirds don't agree that it is off, it isn't.
 */
function ownWay(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  const low = sorted[Math.floor(last / 3)] ?? 0;
  const high = sorted[Math.ceil((2 * last) / 3)] ?? 0;
  return low > 0 ? low : Math.min(high, 0);
}

/** How far the model is off for each mirror by one Prober, ms, its own way taken off. */
function offByProber(
  { point, times }: ProberMeasured,
  mirrors: ReadonlyMap<string, Point>,
  model: LatencyModel,
): Map<string, number> {
  const here = model.prepare(point);
  const residuals = [...times].flatMap(([mirror, { ms, trust }]) => {
    const there = mirrors.get(mirror);
    return there === undefined
      ? []
      : [{ mirror, trust, ms: ms - model.rttMs(here, model.prepare(there)) }];
  });
  if (residuals.length < leastMirrors) return new Map();
  const own = ownWay(residuals.map(({ ms }) => ms));
  return new Map(
    residuals.map(({ mirror, ms, trust }) => [
      mirror,
      trust * Math.max(-mostMs, Math.min(mostMs, ms - own)),
    ]),
  );
}

/** What is told: what was told before, unless that is off by now. */
function settled(target: number, before: number): number {
  if (Math.abs(target - before) < changeMs) return before;
  return Math.round(target / stepMs) * stepMs;
}

function correctionOf(
  off: ReadonlyMap<string, number>,
  before: LatencyCorrection | undefined,
  hour: number,
): LatencyCorrection | undefined {
  const found = settled(agreed([...off.values()]), before?.everywhereMs ?? 0);
  const everywhereMs = Math.abs(found) < leastMs ? 0 : found;
  const nearMs: Record<string, number> = {};
  for (const [region, ms] of [...off].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const near = settled(ms, before?.nearMs[region] ?? before?.everywhereMs ?? 0);
    if (Math.abs(near - everywhereMs) >= leastMs) nearMs[region] = near;
  }
  if (everywhereMs === 0 && Object.keys(nearMs).length === 0) return undefined;
  const isSame =
    before !== undefined &&
    hour - before.hour < confirmedHours &&
    before.everywhereMs === everywhereMs &&
    JSON.stringify(before.nearMs) === JSON.stringify(nearMs);
  return isSame ? before : { everywhereMs, nearMs, hour };
}

/**
 * The corrections of all mirrors that need one.
 *
 * @param mirrors where they are, by name
 * @param before as they were told last
 * @param hour now, hours since 1970
 */
export function measuredCorrections(
  probers: readonly ProberMeasured[],
  { mirrors, model }: { mirrors: ReadonlyMap<string, Point>; model: LatencyModel },
  before: ReadonlyMap<string, LatencyCorrection>,
  hour: number,
): Map<string, LatencyCorrection> {
  const byMirror = new Map<string, Map<string, number>>();
  for (const prober of probers) {
    for (const [mirror, ms] of offByProber(prober, mirrors, model)) {
      const off = byMirror.get(mirror) ?? new Map<string, number>();
      byMirror.set(mirror, off.set(prober.region, ms));
    }
  }
  const corrections = new Map<string, LatencyCorrection>();
  for (const [mirror, off] of byMirror) {
    const correction = correctionOf(off, before.get(mirror), hour);
    if (correction !== undefined) corrections.set(mirror, correction);
  }
  return corrections;
}
