/** The real apt in a root of its own: its lists are those of a frozen universe, and it asks nobody. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InstalledPackage, SolveOutcome, SolveRequest } from "../../worker/solve/request.ts";
import {
  aptWords,
  extendedStatesText,
  listedStanza,
  preferencesText,
  statusText,
} from "./apt-files.ts";
import { type AptOutput, outcomeOf } from "./apt-output.ts";
import type { Stanza, Universe } from "./universe.ts";

/** A host that nobody has (RFC 6761): nothing is fetched. */
const host = "truths.invalid";
/** Milliseconds for one answer: usual ones take one second, on a busy machine ten. */
const answerTimeout = 300_000;
/** Bytes: a refusal lists all that is missing. */
const maxOutput = 64 * 1024 * 1024;

/** The installed apt's version, as in `apt 2.6.2 (amd64)`; undefined where there is none. */
export function aptVersion(): string | undefined {
  try {
    const text = execFileSync("apt-get", ["--version"], { encoding: "utf8" });
    return /^apt (\S+ \(\S+\))/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

export class AptAsker {
  readonly #directory: string;
  readonly #stanzas = new Map<string, Stanza>();

  /** @param directory empty: gets some 60 MB of lists */
  constructor(directory: string, universe: Universe) {
    this.#directory = directory;
    for (const folder of [
      ...["etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d"],
      ...["var/lib/apt/lists/partial", "var/lib/dpkg", "var/log/apt"],
    ]) {
      mkdirSync(join(directory, folder), { recursive: true });
    }
    writeLists(directory, universe);
    for (const stanza of [...universe.stanzas.values()].flat()) {
      // What is for all architectures stands in each index.
      if (!this.#stanzas.has(keyOf(stanza))) this.#stanzas.set(keyOf(stanza), stanza);
    }
  }

  /**
   * @param slot no two questions at once may have the same
   * @throws Error where apt's output is neither an answer nor a refusal
   */
  async ask(request: SolveRequest, slot = 0): Promise<SolveOutcome> {
    const { architecture, installed } = request;
    const output = await this.#run(request, slot);
    try {
      return outcomeOf(output, installed, architecture);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`apt-get ${aptWords(request).join(" ")}: ${reason}`);
    }
  }

  #run(request: SolveRequest, slot: number): Promise<AptOutput> {
    const { architecture, foreign, installed, pins, recommends } = request;
    const configuration = this.#configuration([architecture, ...foreign]);
    const own = join(this.#directory, `slot-${slot}`);
    mkdirSync(own, { recursive: true });
    const stanzaOf = (one: InstalledPackage) => this.#stanzas.get(keyOf(one));
    writeFileSync(join(own, "status"), statusText(installed, stanzaOf), "latin1");
    writeFileSync(join(own, "extended_states"), extendedStatesText(installed, architecture));
    writeFileSync(join(own, "preferences"), preferencesText(pins));
    const options = [
      `Dir::State::status=${join(own, "status")}`,
      `Dir::State::extended_states=${join(own, "extended_states")}`,
      `Dir::Etc::preferences=${join(own, "preferences")}`,
      `APT::Install-Recommends=${recommends}`,
    ].flatMap((option) => ["-o", option]);
    const env = { PATH: process.env.PATH, LC_ALL: "C", APT_CONFIG: configuration };
    return new Promise((resolve, reject) => {
      execFile(
        "apt-get",
        ["-s", ...options, ...aptWords(request)],
        { env, maxBuffer: maxOutput, timeout: answerTimeout, encoding: "latin1" },
        (error, stdout, stderr) => {
          const status = error === null ? 0 : error.code;
          if (typeof status === "number") resolve({ status, stdout, stderr });
          else reject(error);
        },
      ).stdin?.end();
    });
  }

  /** apt's cache of the lists is made once for each choice of architectures, and read by all questions. */
  #configuration(architectures: readonly string[]): string {
    const name = architectures.join("-");
    const path = join(this.#directory, `${name}.conf`);
    // Another question may be reading it.
    if (existsSync(path)) return path;
    const cache = join(this.#directory, "cache", name);
    mkdirSync(join(cache, "archives/partial"), { recursive: true });
    const settings = {
      Dir: this.#directory,
      "Dir::Cache": cache,
      // With an installed set it would be written anew by each question; the lists' own cache is enough.
      "Dir::Cache::pkgcache": "",
      "APT::Architecture": architectures[0] ?? "",
      "APT::Get::Always-Include-Phased-Updates": "true",
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";\n`);
    const all = architectures.map((one) => `"${one}";`).join(" ");
    writeFileSync(path, `${lines.join("")}APT::Architectures { ${all} };\n`);
    return path;
  }
}

function writeLists(directory: string, { facts, stanzas }: Universe): void {
  const sources: string[] = [];
  for (const { name, component, release, indexes } of facts.suites) {
    const codename = release.Codename ?? name;
    // As apt calls what it fetched: slashes become underscores.
    const at = join(directory, "var/lib/apt/lists", `${host}_${name}_dists_${codename}_`);
    const architectures = indexes.map((index) => index.architecture);
    for (const architecture of architectures) {
      const own = (stanzas.get(architecture) ?? []).filter((stanza) => stanza.suite === name);
      const list = `${at}${component}_binary-${architecture}_Packages`;
      writeFileSync(list, own.map(listedStanza).join(""), "latin1");
    }
    const told = { ...release, Architectures: architectures.join(" "), Components: component };
    const lines = Object.entries(told).map(([key, value]) => `${key}: ${value}\n`);
    writeFileSync(`${at}Release`, lines.join(""));
    // The lists are signed by nobody.
    sources.push(`deb [trusted=yes] http://${host}/${name} ${codename} ${component}\n`);
  }
  writeFileSync(join(directory, "etc/apt/sources.list"), sources.join(""));
}

function keyOf({ name, architecture, version }: Pick<Stanza, "name" | "architecture" | "version">) {
  return `${name} ${architecture} ${version}`;
}
