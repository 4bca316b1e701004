/** The real clients that rows can use, as one table. */

import type { Client } from "./row.ts";

/** All clients, by the name rows use. */
export const clients: readonly Client[] = [
  { name: "apt", packages: "apt", version: versionFrom("apt-get", /^apt (\S+)/m) },
  { name: "dnf", packages: "dnf", version: versionFrom("dnf", /^(\d\S*)/m) },
  {
    name: "dnf5",
    packages: "dnf5",
    version: versionFrom("dnf5", /^dnf5 version (\d\S*)/m),
    unstable: true,
  },
  { name: "zypper", packages: "zypper", version: versionFrom("zypper", /^zypper (\S+)/m) },
  {
    name: "pacman",
    packages: "pacman-package-manager",
    version: versionFrom("pacman", /Pacman v(\S+)/),
  },
  { name: "aria2", packages: "aria2", version: versionFrom("aria2c", /version (\S+)/) },
  {
    name: "transmission-cli",
    packages: "transmission-cli",
    version: versionFrom("transmission-cli", /^transmission-cli (\S+)/m),
  },
  { name: "curl", packages: "curl", version: versionFrom("curl", /^curl (\S+)/m) },
  {
    name: "rmadison",
    packages: "devscripts",
    version: versionFrom("rmadison", /\(devscripts ([^)]+)\)/),
  },
  { name: "wget", packages: "wget", version: versionFrom("wget", /^GNU Wget (\S+)/m) },
  { name: "wget2", packages: "wget2", version: versionFrom("wget2", /^GNU Wget2 (\S+)/m) },
  {
    name: "pip",
    packages: "python3-pip",
    version: versionFrom("/usr/bin/python3", /^pip (\S+)/m, ["-m", "pip"]),
  },
  { name: "npm", packages: "npm", version: versionFrom("npm", /^(\d\S*)/m) },
  // Debian has no apk: what it would ask is asked by hand, and the bytes are looked at.
  { name: "apk", packages: "", version: () => Promise.resolve("(bytes)") },
];

/** Asks a program for its version, wherever it is to be run. */
function versionFrom(
  program: string,
  pattern: RegExp,
  args: readonly string[] = [],
): Client["version"] {
  return async (machine) => {
    const found = machine.find(program);
    if (!found) return undefined;
    const outcome = await machine.run(found, [...args, "--version"], { deadlineMs: 20_000 });
    if (outcome.code !== 0 && args.length > 0) return undefined;
    return pattern.exec(outcome.stdout)?.[1] ?? "unknown";
  };
}
