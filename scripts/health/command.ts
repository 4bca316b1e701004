/** `nearmirror health`: for monitoring. */
import { parseArgs } from "node:util";
import { parts } from "../program/parts.ts";
import { readMachineSettings, thisWorld } from "../serve/options.ts";
import { reachableUrl } from "../service/reachable-url.ts";
import { askHealth } from "./ask-health.ts";
import { judgeHealth, pluginStatus } from "./judge-health.ts";

/** Monitoring systems give a plugin 10 to 60 s; the service collects its alarms within 3, s. */
const usualSeconds = 8;

const usage = `Usage: ${parts.command} health [--url URL] [--seconds N] [--config FILE] [--json]

Asks the service how it is, and says it in one line, as plugins of Nagios do.

  --url URL      base URL of the service (default: as the settings say)
  --seconds N    how long to wait for the answer (${usualSeconds})
  --config FILE  file of settings, as of serve
  --json         as JSON

Exit status: 0 OK; 1 WARNING, the service has alarms; 2 CRITICAL, it doesn't answer as it should; 3 UNKNOWN, misused.
`;

/** @param args behind the verb @returns the exit status */
export async function healthCommand(args: string[]): Promise<number> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
  if (values.help) {
    process.stdout.write(usage);
    return pluginStatus.OK;
  }
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) {
    return misused(`--seconds is "${values.seconds}"; it must be a number of seconds, above 0.`);
  }
  const url = values.url ?? settingsUrl(values.config);
  if (typeof url !== "string") return misused(url.wrong);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return misused(`--url is "${url}"; it must be an absolute http or https URL.`);
  }
  const base = new URL(url.endsWith("/") ? url : `${url}/`).href;
  const judged = judgeHealth(await askHealth(base, seconds * 1000), base);
  process.stdout.write(values.json ? `${JSON.stringify(judged)}\n` : `${judged.line}\n`);
  return pluginStatus[judged.state];
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      url: { type: "string" },
      seconds: { type: "string", default: String(usualSeconds) },
      config: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}

function settingsUrl(config: string | undefined): string | { wrong: string } {
  const read = readMachineSettings(config, thisWorld());
  if ("wrong" in read) return { wrong: read.wrong.join(" ") };
  return reachableUrl(read.settings.host, read.settings.port);
}

/** A plugin says what is wrong with its call on the standard output, in its one line. */
function misused(reason: string): number {
  process.stdout.write(
    `NEARMIRROR UNKNOWN - ${reason} (${parts.command} health --help tells how)\n`,
  );
  return pluginStatus.UNKNOWN;
}
