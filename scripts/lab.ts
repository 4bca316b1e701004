/** `npm run lab`: the lab and the service together, to play with: mirrors on loopback that break on command. */

import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { helpText, runCommand } from "../test/lab/commands.ts";
import { startLab } from "../test/lab/lab.ts";
import { labProbing } from "../test/lab/probing.ts";
import { makeScratch } from "../test/lab/scratch.ts";
import { labViews } from "../test/lab/views.ts";
import { keptTrees } from "./lab/kept-trees.ts";
import { withLabSetup } from "./lab/lab-setup.ts";
import { tryLines } from "./lab/try-lines.ts";
import { warmUp } from "./lab/warm-up.ts";
import { root } from "./service/bundle.ts";
import { addressFault } from "./service/check-address.ts";
import { startService } from "./service.ts";

const usage = `npm run lab -- [--mirrors N] [--port N] [--fresh]

An origin and mirrors on loopback with small signed repositories of every kind, and the service in front of them.
Mirrors break and heal on command; nothing but loopback is contacted.

  --mirrors N  how many mirrors, 1 to 1000 (5)
  --port N     port of the service; 0: any that is free (0)
  --fresh      build the repositories anew; else those of the last start are used, for a day
`;
/** Of this checkout; what is built is the same for every start. */
const keptFolder = join(root, ".nearmirror-lab");

const given = readArguments();
if (given.help) {
  process.stdout.write(usage);
} else {
  process.exitCode = await main({
    mirrors: wholeNumber("mirrors", given.mirrors, 1, 1000),
    port: wholeNumber("port", given.port, 0, 65_535),
    isFresh: given.fresh,
  });
}

interface LabWanted {
  mirrors: number;
  port: number;
  isFresh: boolean;
}

async function main({ mirrors, port, isFresh }: LabWanted): Promise<number> {
  const fault = await addressFault("127.0.0.1", port);
  if (fault !== undefined) {
    process.stderr.write(
      `Port ${port} is in use, or not for this user. Give another one, or none for any that is free: npm run lab -- --port ${port + 1}\n`,
    );
    return 1;
  }
  // Cleaning up happens below, so the signal must not end the process on the spot, whenever it comes.
  const asked = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => asked.resolve());

  const begun: (() => Promise<void> | void)[] = [];
  try {
    const trees = await keptTrees({ folder: keptFolder, now: Date.now(), say, isFresh });
    say(`Starting the origin and ${mirrors} mirrors.`);
    const lab = await startLab({ trees, mirrors });
    begun.push(() => lab.stop());
    say("Starting the service.");
    // Without gpg nothing is signed, and nothing can be verified.
    const verified = trees.publicKeyFile !== undefined;
    const views = withLabSetup(labViews(lab, { verified }), trees.publicKeyFile);
    const service = await startService({ views, port, vars: labProbing });
    begun.push(() => service.stop());
    say("Reading the repositories.");
    const pinned = await warmUp(service.url, views);
    const scratch = makeScratch("try");
    begun.push(() => scratch.remove());

    say(await runCommand(lab, "status"));
    say(tryLines(service.url.replace(/\/$/, ""), { ...trees, pinned }, scratch.directory));
    say(`${helpText()}\n`);

    const reader = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: "lab> ",
    });
    begun.push(() => reader.close());
    reader.on("SIGINT", () => asked.resolve());
    // At a terminal Ctrl-D quits; a script that pipes its commands leaves the lab running for its own clients.
    reader.on("close", () => {
      if (process.stdin.isTTY) asked.resolve();
    });
    // One after another: lines that are piped in all come at once.
    let before: Promise<void> = Promise.resolve();
    reader.on("line", (line) => {
      before = before.then(async () => {
        if (["quit", "exit"].includes(line.trim())) return asked.resolve();
        say(await runCommand(lab, line));
        if (process.stdin.isTTY) reader.prompt();
      });
    });
    if (process.stdin.isTTY) reader.prompt();
    await asked.promise;
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  } finally {
    for (const end of begun.reverse()) await end();
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        mirrors: { type: "string", default: "5" },
        port: { type: "string", default: "0" },
        fresh: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text !== "" && Number.isInteger(number) && number >= least && number <= most) return number;
  return misused(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
}

/** The command was called wrongly. */
function misused(reason: string): never {
  process.stderr.write(`${reason}\n\n${usage}`);
  process.exit(2);
}

function say(text: string): void {
  if (text !== "") process.stdout.write(`${text}\n`);
}
