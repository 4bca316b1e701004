/**
 * Makes a Debian in a folder with debootstrap, once, from the mirror that this machine's own apt uses and with its
 * proxies: what reaches Debian from here is already said there.
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, findProgram, type Outcome, run } from "../lab/process.ts";
import { debianRoot, needed, runInRoot } from "./debian-root.ts";
import type { Machine } from "./machine.ts";

export interface DebianOptions {
  /** Codename, for debootstrap. */
  suite: string;
  /** For people. */
  name: string;
  /** Packages that are installed, without what they only recommend. */
  packages: readonly string[];
  /** Where it is kept. Nobody but root may be able to change it: its programs are run as root. */
  directory: string;
  /** Is given a line when it has to be made. */
  tell(line: string): void;
  signal?: AbortSignal;
}

/** Where Debian is when this machine's apt doesn't say. */
const defaultMirror = "http://ftp.debian.org/debian";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** What a folder was made of, so that another list of packages makes it anew. */
const madeOf = "etc/nearmirror-made-of";
/** For each of the steps, of which two fetch about 100 MB, ms. */
const stepDeadlineMs = 1_200_000;

/**
 * The Debian in a folder, made when it isn't there.
 * @throws Error that says what is missing, or what went wrong; the folder is then as it was.
 */
export async function keptDebian(options: DebianOptions): Promise<Machine> {
  const { suite, name, packages, directory } = options;
  if (process.getuid?.() !== 0) throw new Error(`${name} in a folder needs root, as chroot does`);
  const wanted = `${[suite, ...packages].join("\n")}\n`;
  const made = join(directory, madeOf);
  if (existsSync(directory)) checkSafe(directory);
  if (!existsSync(made) || readFileSync(made, "utf8") !== wanted) {
    options.tell(`${directory}: making ${name} with debootstrap, which takes minutes, once`);
    await make(options, wanted);
  }
  return debianRoot(directory, name);
}

/** Throws unless the folder is root's own and nobody else's to write. */
function checkSafe(directory: string): void {
  const found = lstatSync(directory);
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
  throw new Error(`${directory} is not a folder that only root can change: remove it`);
}

async function make(options: DebianOptions, wanted: string): Promise<void> {
  const { suite, packages, directory } = options;
  const debootstrap = needed("debootstrap", "debootstrap");
  const unshare = needed("unshare", "util-linux");
  if (!existsSync(keyring)) throw new Error(`${keyring}: apt-get install debian-archive-keyring`);
  const apt = await aptOfThisMachine();
  const limits = { deadlineMs: stepDeadlineMs, ...(options.signal && { signal: options.signal }) };
  // Beside its place, so that it is moved there whole.
  const root = mkdtempSync(`${directory}.`);
  try {
    // debootstrap mounts /proc there, which in a namespace of its own nothing can leave behind.
    const based = ["--variant=minbase", `--keyring=${keyring}`, suite, root, apt.mirror];
    wentWell(
      await run(unshare, ["--mount", debootstrap, ...based], {
        ...limits,
        env: { ...definedEnvironment(), ...proxyVariables(apt.settings) },
      }),
    );
    writeFileSync(join(root, "etc/apt/apt.conf.d/90machine"), apt.settings);
    // Nothing there is to be started.
    writeFileSync(join(root, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    if (existsSync("/etc/hosts")) copyFileSync("/etc/hosts", join(root, "etc/hosts"));
    const install = ["install", "-y", "--no-install-recommends", ...packages];
    for (const args of [["update"], install, ["clean"]]) {
      wentWell(
        await runInRoot(root, "/usr/bin/apt-get", args, {
          ...limits,
          env: {
            PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
            HOME: "/root",
            LC_ALL: "C.UTF-8",
            DEBIAN_FRONTEND: "noninteractive",
          },
          changes: true,
        }),
      );
    }
    chmodSync(root, 0o755);
    writeFileSync(join(root, madeOf), wanted);
    rmSync(directory, { recursive: true, force: true });
    renameSync(root, directory);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

function wentWell(outcome: Outcome): void {
  if (outcome.code !== 0) throw new Error(describe(outcome, 20));
}

/** The mirror this machine's apt has for Debian, and what it is told of the way there. */
async function aptOfThisMachine(): Promise<{ mirror: string; settings: string }> {
  const [aptGet, aptConfig] = [findProgram("apt-get"), findProgram("apt-config")];
  if (!aptGet || !aptConfig) return { mirror: defaultMirror, settings: "" };
  const targets = await run(aptGet, [
    ...["indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)"],
    "Created-By: Packages",
  ]);
  const configuration = await run(aptConfig, ["dump"]);
  return {
    mirror: debianMirrorOf(targets.stdout) ?? defaultMirror,
    settings: aptSettingsOf(configuration.stdout),
  };
}

/**
 * The base URL of the first Debian archive among apt's index targets.
 * @param targets lines `origin|label|component|url`
 * @returns undefined when there is none that debootstrap can use, which is http and https.
 */
export function debianMirrorOf(targets: string): string | undefined {
  for (const line of targets.split("\n")) {
    const [origin, label, component, url = ""] = line.split("|");
    const isArchive = origin === "Debian" && label === "Debian" && component === "main";
    if (isArchive && /^https?:\/\//.test(url)) return url.replace(/\/$/, "");
  }
  return undefined;
}

/** Of `apt-config dump`, the settings that say how repositories are reached and what dates are believed. */
export function aptSettingsOf(dump: string): string {
  return dump
    .split("\n")
    .filter((line) => /^Acquire::(?:https?::|Check-)\S* ".+";$/.test(line))
    .map((line) => `${line}\n`)
    .join("");
}

/** What wget, which debootstrap fetches with, takes proxies from; apt's word `DIRECT` for none means nothing to it. */
export function proxyVariables(settings: string): Record<string, string> {
  const found = settings.matchAll(/^Acquire::(https?)::Proxy "(\w+:.+)";$/gim);
  return Object.fromEntries(
    [...found].map(([, scheme = "", url = ""]) => [`${scheme.toLowerCase()}_proxy`, url]),
  );
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
