/** What stands against a package that is to be installed. */
import { at } from "../universe/columns.ts";
import type { Marker } from "./marker.ts";
import { discardCandidate } from "./marking-install.ts";
import { Mode, type Selection } from "./selection.ts";
import { bestFirst } from "./solutions.ts";

/** For whom, and how, a package is marked. */
export interface Demand {
  one: number;
  byUser: boolean;
  depth: number;
  /** What it can't do without is protected as it is itself. */
  propagates: boolean;
}

/** The version's relations that aren't as they should be (or all, for a protected package), each by its first alternative. */
export function collectRelations(
  s: Selection,
  version: number,
): { needed: number[]; against: number[] } {
  const propagates = s.isProtected[s.world.packageOf(version)] === 1;
  const needed: number[] = [];
  const against: number[] = [];
  const end = s.end(version);
  for (let first = s.first(version); first < end; ) {
    const last = s.lastOf(first);
    if (s.isImportant(first) && (propagates || !s.anyMet(first, last))) {
      (s.isNegative(first) ? against : needed).push(first);
    }
    first = last + 1;
  }
  return { needed, against };
}

export interface Conflicts {
  worked: boolean;
  /** Installed packages that could be upgraded out of the way. */
  upgrades: number[];
  /** Packages that go, once all else has worked. */
  removals: number[];
}

export function conflictsOf(marker: Marker, against: readonly number[], demand: Demand): Conflicts {
  const conflicts: Conflicts = { worked: true, upgrades: [], removals: [] };
  const goesOn = demand.propagates || demand.byUser;
  /** Their candidates are hit as well: an upgrade doesn't help. */
  const badCandidates = new Set<number>();
  for (const relation of against) {
    hitCandidates(marker, relation, { demand, conflicts, badCandidates });
    if (!conflicts.worked && !goesOn) break;
    hitInstalled(marker, relation, { demand, conflicts, badCandidates });
    if (!conflicts.worked && !goesOn) break;
  }
  return conflicts;
}

interface Hit {
  demand: Demand;
  conflicts: Conflicts;
  badCandidates: Set<number>;
}

function hitCandidates(marker: Marker, relation: number, hit: Hit): void {
  const { demand, conflicts, badCandidates } = hit;
  const s = marker.selection;
  const goesOn = demand.propagates || demand.byUser;
  for (const version of bestFirst(s, relation, relation, "candidates")) {
    const other = s.world.packageOf(version);
    if (at(s.candidate, other) !== version) continue;
    if (at(s.current, other) !== version) {
      if (s.installs(other) && !marker.keep(other, false, demand.depth)) {
        conflicts.worked = false;
        if (!goesOn) break;
      } else if (demand.propagates) {
        discardCandidate(s, other);
        if (at(s.current, other) === 0) s.isProtected[other] = 1;
      } else badCandidates.add(other);
    } else if (!removeHit(marker, other, hit)) {
      conflicts.worked = false;
      if (!goesOn) break;
    }
  }
}

function hitInstalled(marker: Marker, relation: number, hit: Hit): void {
  const { demand, conflicts, badCandidates } = hit;
  const s = marker.selection;
  const goesOn = demand.propagates || demand.byUser;
  for (const version of bestFirst(s, relation, relation, "installed")) {
    const other = s.world.packageOf(version);
    const candidate = at(s.candidate, other);
    if (candidate !== version && candidate !== 0 && !badCandidates.has(other)) {
      conflicts.upgrades.push(other);
    } else if (candidate !== at(s.current, other) && !removeHit(marker, other, hit)) {
      conflicts.worked = false;
      if (!goesOn) break;
    }
  }
}

/** It can't be upgraded out of the way. */
function removeHit(marker: Marker, other: number, { demand, conflicts }: Hit): boolean {
  const s = marker.selection;
  if (!demand.propagates) {
    if (s.removes(other)) return true;
    if (!marker.mayChange(other, Mode.remove, demand.depth, false)) return false;
    if (!marker.mayRemove(other, false)) return false;
    conflicts.removals.push(other);
    return true;
  }
  if (!s.removes(other) && !marker.remove(other, false, demand.depth + 1)) return false;
  discardCandidate(s, other);
  s.isProtected[other] = 1;
  return true;
}

/** Installed packages that the version leaves behind, as they need the installed one: they may go with it. */
export function reverseUpgrades(s: Selection, version: number, upgrades: number[]): void {
  const { world, universe } = s;
  const one = world.packageOf(version);
  const current = at(s.current, one);
  if (current === 0 || current === version) return;
  const [was, will] = [world.textNumber(current), world.textNumber(version)];
  const { packageReverse, relationNextReverse, relationVersion, relationSaid } = universe;
  let relation = at(packageReverse, one);
  for (; relation !== 0; relation = at(relationNextReverse, relation)) {
    const parent = at(universe.versionPackage, at(relationVersion, relation));
    if (at(s.current, parent) !== at(relationVersion, relation) || s.installs(parent)) continue;
    if (s.isNegative(relation) || !s.isImportant(relation)) continue;
    const said = at(relationSaid, relation);
    if (!world.meets(said, was) || world.meets(said, will)) continue;
    if (!upgrades.includes(parent)) upgrades.push(parent);
  }
}
