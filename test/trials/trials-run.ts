/** Runs trials one after another, each within its deadline. */

import { findProgram } from "../lab/process.ts";
import type { BuiltTrees } from "../lab/trees.ts";
import type { Trial, TrialResult } from "./trial.ts";

/** A trial's result, or why there is none. */
export interface TrialOutcome extends Omit<TrialResult, "passed"> {
  result: "passed" | "failed" | "not run";
  /** What it took. */
  seconds: number;
}

export interface RunTrialsOptions {
  trials: readonly Trial[];
  trees: BuiltTrees;
  length: "short" | "whole";
  /** Ends the trial that is running; the others are not run. */
  signal: AbortSignal;
  progress?(trial: string, line: string): void;
  /** Is given each outcome as it comes. */
  done?(outcome: TrialOutcome): void;
}

/** A trial that was told to end has this long to end its service and lab, ms; then it is left behind. */
const graceMs = 20_000;

/** Never rejects for a trial's sake. A deadline of 0 means that there is no trial of that length. */
export async function runTrials(options: RunTrialsOptions): Promise<TrialOutcome[]> {
  const outcomes: TrialOutcome[] = [];
  for (const trial of options.trials) {
    const absent = options.signal.aborted ? "interrupted" : missingFor(trial, options.length);
    const outcome = absent === undefined ? await runTrial(trial, options) : notRun(trial, absent);
    outcomes.push(outcome);
    options.done?.(outcome);
  }
  return outcomes;
}

function notRun({ name }: Trial, why: string): TrialOutcome {
  return { trial: name, result: "not run", why, figures: {}, evidence: [], seconds: 0 };
}

function missingFor(
  { needs = {}, cannot, deadlineMs }: Trial,
  length: "short" | "whole",
): string | undefined {
  if (deadlineMs[length] === 0) return `takes too long for a ${length} run`;
  const absent = Object.entries(needs).filter(([program]) => findProgram(program) === undefined);
  if (absent.length === 0) return cannot?.();
  const packages = [...new Set(absent.map(([, names]) => names))].join(" ");
  return `${absent.map(([program]) => program).join(", ")} missing: apt-get install ${packages}`;
}

async function runTrial(trial: Trial, options: RunTrialsOptions): Promise<TrialOutcome> {
  const { trees, length, signal, progress } = options;
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 100) / 10;
  const deadline = AbortSignal.timeout(trial.deadlineMs[length]);
  const ending = AbortSignal.any([signal, deadline]);
  const reason = () =>
    signal.aborted ? "interrupted" : `not finished after ${trial.deadlineMs[length]} ms`;
  const failed = (why: string, evidence: string[] = []): TrialResult => ({
    trial: trial.name,
    passed: false,
    why,
    figures: {},
    evidence,
  });
  const leftBehind = Promise.withResolvers<TrialResult>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const leave = () => {
    timer = setTimeout(
      () => leftBehind.resolve(failed(`${reason()}, and did not end`)),
      graceMs,
    ).unref();
  };
  ending.addEventListener("abort", leave, { once: true });
  try {
    const running = trial
      .run({
        trees,
        length,
        signal: ending,
        progress: (line) => progress?.(trial.name, line),
      })
      .catch((error: unknown) =>
        error instanceof Error
          ? failed(error.message, (error.stack ?? "").split("\n").slice(1))
          : failed(String(error)),
      );
    const { passed, why, ...result } = await Promise.race([running, leftBehind.promise]);
    if (ending.aborted) {
      return { ...result, result: "failed", why: reason(), seconds: seconds() };
    }
    return { ...result, result: passed ? "passed" : "failed", why, seconds: seconds() };
  } finally {
    ending.removeEventListener("abort", leave);
    clearTimeout(timer);
  }
}
