/** `completion SHELL`, and what the scripts ask. */
import { nearestWord } from "../../worker/list/nearest-word.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { misused } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { type Terminal, thisTerminal } from "../program/terminal.ts";
import { verbs } from "../program/verbs.ts";
import { candidatesFor } from "./candidates.ts";
import { namesFor } from "./names.ts";
import { completionScripts, shells } from "./scripts.ts";

/** `nearmirror completion SHELL` */
export async function completionCommand({ operands, terminal }: Call): Promise<number> {
  const [name = ""] = operands;
  const shell = shells.find((one) => one === name);
  if (shell === undefined) {
    const nearest = nearestWord(name, shells);
    const advice =
      nearest === undefined ? `There are ${shells.join(", ")}.` : `Did you mean ${nearest}?`;
    throw misused(`There is no script for ${name}. ${advice}`);
  }
  terminal.out(completionScripts[shell]);
  return exitCodes.done;
}

/** `nearmirror complete -- WORDS`: what the scripts ask. */
export async function completeCommand(
  args: readonly string[],
  terminal: Terminal = thisTerminal(),
): Promise<number> {
  const words = args[0] === "--" ? args.slice(1) : args;
  const found = await candidatesFor(words, verbs, namesFor(terminal));
  if (typeof found === "string") terminal.out(`:${found}\n`);
  else {
    const lines = found.words.map(({ word, what }) => `${word}\t${what}\n`);
    terminal.out(`${lines.join("")}:words\n`);
  }
  return exitCodes.done;
}
