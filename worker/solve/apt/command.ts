/** Takes the names of a command as `apt-get` does: packages with their versions, and how candidates change by them. */
import { at } from "../universe/columns.ts";
import { globOf, matchesIndex, matchesVersion, type PinMatch, releaseMatch } from "./pin-match.ts";
import { propagateRelease } from "./release-candidates.ts";
import type { Selection } from "./selection.ts";
import { preferredOf } from "./upgrades.ts";

export interface Chosen {
  install: number[];
  remove: number[];
  /** Versions that were named by a suite or a pattern: their dependencies follow. */
  byRelease: { version: number; wanted: string }[];
}

type Action = "install" | "remove";

/** The tool says no. */
export class Refusal extends Error {}

export class Command {
  readonly #s: Selection;
  readonly #chosen: Chosen = { install: [], remove: [], byRelease: [] };
  readonly #faults: string[] = [];

  constructor(s: Selection) {
    this.#s = s;
  }

  /** @throws Refusal where a name can't be installed or is nobody's */
  read(install: readonly string[], remove: readonly string[]): Chosen {
    for (const name of install) this.#word(name, "install");
    for (const name of remove) this.#word(name, "remove");
    if (this.#faults.length > 0) throw new Refusal(this.#faults.join(" "));
    return this.#chosen;
  }

  #word(word: string, usual: Action): void {
    const end = word.at(-1);
    const isMarked = word.length > 1 && (end === "+" || end === "-");
    if (isMarked && this.#packagesOf(word.replace(/[/=][^/=]*$/, "")).length === 0) {
      this.#name(word.slice(0, -1), end === "+" ? "install" : "remove");
    } else this.#name(word, usual);
  }

