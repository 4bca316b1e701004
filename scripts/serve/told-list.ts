/** Tells what is wrong with a list that was prepared. */
import { formatProblem } from "../../worker/list/problem.ts";
import type { Log } from "../log/log.ts";
import type { Prepared } from "./prepare-apart.ts";

/** The same, after telling every error with its place. */
export function toldList(prepared: Prepared, log: Log): Prepared {
  for (const error of prepared.errors) log.write("error", formatProblem(error));
  if (prepared.notKept !== undefined) {
    log.write(
      "warn",
      `Warning: what the list compiles to can't be kept for a start that meets errors: ${prepared.notKept}`,
    );
  }
  return prepared;
}
