/** The trials in their short form: what they assert themselves, and once more here what is promised. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltTrees, buildTrees } from "../lab/trees.ts";
import { blindTrial } from "./blind.ts";
import { deathTrial } from "./death.ts";
import type { Trial } from "./trial.ts";
import { runTrials } from "./trials-run.ts";

let trees: BuiltTrees;
beforeAll(async () => {
  trees = await buildTrees();
});
afterAll(() => trees.remove());

async function figuresOf(trial: Trial, signal: AbortSignal): Promise<Record<string, number>> {
  const [outcome] = await runTrials({ trials: [trial], trees, length: "short", signal });
  expect(outcome).toMatchObject({ result: "passed", evidence: [] });
  return outcome?.figures ?? {};
}

test("no new client is sent to a dead mirror after 15 s, and few to one that came back", async ({
  signal,
}) => {
  const figures = await figuresOf(deathTrial, signal);
  expect(figures.deaths).toBe(5);
  expect(figures.worstSeconds).toBeGreaterThan(0);
  expect(figures.worstSeconds).toBeLessThanOrEqual(15);
  // The ramp begins with a tenth.
  expect(figures.sharePercentFrom0Seconds).toBeGreaterThan(0);
  expect(figures.sharePercentFrom0Seconds).toBeLessThan(20);
});

test("a Prober without a network raises an alarm and changes nothing", async ({ signal }) => {
  const figures = await figuresOf(blindTrial, signal);
  // Two of the lab's intervals.
  expect(figures.alarmOfBothSeconds).toBeLessThanOrEqual(20);
  expect(figures.redirects).toBeGreaterThan(100);
  expect(figures.otherAnswers).toBe(0);
});
