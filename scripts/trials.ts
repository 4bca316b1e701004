/** `npm run trials`: promises of the whole service, tried out for minutes on the lab; figures for docs/reliability.md. */

import { parseArgs, styleText } from "node:util";
import { buildTrees } from "../test/lab/trees.ts";
import { trials } from "../test/trials/trials.ts";
import { runTrials, type TrialOutcome } from "../test/trials/trials-run.ts";
import { endAtOnce } from "./end-at-once.ts";

const usage = `npm run trials -- [--only NAME]... [--short] [--json] [--require]

  --only NAME  only this trial; may be given several times
  --short      fewer repetitions, as before each change lands
  --json       print an array of {trial, result, why, figures, evidence, seconds} and nothing else
  --require    a trial that isn't run is a failure too

Trials:
${trials.map(({ name, says }) => `  ${name.padEnd(16)} ${says}`).join("\n")}
`;

endAtOnce();
process.exitCode = await main();

/** Exit status: 0 all passed, 1 one failed, 2 wrong usage, 130 interrupted. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      require: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = values.only.filter((name) => !trials.some((trial) => trial.name === name));
  if (unknown.length > 0) {
    const names = trials.map(({ name }) => name).join(" ");
    process.stderr.write(`No trial ${unknown.join(", ")}. There are: ${names}\n`);
    return 2;
  }
  const wanted = trials.filter(
    ({ name }) => values.only.length === 0 || values.only.includes(name),
  );

  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupted.abort());
  }
  const ended: TrialOutcome[] = [];
  const tellAll = () => process.stdout.write(`${JSON.stringify(ended, undefined, 2)}\n`);
  // While metadata-costs runs, its miniflare ends the process on the spot: no line below is reached.
  const tellInterrupted = () => {
    clearProgress();
    if (values.json) tellAll();
    else process.stdout.write("interrupted\n");
  };
  process.once("exit", tellInterrupted);
  const trees = await buildTrees();
  try {
    const outcomes = await runTrials({
      trials: wanted,
      trees,
      length: values.short ? "short" : "whole",
      signal: interrupted.signal,
      progress: showProgress,
      done(outcome) {
        clearProgress();
        ended.push(outcome);
        if (!values.json) process.stdout.write(lines(outcome));
      },
    });
    if (values.json) tellAll();
    if (interrupted.signal.aborted) return 130;
    const bad = outcomes.filter(
      ({ result }) => result === "failed" || (values.require && result === "not run"),
    );
    return bad.length > 0 ? 1 : 0;
  } finally {
    process.off("exit", tellInterrupted);
    trees.remove();
  }
}

/** On one line of a terminal, which the next one takes; on stderr, so that output can be piped. */
function showProgress(trial: string, line: string): void {
  if (!process.stderr.isTTY) return;
  clearProgress();
  process.stderr.write(`${trial}: ${line}`.slice(0, (process.stderr.columns ?? 80) - 1));
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

function lines({ trial, result, why, figures, evidence, seconds }: TrialOutcome): string {
  const colour = result === "passed" ? "green" : result === "failed" ? "red" : "yellow";
  const marked = styleText(colour, result.padEnd(8), { stream: process.stdout });
  const told = Object.entries(figures).map(([name, value]) => `    ${name} ${value}\n`);
  const proof = result === "failed" ? evidence.map((line) => `    ${line}\n`) : [];
  return [`${trial.padEnd(16)} ${marked} ${why} [${seconds} s]\n`, ...told, ...proof].join("");
}
