/**
 * Groups (all packages of one name), packages (one architecture of them), versions, relations and provides while a
 * universe is built. Numbers are given in the order in which apt's own cache gives them, and lists are kept in its
 * order, as apt decides by both where nothing else tells two packages apart. 0 is none.
 */
import { Column } from "./columns.ts";
import {
  architectureNamed,
  implicit,
  isNegative,
  MultiArch,
  Operator,
  Relation,
} from "./relation-words.ts";
import { StringTable } from "./string-table.ts";

/** A relation as it is written down: what it says, without who says it. */
export interface Said {
  /** Number of the string; 0: any version. */
  version: number;
  operator: number;
  type: number;
}

/** What a version provides. */
export interface Provided {
  /** Number of the string; 0: it is provided without one. */
  version: number;
  flags: number;
}

/** A column whose row 0 is nobody's. */
function column(): Column {
  const made = new Column();
  made.add(0);
  return made;
}

export class Graph {
  readonly names = new StringTable();
  readonly versions = new StringTable();
  /** Numbers of the architectures' names. */
  readonly native: number;
  readonly any: number;
  readonly #all: number;
  readonly #known: ReadonlySet<number>;

  readonly groupOfName = column();
  readonly groupName = column();
  readonly groupFirst = column();
  readonly groupLast = column();
  /** The versions that were made from the source package of this name, the last first. */
  readonly groupSourced = column();

  readonly packageGroup = column();
  readonly packageArchitecture = column();
  readonly packageNext = column();
  readonly packageVersions = column();
  readonly packageProvides = column();
  readonly packageReverse = column();
  readonly packageFlags = column();

  readonly versionPackage = column();
  readonly versionNext = column();
  readonly versionText = column();
  readonly versionMultiArch = column();
  readonly versionFirst = column();
  readonly versionLast = column();
  readonly versionProvides = column();

  readonly relationVersion = column();
  readonly relationSaid = column();
  readonly relationNext = column();
  readonly relationNextReverse = column();

  readonly saidPackage = column();
  readonly saidVersion = column();
  readonly saidOperator = column();
  readonly saidType = column();
  readonly #saidNext = column();

  readonly provideVersion = column();
  readonly providePackage = column();
  readonly provideText = column();
  readonly provideFlags = column();
  readonly provideNext = column();
  readonly provideNextOfVersion = column();

  /** Where the fields of the version that is read are appended. */
  #tail = 0;
  #tailOf = 0;

  /** @param architectures the native one first */
  constructor(architectures: readonly string[]) {
    const known = architectures.map((name) => this.names.add(name));
    this.native = known[0] ?? 0;
    this.#known = new Set(known);
    this.any = this.names.add("any");
    this.#all = this.names.add("all");
  }

  isKnown(architecture: number): boolean {
    return this.#known.has(architecture);
  }

  group(name: number): number {
    while (this.groupOfName.length <= name) this.groupOfName.add(0);
    const known = this.groupOfName.get(name);
    if (known !== 0) return known;
    const group = this.groupName.add(name);
    this.groupFirst.add(0);
    this.groupLast.add(0);
    this.groupSourced.add(0);
    this.groupOfName.set(name, group);
    return group;
  }

  findGroup(name: number): number {
    return this.groupOfName.get(name);
  }

  find(group: number, architecture: number): number {
    const wanted = architecture === this.#all ? this.native : architecture;
    let one = this.groupFirst.get(group);
    if (wanted === this.any) return one;
    while (one !== 0 && this.packageArchitecture.get(one) !== wanted)
      one = this.packageNext.get(one);
    return one;
  }

