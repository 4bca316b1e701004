/** Events for the state machine, written short. */
import type { Observation } from "../../../worker/health/observation.ts";
import { defaultRules } from "../../../worker/health/rules.ts";
import { observed, type TargetRecord, type Transition } from "../../../worker/health/states.ts";
import type { Failure, FailureKind } from "../../../worker/outbound/failure.ts";

export const rules = defaultRules;
/** A beginning; any moment would do. */
export const start = 1_800_000_000_000;

export function failureOf(kind: FailureKind, status?: number): Failure {
  const url = "https://mirror.example/debian/";
  return { kind, detail: `it was ${kind}`, url, ...(status !== undefined && { status }) };
}

export function probe(at: number, more: Partial<Observation> = {}): Observation {
  return { at, files: [], warnings: [], requests: 1, ...more };
}

/** A look: seconds from the start, region (`own` is the mirror's), and what was found. */
export type Step = [second: number, region: string, found: boolean | Partial<Observation>];

/** Takes the steps, and keeps what changed. */
export function taking(
  before: TargetRecord,
  steps: readonly Step[],
): { record: TargetRecord; transitions: Transition[] } {
  let record = before;
  const transitions: Transition[] = [];
  for (const [second, region, found] of steps) {
    const failed = { failure: failureOf("timeout") };
    const more = typeof found === "object" ? found : found ? {} : failed;
    const observation = probe(start + second * 1_000, more);
    const outcome = observed(record, { region, own: region === "own", observation }, rules);
    record = outcome.record;
    transitions.push(...outcome.transitions);
  }
  return { record, transitions };
}
