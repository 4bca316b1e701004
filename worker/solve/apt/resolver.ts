/**
 * Mends what is broken: goes from the highest score to the lowest, and keeps, removes or upgrades the package that is
 * broken or those that break it.
 */
import { at } from "../universe/columns.ts";
import type { Marker } from "./marker.ts";
import { ResolvingPackage } from "./resolving-package.ts";
import { scoresOf } from "./scores.ts";
import type { Selection } from "./selection.ts";
import { sortByScore } from "./sort.ts";

/** Rounds over all packages, as apt has it. */
const maxRounds = 20;

/** Bits of what the resolver knows of a package. */
export const Resolver = {
  protected: 1,
  /** It was to be installed before the resolver came. */
  preInstalled: 2,
  /** An upgrade was tried already. */
  notUpgradable: 4,
  tried: 8,
  /** The user asked for its removal. */
  toRemove: 16,
} as const;

export class ProblemResolver {
  readonly marker: Marker;
  readonly selection: Selection;
  readonly flags: Uint8Array;
  scores: Int32Array = new Int32Array(0);

  constructor(marker: Marker) {
    this.marker = marker;
    this.selection = marker.selection;
    this.flags = new Uint8Array(this.selection.world.packageCount);
  }

  has(one: number, flag: number): boolean {
    return (at(this.flags, one) & flag) !== 0;
  }

  set(one: number, flag: number): void {
    this.flags[one] = at(this.flags, one) | flag;
  }

  clear(one: number, flag: number): void {
    this.flags[one] = at(this.flags, one) & ~flag;
  }

  protect(one: number): void {
    this.set(one, Resolver.protected);
    this.selection.isProtected[one] = 1;
  }

  /** All packages, the highest score first; equal ones as apt's sorting leaves them. */
  order(): Int32Array {
    const { world, universe } = this.selection;
    this.scores = scoresOf(this.selection, (one) => this.has(one, Resolver.protected));
    let order = universe.packageOrder.slice();
    if (world.packageCount > universe.packageCount) {
      const all = [...order];
      for (let one = universe.packageCount; one < world.packageCount; one++) all.push(one);
      order = Int32Array.from(all.sort((one, other) => world.place(one) - world.place(other)));
    }
    sortByScore(order, this.scores);
    return order;
  }

  /**
   * @param byUpgrades broken packages may be upgraded
   * @returns whether nothing is broken
   */
  resolve(byUpgrades: boolean): boolean {
    const s = this.selection;
    this.#note(byUpgrades);
    if (!s.anyBroken() && !this.#anyReinstatable()) return true;
    const order = this.order();
    let changed = true;
    for (let round = 0; round < maxRounds && changed; round++) {
      changed = false;
      for (const one of order) {
        if (at(s.install, one) === 0) continue;
        if (this.#isReinstatable(one)) this.#reinstate(one);
        if (at(s.install, one) === 0 || !s.isBroken(one)) continue;
        s.step();
        if (new ResolvingPackage(this, one, { round, byUpgrades }).run()) changed = true;
      }
    }
    if (s.anyBroken()) return false;
    for (const one of s.active()) {
      if (s.isNew(one) && !this.has(one, Resolver.preInstalled)) s.automatic[one] = 1;
    }
    return true;
  }

  #note(byUpgrades: boolean): void {
    const s = this.selection;
    for (let again = true; again; ) {
      again = false;
      // What is newly marked may stand before or behind: the next round sees it.
      for (const one of s.active()) {
        if (s.installs(one)) this.set(one, Resolver.preInstalled);
        else {
          if (byUpgrades && s.isBroken(one)) {
            this.marker.install(one, false, false, 0);
            if (s.installs(one)) again = true;
          }
          this.clear(one, Resolver.preInstalled);
        }
      }
    }
  }

  #isReinstatable(one: number): boolean {
    const s = this.selection;
    const install = at(s.install, one);
    return (
      at(s.candidate, one) !== install &&
      at(s.current, one) !== 0 &&
      install !== 0 &&
      this.has(one, Resolver.preInstalled) &&
      s.isProtected[one] === 0 &&
      !this.has(one, Resolver.tried)
    );
  }

