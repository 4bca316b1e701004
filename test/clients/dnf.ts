/** dnf in an installation root of its own: no repository, cache, key or setting of the machine's is used. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../lab/process.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { NotRun } from "./row.ts";

export interface DnfRootOptions {
  /** An empty directory. */
  directory: string;
  /** The lines that say where the repository is: `baseurl=...`, `metalink=...` or `mirrorlist=...`. */
  source: string;
  /** Armoured key that signed packages and repomd.xml. */
  publicKeyFile: string;
  /** Default: `dnf`. */
  program?: "dnf" | "dnf5";
  /** Whose dnf it is. Default: this machine's. */
  machine?: Machine;
  signal?: AbortSignal;
  /** Is given every outcome. */
  ran?(outcome: Outcome): Outcome;
}

export class DnfRoot {
  readonly directory: string;
  readonly #options: DnfRootOptions;

  constructor(options: DnfRootOptions) {
    this.#options = options;
    this.directory = options.directory;
    for (const path of ["repos", "cache", "log", "vars", "root", "home", "downloaded"]) {
      mkdirSync(join(this.directory, path), { recursive: true });
    }
    writeFileSync(join(this.directory, "dnf.conf"), dnfConfiguration(this.directory));
    writeFileSync(
      join(this.directory, "repos/lab.repo"),
      `[lab]
name=lab
${options.source}
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file://${options.publicKeyFile}
`,
    );
  }

  /** `dnf makecache`: root and indexes, with the signature of repomd.xml checked. */
  makecache(): Promise<Outcome> {
    return this.#dnf(["makecache", "--refresh"]);
  }

  /** Forgets what metadata it has, and keeps the keys it has imported. */
  forgetMetadata(): void {
    // dnf may put the cache below the root that it installs into.
    const found = readdirSync(this.directory, { recursive: true, encoding: "utf8" });
    for (const name of found) {
      if (/(?:^|\/)repodata$|\.solvx?$/.test(name)) {
        rmSync(join(this.directory, name), { recursive: true, force: true });
      }
    }
  }

  /** Downloads packages and what they need, without installing; dnf checks their digests. */
  download(...names: string[]): Promise<Outcome> {
    const to = join(this.directory, "downloaded");
    const where =
      this.#options.program === "dnf5" ? `--setopt=destdir=${to}` : `--downloaddir=${to}`;
    return this.#dnf(["install", "--downloadonly", where, ...names]);
  }

  /** File names of what was downloaded. */
  downloaded(): string[] {
    return readdirSync(join(this.directory, "downloaded")).filter((name) => name.endsWith(".rpm"));
  }

  async #dnf(args: string[]): Promise<Outcome> {
    const { machine = thisMachine, program = "dnf" } = this.#options;
    const dnf = machine.find(program);
    if (!dnf) throw new NotRun(`${program} is missing`);
    // dnf5 would look for settings and repositories below the root that it installs into.
    const own = program === "dnf5" ? ["--no-plugins", "--use-host-config"] : ["--disableplugin=*"];
    const base = [
      ...["--assumeyes", `--config=${join(this.directory, "dnf.conf")}`, ...own],
      ...["--installroot", join(this.directory, "root"), "--releasever=1", "--forcearch=x86_64"],
      `--setopt=varsdir=${join(this.directory, "vars")}`,
    ];
    const outcome = await machine.run(dnf, [...base, ...args], {
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: join(this.directory, "home"),
        TMPDIR: join(this.directory, "home"),
        LC_ALL: "C.UTF-8",
      },
      deadlineMs: 120_000,
      ...(this.#options.signal && { signal: this.#options.signal }),
    });
    return this.#options.ran?.(outcome) ?? outcome;
  }
}

function dnfConfiguration(directory: string): string {
  return `[main]
reposdir=${join(directory, "repos")}
cachedir=${join(directory, "cache")}
logdir=${join(directory, "log")}
persistdir=${join(directory, "home")}
keepcache=1
plugins=0
install_weak_deps=0
fastestmirror=0
zchunk=0
timeout=20
`;
}
