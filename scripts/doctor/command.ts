/** `nearmirror doctor`. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { configPath, readMachineSettings, thisWorld } from "../serve/options.ts";
import type { Finding } from "./finding.ts";
import { gatherFacts } from "./gather.ts";
import { judgeFacts } from "./judge.ts";

const usage = `Usage: ${parts.command} doctor [--network] [--config FILE] [--json]

Looks at settings, address, state folder, disk, mirror list, IP databases, PUBLIC_URL, limits, clock and the running
service, and says what is wrong and what to do. Changes nothing. Run it as the service's user, or as root.

  --network      ask each repository's origin as well
  --config FILE  file of settings, as of serve
  --json         as JSON

Exit status: 0 nothing is wrong (there may be warnings); 1 something is; 2 misused.
`;

/** @param args behind the verb @returns the exit status */
export async function doctorCommand(args: string[]): Promise<number> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return exitCodes.misused;
  }
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  const findings = await findingsOf(values);
  if (values.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else process.stdout.write(report(findings));
  return findings.some(({ level }) => level === "wrong") ? exitCodes.failed : exitCodes.done;
}

async function findingsOf({ config, network }: { config?: string; network: boolean }) {
  const world = thisWorld();
  const read = readMachineSettings(config, world);
  if ("wrong" in read) {
    return read.wrong.map(
      (says): Finding => ({
        name: "settings",
        level: "wrong",
        says,
        todo: `Correct it; ${parts.command} serve --check tells what would hold.`,
      }),
    );
  }
  const path = configPath(config, world);
  return judgeFacts(
    await gatherFacts({
      settings: read.settings,
      network,
      ...(path !== undefined && existsSync(path) && { config: path }),
    }),
  );
}

function report(findings: readonly Finding[]): string {
  if (findings.length === 0) return "Nothing is wrong.\n";
  const count = (level: Finding["level"]) => findings.filter((one) => one.level === level).length;
  const lines = findings.map(
    ({ level, says, todo }) => `${level === "wrong" ? "WRONG" : "warning"}: ${says}\n  ${todo}\n`,
  );
  return `${lines.join("")}${count("wrong")} wrong, ${count("warning")} warnings.\n`;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      network: { type: "boolean", default: false },
      config: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}