  #anyReinstatable(): boolean {
    return this.selection.active().some((one) => this.#isReinstatable(one));
  }

  /** It was to be upgraded, and is kept by now: perhaps it can be upgraded after all. */
  #reinstate(one: number): void {
    const s = this.selection;
    const before = s.brokenCount();
    // apt forgets here all that it knows of the package.
    this.flags[one] = at(this.flags, one) & Resolver.tried;
    this.set(one, Resolver.notUpgradable);
    this.marker.install(one, false, false, 0);
    if (s.isBroken(one) || before < s.brokenCount()) this.marker.keep(one, false, 0);
  }

  /** Upgrades a package with what that takes. @returns whether that worked */
  upgrade(one: number): boolean {
    const s = this.selection;
    const canBe = at(s.candidate, one) !== 0 && (s.standing[one] ?? 0) >= 1;
    if (this.has(one, Resolver.notUpgradable) || !canBe || this.has(one, Resolver.protected)) {
      return false;
    }
    this.set(one, Resolver.notUpgradable);
    const wasKept = s.keeps(one);
    if (!this.marker.install(one, false, false, 0)) return false;
    const version = at(s.install, one);
    if (version === 0) return false;
    if (this.#upgradeNeeded(version)) return true;
    if (wasKept) this.marker.keep(one, false, 0);
    else this.marker.remove(one, false, 0);
    return false;
  }

  #upgradeNeeded(version: number): boolean {
    const s = this.selection;
    for (let first = s.first(version); first < s.end(version); ) {
      const last = s.lastOf(first);
      if (s.isCritical(last) && !this.#upgradeAny(first, last)) return false;
      first = last + 1;
    }
    return true;
  }

  #upgradeAny(first: number, last: number): boolean {
    const s = this.selection;
    let failed = false;
    for (let one = first; one <= last; one++) {
      if (s.anyMet(first, last)) return !failed;
      const target = this.#onlyTarget(one);
      if (s.isProtected[target] === 1) failed = true;
      else if (s.isMetByCandidates(one)) {
        if (this.upgrade(target)) return true;
        failed = true;
      } else {
        if (s.isNegative(one)) return !failed;
        failed = true;
      }
    }
    return !failed;
  }

  /** Who a relation means, where only one other package provides it. */
  #onlyTarget(relation: number): number {
    const s = this.selection;
    const { universe, world } = s;
    const target = s.target(relation);
    const provides = at(universe.packageProvides, target);
    if (provides === 0 || world.hasVersions(target)) return target;
    const own = world.packageOf(at(universe.relationVersion, relation));
    for (let one = provides; one !== 0; one = at(universe.provideNext, one)) {
      const owner = world.packageOf(at(universe.provideVersion, one));
      if (owner !== own) return owner;
    }
    return target;
  }

  /** Every version that the relation names, whether it can be installed or not. */
  targets(relation: number): number[] {
    const { world, universe } = this.selection;
    const said = at(universe.relationSaid, relation);
    const target = at(universe.saidPackage, said);
    const versions: number[] = [];
    if (!world.sparesPackage(relation, target)) {
      for (const version of world.versionsOf(target)) {
        if (world.meets(said, world.textNumber(version))) versions.push(version);
      }
    }
    const { packageProvides, provideNext, provideVersion, provideText } = universe;
    for (let one = at(packageProvides, target); one !== 0; one = at(provideNext, one)) {
      const version = at(provideVersion, one);
      if (world.sparesProvider(relation, world.packageOf(version))) continue;
      if (world.meets(said, at(provideText, one))) versions.push(version);
    }
    return versions;
  }
}
