/** A universe with what a request has installed, some of which no index has. Read alone; made for each request. */
import { compareDpkgVersions } from "../../formats/apt/dpkg-version.ts";
import type { SolveRequest } from "../request.ts";
import { at } from "../universe/columns.ts";
import { compareInSlot, nameSlot } from "../universe/package-order.ts";
import {
  comparing,
  implicit,
  isNegative,
  MultiArch,
  Operator,
} from "../universe/relation-words.ts";
import { maxInstalled, type Universe } from "../universe/universe.ts";

/** Where a package that no index has stands between those that one has. */
const between = 0.5;

export class World {
  readonly universe: Universe;
  /** One more than the highest package. */
  packageCount: number;
  versionCount: number;
  /** Of packages that are installed, in the request's order: package and version. */
  readonly installed: { package: number; version: number }[] = [];
  readonly #groups = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #ranks: number[] = [];
  readonly #group: number[] = [];
  readonly #architecture: number[] = [];
  readonly #place: number[] = [];
  readonly #versionPackage: number[] = [];
  readonly #versionText: number[] = [];
  readonly #forAll = new Set<number>();
  /** Lists of versions that no index has as it is here, the newest first. */
  readonly #lists = new Map<number, number[]>();
  /** Of groups: packages that no index has. */
  readonly #siblings = new Map<number, number[]>();

