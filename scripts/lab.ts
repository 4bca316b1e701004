/** `npm run lab`: the lab and the service together, to play with: mirrors on loopback that break on command. */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { helpText, runCommand } from "../test/lab/commands.ts";
import { startLab } from "../test/lab/lab.ts";
import { labProbing } from "../test/lab/probing.ts";
import { makeScratch } from "../test/lab/scratch.ts";
import { buildTrees } from "../test/lab/trees.ts";
import { labViews } from "../test/lab/views.ts";
import { tryLines } from "./lab/try-lines.ts";
import { startService } from "./service.ts";

const { values } = parseArgs({
  options: {
    mirrors: { type: "string", default: "5" },
    port: { type: "string", default: "0" },
  },
});

process.exitCode = await main(
  wholeNumber("mirrors", values.mirrors, 1, 1000),
  wholeNumber("port", values.port, 0, 65_535),
);

async function main(mirrors: number, port: number): Promise<number> {
  // Cleaning up happens below, so the signal must not end the process on the spot, whenever it comes.
  const asked = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => asked.resolve());

  const begun: (() => Promise<void> | void)[] = [];
  try {
    say("Building the repositories ...");
    const trees = await buildTrees();
    begun.push(() => trees.remove());
    const lab = await startLab({ trees, mirrors });
    begun.push(() => lab.stop());
    const service = await startService({ views: labViews(lab), port, vars: labProbing });
    begun.push(() => service.stop());
    const scratch = makeScratch("try");
    begun.push(() => scratch.remove());

    say(await runCommand(lab, "status"));
    say(tryLines(service.url.replace(/\/$/, ""), trees, scratch.directory));
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
  } finally {
    for (const end of begun.reverse()) await end();
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  process.stderr.write(`--${name} takes a whole number from ${least} to ${most}, not ${text}\n`);
  process.exit(2);
}

function say(text: string): void {
  if (text !== "") process.stdout.write(`${text}\n`);
}
