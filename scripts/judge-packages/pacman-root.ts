/** The real pacman in a root of its own, over one database in a folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A line for each of 63,000 packages is 3 MB. */
const maxOutput = 64 * 1024 * 1024;

export class PacmanRoot {
  readonly #configuration: string;

  /** Reads the databases. @param directory empty @param folder has `NAME.db` and `NAME.files` */
  constructor(directory: string, folder: string, name: string) {
    const databases = join(directory, "var/lib/pacman");
    mkdirSync(databases, { recursive: true });
    this.#configuration = join(directory, "pacman.conf");
    writeFileSync(
      this.#configuration,
      `[options]\nRootDir = ${directory}\nDBPath = ${databases}/\nLogFile = ${join(directory, "log")}\n` +
        `Architecture = x86_64\nSigLevel = Never\n[${name}]\nServer = file://${folder}\n`,
    );
    for (const verb of ["-Sy", "-Fy"]) this.#run(verb);
  }

  /** `name version` of all packages. */
  listed(): string[] {
    const lines = this.#run("-Sl").split("\n");
    return lines.filter((line) => line !== "").map((line) => line.slice(line.indexOf(" ") + 1));
  }

  #run(...asked: readonly string[]): string {
    const [program = "", ...given] = this.command(...asked);
    return execFileSync(program, given, { encoding: "utf8", stdio: "pipe", maxBuffer: maxOutput });
  }

  /** As a command line of its own, for timing. */
  command(...given: readonly string[]): string[] {
    return ["pacman", "--config", this.#configuration, ...given];
  }
}
