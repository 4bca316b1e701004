/**
 * What is chosen so far: for each package the version that is installed, the one that may be (its candidate), and the
 * one that will be. Relations are judged when they are asked for, against these.
 */
import { at } from "../universe/columns.ts";
import {
  isCritical,
  isNegative,
  orNext,
  PackageFlag,
  Relation,
} from "../universe/relation-words.ts";
import type { Universe } from "../universe/universe.ts";
import type { World } from "./world.ts";

/** What happens to a package. */
export const Mode = { keep: 0, install: 1, remove: 2 } as const;

/** The candidate is older, as old, newer than what is installed, or nothing is installed or can be. */
export const Standing = { older: -1, same: 0, newer: 1, fresh: 2 } as const;

/** It is given up after so many steps: a request of 1,000 packages takes some 100,000. */
export const maxSteps = 20_000_000;

/** The request takes more steps than any should. */
export class TooManySteps extends Error {}

export class Selection {
  readonly world: World;
  readonly universe: Universe;
  readonly current: Int32Array;
  readonly candidate: Int32Array;
  readonly install: Int32Array;
  readonly mode: Uint8Array;
  readonly standing: Int8Array;
  readonly automatic: Uint8Array;
  readonly isProtected: Uint8Array;
  readonly held: Uint8Array;
  /** Reached from what was asked for; only where apt has looked. */
  readonly marked: Uint8Array;
  readonly garbage: Uint8Array;
  readonly recommends: boolean;
  /** Packages that are installed, or were to be at some time, in the order in which they came. */
  readonly #active: number[] = [];
  readonly #isActive: Uint8Array;
  /** What apt still believes of a relation's candidates, though one of them was given up without word of it. */
  readonly #stale = new Map<number, boolean>();
  #steps = 0;

  constructor(world: World, candidate: Int32Array, recommends: boolean) {
    this.world = world;
    this.universe = world.universe;
    this.candidate = candidate;
    this.recommends = recommends;
    const count = world.packageCount;
    this.current = new Int32Array(count);
    this.install = new Int32Array(count);
    this.mode = new Uint8Array(count);
    this.standing = new Int8Array(count).fill(Standing.fresh);
    this.automatic = new Uint8Array(count);
    this.isProtected = new Uint8Array(count);
    this.held = new Uint8Array(count);
    this.marked = new Uint8Array(count);
    this.garbage = new Uint8Array(count);
    this.#isActive = new Uint8Array(count);
    for (const { package: one, version } of world.installed) {
      this.current[one] = version;
      this.choose(one, version);
      this.stand(one);
    }
  }

  step(): void {
    if (++this.#steps > maxSteps) {
      throw new TooManySteps(`The request takes more than ${maxSteps} steps.`);
    }
  }

  /** The version that will be there. */
  choose(one: number, version: number): void {
    this.install[one] = version;
    if (version !== 0 && this.#isActive[one] === 0) {
      this.#isActive[one] = 1;
      this.#active.push(one);
    }
  }

  /** In the order of apt's cache. */
  active(): number[] {
    return this.#active
      .slice()
      .sort((one, other) => this.world.place(one) - this.world.place(other));
  }

  get hasInstalled(): boolean {
    return this.world.installed.length > 0;
  }

  installs(one: number): boolean {
    return this.mode[one] === Mode.install;
  }

  removes(one: number): boolean {
    return this.mode[one] === Mode.remove;
  }

  keeps(one: number): boolean {
    return this.mode[one] === Mode.keep;
  }

  isNew(one: number): boolean {
    return this.standing[one] === Standing.fresh && this.installs(one);
  }

  hasFlag(one: number, flag: number): boolean {
    return (at(this.universe.packageFlags, one) & flag) !== 0;
  }

  isVital(one: number): boolean {
    return this.hasFlag(one, PackageFlag.essential | PackageFlag.important);
  }

  /** How the candidate compares with what is installed, as it is now. */
  stand(one: number): void {
    this.standing[one] = this.#standingOf(one);
  }

