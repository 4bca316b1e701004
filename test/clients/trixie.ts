/** Debian 13, whose clients are newer than most machines' own, as a machine for rows. */

import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clients } from "./clients.ts";
import { keptDebian } from "./debian-make.ts";
import type { Machine } from "./machine.ts";

/** For people, and the heading in the page. */
export const trixieName = "Debian 13" as const;

/** What clients use besides their own packages, and wouldn't bring: keys, authorities, mounts for zypper's row. */
export const besides: readonly string[] = ["gpg", "ca-certificates", "mount"];

/**
 * Debian 13 with all the clients that it has.
 * @param directory where it is kept. Default: below the system's temporary directory.
 * @throws Error that says what is missing, or why it can't be made.
 */
export function trixie(
  directory = join(tmpdir(), "nearmirror-trixie"),
  signal?: AbortSignal,
): Promise<Machine> {
  const packages = clients
    .filter(({ unstable }) => !unstable)
    .flatMap((client) => client.packages.split(" ").filter(Boolean));
  return keptDebian({
    suite: "trixie",
    name: trixieName,
    packages: [...packages, ...besides],
    directory: resolve(directory),
    tell: (line) => process.stderr.write(`${line}\n`),
    ...(signal && { signal }),
  });
}
