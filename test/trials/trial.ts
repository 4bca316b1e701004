/** What a trial is: a promise of the whole service, tried out for minutes with real parts, with figures to write down. */
import type { BuiltTrees } from "../lab/trees.ts";

/** What a trial has to work with. */
export interface TrialContext {
  trees: BuiltTrees;
  /** Aborted at the trial's deadline or by Ctrl-C. */
  signal: AbortSignal;
  /** Says how far it is; shown on a terminal only. */
  progress(line: string): void;
  /** Bounds and repetitions: `short` before each change lands, `whole` for `docs/reliability.md`. */
  length: "short" | "whole";
}

/** What came of it. */
export interface TrialResult {
  trial: string;
  passed: boolean;
  /** One line: what was seen, or what was wrong. */
  why: string;
  /** Measured figures by name, with their unit in the name (`p50Seconds`). */
  figures: Record<string, number>;
  /** Evidence of what failed. */
  evidence: string[];
}

export interface Trial {
  /** The word for `--only`. */
  name: string;
  /** One line: what is tried. */
  says: string;
  /** Programs it needs beyond Node, by name, each with the Debian packages to install. */
  needs?: Record<string, string>;
  /** Why it can't be tried here, besides programs that are missing; undefined: it can. */
  cannot?(): string | undefined;
  /** ms, by length. */
  deadlineMs: { short: number; whole: number };
  /** Never rejects for what the service does wrong: that is in the result. */
  run(context: TrialContext): Promise<TrialResult>;
}
