/** `npm run mirrors -- <command>`: check, import, build and operate the mirror list. */
import { runCommand } from "./mirrors/command.ts";

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  now: Date.now,
});
