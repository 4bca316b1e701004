/** Debian unstable, which has dnf5 and the newest libzypp, wget2 and aria2, as a machine for rows. */

import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clients } from "./clients.ts";
import { keptDebian } from "./debian-make.ts";
import type { Machine } from "./machine.ts";
import { besides } from "./trixie.ts";

/** For people, and the heading in the page. */
export const sidName = "Debian unstable";

/** Clients that are newer there than in Debian 13, and change what they ask; others would be a download for nothing. */
export const sidClients: readonly string[] = ["dnf5", "zypper", "aria2", "wget2", "curl"];

/**
 * Rows, by how their names begin, of what a client did before: libzypp from 17.37 on asks for no metalink, and gives a
 * file up after one failure, whoever it was asked of. A mirror that fails it alone, and answers everybody else, is not
 * found out.
 */
export const sidWithout: readonly string[] = ["zypper-metalink-"];

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
    .filter(({ name }) => sidClients.includes(name))
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
