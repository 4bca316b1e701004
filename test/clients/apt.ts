/** apt in a root of its own: no file, key, cache or setting of the machine's apt is read or written. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../lab/process.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { NotRun } from "./row.ts";

export interface AptRootOptions {
  /** An empty directory. */
  directory: string;
  /** Base URL of the apt repository. */
  repositoryUrl: string;
  /** Armoured key that signed it. */
  publicKeyFile: string;
  /** PEM of the authority that https servers are trusted by. */
  authorityFile?: string | undefined;
  /** Whose apt it is. Default: this machine's. */
  machine?: Machine;
  signal?: AbortSignal;
  /** Is given every outcome. */
  ran?(outcome: Outcome): Outcome;
}

export class AptRoot {
  readonly directory: string;
  readonly #options: AptRootOptions;

  constructor(options: AptRootOptions) {
    this.#options = options;
    this.directory = options.directory;
    for (const path of [
      "etc/apt/apt.conf.d",
      "etc/apt/preferences.d",
      "etc/apt/sources.list.d",
      "etc/apt/trusted.gpg.d",
      "tmp",
      "var/cache/apt/archives/partial",
      "var/lib/apt/lists/partial",
      "var/lib/dpkg/info",
      "var/lib/dpkg/updates",
      "var/log/apt",
    ]) {
      mkdirSync(join(this.directory, path), { recursive: true });
    }
    writeFileSync(this.#path("var/lib/dpkg/status"), "");
    writeFileSync(this.configurationFile, aptConfiguration(this.directory, options.authorityFile));
    writeFileSync(
      this.#path("etc/apt/sources.list.d/lab.sources"),
      aptSource(options.repositoryUrl, options.publicKeyFile),
    );
  }

  /** The file for `APT_CONFIG`: with it alone, any apt command works in this root. */
  get configurationFile(): string {
    return this.#path("apt.conf");
  }

  /** `apt-get update` where any failed file is an error: by default apt only warns of most. */
  update(): Promise<Outcome> {
    return this.aptGet(["update", "-o", "APT::Update::Error-Mode=any"]);
  }

  /**
   * `apt-get install`, with dpkg really unpacking into this root.
   * @throws NotRun when this process isn't root, which dpkg needs to give files their owner.
   */
  install(...names: string[]): Promise<Outcome> {
    return this.#withDpkg(["install", ...names]);
  }

  /** `apt-get upgrade`, as `install`. */
  upgrade(): Promise<Outcome> {
    return this.#withDpkg(["upgrade"]);
  }

  /** Any `apt-get` command in this root. */
  async aptGet(args: string[]): Promise<Outcome> {
    const { machine = thisMachine } = this.#options;
    const aptGet = machine.find("apt-get");
    if (!aptGet) throw new NotRun("apt-get is missing");
    const outcome = await machine.run(aptGet, ["-y", ...args], {
      env: aptEnvironment(this.directory),
      deadlineMs: 120_000,
      ...(this.#options.signal && { signal: this.#options.signal }),
    });
    return this.#options.ran?.(outcome) ?? outcome;
  }

  /** Versions of the packages that are installed and configured in this root, by name. */
  installed(): Map<string, string> {
    const stanzas = readFileSync(this.#path("var/lib/dpkg/status"), "utf8").split("\n\n");
    const versions = new Map<string, string>();
    for (const stanza of stanzas) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1] ?? "";
      if (field("Status") === "install ok installed") {
        versions.set(field("Package"), field("Version"));
      }
    }
    return versions;
  }

  /** The bytes a lab package put on disk, or undefined when it isn't there. */
  payload(name: string): Buffer | undefined {
    const file = this.#path(`usr/share/${name}/payload`);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  /** Where apt keeps an unfinished download of a package. */
  partialArchive(fileName: string): string {
    return this.#path(`var/cache/apt/archives/partial/${fileName}`);
  }

  /** The directory where apt keeps unfinished indexes. */
  get partialLists(): string {
    return this.#path("var/lib/apt/lists/partial");
  }

  /** Names of the index files apt has. */
  lists(): string[] {
    return readdirSync(this.#path("var/lib/apt/lists")).filter((name) => name.includes("_dists_"));
  }

  #withDpkg(args: string[]): Promise<Outcome> {
    if (process.getuid?.() !== 0) {
      throw new NotRun("dpkg needs root to unpack into a root of its own: run as root");
    }
    return this.aptGet(args);
  }

  #path(path: string): string {
    return join(this.directory, path);
  }
}

/** A deb822 source for a lab repository. */
export function aptSource(repositoryUrl: string, publicKeyFile: string): string {
  return `Types: deb
URIs: ${repositoryUrl}
Suites: stable
Components: main
Signed-By: ${publicKeyFile}
`;
}

/** The whole environment of an apt in such a root; no proxy, no locale, no setting of the caller's. */
export function aptEnvironment(directory: string): Record<string, string> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: directory,
    TMPDIR: join(directory, "tmp"),
    LC_ALL: "C",
    DEBIAN_FRONTEND: "noninteractive",
    APT_CONFIG: join(directory, "apt.conf"),
  };
}

function aptConfiguration(directory: string, authorityFile: string | undefined): string {
  const options: Record<string, string> = {
    Dir: `${directory}/`,
    "Dir::State::status": join(directory, "var/lib/dpkg/status"),
    "Dir::Log": join(directory, "var/log/apt"),
    // The architecture the lab's index is for; its packages are `all`, so any machine can install them.
    "APT::Architecture": "amd64",
    // The directory belongs to us alone, so a download user couldn't write there.
    "APT::Sandbox::User": "root",
    "Acquire::http::Proxy": "DIRECT",
    "Acquire::https::Proxy": "DIRECT",
    "Acquire::http::Timeout": "10",
    "Acquire::Languages": "none",
    "Dpkg::Use-Pty": "0",
    "Binary::apt-get::APT::Keep-Downloaded-Packages": "true",
    "APT::Get::AllowUnauthenticated": "false",
    ...(authorityFile !== undefined && { "Acquire::https::CaInfo": authorityFile }),
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} "${value}";`);
  const dpkg = [`--root=${directory}`, "--force-bad-path", "--no-pager"];
  return `${lines.join("\n")}
#clear APT::Architectures;
APT::Architectures { "amd64"; };
#clear DPkg::Options;
DPkg::Options { ${dpkg.map((option) => `"${option}";`).join(" ")} };
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
}
