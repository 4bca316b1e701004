/** The resolver's decision about one broken package. */
import { at } from "../universe/columns.ts";
import { Relation } from "../universe/relation-words.ts";
import { type ProblemResolver, Resolver } from "./resolver.ts";
import type { Selection } from "./selection.ts";

interface Round {
  round: number;
  byUpgrades: boolean;
}

/** From this round on, scores are made equal, so that it comes to an end. */
const stubbornRound = 1;

export class ResolvingPackage {
  readonly #resolver: ProblemResolver;
  readonly #s: Selection;
  readonly #one: number;
  readonly #round: Round;
  /** Packages to be changed instead, each with the last alternative of what they break. */
  readonly #blamed: { one: number; relation: number }[] = [];
  #changed = false;
  /** Keeping the package mends it, as far as its alternatives were looked at. */
  #keepMends = false;

  constructor(resolver: ProblemResolver, one: number, round: Round) {
    this.#resolver = resolver;
    this.#s = resolver.selection;
    this.#one = one;
    this.#round = round;
  }

  /** @returns whether anything was changed */
  run(): boolean {
    const s = this.#s;
    const version = at(s.install, this.#one);
    for (let first = s.first(version); first < s.end(version); ) {
      const last = s.lastOf(first);
      const isDone = s.isCritical(last) && !this.#relation(first, last);
      if (isDone) break;
      first = last + 1;
    }
    if (at(s.install, this.#one) !== 0) this.#change();
    return this.#changed;
  }

  /** @returns whether the next relation is to be looked at */
  #relation(first: number, last: number): boolean {
    const s = this.#s;
    const isChoice = first !== last;
    const blamed = this.#blamed.length;
    this.#keepMends = false;
    for (let one = first; one <= last; one++) {
      if (s.anyMet(first, last)) return true;
      const goesOn = this.#alternative(one, last, isChoice);
      if (!isChoice && !goesOn) return false;
    }
    if (isChoice && blamed === this.#blamed.length) this.#endChoice();
    return true;
  }

  /** No alternative is to be had. */
  #endChoice(): void {
    const { marker } = this.#resolver;
    if (this.#keepMends) {
      marker.keep(this.#one, false, 0);
      this.#changed = true;
    } else if (this.#s.isProtected[this.#one] === 0) {
      marker.remove(this.#one, false, 0);
      this.#changed = true;
    }
  }

  /** @returns whether what comes next is to be looked at */
  #alternative(relation: number, last: number, isChoice: boolean): boolean {
    const s = this.#s;
    const { marker } = this.#resolver;
    const one = this.#one;
    const targets = this.#resolver.targets(relation);
    const isProtected = s.isProtected[one] === 1;
    const hopeless = targets.length === 0 && !s.isNegative(relation);
    if (hopeless && !isProtected && !this.#isBrokenNow()) {
      if (isChoice) return true;
      this.#changed = true;
      marker.keep(one, false, 0);
      return false;
    }
    let done = this.#solutions(targets, { relation, last, isChoice });
    if (hopeless && s.isProtected[one] === 0) {
      const wasToInstall = s.installs(one);
      marker.keep(one, false, 0);
      if (!s.isBroken(one)) {
        this.#keepMends = true;
        if (isChoice && wasToInstall) marker.install(one, false, false, 0);
      } else if (!isChoice) marker.remove(one, false, 0);
      this.#changed = true;
      done = true;
    }
    return !done;
  }

  #isBrokenNow(): boolean {
    const s = this.#s;
    const current = at(s.current, this.#one);
    for (let first = s.first(current); first < s.end(current); ) {
      const last = s.lastOf(first);
      if (s.isCritical(first) && !s.anyMetNow(first, last)) return true;
      first = last + 1;
    }
    return false;
  }

  /** @returns whether the package itself was changed, which ends it */
  #solutions(
    targets: readonly number[],
    about: { relation: number; last: number; isChoice: boolean },
  ): boolean {
    const s = this.#s;
    const { relation, last } = about;
    const { scores, marker } = this.#resolver;
    const negative = s.isNegative(relation);
    for (const version of targets) {
      const other = s.world.packageOf(version);
      if (negative && at(s.install, other) !== version) continue;
      const isWeaker = at(scores, this.#one) <= at(scores, other);
      if (isWeaker || (!s.isMetNow(relation) && !negative)) {
        if (s.isProtected[this.#one] === 1) {
          if (!this.#resolver.upgrade(other)) continue;
          scores[other] = Math.min(at(scores, other), at(scores, this.#one));
          return false;
        }
        this.#yield(other, about);
        this.#changed = true;
        return true;
      }
      if (s.type(relation) === Relation.breaks && s.isMetByCandidates(last)) {
        marker.install(other, false, false, 0);
        continue;
      }
      if (s.isProtected[other] === 1 && !s.removes(other)) continue;
      this.#blamed.push({ one: other, relation: last });
      if (!negative) break;
    }
    return false;
  }

  /** The package gives way: it is kept, upgraded or removed, or what it lacks is installed. */
  #yield(other: number, { relation, isChoice }: { relation: number; isChoice: boolean }): void {
    const s = this.#s;
    const { marker, scores } = this.#resolver;
    const one = this.#one;
    const wasToInstall = s.installs(one);
    marker.keep(one, false, 0);
    if (!s.isBroken(one)) {
      this.#keepMends = true;
      if (isChoice && wasToInstall) marker.install(one, false, false, 0);
      return;
    }
    if (this.#round.byUpgrades && this.#resolver.upgrade(one)) return;
    if (!isChoice || s.garbage[one] === 1) {
      marker.remove(one, false, 0);
      if (this.#round.round > stubbornRound && at(scores, other) > at(scores, one)) {
        scores[one] = at(scores, other);
      }
      return;
    }
    const target = s.target(relation);
    if (at(s.current, target) !== 0 || s.removes(target) || at(s.candidate, target) === 0) return;
    if (this.#resolver.has(target, Resolver.toRemove)) return;
    const before = s.brokenCount();
    marker.install(target, true, false, 1);
    if (s.isBroken(target) || s.brokenCount() > before) marker.remove(target, false, 1);
  }

  #change(): void {
    const s = this.#s;
    const { marker, scores } = this.#resolver;
    for (const { one, relation } of this.#blamed) {
      let mended: boolean;
      if (!this.#groupMetNow(relation)) {
        mended = s.isNegative(relation) && marker.remove(one, false, 0);
      } else mended = marker.keep(one, false, 0);
      if (!mended || this.#round.round > stubbornRound) {
        if (at(scores, this.#one) > at(scores, one)) {
          scores[one] = at(scores, this.#one);
          this.#changed = true;
        }
      }
      if (mended) this.#changed = true;
    }
  }

  /** @param last of the alternatives */
  #groupMetNow(last: number): boolean {
    const s = this.#s;
    const version = at(s.universe.relationVersion, last);
    let first = last;
    while (first > s.first(version) && s.hasOther(first - 1)) first--;
    return s.anyMetNow(first, last);
  }
}
