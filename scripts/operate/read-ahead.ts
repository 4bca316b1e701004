/**
 * The usual list's files, read once after an install: what they said is kept, and so is what Node makes of the code that
 * plans, so that the first `plan` takes no longer than the next.
 */
import { usualList } from "../mirrors/usual-list.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { thisTerminal } from "../program/terminal.ts";
import { readFolderList } from "./folder-list.ts";

/** @returns the exit status. Rejects where the files can't be read */
export async function readAhead(): Promise<number> {
  await Promise.all([
    readFolderList(usualList(), thisTerminal()),
    import("../program/parse-call.ts"),
    import("./plan.ts"),
  ]);
  return exitCodes.done;
}