  constructor(universe: Universe, request: Pick<SolveRequest, "installed">) {
    this.universe = universe;
    this.packageCount = universe.packageCount;
    this.versionCount = universe.versionCount;
    this.#rankUnknown(request.installed.map(({ version }) => version));
    for (const { name, version, architecture } of request.installed) {
      const own = architecture === "all" ? (universe.architectures[0] ?? "") : architecture;
      const of = this.find(name, own) || this.#addPackage(name, own);
      this.installed.push({ package: of, version: this.#findOrAdd(of, version, architecture) });
    }
  }

  /** 0: there is none. */
  find(name: string, architecture: string): number {
    const group = this.findGroup(name);
    const wanted = this.universe.names.find(architecture);
    for (const one of this.packagesOf(group)) {
      if (this.architecture(one) === wanted) return one;
    }
    return 0;
  }

  findGroup(name: string): number {
    const known = at(this.universe.groupOfName, this.universe.names.find(name));
    return known || (this.#groups.get(name) ?? 0);
  }

  /** In the order in which they came to be. */
  packagesOf(group: number): number[] {
    const all: number[] = [];
    const { groupFirst, packageNext } = this.universe;
    for (let one = at(groupFirst, group); one !== 0; one = at(packageNext, one)) all.push(one);
    const more = this.#siblings.get(group);
    return more === undefined ? all : [...all, ...more];
  }

  group(one: number): number {
    const { packageCount, packageGroup } = this.universe;
    return one < packageCount ? at(packageGroup, one) : (this.#group[one - packageCount] ?? 0);
  }

  name(one: number): string {
    const group = this.group(one);
    const { groupCount, groupName, names } = this.universe;
    if (group < groupCount) return names.text(at(groupName, group));
    for (const [name, number] of this.#groups) if (number === group) return name;
    return "";
  }

  /** Number of the name. */
  architecture(one: number): number {
    const { packageCount, packageArchitecture } = this.universe;
    return one < packageCount
      ? at(packageArchitecture, one)
      : (this.#architecture[one - packageCount] ?? 0);
  }

  architectureName(one: number): string {
    return this.universe.names.text(this.architecture(one));
  }

  /** Where the package stands in the order of apt's cache. */
  place(one: number): number {
    const { packageCount, packagePlace } = this.universe;
    return one < packageCount ? at(packagePlace, one) : (this.#place[one - packageCount] ?? 0);
  }

  /** Versions of a package, the newest first. */
  versionsOf(one: number): readonly number[] {
    const known = this.#lists.get(one);
    if (known !== undefined) return known;
    const all: number[] = [];
    const { packageVersions, versionNext } = this.universe;
    for (let v = at(packageVersions, one); v !== 0; v = at(versionNext, v)) all.push(v);
    return all;
  }

  hasVersions(one: number): boolean {
    return at(this.universe.packageVersions, one) !== 0 || this.#lists.has(one);
  }

  packageOf(version: number): number {
    const { versionCount, versionPackage } = this.universe;
    return version < versionCount
      ? at(versionPackage, version)
      : (this.#versionPackage[version - versionCount] ?? 0);
  }

  /** Number of its string. */
  textNumber(version: number): number {
    const { versionCount, versionText } = this.universe;
    return version < versionCount
      ? at(versionText, version)
      : (this.#versionText[version - versionCount] ?? 0);
  }

  text(version: number): string {
    const number = this.textNumber(version);
    const { versions } = this.universe;
    return number < versions.count
      ? versions.text(number)
      : (this.#texts[number - versions.count] ?? "");
  }

  /** What is newer has more. @param number of a version's string */
  rank(number: number): number {
    const { versionRank } = this.universe;
    return number < versionRank.length
      ? at(versionRank, number)
      : (this.#ranks[number - versionRank.length] ?? 0);
  }

  /** An index has it. */
  isDownloadable(version: number): boolean {
    return at(this.universe.versionIndexes, version) !== 0;
  }

  /** `all` where it is for all. */
  architectureOfVersion(version: number): string {
    const all = at(this.universe.versionMultiArch, version) & MultiArch.all;
    return all !== 0 || this.#forAll.has(version)
      ? "all"
      : this.architectureName(this.packageOf(version));
  }

  /** A version of that string is what the relation wants. @param number of the string; 0: it has none */
  meets(said: number, number: number): boolean {
    const { saidVersion, saidOperator } = this.universe;
    const wanted = at(saidVersion, said);
    if (wanted === 0) return true;
    if (number === 0) return false;
    const order = this.rank(number) - at(this.universe.versionRank, wanted);
    switch (at(saidOperator, said) & comparing) {
      case Operator.atMost:
        return order <= 0;
      case Operator.atLeast:
        return order >= 0;
      case Operator.below:
        return order < 0;
      case Operator.above:
        return order > 0;
      case Operator.equal:
        return order === 0;
      case Operator.not:
        return order !== 0;
      default:
        return false;
    }
  }

  /** A package never conflicts with itself, and one of `Multi-Arch: same` not with its siblings by name. */
  sparesPackage(relation: number, target: number): boolean {
    const { relationVersion, relationSaid, saidType, saidOperator, versionMultiArch } =
      this.universe;
    const said = at(relationSaid, relation);
    if (!isNegative(at(saidType, said))) return false;
    const version = at(relationVersion, relation);
    const own = this.packageOf(version);
    if (this.group(own) !== this.group(target)) return false;
    if (own === target) return true;
    const same = (at(versionMultiArch, version) & MultiArch.same) !== 0;
    return same && (at(saidOperator, said) & implicit) === 0;
  }

  /** Nor with what its own group provides. */
  sparesProvider(relation: number, owner: number): boolean {
    const { relationVersion, relationSaid, saidType, saidOperator } = this.universe;
    const said = at(relationSaid, relation);
    if (!isNegative(at(saidType, said))) return false;
    if (this.group(owner) === this.group(this.packageOf(at(relationVersion, relation))))
      return true;
    return (at(saidOperator, said) & implicit) !== 0;
  }

  #findOrAdd(of: number, text: string, architecture: string): number {
    const known = this.versionsOf(of);
    const found = known.find(
      (one) => this.text(one) === text && this.architectureOfVersion(one) === architecture,
    );
    if (found !== undefined) return found;
    const made = this.versionCount++;
    this.#versionPackage.push(of);
    if (architecture === "all") this.#forAll.add(made);
    const { versions } = this.universe;
    const number = versions.find(text) || versions.count + this.#texts.indexOf(text);
    this.#versionText.push(number);
    const rank = this.rank(number);
    const before = known.findIndex((one) => this.rank(this.textNumber(one)) < rank);
    const place = before < 0 ? known.length : before;
    this.#lists.set(of, [...known.slice(0, place), made, ...known.slice(place)]);
    return made;
  }

  #addPackage(name: string, architecture: string): number {
    const made = this.packageCount++;
    let group = this.findGroup(name);
    if (group === 0) {
      group = this.universe.groupCount + this.#groups.size;
      this.#groups.set(name, group);
    }
    this.#group.push(group);
    this.#architecture.push(this.universe.names.find(architecture));
    const siblings = this.packagesOf(group);
    const last = siblings.at(-1);
    this.#siblings.set(group, [...(this.#siblings.get(group) ?? []), made]);
    this.#place.push(last === undefined ? this.#placeOf(name) : this.place(last) + between / 2);
    return made;
  }

  #placeOf(name: string): number {
    const { packageOrder, names, groupName, packageGroup } = this.universe;
    const own = new TextEncoder().encode(name);
    const slot = nameSlot(own);
    let [low, high] = [0, packageOrder.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = names.bytes(at(groupName, at(packageGroup, at(packageOrder, middle))));
      const order = nameSlot(other) - slot || compareInSlot(other, own);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low - between;
  }

  /** Strings that no index has get ranks between those of the others. */
  #rankUnknown(all: readonly string[]): void {
    const { versions, versionsByRank, versionRank } = this.universe;
    const unknown = [...new Set(all)].filter((text) => versions.find(text) === 0);
    unknown.sort(compareDpkgVersions);
    for (const [index, text] of unknown.entries()) {
      let [low, high] = [0, versionsByRank.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const other = versions.text(at(versionsByRank, middle));
        if (compareDpkgVersions(other, text) < 0) low = middle + 1;
        else high = middle;
      }
      const next = at(versionsByRank, low);
      const same = next !== 0 && compareDpkgVersions(versions.text(next), text) === 0;
      const former = unknown[index - 1];
      const below = low === 0 ? 0 : at(versionRank, at(versionsByRank, low - 1));
      this.#texts.push(text);
      if (same) this.#ranks.push(at(versionRank, next));
      else if (former !== undefined && compareDpkgVersions(former, text) === 0) {
        this.#ranks.push(this.#ranks[index - 1] ?? 0);
      } else this.#ranks.push(below + (index + 1) / (maxInstalled + 1));
    }
  }
}
