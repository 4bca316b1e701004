/** What the program `nearmirror` does with what is behind its name. */
import { endAtOnce } from "../end-at-once.ts";
import { exitCodes } from "./exit-codes.ts";
import { parts } from "./parts.ts";
import { programUsage, verbNamed } from "./verbs.ts";

/** Runs the verb that the arguments name, to the process's end. */
export async function runProgram(args: string[]): Promise<void> {
  endAtOnce();
  process.exitCode = await main(args);
  // A service that could not be ended, or what it watches, would keep the process for ever.
  if (args[0] === "serve") process.exit();
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(programUsage(parts.command));
    return exitCodes.misused;
  }
  if (["help", "--help", "-h"].includes(name)) {
    const [about] = args;
    if (about !== undefined) return await main([about, "--help"]);
    process.stdout.write(programUsage(parts.command));
    return exitCodes.done;
  }
  const verb = verbNamed(name === "--version" ? "version" : name);
  if (typeof verb === "string") {
    process.stderr.write(`${verb} ${parts.command} help tells all.\n`);
    return exitCodes.misused;
  }
  try {
    return await verb.run(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return exitCodes.failed;
  }
}
