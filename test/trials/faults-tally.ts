/** What the trial `faults` counts. */
import type { LoopRun } from "../clients/loop.ts";

/** What a run that began before the reaction was up against. */
export interface Exposure {
  /** Of the fault at the mirror nearest to it. */
  kind: string;
  /** It was sent to a faulty mirror for a file that this doesn't give rightly. */
  met: boolean;
  /** It was ended by us, for taking too long. */
  cutOff: boolean;
  /** Some mirror gives wrong bytes of the right size: the one thing that apt doesn't get over, and we see only by looking. */
  corrupt: boolean;
  /** All faults in force, for people. */
  told: string;
}

/** Failed runs of which the evidence is kept; the first tell most. */
const evidenceKept = 5;

export class Tally {
  readonly figures: Record<string, number> = {};
  readonly evidence: string[] = [];
  /** Sentences on what was wrong. */
  readonly wrong: string[] = [];
  readonly #seconds = new Map<string, number[]>();

  count(name: string, by = 1): void {
    this.figures[name] = (this.figures[name] ?? 0) + by;
  }

  /** A run while the service had reacted to all faults in force: it may not fail. */
  clear(run: LoopRun, when: string): void {
    this.count(`${run.client}Runs`);
    this.time(`${run.client}Run`, (run.endedAt - run.beganAt) / 1000);
    this.count("failures", run.failed === undefined ? 0 : 1);
    if (run.failed !== undefined) this.fault(`${when}: ${run.failed}`, run.evidence);
  }

  /** A run that began before the service had reacted: it may fail only by wrong bytes, and be late. */
  within(run: LoopRun, { kind, met, cutOff, corrupt, told }: Exposure): void {
    if (run.failed !== undefined && !cutOff && !corrupt) {
      this.fault(`${told}, before the reaction: ${run.failed}`, run.evidence);
    }
    const failed = run.failed === undefined ? 0 : 1;
    this.count(`${run.client}RunsBeforeReaction`);
    this.count(`${run.client}FailuresBeforeReaction`, failed);
    const cell = `${kind} ${run.client}`;
    this.count(`before: ${cell} runs`);
    if (met) this.count(`before: ${cell} sent there`);
    if (failed && cutOff) this.count(`before: ${cell} cut off`);
    else if (failed) this.count(`before: ${cell} failed`);
  }

  /** Something that breaks the promise. */
  fault(sentence: string, evidence: readonly string[] = []): void {
    this.wrong.push(sentence);
    if (this.wrong.length <= evidenceKept) this.evidence.push([sentence, ...evidence].join("\n"));
  }

  time(name: string, seconds: number): void {
    this.#seconds.set(name, [...(this.#seconds.get(name) ?? []), seconds]);
  }

  /** All figures, with the median and the worst of what was timed. */
  summary(): Record<string, number> {
    const timed = [...this.#seconds].flatMap(([name, seconds]) => {
      const sorted = seconds.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
      return [
        [`${name}P50Seconds`, rounded(at(0.5))],
        [`${name}WorstSeconds`, rounded(at(1))],
      ] as const;
    });
    return { ...this.figures, ...Object.fromEntries(timed) };
  }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
