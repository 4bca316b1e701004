/** A fresh installation in a folder: what its real package manager has, and commands run in it as if it were the host. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { findProgram, run } from "../../../lab/process.ts";
import type { FreshHost } from "./fresh.ts";
import { everything } from "./hosts.ts";
import type { Snippet } from "./snippets.ts";

/** Something that a package manager has updates from. */
export interface Source {
  /** Suite, component and kind; section; server of a section; branch. */
  what: string;
  /** At which URL, where the manager tells. */
  where: string;
}

/** What a package manager said of its sources. */
export interface Told {
  sources: Source[];
  /** Errors and warnings, each a line. */
  complaints: string;
}

type Manager = "apt" | "dnf" | "zypper" | "pacman" | "apk";

/** What each is recognised by; of apk there is no program here, and its files are read. */
const managers: readonly [Manager, string, string | undefined][] = [
  ["apt", "etc/apt", "apt-get"],
  ["dnf", "etc/yum.repos.d", "dnf"],
  ["zypper", "etc/zypp", "zypper"],
  ["pacman", "etc/pacman.d", "pacman-conf"],
  ["apk", "etc/apk", undefined],
];

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export class FreshRoot {
  readonly directory: string;
  readonly manager: Manager;
  readonly #program: string | undefined;
  /** Beside the root: what the programs themselves want to keep. */
  readonly #beside: string;

  /** @param directory doesn't exist, and has no blank in its path: the host's paths are put below it in texts */
  constructor(host: FreshHost, directory: string) {
    this.directory = join(directory, "root");
    this.#beside = join(directory, "beside");
    for (const folder of ["bin", "lists/partial", "cache", "vars", "install"])
      mkdirSync(join(this.#beside, folder), { recursive: true });
    for (const [path, text] of Object.entries(host.files)) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), text);
    }
    const found = managers.find(([, folder]) => existsSync(join(this.directory, folder)));
    if (found === undefined) throw new Error(`${host.name} has no package manager`);
    this.manager = found[0];
    this.#program = found[2] === undefined ? undefined : findProgram(found[2]);
    if (this.manager === "apt")
      for (const folder of ["sources.list.d", "apt.conf.d", "preferences.d"])
        mkdirSync(join(this.directory, "etc/apt", folder), { recursive: true });
    this.#writePrograms();
  }

  /** Why nothing can be tried: the program that is missing. */
  get missing(): string | undefined {
    const needed = managers.find(([manager]) => manager === this.manager)?.[2];
    return needed === undefined || this.#program !== undefined ? undefined : `${needed} is missing`;
  }

  everything(): Record<string, string> {
    return everything(this.directory);
  }

  /** Writes a file of a snippet, as somebody with an editor does. */
  write({ file = "", text }: Snippet): void {
    mkdirSync(dirname(join(this.directory, file)), { recursive: true });
    writeFileSync(join(this.directory, file), `${text}\n`);
  }

  /**
   * Runs a command of a snippet: its `/etc` is the root's, `sudo` changes nobody, a set-up script is told the root.
   * @returns exit code and all that it said
   */
  async run(command: string): Promise<{ code: number; said: string }> {
    const here = command.replace(/(?<![\w:/."}$])\/etc\//g, `${this.directory}/etc/`);
    const { code, stdout, stderr } = await run("/bin/sh", ["-c", here], {
      cwd: this.#beside,
      env: { PATH: `${join(this.#beside, "bin")}:${systemPath}`, LC_ALL: "C", HOME: this.#beside },
      deadlineMs: 30_000,
    });
    return { code, said: stdout + stderr };
  }

  /** Has pacman read one file before another, as our words say. */
  include(before: string, after: string): void {
    const file = join(this.directory, "etc/pacman.conf");
    const line = `Include = ${after}`;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(line, `Include = ${before}\n${line}`));
  }

  /** What the manager has, by its own word. */
  sources(): Promise<Told> {
    const ask: Record<Manager, () => Promise<Told>> = {
      apt: () => this.#apt(),
      dnf: () => this.#dnf(),
      zypper: () => this.#zypper(),
      pacman: () => this.#pacman(),
      apk: () => this.#apk(),
    };
    return ask[this.manager]();
  }

  #apt(): Promise<Told> {
    const configuration = join(this.#beside, "apt.conf");
    writeFileSync(
      configuration,
      `Dir "${this.directory}/";
Dir::State "${this.#beside}";
Dir::State::lists "${this.#beside}/lists";
Dir::State::status "/dev/null";
Dir::Cache "${this.#beside}/cache";
APT::Architecture "amd64";
#clear APT::Architectures;
APT::Architectures { "amd64"; };
`,
    );
    const format = "$(RELEASE) $(COMPONENT) $(CREATED_BY)\t$(REPO_URI)";
    const args = ["indextargets", "--no-release-info", "--format", format];
    return this.#told(args, { APT_CONFIG: configuration }, (line) => {
      const [what = "", where = ""] = line.split("\t");
      return [{ what, where }];
    });
  }

  #dnf(): Promise<Told> {
    const configuration = join(this.#beside, "dnf.conf");
    const main = {
      reposdir: join(this.directory, "etc/yum.repos.d"),
      cachedir: join(this.#beside, "cache"),
      logdir: this.#beside,
      persistdir: this.#beside,
      varsdir: join(this.#beside, "vars"),
      plugins: "0",
    };
    const lines = Object.entries(main).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(configuration, `[main]\n${lines.join("")}`);
    const args = [
      ...["--config", configuration, "--installroot", join(this.#beside, "install")],
      ...["--releasever=9", "--forcearch=x86_64", "repolist", "--enabled"],
    ];
    return this.#told(args, {}, (line) => {
      const [id = ""] = line.split(/\s+/);
      return line.startsWith("repo id") ? [] : [{ what: id, where: "" }];
    });
  }

  #zypper(): Promise<Told> {
    const args = [...this.#zypperRoot(), "--terse", "repos", "--uri"];
    return this.#told(args, this.#zypperEnvironment(), (line) => {
      const [, alias = "", , enabled = "", ...rest] = line.split("|").map((cell) => cell.trim());
      return enabled === "Yes" ? [{ what: alias, where: rest.at(-1) ?? "" }] : [];
    });
  }

  #zypperRoot(): string[] {
    return ["--root", this.directory, "--non-interactive"];
  }

  #zypperEnvironment(): Record<string, string> {
    return {
      ZYPP_LOCKFILE_ROOT: this.#beside,
      ZYPP_LOGFILE: join(this.#beside, "zypper.log"),
    };
  }

  async #pacman(): Promise<Told> {
    const configuration = this.#below("etc/pacman.conf");
    const sections = await this.#told(["--config", configuration, "--repo-list"], {}, (line) => [
      { what: line, where: "" },
    ]);
    const sources = await Promise.all(
      sections.sources.map(({ what: section }) =>
        this.#told(["--config", configuration, "--repo", section, "Server"], {}, (server) => [
          { what: `${section} ${server}`, where: "" },
        ]),
      ),
    );
    return {
      sources: sources.flatMap((told) => told.sources),
      complaints: [sections, ...sources].map(({ complaints }) => complaints).join(""),
    };
  }

  /** A copy of a file of pacman's in which the host's paths are the root's, as are those of what it includes. */
  #below(path: string): string {
    const text = readFileSync(join(this.directory, path), "utf8");
    const copy = join(this.#beside, path.replaceAll("/", "_"));
    const below = text.replace(
      /^Include = \/(\S+)$/gm,
      (_, included: string) => `Include = ${this.#below(included)}`,
    );
    writeFileSync(copy, below);
    return copy;
  }

  async #apk(): Promise<Told> {
    const folder = join(this.directory, "etc/apk/repositories.d");
    const more = existsSync(folder) ? readdirSync(folder) : [];
    const files = [
      join(this.directory, "etc/apk/repositories"),
      ...more.filter((name) => name.endsWith(".list")).map((name) => join(folder, name)),
    ];
    const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
    const sources = lines
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((where) => ({ what: where.split("/").slice(-2).join("/"), where }));
    return { sources, complaints: "" };
  }

  async #told(
    args: string[],
    env: Record<string, string>,
    read: (line: string) => Source[],
  ): Promise<Told> {
    const { code, stdout, stderr } = await run(this.#program ?? "", args, {
      env: { PATH: systemPath, LC_ALL: "C", HOME: this.#beside, ...env },
      deadlineMs: 30_000,
    });
    const lines = stdout.split("\n").filter((line) => line !== "");
    const ended = code === 0 ? "" : `exit code ${code}\n`;
    return { sources: lines.flatMap(read), complaints: stderr + ended };
  }

  #writePrograms(): void {
    const zypper = ["zypper", ...this.#zypperRoot()].join(" ");
    const variables = Object.entries(this.#zypperEnvironment()).map(
      ([name, to]) => `${name}=${to}`,
    );
    const programs = {
      sudo: 'exec "$@"',
      // What is piped into it is one of our scripts, which takes the root.
      sh: `[ "\${1:-}" != -s ] || shift 2\nexec /bin/sh -s -- --root ${this.directory} "$@"`,
      zypper: `PATH=${systemPath} ${variables.join(" ")} exec ${zypper} "$@"`,
    };
    for (const [name, text] of Object.entries(programs)) {
      const file = join(this.#beside, "bin", name);
      writeFileSync(file, `#!/bin/sh\n${text}\n`);
      chmodSync(file, 0o755);
    }
  }
}
