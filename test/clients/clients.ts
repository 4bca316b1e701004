/** The real clients that rows can use, as one table. */

import { findProgram, run } from "../lab/process.ts";
import type { Client } from "./row.ts";

/** All clients, by the name rows use. */
export const clients: readonly Client[] = [
  { name: "apt", packages: "apt", version: () => versionFrom("apt-get", /^apt (\S+)/m) },
  { name: "dnf", packages: "dnf", version: () => versionFrom("dnf", /^(\d\S*)/m) },
  { name: "curl", packages: "curl", version: () => versionFrom("curl", /^curl (\S+)/m) },
];

async function versionFrom(program: string, pattern: RegExp): Promise<string | undefined> {
  const found = findProgram(program);
  if (!found) return undefined;
  const outcome = await run(found, ["--version"], { deadlineMs: 20_000 });
  return pattern.exec(outcome.stdout)?.[1] ?? "unknown";
}
