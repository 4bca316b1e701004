/** pacman in a root of its own: no database, cache, key or setting of the machine's is used. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../lab/process.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, NotRun, type RowContext } from "./row.ts";

/** What `pacman.conf` has for the lab's repository below a base URL. */
export function pacmanServer(base: string): string {
  return `${base}/lab-pacman/near/os/x86_64`;
}

export class PacmanRoot {
  readonly #context: RowContext;
  readonly #directory: string;

  private constructor(context: RowContext, directory: string) {
    this.#context = context;
    this.#directory = directory;
  }

  /** @param lines that say where the repository is: `Server = ...`, `Include = ...` */
  static async make(context: RowContext, lines: readonly string[]): Promise<PacmanRoot> {
    const { publicKeyFile } = context.trees;
    check(publicKeyFile !== undefined, "the lab's repository is not signed");
    const directory = join(context.directory, "pacman");
    const at = (name: string) => join(directory, name);
    for (const name of ["root", "db", "cache", "hooks"]) mkdirSync(at(name), { recursive: true });
    mkdirSync(at("gpg"), { mode: 0o700 });
    const ring = ["--homedir", at("gpg"), "--batch", "--quiet"];
    endedWell("gpg", await runProgram(context, "gpg", [...ring, "--import", publicKeyFile]));
    // Packages and databases must be signed by a key of the ring, which has the lab's alone.
    writeFileSync(
      at("pacman.conf"),
      `[options]
RootDir = ${at("root")}
DBPath = ${at("db")}
CacheDir = ${at("cache")}
GPGDir = ${at("gpg")}
HookDir = ${at("hooks")}
LogFile = ${at("log")}
Architecture = x86_64
SigLevel = Required TrustAll
ParallelDownloads = 3

[near]
${lines.join("\n")}
`,
    );
    return new PacmanRoot(context, directory);
  }

  /** `pacman -Sy`: the database. */
  refresh(): Promise<Outcome> {
    return this.#pacman(["-Sy"]);
  }

  /** Installs packages and what they need; the database is refreshed first. */
  install(...names: string[]): Promise<Outcome> {
    return this.#pacman(["-Sy", ...names]);
  }

  /** `pacman -Syu`. */
  upgrade(): Promise<Outcome> {
    return this.#pacman(["-Syu"]);
  }

  /** The bytes a lab package put on disk, or undefined when it isn't there. */
  payload(name: string): Buffer | undefined {
    const file = join(this.#directory, `root/usr/share/${name}/payload`);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  #pacman(args: string[]): Promise<Outcome> {
    if (process.getuid?.() !== 0) throw new NotRun("pacman must be run as root");
    const base = ["--config", join(this.#directory, "pacman.conf")];
    return runProgram(this.#context, "pacman", [
      ...base,
      ...["--noconfirm", "--noprogressbar"],
      ...args,
    ]);
  }
}
