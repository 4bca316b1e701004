/** What `NAME/SUITE` takes: where a candidate doesn't do for it, the version of that suite becomes the candidate. */
import { at } from "../universe/columns.ts";
import { Relation } from "../universe/relation-words.ts";
import { findVersion } from "./command.ts";
import { releaseMatch } from "./pin-match.ts";
import type { Selection } from "./selection.ts";

export function propagateRelease(
  s: Selection,
  start: readonly { version: number; wanted: string }[],
): void {
  for (const { version } of start) s.setCandidate(version);
  const changed: number[] = [];
  for (const { version, wanted } of start) {
    changed.push(version);
    switchCandidates(s, version, wanted, changed);
  }
}

/** @returns whether all that the version needs can be had */
function switchCandidates(
  s: Selection,
  version: number,
  wanted: string,
  changed: number[],
): boolean {
  s.step();
  s.setCandidate(version);
  if (wanted === "installed" || wanted === "candidate") return true;
  const kept = changed.length;
  for (let first = s.first(version); first < s.end(version); ) {
    const last = s.lastOf(first);
    if (isFollowed(s, first) && !isFine(s, first, last)) {
      if (!switchOne(s, { first, last }, wanted, changed) && isNecessary(s, first)) {
        for (const other of changed.splice(kept)) s.setCandidate(other);
        return false;
      }
    }
    first = last + 1;
  }
  return true;
}

function isNecessary(s: Selection, relation: number): boolean {
  const type = s.type(relation);
  return type === Relation.depends || type === Relation.preDepends;
}

function isFollowed(s: Selection, relation: number): boolean {
  return isNecessary(s, relation) || (s.isImportant(relation) && !s.isNegative(relation));
}

/** Something that is installed, or could be, does already. */
function isFine(s: Selection, first: number, last: number): boolean {
  for (let one = first; one <= last; one++) if (isAlternativeFine(s, one)) return true;
  return false;
}

function isAlternativeFine(s: Selection, relation: number): boolean {
  const { world, universe } = s;
  const said = at(universe.relationSaid, relation);
  const target = at(universe.saidPackage, said);
  const provides = at(universe.packageProvides, target);
  if (provides === 0 && !world.hasVersions(target)) return false;
  const [current, candidate] = [at(s.current, target), at(s.candidate, target)];
  if (current !== 0 && world.meets(said, world.textNumber(current))) return true;
  if (at(universe.saidVersion, said) !== 0) {
    return (
      candidate !== 0 && world.meets(said, world.textNumber(candidate)) && !s.lacksAny(candidate)
    );
  }
  if (provides === 0) return candidate !== 0 && !s.lacksAny(candidate);
  for (let one = provides; one !== 0; one = at(universe.provideNext, one)) {
    const owner = at(universe.provideVersion, one);
    if (at(s.candidate, world.packageOf(owner)) === owner && !s.lacksAny(owner)) return true;
  }
  return false;
}

function switchOne(
  s: Selection,
  { first, last }: { first: number; last: number },
  wanted: string,
  changed: number[],
): boolean {
  const { world, universe } = s;
  for (let one = first; one <= last; one++) {
    const said = at(universe.relationSaid, one);
    if (at(universe.saidVersion, said) === 0) continue;
    const target = at(universe.saidPackage, said);
    const version =
      wanted === "newest"
        ? (world.versionsOf(target)[0] ?? 0)
        : findVersion(s, target, releaseMatch(wanted));
    if (version === 0 || !world.meets(said, world.textNumber(version))) continue;
    const former = at(s.candidate, target);
    const isSettled =
      version === former && changed.some((other) => world.packageOf(other) === target);
    if (isSettled) return true;
    changed.push(version);
    if (switchCandidates(s, version, wanted, changed)) return true;
    if (one === last) return false;
    if (former !== 0) s.setCandidate(former);
    changed.pop();
  }
  return false;
}
