/** Debian unstable, which has the newest libzypp, wget2 and aria2 of all, as a machine for rows. */

import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clients } from "./clients.ts";
import { keptDebian } from "./debian-make.ts";
import type { Machine } from "./machine.ts";
import { besides } from "./trixie.ts";

/** For people, and the heading in the page. */
export const sidName = "Debian unstable";

/** Clients that are newer there than in Debian 13, and change what they ask; others would be a download for nothing. */
const taken: readonly string[] = ["zypper", "aria2", "wget2", "curl"];

/**
 * Debian unstable with those clients.
 * @param directory where it is kept. Default: below the system's temporary directory.
 * @throws Error that says what is missing, or why it can't be made.
 */
export function sid(
  directory = join(tmpdir(), "nearmirror-sid"),
  signal?: AbortSignal,
): Promise<Machine> {
  const packages = clients
    .filter(({ name }) => taken.includes(name))
    .flatMap((client) => client.packages.split(" "));
  return keptDebian({
    suite: "sid",
    name: sidName,
    packages: [...packages, ...besides],
    directory: resolve(directory),
    tell: (line) => process.stderr.write(`${line}\n`),
    ...(signal && { signal }),
  });
}
