/** The commands of the mirror list, on this process's own streams. */
import { runCommand } from "./command.ts";

/** @param args the command and what is behind it @returns the exit status */
export async function runListVerb(args: string[]): Promise<number> {
  return await runCommand(args, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    now: Date.now,
  });
}
