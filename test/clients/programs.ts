/** Running a client program for a row: an environment of its own, a deadline, and its outcome kept as evidence. */

import type { Outcome } from "../lab/process.ts";
import { check, NotRun, type RowContext } from "./row.ts";

/** The little that programs need of a system; no proxy, no locale, no setting of the caller's. */
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** A program is ended so long before its row is, ms: that it didn't end is to be told. */
const beforeRowMs = 10_000;

/**
 * Runs a program to its end, in the row's directory.
 * @param name of a program on the PATH, or where it is
 * @throws NotRun when it is missing.
 */
export async function runProgram(
  context: RowContext,
  name: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const { machine } = context;
  const program = machine.find(name);
  if (!program) throw new NotRun(`${name} is missing`);
  return context.ran(
    await machine.run(program, args, {
      cwd: context.directory,
      env: { PATH: systemPath, HOME: context.directory, LC_ALL: "C", ...env },
      deadlineMs: context.deadlineMs - beforeRowMs,
      signal: context.signal,
    }),
  );
}

/** Throws unless a program ended well. */
export function endedWell(name: string, outcome: Outcome): Outcome {
  check(!outcome.timedOut, `${name} did not end`);
  check(outcome.code === 0, `${name} ended with exit code ${outcome.code}`);
  return outcome;
}
