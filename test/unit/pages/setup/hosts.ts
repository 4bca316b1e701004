/** Roots of hosts in scratch directories, and the shells that run set-up scripts in them. */

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Kind } from "../../../../worker/formats/kinds.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { findProgram } from "../../../lab/process.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

export const base = "https://near.example/";

export function repository(
  kind: Kind,
  name: string,
  setup: Repository["setup"],
  more: Partial<Repository> = {},
): Repository {
  const origin = `https://origin.${name}.example/`;
  return { name, kind, title: "A title", origin, architectures: [], keys: [], setup, ...more };
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
export const debian = repository(
  "apt",
  "debian",
  { suites: "trixie trixie-updates", components: "main", signedBy: keyring },
  { title: "Debian", origin: "http://ftp.debian.org/debian/", architectures: ["amd64", "arm64"] },
);
export const debianSecurity = repository(
  "apt",
  "debian-security",
  { suites: "trixie-security", components: "main", signedBy: keyring },
  { origin: "http://security.debian.org/debian-security/", architectures: ["amd64", "arm64"] },
);
export const almalinux = repository(
  "rpm",
  "almalinux",
  {
    signedBy: "file:///etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-$releasever",
    channels: {
      baseos: "$releasever/BaseOS/$basearch/os/",
      extras: "$releasever/extras/$basearch/os/",
    },
  },
  { title: "AlmaLinux", origin: "https://repo.almalinux.org/almalinux/" },
);
export const alpine = repository(
  "apk",
  "alpine",
  {},
  { origin: "https://dl-cdn.alpinelinux.org/alpine/" },
);
export const archlinux = repository("pacman", "archlinux", {});

/** An empty directory, gone after the file's tests. A space in its path shows what isn't quoted. */
export function makeFolder(): string {
  const scratch = temporaryFolder("nearmirror-setup-");
  // Some scripts are run as nobody.
  chmodSync(scratch, 0o755);
  const folder = join(scratch, "a root");
  mkdirSync(folder);
  return folder;
}

/** A root with these files, by path below it. */
export function makeRoot(files: Record<string, string>): string {
  const root = makeFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Every file, folder and link below a root: path, mode, and bytes or target. */
export function everything(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
    const file = join(root, path);
    const stat = lstatSync(file);
    const what = stat.isSymbolicLink()
      ? readlinkSync(file)
      : stat.isDirectory()
        ? "folder"
        : readFileSync(file, "latin1");
    found[path] = `${stat.mode.toString(8)} ${what}`;
  }
  return found;
}

/** What a file below a root says. */
export function text(root: string, path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export interface Shell {
  name: string;
  command: string[];
  /** The only programs there are. */
  path: string;
}

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** dash and bash with the system's programs, and busybox with nothing but its own, as Alpine has it. */
export function shells(): Shell[] {
  const found: Shell[] = [];
  for (const name of ["dash", "bash"]) {
    const program = findProgram(name);
    if (program !== undefined) found.push({ name, command: [program], path: systemPath });
  }
  const busybox = findProgram("busybox");
  if (busybox !== undefined) {
    const applets = makeFolder();
    spawnSync(busybox, ["--install", "-s", applets]);
    if (existsSync(join(applets, "awk"))) {
      found.push({ name: "busybox", command: [busybox, "sh"], path: applets });
    }
  }
  return found;
}

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a script as `curl ... | sh -s -- ARGS` does: from standard input. @param uid the user it runs as */
export function pipe(script: string, args: string[], shell: Shell, uid?: number): Ended {
  const [program = "", ...first] = shell.command;
  const ended = spawnSync(program, [...first, "-s", "--", ...args], {
    input: script,
    encoding: "utf8",
    env: { PATH: shell.path, LC_ALL: "C" },
    timeout: 20_000,
    ...(uid === undefined ? {} : { uid }),
  });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

/** The shell most hosts have as sh, where only one is wanted. */
export function plainShell(): Shell {
  const [first] = shells();
  if (first === undefined) throw new Error("neither dash nor bash nor busybox is installed");
  return first;
}

/** Runs a script in a root and expects exit code 0 and no complaint. @returns what it said */
export function done(script: string, root: string, shell: Shell, ...args: string[]): string {
  const { code, out, err } = pipe(script, ["--root", root, ...args], shell);
  if (code !== 0 || err !== "") throw new Error(`exit code ${code}\n${out}\n${err}`);
  return out;
}
