/**
 * One probe of one target: its roots (reachable, whole, which generation), a payload file or a few by size, and
 * now and then their bytes. Says what was found; what that means for the target's state is decided elsewhere.
 */

import type { Failure } from "../../outbound/failure.ts";
import { badStatus, Visit } from "../../outbound/visit.ts";
import { worstFreshness } from "../freshness.ts";
import { generationOf, promised } from "../generation.ts";
import type { FileObservation, Observation } from "../observation.ts";
import type { Target } from "../target.ts";
import { probeFiles } from "./probe-files.ts";
import type { ProbeOptions, ProbeSubject } from "./probe-options.ts";
import { probeRoots, rootsExpected } from "./probe-roots.ts";

/** A certificate that ends within this is worth a warning, ms: 14 days. */
const certificateWarningMs = 14 * 86_400_000;

/** Probes a target. Never rejects; ends within a few of `deadlineMs`. */
export async function probeTarget(
  target: Target,
  subject: ProbeSubject,
  options: ProbeOptions,
): Promise<Observation> {
  const at = options.now();
  const visit = new Visit(target.base, options);
  const expected = rootsExpected(subject);
  const roots = await probeRoots(visit, subject.repository, expected, options);
  const generation = roots.failure === undefined ? generationOf(expected, roots.seen) : undefined;
  let failure = roots.failure;
  let files: FileObservation[] = [];
  if (failure === undefined) {
    const isBehind = roots.freshness.some(({ behind = 0, lagSeconds }) => behind + lagSeconds > 0);
    const samples = promised(subject.baseline, generation, isBehind).filter(
      ({ path }) => !(subject.leavesOut?.(path) ?? false),
    );
    ({ failure, files } = await probeFiles(visit, samples, options));
    if (roots.asked === 0 && samples.length === 0) failure = await probeBase(visit);
  }
  const freshness = worstFreshness(roots.freshness);
  return {
    at,
    ...(failure !== undefined && { failure }),
    ...(visit.firstMs !== undefined && { ms: visit.firstMs }),
    ...(visit.bytesPerSecond !== undefined && { bytesPerSecond: visit.bytesPerSecond }),
    ...(freshness !== undefined && { freshness }),
    ...(generation !== undefined && { generation }),
    ...(roots.seen.length > 0 && { roots: roots.seen }),
    files,
    ...(visit.ranges !== undefined && { ranges: visit.ranges }),
    ...(visit.certificateUntil !== undefined && { certificateUntil: visit.certificateUntil }),
    warnings: warningsOf(visit, at),
    requests: visit.requests,
  };
}

/** With nothing to compare, all that can be told is whether somebody answers: many mirrors list no folders. */
async function probeBase(visit: Visit): Promise<Failure | undefined> {
  const answer = await visit.ask({ method: "HEAD", path: "", maxBodyBytes: 0 });
  if ("failure" in answer) return answer.failure;
  return answer.reply.status >= 500 ? badStatus(answer) : undefined;
}

function warningsOf(visit: Visit, now: number): string[] {
  const warnings = visit.elsewhere.map((host) => `It redirects to ${host}.`);
  if (visit.ranges === false) {
    warnings.push("It answers no ranges: broken downloads begin again from the start.");
  }
  const { certificateUntil } = visit;
  if (certificateUntil !== undefined && certificateUntil - now < certificateWarningMs) {
    warnings.push(`Its certificate ends on ${dayOf(certificateUntil)}.`);
  }
  return warnings;
}

/** `2026-12-01`; the year is bounded, as a certificate may say anything. */
function dayOf(moment: number): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "an unreadable date" : date.toISOString().slice(0, 10);
}
