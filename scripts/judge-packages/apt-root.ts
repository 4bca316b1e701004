/** The real apt in a root of its own: its lists are copies of the suites' files, and it asks nobody. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type SuiteFiles, translationText } from "./suite-files.ts";

/** A host that nobody has (RFC 6761): nothing is fetched. */
const host = "judge.invalid";
/** Names of one command: Linux takes 128 KB in one argument, and some MB in all. */
const namesAtOnce = 5000;
const maxOutput = 512 * 1024 * 1024;
/** What apt-file brings, so that apt knows Contents. */
const contentsTargets = "/etc/apt/apt.conf.d/50apt-file.conf";

export class AptRoot {
  readonly #configuration: string;

  /** @param directory empty; @throws Error where apt isn't there */
  constructor(directory: string, suites: readonly SuiteFiles[], architecture = "amd64") {
    const lists = join(directory, "var/lib/apt/lists");
    const folders = [
      ...["etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d"],
      ...["var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/lib/dpkg"],
    ];
    for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });
    const status = join(directory, "var/lib/dpkg/status");
    writeFileSync(status, "");
    const sources = suites.map(
      ({ suite }) => `deb [trusted=yes arch=${architecture}] http://${host}/debian ${suite} main\n`,
    );
    writeFileSync(join(directory, "etc/apt/sources.list"), sources.join(""));
    if (existsSync(contentsTargets)) {
      copyFileSync(
        contentsTargets,
        join(directory, "etc/apt/apt.conf.d", basename(contentsTargets)),
      );
    }
    for (const { suite, index, contents, translations } of suites) {
      // As apt calls what it fetched: slashes become underscores.
      const at = join(lists, `${host}_debian_dists_${suite}_`);
      copyFileSync(index, `${at}main_binary-${architecture}_Packages`);
      for (const file of contents) {
        // apt keeps them packed, as apt-file says.
        const packed = existsSync(`${file}.gz`) ? `${file}.gz` : file;
        symlinkSync(resolve(packed), `${at}main_${basename(packed)}`);
      }
      // Plain, as a Debian host has it: of a packed one apt unpacks the beginning for each text.
      for (const file of translations.slice(0, 1)) {
        writeFileSync(`${at}main_i18n_Translation-en`, translationText(file));
      }
      const release = {
        Suite: suite,
        Codename: suite,
        Architectures: architecture,
        Components: "main",
      };
      const told = Object.entries(release).map(([name, value]) => `${name}: ${value}\n`);
      writeFileSync(`${at}Release`, told.join(""));
    }
    this.#configuration = join(directory, "apt.conf");
    const settings = {
      Dir: directory,
      "Dir::State::status": status,
      "APT::Architecture": architecture,
      "APT::Architectures": architecture,
      "Acquire::Languages": "en",
    };
    const written = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
    writeFileSync(this.#configuration, written.join(""));
  }

  /** `apt-cache madison`: `name version suite`, of all that apt knows of these names. */
  madison(names: readonly string[]): Set<string> {
    const found = new Set<string>();
    for (const line of this.#lines("madison", names)) {
      const [name, version, place] = line.split("|").map((cell) => cell.trim());
      const suite = /^\S+ ([^/]+)\//.exec(place ?? "")?.[1];
      if (name !== undefined && version !== undefined && suite !== undefined) {
        found.add(`${name} ${version} ${suite}`);
      }
    }
    return found;
  }

  /** `apt-cache showpkg`: names of packages by what they provide. */
  providers(tokens: readonly string[]): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    let held: Set<string> | undefined;
    let isReverse = false;
    for (const line of this.#lines("showpkg", tokens)) {
      const token = /^Package: (\S+)$/.exec(line)?.[1];
      if (token !== undefined) {
        held = new Set();
        found.set(token, held);
        isReverse = false;
      } else if (line.startsWith("Reverse Provides:")) isReverse = true;
      else if (isReverse && line !== "") held?.add(line.slice(0, line.indexOf(" ")));
    }
    return found;
  }

  /** `apt-cache show`: the lines behind the first of each version's description, by `name version architecture`. */
  descriptions(names: readonly string[]): Map<string, string> {
    const found = new Map<string, string>();
    let stanza: string[] = [];
    const end = () => {
      const { key, description } = shown(stanza);
      if (key !== undefined) found.set(key, description);
      stanza = [];
    };
    for (const line of this.#lines("show", names)) {
      if (line === "") end();
      else stanza.push(line);
    }
    end();
    return found;
  }

  /** Of apt's programs. In plain C apt puts question marks in place of letters that ASCII hasn't. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, APT_CONFIG: this.#configuration, LC_ALL: "C.UTF-8" };
  }

  /** Any of `apt-cache`'s verbs, as text. */
  cache(...given: readonly string[]): string {
    return execFileSync("apt-cache", given, {
      env: this.environment,
      encoding: "utf8",
      maxBuffer: maxOutput,
      // It warns of names that there are none of.
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  *#lines(verb: string, names: readonly string[]): Generator<string> {
    for (let from = 0; from < names.length; from += namesAtOnce) {
      yield* this.cache(verb, ...names.slice(from, from + namesAtOnce)).split("\n");
    }
  }
}

/** Of one record that `apt-cache show` prints; no key where there is no record. */
function shown(stanza: readonly string[]): { key?: string; description: string } {
  const field = (name: string) =>
    stanza.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [name, version] = [field("Package"), field("Version")];
  const first = stanza.findIndex((line) => /^Description(-en)?: /.test(line));
  const rest = stanza.slice(first + 1);
  const behind = rest.findIndex((line) => !line.startsWith(" "));
  const description = first < 0 ? [] : behind < 0 ? rest : rest.slice(0, behind);
  return {
    ...(name !== undefined && {
      key: `${name} ${version ?? ""} ${field("Architecture") ?? ""}`,
    }),
    // Of a line that is a dot alone the text has an empty one (Debian Policy 5.6.13).
    description: description.map((line) => (line === " ." ? "" : line.slice(1))).join("\n"),
  };
}
