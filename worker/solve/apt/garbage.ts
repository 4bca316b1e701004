/** What is reached from packages that were asked for, and what isn't: garbage. */
import { at } from "../universe/columns.ts";
import { Relation, requiredPriority } from "../universe/relation-words.ts";
import type { Selection } from "./selection.ts";

export function markAndSweep(s: Selection, keepsSuggested: boolean): void {
  s.marked.fill(0);
  s.garbage.fill(0);
  const explored = new Uint8Array(s.world.packageCount);
  for (const one of s.active()) {
    if (s.marked[one] === 1 || isBoring(s, one) || !isRoot(s, one)) continue;
    reach(s, one, { explored, keepsSuggested });
  }
  for (const one of s.active()) {
    const current = at(s.current, one);
    if (current !== 0 && at(s.universe.versionPriority, current) === requiredPriority) continue;
    if (s.marked[one] === 0 && (current !== 0 || s.installs(one))) s.garbage[one] = 1;
  }
}

/** It is neither there nor comes. */
function isBoring(s: Selection, one: number): boolean {
  return at(s.current, one) === 0 ? s.keeps(one) : s.removes(one);
}

function isRoot(s: Selection, one: number): boolean {
  if (s.automatic[one] === 0 || s.isVital(one)) return true;
  const current = at(s.current, one);
  if (current !== 0 && at(s.universe.versionPriority, current) === requiredPriority) return true;
  // apt asks whether the package might be garbage: a hold and a protection say no.
  return s.held[one] === 1 || s.isProtected[one] === 1;
}

function versionToBe(s: Selection, one: number): number {
  return at(s.installs(one) ? s.install : s.current, one);
}

interface Walk {
  explored: Uint8Array;
  keepsSuggested: boolean;
}

function reach(s: Selection, root: number, walk: Walk): void {
  const open = [{ one: root, version: versionToBe(s, root) }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { one, version } = next;
    if (version === 0 || s.marked[one] === 1) continue;
    if (isBoring(s, one)) {
      walk.explored[one] = 1;
      continue;
    }
    s.marked[one] = 1;
    for (let relation = s.first(version); relation < s.end(version); relation++) {
      const target = s.target(relation);
      if (walk.explored[target] === 1 || !isFollowed(s.type(relation), walk.keepsSuggested))
        continue;
      open.push(...providersOf(s, relation, walk.explored));
    }
  }
}

function isFollowed(type: number, keepsSuggested: boolean): boolean {
  if (type === Relation.suggests) return keepsSuggested;
  return type === Relation.depends || type === Relation.preDepends || type === Relation.recommends;
}

/** Of binaries of one source, those of its newest version alone. */
function providersOf(
  s: Selection,
  relation: number,
  explored: Uint8Array,
): { one: number; version: number }[] {
  const { world, universe } = s;
  const said = at(universe.relationSaid, relation);
  const target = at(universe.saidPackage, said);
  const bySource = new Map<number, number[]>();
  let missed = false;
  const add = (version: number) => {
    const source = at(universe.versionSource, version);
    const known = bySource.get(source);
    if (known === undefined) bySource.set(source, [version]);
    else known.push(version);
  };
  if (!isBoring(s, target)) {
    const version = versionToBe(s, target);
    if (version !== 0) {
      if (world.meets(said, world.textNumber(version))) add(version);
      else missed = true;
    }
  }
  if (bySource.size === 0 && !missed) s.marked[target] = 1;
  const { packageProvides, provideNext, provideVersion, provideText } = universe;
  for (let one = at(packageProvides, target); one !== 0; one = at(provideNext, one)) {
    const version = at(provideVersion, one);
    const of = world.packageOf(version);
    if (isBoring(s, of) || versionToBe(s, of) !== version) continue;
    if (world.meets(said, at(provideText, one))) add(version);
    else missed = true;
  }
  if (!missed) explored[target] = 1;
  return [...bySource.values()].flatMap((versions) => {
    const ranks = versions.map((version) => world.rank(at(universe.versionSourceText, version)));
    const newest = Math.max(...ranks);
    return versions
      .filter((_, index) => ranks[index] === newest)
      .map((version) => ({ one: world.packageOf(version), version }));
  });
}

/**
 * Newly installed packages that nothing needs any more aren't installed after all, unless that breaks something.
 * What is installed stays: `apt-get` removes it only with `autoremove`.
 */
export function dropNewGarbage(
  s: Selection,
  marker: {
    remove: (one: number, byUser: boolean, depth: number) => boolean;
    install: (one: number, auto: boolean, byUser: boolean, depth: number) => boolean;
  },
  keepsSuggested: boolean,
): void {
  markAndSweep(s, keepsSuggested);
  const dropped = new Set<number>();
  for (const one of byName(s)) {
    if (s.garbage[one] === 0 || !s.installs(one) || at(s.current, one) !== 0) continue;
    dropped.add(one);
    marker.remove(one, false, 0);
  }
  if (dropped.size === 0 || (!s.anyBroken() && !s.anyBrokenByPolicy())) return;
  for (let changed = true; changed; ) {
    changed = false;
    for (const one of [...dropped].sort((a, b) => a - b)) {
      if (!isWanted(s, one)) continue;
      marker.install(one, false, false, 0);
      dropped.delete(one);
      changed = true;
      break;
    }
  }
}

function byName(s: Selection): number[] {
  const { world } = s;
  const named = s.active().map((one) => ({ one, name: world.name(one) }));
  named.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)) || a.one - b.one);
  return named.map(({ one }) => one);
}

/** Something that will be there depends on it, or on what it provides. */
function isWanted(s: Selection, one: number): boolean {
  const { universe } = s;
  const names = new Set([one]);
  let provide = at(universe.versionProvides, at(s.candidate, one));
  for (; provide !== 0; provide = at(universe.provideNextOfVersion, provide)) {
    names.add(at(universe.providePackage, provide));
  }
  for (const name of names) {
    let relation = at(universe.packageReverse, name);
    for (; relation !== 0; relation = at(universe.relationNextReverse, relation)) {
      if (s.isNegative(relation) || !s.isImportant(relation)) continue;
      const version = at(universe.relationVersion, relation);
      const parent = s.world.packageOf(version);
      if (at(s.current, parent) === version) {
        if (s.keeps(parent)) return true;
      } else if (at(s.candidate, parent) === version) {
        if (s.installs(parent) && (s.standing[parent] ?? 0) > 0) return true;
      }
    }
  }
  return false;
}
