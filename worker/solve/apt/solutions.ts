/** Which versions would do for a relation, the best first. */
import { at } from "../universe/columns.ts";
import { MultiArch, PackageFlag } from "../universe/relation-words.ts";
import type { Selection } from "./selection.ts";
import { sortShort } from "./sort.ts";

/** Candidates, or what is installed. */
export type Among = "candidates" | "installed";

/** Versions that one relation names, for good or ill: the package's own first, then in the order of its providers. */
export function versionsFor(s: Selection, relation: number, among: Among): number[] {
  const { world, universe } = s;
  const versions: number[] = [];
  if (among === "candidates" && !s.candidateMatches(relation)) return versions;
  const chosen = among === "candidates" ? s.candidate : s.current;
  const said = at(universe.relationSaid, relation);
  const target = at(universe.saidPackage, said);
  const own = at(chosen, target);
  if (
    own !== 0 &&
    !world.sparesPackage(relation, target) &&
    world.meets(said, world.textNumber(own))
  ) {
    versions.push(own);
  }
  const { packageProvides, provideNext, provideVersion, provideText } = universe;
  for (let one = at(packageProvides, target); one !== 0; one = at(provideNext, one)) {
    const version = at(provideVersion, one);
    const of = world.packageOf(version);
    if (world.sparesProvider(relation, of) || at(chosen, of) !== version) continue;
    if (world.meets(said, at(provideText, one))) versions.push(version);
  }
  return versions;
}

/** Of all alternatives: what is installed already before what isn't; within both in the order of alternatives. */
export function bestFirst(s: Selection, first: number, last: number, among: Among): number[] {
  const installed: number[] = [];
  const fresh: number[] = [];
  for (let one = first; one <= last; one++) {
    const found = Int32Array.from(versionsFor(s, one, among));
    const target = s.target(one);
    sortShort(found, (a, b) => isBetter(s, target, a, b));
    for (const version of found) {
      const isThere = at(s.current, s.world.packageOf(version)) !== 0;
      (isThere ? installed : fresh).push(version);
    }
  }
  return possible(s, [...installed, ...fresh], s.isNegative(last));
}

/** Of all alternatives, candidates and what is installed, in the order in which they came to be. */
export function allSolutions(s: Selection, first: number, last: number): number[] {
  const found: number[] = [];
  for (let one = first; one <= last; one++) {
    found.push(...versionsFor(s, one, "candidates"), ...versionsFor(s, one, "installed"));
  }
  found.sort((one, other) => one - other);
  return possible(s, found, s.isNegative(last));
}

function possible(s: Selection, versions: readonly number[], negative: boolean): number[] {
  return versions.filter((version, index) => {
    if (version === versions[index - 1]) return false;
    if (negative) return true;
    const one = s.world.packageOf(version);
    const settledAgainst = s.removes(one) || (s.keeps(one) && at(s.current, one) === 0);
    return at(s.isProtected, one) === 0 || !settledAgainst;
  });
}

/** One version is preferred to another for a relation to the target. */
function isBetter(s: Selection, target: number, one: number, other: number): boolean {
  const { world, universe } = s;
  const [a, b] = [world.packageOf(one), world.packageOf(other)];
  if (s.isProtected[a] !== s.isProtected[b]) return s.isProtected[a] === 1;
  const [siblingA, siblingB] = [hasSibling(s, one), hasSibling(s, other)];
  if (siblingA !== siblingB) return siblingA;
  const [currentA, currentB] = [at(s.current, a), at(s.current, b)];
  if ((currentA === 0 || currentB === 0) && currentA !== currentB) return currentA !== 0;
  const [groupA, groupB, wanted] = [world.group(a), world.group(b), world.group(target)];
  if (groupA !== groupB) {
    if (groupA === wanted) return true;
    if (groupB === wanted) return false;
  }
  for (const flag of [PackageFlag.essential, PackageFlag.important]) {
    if (s.hasFlag(a, flag) !== s.hasFlag(b, flag)) return s.hasFlag(a, flag);
  }
  const [placeA, placeB] = [architecturePlace(s, a), architecturePlace(s, b)];
  if (placeA !== placeB) return placeA < placeB;
  const [first, second] = [at(universe.versionPriority, one), at(universe.versionPriority, other)];
  if (first !== second) return first < second;
  return a > b;
}

/** It is of `Multi-Arch: same`, and some architecture of it is installed. */
function hasSibling(s: Selection, version: number): boolean {
  if ((at(s.universe.versionMultiArch, version) & MultiArch.same) === 0) return false;
  const group = s.world.group(s.world.packageOf(version));
  return s.world.packagesOf(group).some((one) => at(s.current, one) !== 0);
}

/** The native one first, then the foreign ones in their order. */
function architecturePlace(s: Selection, one: number): number {
  const place = s.universe.architectures.indexOf(s.world.architectureName(one));
  return place < 0 ? s.universe.architectures.length : place;
}