  #name(word: string, action: Action): void {
    const tag = Math.max(word.lastIndexOf("/"), word.lastIndexOf("="));
    const name = tag < 0 ? word : word.slice(0, tag);
    const packages = this.#packagesOf(name);
    if (packages.length === 0) {
      this.#faults.push(`Unable to locate package ${name}`);
      return;
    }
    for (const one of packages) {
      const version =
        tag < 0
          ? this.#usual(one, action)
          : this.#wanted(one, word.slice(tag + 1), word[tag] === "/");
      const list = this.#chosen[action];
      if (version !== 0 && !list.includes(version)) list.push(version);
    }
  }

  #packagesOf(word: string): number[] {
    const { world } = this.#s;
    const colon = word.lastIndexOf(":");
    const name = colon < 0 ? word : word.slice(0, colon);
    const group = world.findGroup(name);
    if (group !== 0) {
      const packages = world.packagesOf(group);
      const native = this.#s.universe.architectures[0] ?? "";
      const said = word.slice(colon + 1);
      const architecture = said === "all" || said === "native" ? native : said;
      const found =
        colon < 0
          ? preferredOf(this.#s, packages)
          : packages.find(
              (one) => architecture === "any" || world.architectureName(one) === architecture,
            );
      if (found !== undefined && found !== 0) return [found];
    }
    const exact = this.#byArchitecture(name, colon < 0 ? undefined : word.slice(colon + 1));
    if (exact !== 0) return [exact];
    return this.#globbed(word);
  }

  /** `foo:amd64` may be known though no package `foo` of amd64 is: somebody depends on it. */
  #byArchitecture(name: string, architecture: string | undefined): number {
    const { world, universe } = this.#s;
    const wanted = architecture === undefined ? universe.architectures : [architecture];
    const found = wanted
      .map((one) => world.packagesOf(world.findGroup(`${name}:${one}`))[0] ?? 0)
      .filter((one) => one !== 0);
    return found.find((one) => at(universe.packageProvides, one) !== 0) ?? found[0] ?? 0;
  }

  #globbed(word: string): number[] {
    if (!/[*?[]/.test(word)) return [];
    const { world, universe } = this.#s;
    const glob = globOf(word);
    const found = new Set<number>();
    for (let group = 1; group < universe.groupCount; group++) {
      if (!glob.test(universe.names.text(at(universe.groupName, group)))) continue;
      const one = preferredOf(this.#s, world.packagesOf(group));
      if (one !== 0) found.add(one);
    }
    return [...found].sort((one, other) => one - other);
  }

  #usual(one: number, action: Action): number {
    const { world } = this.#s;
    if (action === "install") {
      const candidate = at(this.#s.candidate, one);
      if (candidate !== 0) return candidate;
      const instead = this.#onlyProvider(one, (version) => this.#isCandidate(version));
      if (instead === 0)
        this.#faults.push(`Package '${world.name(one)}' has no installation candidate`);
      return instead;
    }
    // A virtual package can't be removed, and apt only says so.
    return world.versionsOf(one)[0] ?? 0;
  }

  #isCandidate(version: number): boolean {
    return at(this.#s.candidate, this.#s.world.packageOf(version)) === version;
  }

  /** `NAME=VERSION`, `NAME/SUITE`. */
  #wanted(one: number, wanted: string, isRelease: boolean): number {
    const { world } = this.#s;
    if (wanted === "installed" || wanted === "candidate" || wanted === "newest") {
      const version = this.#special(one, wanted);
      if (version !== 0) this.#chosen.byRelease.push({ version, wanted });
      return version;
    }
    const match: PinMatch = isRelease ? releaseMatch(wanted) : { of: "version", version: wanted };
    const found = findVersion(this.#s, one, match) || this.#provided(one, match, wanted);
    if (found === 0) {
      const what = isRelease ? "Release" : "Version";
      this.#faults.push(`${what} '${wanted}' for '${world.name(one)}' was not found`);
    } else if (isRelease || world.text(found) !== wanted) {
      this.#chosen.byRelease.push({ version: found, wanted });
    }
    return found;
  }

  #special(one: number, wanted: "installed" | "candidate" | "newest"): number {
    if (wanted === "candidate") return this.#usual(one, "install");
    if (wanted === "newest") {
      const [newest] = this.#s.world.versionsOf(one);
      return newest ?? this.#onlyProvider(one, (version) => this.#isCandidate(version));
    }
    const current = at(this.#s.current, one);
    if (current === 0) {
      const name = this.#s.world.name(one);
      this.#faults.push(
        `Can't select installed version from package ${name} as it is not installed`,
      );
    }
    return current;
  }

  #provided(one: number, match: PinMatch, wanted: string): number {
    const { world, universe } = this.#s;
    const versions: number[] = [];
    const { packageProvides, provideNext, provideVersion, provideText } = universe;
    for (let own = at(packageProvides, one); own !== 0; own = at(provideNext, own)) {
      const version = at(provideVersion, own);
      const bits = at(universe.versionIndexes, version);
      const isMeant =
        match.of === "version"
          ? universe.versions.text(at(provideText, own)) === wanted
          : universe.facts.some(
              ({ suite, codename }, index) =>
                (bits & (1 << index)) !== 0 && (suite === wanted || codename === wanted),
            );
      if (isMeant) versions.push(version);
    }
    for (const version of versions) {
      const of = world.packageOf(version);
      if (versions.filter((other) => world.packageOf(other) === of).length === 1) {
        this.#s.setCandidate(version);
      }
    }
    return this.#one(one, versions);
  }

  #onlyProvider(one: number, isMeant: (version: number) => boolean): number {
    const { packageProvides, provideNext, provideVersion } = this.#s.universe;
    const versions: number[] = [];
    for (let own = at(packageProvides, one); own !== 0; own = at(provideNext, own)) {
      const version = at(provideVersion, own);
      if (isMeant(version)) versions.push(version);
    }
    return this.#one(one, versions);
  }

  /** Where all are of one name: the one of the best architecture. */
  #one(wanted: number, versions: readonly number[]): number {
    const { world, universe } = this.#s;
    const place = (version: number) =>
      universe.architectures.indexOf(world.architectureName(world.packageOf(version)));
    let chosen = 0;
    for (const version of versions) {
      if (chosen === 0) {
        chosen = version;
        continue;
      }
      const [of, other] = [world.packageOf(chosen), world.packageOf(version)];
      if (world.group(of) !== world.group(other)) return 0;
      if (world.architecture(of) === world.architecture(wanted)) continue;
      if (place(version) < place(chosen)) chosen = version;
    }
    return chosen;
  }

  /** Candidates become what was asked for, with what that takes. */
  propagate({ byRelease }: Chosen): void {
    propagateRelease(this.#s, byRelease);
  }
}

/** The newest version that is meant; 0: none is. */
export function findVersion(s: Selection, one: number, match: PinMatch): number {
  const { world, universe } = s;
  for (const version of world.versionsOf(one)) {
    if (match.of === "version") {
      if (matchesVersion(match.version, world.text(version))) return version;
      continue;
    }
    const bits = at(universe.versionIndexes, version);
    const inIndex = universe.facts.some(
      (facts, index) => (bits & (1 << index)) !== 0 && matchesIndex(match, facts),
    );
    const isNow = at(s.current, one) === version && matchesIndex(match, undefined);
    if (inIndex || isNow) return version;
  }
  return 0;
}
