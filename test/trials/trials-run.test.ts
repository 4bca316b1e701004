/** What surrounds a trial, tried on trials that do next to nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { BuiltTrees } from "../lab/trees.ts";
import type { Trial, TrialResult } from "./trial.ts";
import { type RunTrialsOptions, runTrials } from "./trials-run.ts";

const trees: BuiltTrees = {
  versions: 1,
  root: () => "",
  publicKeyFile: undefined,
  missing: {},
  remove() {},
};
const passed: TrialResult = {
  trial: "one",
  passed: true,
  why: "seen",
  figures: { p50Seconds: 1 },
  evidence: [],
};

async function outcomeOf(trial: Partial<Trial>, options: Partial<RunTrialsOptions> = {}) {
  const whole: Trial = {
    name: "one",
    says: "",
    deadlineMs: { short: 100, whole: 60_000 },
    run: async () => passed,
    ...trial,
  };
  const signal = new AbortController().signal;
  const [outcome] = await runTrials({
    trials: [whole],
    trees,
    length: "short",
    signal,
    ...options,
  });
  return outcome;
}

/** Ends when it is told to. */
const waits: Trial["run"] = async ({ signal }) => {
  await sleep(60_000, undefined, { signal });
  return passed;
};

test("a trial's result is its outcome", async () => {
  expect(await outcomeOf({})).toMatchObject({
    result: "passed",
    why: "seen",
    figures: { p50Seconds: 1 },
  });
  const failed = { ...passed, passed: false, evidence: ["proof"] };
  expect(await outcomeOf({ run: async () => failed })).toMatchObject({
    result: "failed",
    evidence: ["proof"],
  });
});

test("a trial that throws has failed", async () => {
  const run = async () => {
    throw new Error("no port");
  };
  expect(await outcomeOf({ run })).toMatchObject({ result: "failed" });
  expect((await outcomeOf({ run }))?.why).toContain("no port");
});

test("a trial is told of its deadline, and has failed then", async () => {
  expect(await outcomeOf({ run: waits })).toMatchObject({
    result: "failed",
    why: "not finished after 100 ms",
  });
});

test("an interruption ends the trial that runs, and the others are not run", async () => {
  const interrupted = new AbortController();
  const begun = Promise.withResolvers<void>();
  const first: Trial = {
    name: "first",
    says: "",
    deadlineMs: { short: 60_000, whole: 60_000 },
    run(context) {
      begun.resolve();
      return waits(context);
    },
  };
  const running = runTrials({
    trials: [first, { ...first, name: "second" }],
    trees,
    length: "short",
    signal: interrupted.signal,
  });
  await begun.promise;
  interrupted.abort();
  expect(await running).toMatchObject([
    { trial: "first", result: "failed", why: "interrupted" },
    { trial: "second", result: "not run", why: "interrupted" },
  ]);
});

test("a trial that can't be tried here is not run, and says why", async () => {
  expect(await outcomeOf({ cannot: () => "needs root" })).toMatchObject({
    result: "not run",
    why: "needs root",
  });
  expect(await outcomeOf({ cannot: () => undefined })).toMatchObject({ result: "passed" });
});

test("a trial whose programs are missing is not run, and says what to install", async () => {
  const needs = { "no-such-program": "no-such-package" };
  expect(await outcomeOf({ needs })).toMatchObject({
    result: "not run",
    why: "no-such-program missing: apt-get install no-such-package",
  });
});

test("a trial without a short form is not run in short", async () => {
  const deadlineMs = { short: 0, whole: 60_000 };
  expect(await outcomeOf({ deadlineMs })).toMatchObject({ result: "not run" });
  expect(await outcomeOf({ deadlineMs }, { length: "whole" })).toMatchObject({ result: "passed" });
});