  /** The package, which comes to be where it isn't there yet. */
  package(name: number, architecture: number): number {
    const group = this.group(name);
    const known = this.find(group, architecture);
    if (known !== 0) return known;
    const made = this.packageGroup.add(group);
    this.packageArchitecture.add(architecture === this.#all ? this.native : architecture);
    for (const one of [this.packageNext, this.packageVersions, this.packageProvides]) one.add(0);
    this.packageReverse.add(0);
    this.packageFlags.add(0);
    if (this.groupFirst.get(group) === 0) this.groupFirst.set(group, made);
    else {
      this.#inheritFromGroup(group, made);
      this.packageNext.set(this.groupLast.get(group), made);
    }
    this.groupLast.set(group, made);
    if (architecture === this.any) this.#provideByArchitecture(name, made);
    return made;
  }

  /** What is true of every package of a name holds for one that comes later as well. */
  #inheritFromGroup(group: number, made: number): void {
    const model = this.#preferred(group);
    for (let one = this.packageProvides.get(model); one !== 0; one = this.provideNext.get(one)) {
      const version = this.provideVersion.get(one);
      const flags = this.provideFlags.get(one);
      if (flags !== 0 || !this.#isMultiArch(version, MultiArch.foreign)) continue;
      if (!this.#isOfKnown(this.versionPackage.get(version))) continue;
      this.provides(version, made, { version: this.provideText.get(one), flags });
    }
    for (let one = this.groupFirst.get(group); one !== 0; one = this.packageNext.get(one)) {
      if (!this.#isOfKnown(one)) continue;
      for (let version = this.packageVersions.get(one); version !== 0; ) {
        if (this.#isMultiArch(version, MultiArch.foreign)) {
          this.provides(version, made, { version: this.versionText.get(version), flags: implicit });
        }
        version = this.versionNext.get(version);
      }
    }
    for (let one = this.packageReverse.get(model); one !== 0; ) {
      const said = this.relationSaid.get(one);
      const [operator, type] = [this.saidOperator.get(said), this.saidType.get(said)];
      if (
        (operator & (architectureNamed | implicit)) === 0 &&
        (isNegative(type) || type === Relation.replaces)
      ) {
        this.#append(made, this.relationVersion.get(one), {
          version: this.saidVersion.get(said),
          operator,
          type,
        });
      }
      one = this.relationNextReverse.get(one);
    }
  }

  #preferred(group: number): number {
    const native = this.find(group, this.native);
    if (native !== 0) return native;
    for (const architecture of this.#known) {
      const one = this.find(group, architecture);
      if (one !== 0) return one;
    }
    return 0;
  }

