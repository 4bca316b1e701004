/** The process that prepares for a launcher: does what it is told, tells what came of it, and ends. */
import { once } from "node:events";
import { exitCodes } from "../program/exit-codes.ts";
import { begin } from "./begin.ts";
import { prepare } from "./prepare.ts";
import type { Question, Told } from "./prepare-apart.ts";

/** @returns the exit status */
export async function prepareAsTold(): Promise<number> {
  // A launcher that is gone serves nobody.
  const gone = () => process.exit(exitCodes.failed);
  process.once("disconnect", gone);
  const [question]: Question[] = await once(process, "message");
  const done = question === undefined ? exitCodes.misused : await answerTo(question);
  if (typeof done === "object") await new Promise((resolve) => process.send?.(done, resolve));
  process.off("disconnect", gone);
  process.disconnect();
  return typeof done === "number" ? done : exitCodes.done;
}

/** @returns the exit status where there is nothing to tell */
async function answerTo(question: Question): Promise<Told | number> {
  try {
    if ("asked" in question) return { prepared: await prepare(question.asked) };
    const begun = await begin(question.args, process.ppid);
    return typeof begun === "number" ? begun : { toServe: begun };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
