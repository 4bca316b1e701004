/** The program `nearmirror`: `npm run nearmirror -- VERB` in a checkout, `nearmirror VERB` of a built folder. */
import { endAtOnce } from "./end-at-once.ts";
import { exitCodes } from "./program/exit-codes.ts";
import { parts } from "./program/parts.ts";
import { programUsage, verbNamed } from "./program/verbs.ts";

endAtOnce();
process.exitCode = await main(process.argv.slice(2));
// A service that could not be ended, or what it watches, would keep the process for ever.
if (process.argv[2] === "serve") process.exit();

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
