/** Which version of each package is its candidate: by pins, else the newest that an index has. */
import type { Pin } from "../request.ts";
import { at } from "../universe/columns.ts";
import type { IndexFacts } from "../universe/index-facts.ts";
import { globOf, matchesIndex, matchesVersion, type PinMatch, readPin } from "./pin-match.ts";
import type { World } from "./world.ts";

/** Of an index that says nothing of itself. */
const usual = 500;
const ofInstalled = 100;
const ofNotAutomatic = 1;
const ofAutomaticUpgrades = 100;
/** From here on, an older version replaces a newer one. */
const downgrades = 1000;

function ofFacts(facts: IndexFacts): number {
  if (facts.butAutomaticUpgrades === true) return ofAutomaticUpgrades;
  return facts.notAutomatic === true ? ofNotAutomatic : usual;
}

export class Policy {
  readonly #world: World;
  readonly #byIndex: number[];
  readonly #installed: number;
  /** Of versions that a pin of their package names. */
  readonly #byVersion = new Map<number, number>();

  constructor(world: World, pins: readonly Pin[]) {
    this.#world = world;
    const general = pins.flatMap(({ package: name, pin, priority }) => {
      const match = readPin(pin);
      const isGeneral = name.trim() === "*" && match !== undefined && match.of !== "version";
      return isGeneral ? [{ match, priority }] : [];
    });
    const first = (facts: IndexFacts | undefined) =>
      general.find(({ match }) => matchesIndex(match, facts))?.priority;
    this.#byIndex = world.universe.facts.map((facts) => first(facts) ?? ofFacts(facts));
    this.#installed = first(undefined) ?? ofInstalled;
    for (const pin of pins) this.#pin(pin);
  }

  /** @param current the installed version of each package */
  candidates(current: ReadonlyMap<number, number>): Int32Array {
    const { universe, packageCount } = this.#world;
    const candidates = new Int32Array(packageCount);
    const isUsual = this.#byIndex.every((one) => one === usual);
    candidates.set(universe.packageVersions.subarray(0, universe.packageCount));
    if (!isUsual) {
      for (let one = 1; one < packageCount; one++) candidates[one] = this.#candidate(one, 0);
    } else {
      for (const version of this.#byVersion.keys()) {
        const one = this.#world.packageOf(version);
        candidates[one] = this.#candidate(one, 0);
      }
    }
    for (const [one, version] of current) candidates[one] = this.#candidate(one, version);
    return candidates;
  }

  #candidate(one: number, current: number): number {
    const world = this.#world;
    if (!world.hasVersions(one)) return 0;
    const rank = current === 0 ? 0 : world.rank(world.textNumber(current));
    let chosen = 0;
    let best = -1;
    for (const version of world.versionsOf(one)) {
      const priority = this.#priority(version, version === current);
      if (priority === 0 || priority <= best) continue;
      const isOlder = current !== 0 && world.rank(world.textNumber(version)) < rank;
      if (isOlder && priority < downgrades) continue;
      best = priority;
      chosen = version;
    }
    return chosen;
  }

  #priority(version: number, isInstalled: boolean): number {
    const pinned = this.#byVersion.get(version);
    if (pinned !== undefined) return pinned;
    const bits = at(this.#world.universe.versionIndexes, version);
    let priority = isInstalled ? this.#installed : Number.NEGATIVE_INFINITY;
    for (const [index, own] of this.#byIndex.entries()) {
      if ((bits & (1 << index)) !== 0) priority = Math.max(priority, own);
    }
    return priority === Number.NEGATIVE_INFINITY ? 0 : priority;
  }

  #pin({ package: names, pin, priority }: Pin): void {
    const match = readPin(pin);
    if (match === undefined || names.trim() === "*") return;
    for (const name of names.trim().split(/\s+/)) this.#pinName(name, match, priority);
  }

  #pinName(whole: string, match: PinMatch, priority: number): void {
    const bySource = whole.startsWith("src:");
    const named = bySource ? whole.slice("src:".length) : whole;
    const colon = named.lastIndexOf(":");
    const name = colon < 0 ? named : named.slice(0, colon);
    const architecture = colon < 0 ? undefined : named.slice(colon + 1);
    for (const group of this.#groups(name)) {
      for (const version of bySource ? this.#sourced(group) : this.#versions(group)) {
        if (!this.#isOf(version, architecture) || !this.#isMeant(version, match)) continue;
        // Of two pins the first counts.
        if (!this.#byVersion.has(version)) this.#byVersion.set(version, priority);
      }
    }
  }

  #groups(name: string): number[] {
    if (!/[*[?]/.test(name)) {
      const group = this.#world.findGroup(name);
      return group === 0 ? [] : [group];
    }
    const { groupCount, groupName, names } = this.#world.universe;
    const glob = globOf(name);
    const found: number[] = [];
    for (let group = 1; group < groupCount; group++) {
      if (glob.test(names.text(at(groupName, group)))) found.push(group);
    }
    return found;
  }

  #versions(group: number): number[] {
    return this.#world.packagesOf(group).flatMap((one) => [...this.#world.versionsOf(one)]);
  }

  #sourced(group: number): number[] {
    const { groupSourced, versionNextSourced } = this.#world.universe;
    const found: number[] = [];
    for (let v = at(groupSourced, group); v !== 0; v = at(versionNextSourced, v)) found.push(v);
    return found;
  }

  /** Without an architecture, a pin means the native one. */
  #isOf(version: number, architecture: string | undefined): boolean {
    const world = this.#world;
    const native = world.universe.architectures[0] ?? "";
    const wanted = architecture === undefined || architecture === "native" ? native : architecture;
    return wanted === "any" || world.architectureName(world.packageOf(version)) === wanted;
  }

  #isMeant(version: number, match: PinMatch): boolean {
    const { universe } = this.#world;
    if (match.of === "version") return matchesVersion(match.version, this.#world.text(version));
    const bits = at(universe.versionIndexes, version);
    if (
      universe.facts.some(
        (facts, index) => (bits & (1 << index)) !== 0 && matchesIndex(match, facts),
      )
    ) {
      return true;
    }
    const isInstalled = this.#world.installed.some((one) => one.version === version);
    return isInstalled && matchesIndex(match, undefined);
  }
}
