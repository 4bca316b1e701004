/** How a mirror's clients come back to it: the share of those networks that it had before it died, over time. */

import { setTimeout as sleep } from "node:timers/promises";
import { defaultRules } from "../../worker/health/rules.ts";
import type { LabMirror } from "../lab/lab.ts";
import { addressIn } from "./ask-edge.ts";
import type { ProbedLab } from "./trials-lab.ts";

/** A mirror that came back, with the networks that were sent there first before. */
export interface Returning {
  mirror: LabMirror;
  networks: readonly string[];
  /** When the first of them was sent there again, by `performance.now()`. */
  backAt: number;
}

interface Sample {
  mirror: string;
  /** Since its return. */
  ms: number;
  /** 0 to 1. */
  share: number;
  /** Networks asked. */
  of: number;
}

/** What was seen. */
export interface Return {
  /** Percent of the networks, by step, over all mirrors and looks. */
  figures: Record<string, number>;
  /** Shares that are not what the ramp says. */
  wrong: string[];
}

/** Networks asked for each mirror: 500 tell 10 % from 25 % by ten standard deviations. */
const mostNetworks = 500;
/** Between two looks, ms: a step lasts a minute. */
const sampleMs = 10_000;
/**
 * Looks this near to a step are left out, ms: a step is counted from the state's change, Fleet looks at its
 * clock every three seconds, and the edge hears of it up to two later.
 */
const besideMs = 6_000;
/**
 * And by this much besides: the ramp says who is let in, but a mirror that answers one of the edge's own looks late has
 * nobody for a moment.
 */
const outOfSight = 0.02;
/** A share may be off by so many standard deviations of a draw: one in 15,000 is. */
const deviations = 4;

/**
 * Looks at these for that long, ms; once at least. Meanwhile most mirrors have to be well: where none lets a
 * network in, the ramp doesn't count.
 */
export async function followReturn(
  field: ProbedLab,
  returning: readonly Returning[],
  forMs: number,
  signal: AbortSignal,
): Promise<Return> {
  const samples: Sample[] = [];
  const end = performance.now() + forMs;
  for (;;) {
    for (const one of returning) samples.push(await look(field, one, signal));
    const left = end - performance.now();
    if (left <= 0) break;
    await sleep(Math.min(left, sampleMs), undefined, { signal });
  }
  const figures: Return["figures"] = {};
  const wrong: Return["wrong"] = [];
  const steps = defaultRules.rampSteps;
  for (const [step, { afterMs, share }] of steps.entries()) {
    const from = step === 0 ? 0 : afterMs + besideMs;
    const to = (steps[step + 1]?.afterMs ?? Number.POSITIVE_INFINITY) - besideMs;
    const seen = samples.filter(({ ms }) => ms >= from && ms < to);
    if (seen.length === 0) continue;
    const mean = seen.reduce((sum, sample) => sum + sample.share, 0) / seen.length;
    figures[`sharePercentFrom${afterMs / 1000}Seconds`] = percent(mean);
    wrong.push(
      ...seen.filter((sample) => isOff(sample, share)).map((sample) => tell(sample, share)),
    );
  }
  return { figures, wrong };
}

async function look(
  { edge, files, mirrorAt }: ProbedLab,
  { mirror, networks, backAt }: Returning,
  signal: AbortSignal,
): Promise<Sample> {
  const asked = networks.slice(0, mostNetworks);
  const ms = performance.now() - backAt;
  const addresses = asked.map((network) => addressIn(network, 252));
  const locations = await edge.sweep(files[0] ?? "", addresses, signal);
  const there = locations.filter((location) => mirrorAt(location) === mirror).length;
  return { mirror: mirror.name, ms, share: there / asked.length, of: asked.length };
}

function isOff(sample: Sample, share: number): boolean {
  const deviation = Math.sqrt((share * (1 - share)) / sample.of);
  return Math.abs(sample.share - share) > deviations * deviation + outOfSight;
}

function tell({ mirror, ms, share, of }: Sample, ramp: number): string {
  const seconds = Math.round(ms / 1000);
  return `${mirror} has ${percent(share)} % of its ${of} networks ${seconds} s after its return; the ramp says ${percent(ramp)} %`;
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
