/** The real dnf in a root of its own, over one repository in a folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const maxOutput = 512 * 1024 * 1024;
/** Reading 63,000 packages with their files for the first time, on a busy machine, ms. */
const deadlineMs = 10 * 60_000;

/** `dnf repoquery --whatprovides` takes 0.7 s for each token: by its own library many are one process. */
const providersScript = `
import json, sys, dnf
base = dnf.Base()
conf = base.conf
conf.read(sys.argv[1])
conf.reposdir = []
conf.substitutions["releasever"] = "1"
repo = base.repos.add_new_repo("judged", conf, baseurl=[sys.argv[2]])
base.fill_sack(load_system_repo=False)
query = base.sack.query()
asked = json.load(sys.stdin)
if asked is None:
    for token in sorted({str(one).split(" ")[0] for each in query for one in each.provides}):
        print(json.dumps([token, []]))
for token in asked or []:
    print(json.dumps([token, sorted({one.name for one in query.filter(provides=token)})]))
`;

export class DnfRoot {
  readonly #directory: string;
  readonly #url: string;
  readonly #arguments: readonly string[];

  /** @param directory empty @param repository has \`repodata\` */
  constructor(directory: string, repository: string) {
    this.#directory = directory;
    this.#url = `file://${repository}`;
    for (const name of ["repos", "log", "root"]) mkdirSync(join(directory, name));
    writeFileSync(
      join(directory, "repos/judged.repo"),
      `[judged]\nname=judged\nbaseurl=${this.#url}\ngpgcheck=0\nenabled=1\nmetadata_expire=-1\n`,
    );
    const folders = { reposdir: "repos", cachedir: "cache", persistdir: "persist", logdir: "log" };
    this.#arguments = [
      ...Object.entries(folders).map(([name, at]) => `--setopt=${name}=${join(directory, at)}`),
      ...["--installroot", join(directory, "root"), "--releasever=1", "--forcearch=x86_64", "-q"],
    ];
    writeFileSync(
      join(directory, "dnf.conf"),
      `[main]\ncachedir=${join(directory, "library")}\ninstallroot=${join(directory, "root")}\nlogdir=${join(directory, "log")}\npersistdir=${join(directory, "persist")}\n`,
    );
  }

  /** As a command line of its own, for timing. */
  command(...given: readonly string[]): string[] {
    return ["dnf", ...this.#arguments, ...given];
  }

  /** Lines of `dnf repoquery`. */
  repoquery(...given: readonly string[]): string[] {
    const [program = "", ...rest] = this.command("repoquery", ...given);
    return run(program, rest)
      .split("\n")
      .filter((line) => line !== "");
  }

  /** Names of all that any package provides. */
  provided(): string[] {
    return [...this.providers(null).keys()];
  }

  /** Names of packages by what they provide; `null`: all that is provided, without names. */
  providers(tokens: readonly string[] | null): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    const given = ["-c", providersScript, join(this.#directory, "dnf.conf"), this.#url];
    for (const line of run("/usr/bin/python3", given, JSON.stringify(tokens)).split("\n")) {
      if (line === "") continue;
      const told: unknown = JSON.parse(line);
      if (!Array.isArray(told)) continue;
      const [token, names]: unknown[] = told;
      if (Array.isArray(names)) found.set(String(token), new Set(names.map(String)));
    }
    return found;
  }
}

function run(program: string, given: readonly string[], input = ""): string {
  return execFileSync(program, given, {
    encoding: "utf8",
    input,
    maxBuffer: maxOutput,
    timeout: deadlineMs,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    stdio: ["pipe", "pipe", "pipe"],
  });
}
