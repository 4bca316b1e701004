/**
 * A Debian in a folder as a machine whose programs are run: by chroot, in namespaces of each program's own, so that
 * nothing is left mounted whatever ends it, and nothing running (libzypp's gpg-agent). Needs root, as chroot does.
 */

import { lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, type Outcome, type RunOptions, run } from "../lab/process.ts";
import type { Machine } from "./machine.ts";

/** Where Debian has programs. */
const programFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/**
 * Mounts, then runs the program, and ends with it all that it started: this shell is the namespace's first process. In
 * order: the folder on itself, since `/` must be a mount for programs that make namespaces of their own; devices and the
 * temporary directory as they are here; the namespace's processes; what programs must be able to write, empty.
 */
const mounted = `set -e
mount=$1 chroot=$2 root=$3 temporary=$4 access=$5 directory=$6
shift 6
"$mount" --bind "$root" "$root"
"$mount" --rbind /dev "$root/dev"
"$mount" -t proc proc "$root/proc"
mkdir -p "$root$temporary"
"$mount" --bind "$temporary" "$root$temporary"
for empty in run var/tmp; do "$mount" -t tmpfs tmpfs "$root/$empty"; done
"$mount" -o "remount,bind,$access" "$root"
code=0
"$chroot" "$root" /usr/bin/env --chdir="$directory" "$@" || code=$?
exit $code
`;

export interface RootRunOptions extends RunOptions {
  /** The program may change the folder. Default: it sees it read-only, so that what is reused stays as it was made. */
  changes?: true;
}

/**
 * Runs a program of the Debian in a folder to its end, as `run` in `process.ts`.
 * @param program its absolute path there
 * @throws Error naming the package when a tool of this machine's is missing.
 */
export function runInRoot(
  root: string,
  program: string,
  args: string[],
  options: RootRunOptions = {},
): Promise<Outcome> {
  const [unshare, mount, chroot] = [
    needed("unshare", "util-linux"),
    needed("mount", "mount"),
    needed("chroot", "coreutils"),
  ];
  const { cwd = "/", changes, ...others } = options;
  const words = [mount, chroot, root, tmpdir(), changes ? "rw" : "ro", cwd, program, ...args];
  const apart = ["--mount", "--pid", "--fork", "--kill-child"];
  return run(unshare, [...apart, "/bin/sh", "-c", mounted, "sh", ...words], others);
}

/** The Debian in a folder, which nothing that is run there changes. @param name for people: `Debian 13` */
export function debianRoot(root: string, name: string): Machine {
  return {
    find: (program) =>
      program.startsWith("/")
        ? present(root, program)
        : programFolders
            .map((folder) => present(root, join(folder, program)))
            .find((found) => found !== undefined),
    async run(program, args, options) {
      const outcome = await runInRoot(root, program, args, options);
      // Evidence is read by people: the program and its arguments, not how it is brought to run there.
      return { ...outcome, command: [program, ...args].join(" ") };
    },
    lacks: (client) => `${client} is not in ${name}`,
  };
}

/** A link is not followed: it may be absolute, and leads right only there. */
function present(root: string, path: string): string | undefined {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) && path;
}

/** A program of this machine's. */
export function needed(name: string, debianPackage: string): string {
  const found = findProgram(name);
  if (found) return found;
  throw new Error(`${name} is missing: apt-get install ${debianPackage}`);
}