  /** `foo:amd64`, of any architecture, is a package that `foo` of amd64 provides: made once somebody names it. */
  #provideByArchitecture(name: number, made: number): void {
    const text = this.names.text(name);
    const colon = text.lastIndexOf(":");
    const named = text.slice(colon + 1);
    if (named === "any" || colon < 0) return;
    const architecture = this.names.add(named);
    const flags = implicit | architectureNamed;
    const real = this.package(this.names.add(text, 0, colon), architecture);
    for (let one = this.packageProvides.get(real); one !== 0; one = this.provideNext.get(one)) {
      if ((this.provideFlags.get(one) & implicit) !== 0) continue;
      const version = this.provideVersion.get(one);
      if (this.packageArchitecture.get(this.versionPackage.get(version)) !== architecture) continue;
      this.provides(version, made, { version: this.versionText.get(version), flags });
    }
    for (let version = this.packageVersions.get(real); version !== 0; ) {
      this.provides(version, made, { version: this.versionText.get(version), flags });
      version = this.versionNext.get(version);
    }
  }

  #isOfKnown(one: number): boolean {
    return this.isKnown(this.packageArchitecture.get(one));
  }

  #isMultiArch(version: number, bit: number): boolean {
    return (this.versionMultiArch.get(version) & bit) !== 0;
  }

  /** @param before the version that it stands before in its package's list; `after` the one that it stands behind */
  version(of: number, text: number, place: { after: number; before: number }): number {
    const made = this.versionPackage.add(of);
    this.versionText.add(text);
    this.versionNext.add(place.before);
    this.versionMultiArch.add(0);
    this.versionFirst.add(0);
    this.versionLast.add(0);
    this.versionProvides.add(0);
    if (place.after === 0) this.packageVersions.set(of, made);
    else this.versionNext.set(place.after, made);
    this.#tail = 0;
    this.#tailOf = made;
    return made;
  }

  /** A relation of the version that is read. */
  relates(version: number, to: { name: number; architecture: number }, said: Said): void {
    const group = this.group(to.name);
    const negative = isNegative(said.type) || said.type === Relation.replaces;
    const ofAll = negative && (said.operator & architectureNamed) === 0;
    if (!ofAll || this.groupFirst.get(group) === 0) {
      this.#insert(this.package(to.name, to.architecture), version, said);
      return;
    }
    for (let one = this.groupFirst.get(group); one !== 0; one = this.packageNext.get(one)) {
      this.#insert(one, version, said);
    }
  }

  /** Behind the relation that was written last, which needn't be the version's last one. */
  #insert(to: number, version: number, said: Said): void {
    const made = this.#link(to, version, said);
    const tail =
      this.#tailOf === version && this.#tail !== 0 ? this.#tail : this.versionLast.get(version);
    if (tail === 0) this.versionFirst.set(version, made);
    else {
      this.relationNext.set(made, this.relationNext.get(tail));
      this.relationNext.set(tail, made);
    }
    if (this.versionLast.get(version) === tail) this.versionLast.set(version, made);
    this.#tail = made;
    this.#tailOf = version;
  }

  #append(to: number, version: number, said: Said): void {
    const made = this.#link(to, version, said);
    const last = this.versionLast.get(version);
    if (last === 0) this.versionFirst.set(version, made);
    else this.relationNext.set(last, made);
    this.versionLast.set(version, made);
  }

  /** Relations that say the same share a row, and stand together in the list of those that mean the package. */
  #link(to: number, version: number, said: Said): number {
    const head = this.packageReverse.get(to);
    let before = 0;
    let same = 0;
    for (let one = this.relationSaid.get(head); one !== 0; one = this.#saidNext.get(one)) {
      const other = this.saidVersion.get(one);
      if (said.version > other) break;
      if (
        other === said.version &&
        this.saidType.get(one) === said.type &&
        this.saidOperator.get(one) === said.operator
      ) {
        same = one;
        break;
      }
      before = one;
    }
    if (same === 0) {
      same = this.saidPackage.add(to);
      this.saidVersion.add(said.version);
      this.saidOperator.add(said.operator);
      this.saidType.add(said.type);
      this.#saidNext.add(before === 0 ? this.relationSaid.get(head) : this.#saidNext.get(before));
      if (before !== 0) this.#saidNext.set(before, same);
      else {
        const made = this.#relation(version, same, head);
        this.packageReverse.set(to, made);
        return made;
      }
    }
    const made = this.#relation(version, same, this.relationNextReverse.get(head));
    this.relationNextReverse.set(head, made);
    return made;
  }

  #relation(version: number, said: number, nextReverse: number): number {
    this.relationSaid.add(said);
    this.relationNext.add(0);
    this.relationNextReverse.add(nextReverse);
    return this.relationVersion.add(version);
  }

  provides(version: number, provided: number, { version: text, flags }: Provided): void {
    const made = this.provideVersion.add(version);
    this.providePackage.add(provided);
    this.provideText.add(text);
    this.provideFlags.add(flags);
    this.provideNext.add(this.packageProvides.get(provided));
    this.provideNextOfVersion.add(this.versionProvides.get(version));
    this.packageProvides.set(provided, made);
    this.versionProvides.set(version, made);
  }

  /** Only one architecture of a package is installed, or all in the same version. Said of a version towards a package. */
  excludeSibling(version: number, sibling: number): void {
    const text = this.versionText.get(version);
    if (this.#isMultiArch(version, MultiArch.same)) {
      this.#append(sibling, version, {
        version: text,
        operator: Operator.below | implicit,
        type: Relation.replaces,
      });
      this.#append(sibling, version, {
        version: text,
        operator: Operator.not | implicit,
        type: Relation.breaks,
      });
    } else {
      this.#append(sibling, version, { version: 0, operator: implicit, type: Relation.conflicts });
    }
  }
}