  #standingOf(one: number): number {
    const [candidate, current] = [at(this.candidate, one), at(this.current, one)];
    if (current === 0 || candidate === 0) return Standing.fresh;
    if (candidate === current) return Standing.same;
    const list = this.world.versionsOf(one);
    return list.indexOf(candidate) < list.indexOf(current) ? Standing.newer : Standing.older;
  }

  /** The relations of a version: the first, and the one behind the last. */
  first(version: number): number {
    return at(this.universe.versionRelations, version);
  }

  end(version: number): number {
    return version < this.universe.versionCount
      ? at(this.universe.versionRelations, version + 1)
      : 0;
  }

  type(relation: number): number {
    return at(this.universe.saidType, at(this.universe.relationSaid, relation));
  }

  target(relation: number): number {
    return at(this.universe.saidPackage, at(this.universe.relationSaid, relation));
  }

  /** The next relation is an alternative to it. */
  hasOther(relation: number): boolean {
    return (
      (at(this.universe.saidOperator, at(this.universe.relationSaid, relation)) & orNext) !== 0
    );
  }

  /** The last of the alternatives that it is one of. */
  lastOf(relation: number): number {
    let last = relation;
    while (this.hasOther(last)) last++;
    return last;
  }

  isCritical(relation: number): boolean {
    return isCritical(this.type(relation));
  }

  isNegative(relation: number): boolean {
    return isNegative(this.type(relation));
  }

  isImportant(relation: number): boolean {
    const type = this.type(relation);
    return isCritical(type) || (this.recommends && type === Relation.recommends);
  }

  /** Some version among the chosen is what the relation names, for good or ill. */
  matches(relation: number, chosen: Int32Array): boolean {
    const { world, universe } = this;
    const said = at(universe.relationSaid, relation);
    const target = at(universe.saidPackage, said);
    const version = at(chosen, target);
    if (
      version !== 0 &&
      !world.sparesPackage(relation, target) &&
      world.meets(said, world.textNumber(version))
    ) {
      return true;
    }
    const { packageProvides, provideNext, provideVersion, provideText } = universe;
    for (let one = at(packageProvides, target); one !== 0; one = at(provideNext, one)) {
      const owner = at(provideVersion, one);
      const of = at(universe.versionPackage, owner);
      if (at(chosen, of) !== owner || world.sparesProvider(relation, of)) continue;
      if (world.meets(said, at(provideText, one))) return true;
    }
    return false;
  }

  /** A relation alone is as it should be with what will be installed. */
  isMet(relation: number): boolean {
    return this.matches(relation, this.install) !== this.isNegative(relation);
  }

  /** The same with what is installed. */
  isMetNow(relation: number): boolean {
    return this.matches(relation, this.current) !== this.isNegative(relation);
  }

  /** The same with all candidates, as far as apt knows. */
  isMetByCandidates(relation: number): boolean {
    return this.candidateMatches(relation) !== this.isNegative(relation);
  }

  candidateMatches(relation: number): boolean {
    return this.#stale.get(relation) ?? this.matches(relation, this.candidate);
  }

  /** Any of the alternatives from one to the last is as it should be. */
  anyMet(first: number, last: number): boolean {
    for (let one = first; one <= last; one++) if (this.isMet(one)) return true;
    return false;
  }

  anyMetNow(first: number, last: number): boolean {
    for (let one = first; one <= last; one++) if (this.isMetNow(one)) return true;
    return false;
  }

  /** What will be installed of it lacks something, or stands against something. */
  isBroken(one: number): boolean {
    return this.#lacks(at(this.install, one), this.install, false);
  }

  isBrokenByPolicy(one: number): boolean {
    return this.#lacks(at(this.install, one), this.install, true);
  }

  isPolicyBrokenNow(one: number): boolean {
    return this.#lacks(at(this.current, one), this.current, true);
  }

  /** A version lacks something of what will be there. */
  lacksAny(version: number): boolean {
    return this.#lacks(version, this.install, false);
  }

  #lacks(version: number, chosen: Int32Array, important: boolean): boolean {
    if (version === 0) return false;
    const end = this.end(version);
    for (let first = this.first(version); first < end; ) {
      const last = this.lastOf(first);
      if (important ? this.isImportant(first) : this.isCritical(first)) {
        let met = false;
        for (let one = first; one <= last && !met; one++) {
          met = this.matches(one, chosen) !== this.isNegative(one);
        }
        if (!met) return true;
      }
      first = last + 1;
    }
    return false;
  }

  /** How many packages are broken. */
  brokenCount(): number {
    let count = 0;
    for (const one of this.#active) if (this.isBroken(one)) count++;
    return count;
  }

  anyBroken(): boolean {
    return this.#active.some((one) => this.isBroken(one));
  }

  anyBrokenByPolicy(): boolean {
    return this.#active.some((one) => this.isBrokenByPolicy(one));
  }

  /** Changes the candidate, but apt's judgement of relations stays what it was until one of their packages changes. */
  changeCandidateUnsaid(one: number, version: number): void {
    const before = at(this.candidate, one);
    if (before === version) return;
    const concerned = [...this.#concerned(one, [before, version])];
    const beliefs = concerned.map((relation) => this.candidateMatches(relation));
    this.candidate[one] = version;
    for (const [index, relation] of concerned.entries()) {
      const belief = beliefs[index] === true;
      if (this.matches(relation, this.candidate) !== belief) this.#stale.set(relation, belief);
    }
  }

  /** Relations to a package and to what its versions provide. */
  *#concerned(one: number, versions: readonly number[]): Iterable<number> {
    const { packageReverse, relationNextReverse } = this.universe;
    for (const target of this.#namesOf(one, versions)) {
      for (let at_ = at(packageReverse, target); at_ !== 0; at_ = at(relationNextReverse, at_)) {
        yield at_;
      }
    }
  }

  #namesOf(one: number, versions: readonly number[]): Set<number> {
    const names = new Set([one]);
    const { versionProvides, provideNextOfVersion, providePackage } = this.universe;
    for (const version of versions) {
      let provide = at(versionProvides, version);
      for (; provide !== 0; provide = at(provideNextOfVersion, provide)) {
        names.add(at(providePackage, provide));
      }
    }
    return names;
  }

  /** A package has changed: relations that mean it are judged anew. */
  notice(one: number): void {
    this.step();
    if (this.#stale.size === 0) return;
    const names = this.#namesOf(one, [at(this.current, one), at(this.candidate, one)]);
    for (const relation of this.#stale.keys()) {
      if (names.has(this.target(relation))) this.#stale.delete(relation);
    }
  }

  /** Changes the candidate, and what is to be installed with it. */
  setCandidate(version: number): void {
    const one = this.world.packageOf(version);
    if (this.candidate[one] === version) return;
    if (this.candidate[one] === this.install[one] && this.installs(one)) this.choose(one, version);
    this.candidate[one] = version;
    this.stand(one);
    this.notice(one);
  }
}
