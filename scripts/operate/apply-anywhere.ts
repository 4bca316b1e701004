/** `apply`: to the running service where one is named; else to the deployment on Cloudflare, by wrangler. */
import { readConfiguration } from "../client/configuration.ts";
import { runCommand } from "../mirrors/command.ts";
import { usualList } from "../mirrors/usual-list.ts";
import { misused } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { apply } from "./plan.ts";

export async function applyAnywhere(call: Call): Promise<number> {
  if (readConfiguration(call) !== undefined) return await apply(call);
  if (call.has("json")) throw misused("--json is for a running service: give --url URL.");
  call.terminal.err("No running service is named: to the deployment on Cloudflare, by wrangler.\n");
  return await runCommand(["apply", "--list", call.text("list") ?? usualList()], call.terminal);
}
