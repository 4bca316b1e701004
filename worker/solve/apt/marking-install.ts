/** One package is marked to be installed: what stands against it goes or is upgraded, what it needs comes. */
import { at } from "../universe/columns.ts";
import { collectRelations, conflictsOf, reverseUpgrades } from "./install-conflicts.ts";
import { installNeeded } from "./install-needed.ts";
import type { Marker } from "./marker.ts";
import { Mode, Standing } from "./selection.ts";

export class MarkingInstall {
  readonly #marker: Marker;
  readonly #one: number;

  constructor(marker: Marker, one: number) {
    this.#marker = marker;
    this.#one = one;
  }

  run(auto: boolean, byUser: boolean, depth: number): boolean {
    const [marker, one] = [this.#marker, this.#one];
    const s = marker.selection;
    const candidate = at(s.candidate, one);
    const isSettled =
      s.isProtected[one] === 1 &&
      s.keeps(one) &&
      candidate !== 0 &&
      candidate === at(s.current, one);
    if (!isSettled && !marker.mayChange(one, Mode.install, depth, byUser)) return false;
    if (candidate === 0) return false;
    if (s.isProtected[one] === 0 && !s.isBrokenByPolicy(one) && !s.isBroken(one)) {
      if (candidate === at(s.current, one)) {
        return at(s.install, one) !== 0 || marker.keep(one, byUser, depth + 1);
      }
      if (s.installs(one)) return true;
    }
    if (!marker.isInStep(one, byUser) || !marker.isSatisfiable(one, auto)) return false;
    if (byUser) this.#change(auto, byUser);
    const failsEarly = s.isProtected[one] === 0 && !byUser;
    if (!auto) {
      if (!byUser) this.#change(auto, byUser);
      return true;
    }
    const relations = collectRelations(s, candidate);
    const demand = { one, byUser, depth, propagates: s.isProtected[one] === 1 };
    const conflicts = conflictsOf(marker, relations.against, demand);
    if (!conflicts.worked && failsEarly) return false;
    reverseUpgrades(s, candidate, conflicts.upgrades);
    if (!byUser) this.#change(auto, byUser);
    const was = at(s.isProtected, one);
    s.isProtected[one] = 1;
    const worked = this.#follow(relations.needed, conflicts, demand, failsEarly);
    if (was === 0) s.isProtected[one] = 0;
    return worked && conflicts.worked;
  }

  #follow(
    needed: readonly number[],
    conflicts: { upgrades: number[]; removals: number[] },
    demand: { one: number; byUser: boolean; depth: number; propagates: boolean },
    failsEarly: boolean,
  ): boolean {
    const { one, byUser, depth, propagates } = demand;
    const marker = this.#marker;
    const s = marker.selection;
    let worked = true;
    this.#upgradeOtherBinaries(depth);
    if (!this.#upgradeOrRemove(conflicts.upgrades, demand)) {
      if (failsEarly) return this.#discard();
      worked = false;
    }
    const moves = this.#movesAutomatic();
    const moved = installNeeded(marker, needed, { one, byUser, depth, propagates });
    if (!moved.worked) {
      if (failsEarly) return this.#discard();
      worked = false;
    }
    for (const removal of conflicts.removals) {
      if (marker.remove(removal, false, depth)) continue;
      if (failsEarly) return this.#discard();
      worked = false;
    }
    if (moves) {
      s.automatic[one] = 1;
      for (const dependency of moved.fresh) s.automatic[dependency] = 0;
    }
    return worked;
  }

  #change(auto: boolean, byUser: boolean): void {
    const one = this.#one;
    const s = this.#marker.selection;
    const candidate = at(s.candidate, one);
    if (s.isProtected[one] === 1 && at(s.install, one) === candidate) return;
    s.mode[one] = Mode.install;
    s.choose(one, candidate);
    const isFresh = s.standing[one] === Standing.fresh;
    if (!byUser) {
      if (isFresh) s.automatic[one] = 1;
    } else if (isFresh || (at(s.current, one) !== 0 && (auto || s.marked[one] === 0))) {
      s.automatic[one] = 0;
    }
    if (candidate === at(s.current, one)) s.mode[one] = Mode.keep;
    s.notice(one);
  }

  /** Installed packages of the same source in the same version come along. */
  #upgradeOtherBinaries(depth: number): void {
    const [marker, one] = [this.#marker, this.#one];
    const s = marker.selection;
    if (!s.hasInstalled) return;
    const { universe } = s;
    const candidate = at(s.candidate, one);
    if (candidate >= universe.versionCount) return;
    const text = at(universe.versionSourceText, candidate);
    const others = new Set<number>();
    let version = at(universe.groupSourced, at(universe.versionSource, candidate));
    for (; version !== 0; version = at(universe.versionNextSourced, version)) {
      const other = s.world.packageOf(version);
      const current = at(s.current, other);
      if (other === one || current === 0 || current === version) continue;
      if (s.installs(other) && at(s.install, other) === version) continue;
      if (at(universe.versionSourceText, version) !== text) continue;
      if (at(s.candidate, other) === version) others.add(other);
    }
    const ordered = [...others].sort((a, b) => a - b);
    for (const other of ordered) marker.install(other, false, false, depth + 1);
    for (const other of ordered) marker.install(other, true, false, depth + 1);
  }

  #upgradeOrRemove(
    upgrades: readonly number[],
    { byUser, depth, propagates }: { byUser: boolean; depth: number; propagates: boolean },
  ): boolean {
    const marker = this.#marker;
    const s = marker.selection;
    let worked = true;
    for (const other of upgrades) {
      if (s.installs(other) || marker.install(other, true, false, depth + 1)) continue;
      if (!marker.remove(other, false, depth + 1)) {
        worked = false;
        if (!propagates && !byUser) break;
      } else if (propagates) s.isProtected[other] = 1;
    }
    return worked;
  }

  /** The package has come to be one that only points to others. */
  #movesAutomatic(): boolean {
    const [marker, one] = [this.#marker, this.#one];
    const s = marker.selection;
    const { moveAutomatic } = marker.settings;
    const [install, current] = [at(s.install, one), at(s.current, one)];
    if (install === 0 || current === 0 || s.automatic[one] === 1) return false;
    return !marker.isIn(current, moveAutomatic) && marker.isIn(install, moveAutomatic);
  }

  /** It is as if it had never been marked. */
  #discard(): false {
    const one = this.#one;
    const s = this.#marker.selection;
    const [current, install, candidate] = [
      at(s.current, one),
      at(s.install, one),
      at(s.candidate, one),
    ];
    if (s.keeps(one) && install === candidate && candidate === current) return false;
    s.choose(one, current);
    s.mode[one] = Mode.keep;
    s.notice(one);
    discardCandidate(s, one);
    return false;
  }
}

/** The candidate becomes what is to be installed already. */
export function discardCandidate(s: Marker["selection"], one: number): void {
  s.changeCandidateUnsaid(one, at(s.install, one));
}
