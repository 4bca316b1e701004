/**
 * Where a verb that can change either does it: `--list DIR` says the files of that folder; otherwise it is the running
 * service where one is named, and the files of the usual list where none is.
 */
import { type Configuration, readConfiguration } from "../client/configuration.ts";
import { misused } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";

export type Where = { service: Configuration } | { files: true };

/** @throws Failure where both are named */
export function whereOf(call: Call): Where {
  if (call.has("list")) {
    if (!call.has("url")) return { files: true };
    throw misused("--list changes files, and --url a running service: give one of them.");
  }
  const service = readConfiguration(call);
  return service === undefined ? { files: true } : { service };
}

/** Options that only one of both has. */
export function refuseOptions(call: Call, options: readonly string[], where: string): void {
  const odd = options.find((option) => call.has(option));
  if (odd !== undefined) throw misused(`--${odd} is not taken here: ${where}.`);
}
