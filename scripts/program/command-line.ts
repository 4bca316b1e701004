/** Every verb but those of the launcher: found by its name, parsed by its syntax, run to its exit status. */
import { exitCodes, planExitCodes } from "./exit-codes.ts";
import { parts } from "./parts.ts";
import { misused, reportFailure } from "./report.ts";
import type { Verb } from "./syntax.ts";
import { type Terminal, thisTerminal } from "./terminal.ts";
import { programUsage, verbNamed } from "./verbs.ts";

/**
 * @param name of the verb, or what stands in its place
 * @param args behind it
 * @returns the exit status; rejects never
 */
export async function runCommandLine(
  name: string | undefined,
  args: readonly string[],
  terminal: Terminal = thisTerminal(),
): Promise<number> {
  if (name === undefined) {
    terminal.err(programUsage(parts.command));
    return exitCodes.misused;
  }
  if (["help", "--help", "-h"].includes(name)) {
    const [about, ...words] = args;
    if (about !== undefined) return await runCommandLine(about, [...words, "--help"], terminal);
    terminal.out(programUsage(parts.command));
    return exitCodes.done;
  }
  const verb = verbNamed(name === "--version" ? "version" : name);
  if (typeof verb === "string") {
    terminal.err(`${verb} ${parts.command} help tells all.\n`);
    return exitCodes.misused;
  }
  try {
    return await runVerb(verb, args, terminal);
  } catch (error) {
    const status = reportFailure(error, args.includes("--json"), terminal);
    // 2 says that there is something to change.
    return args.includes("--detailed-exitcode") ? planExitCodes.failed : status;
  }
}

async function runVerb(verb: Verb, args: readonly string[], terminal: Terminal): Promise<number> {
  if (verb.own !== undefined) return await verb.own(args);
  // Not above: it is a tenth of a second on a slow machine, and monitoring calls `health` every minute.
  const { parseCall } = await import("./parse-call.ts");
  const parsed = parseCall(verb, args, terminal);
  if ("help" in parsed) {
    terminal.out(parsed.help);
    return exitCodes.done;
  }
  if ("misused" in parsed) {
    throw misused(parsed.misused.trimEnd());
  }
  const { run } = parsed.verb;
  if (run === undefined) throw new Error(`${parsed.call.name} does nothing`);
  return await run(parsed.call);
}
