/** What the program `nearmirror` does with what is behind its name. */
import { setFlagsFromString } from "node:v8";
import { endAtOnce } from "../end-at-once.ts";
import { exitCodes } from "./exit-codes.ts";

/**
 * For a process that waits nearly all the time, as the service's launcher does: V8 interprets its code and compiles none,
 * which else takes 9 MB, most of it the compilers themselves (Node 24.21).
 */
const interpreted = ["--no-opt", "--no-maglev", "--no-sparkplug"] as const;

/** Runs the verb that the arguments name, to the process's end. */
export async function runProgram(args: string[]): Promise<void> {
  endAtOnce();
  // Before the verb's code is loaded.
  if (args[0] === "serve") for (const flag of interpreted) setFlagsFromString(flag);
  process.exitCode = await main(args);
  // A service that could not be ended, or what it watches, would keep the process for ever.
  if (args[0] === "serve") process.exit();
}

async function main([name, ...args]: string[]): Promise<number> {
  try {
    // The launcher runs as long as the service does: it loads neither the other verbs nor what parses them.
    if (name === "serve") return await (await import("../serve/serve.ts")).serve(args);
    if (name === "prepare")
      return await (await import("../serve/prepare-as-told.ts")).prepareAsTold();
    if (name === "--version" && args.length === 0) {
      const { tellVersion } = await import("./version.ts");
      return tellVersion(false, (text) => process.stdout.write(text));
    }
    return await (await import("./command-line.ts")).runCommandLine(name, args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return exitCodes.failed;
  }
}
