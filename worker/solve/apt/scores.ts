/** How much breaks where a package is changed: the resolver changes what has least. */
import { at } from "../universe/columns.ts";
import { extraPriority, implicit, Relation } from "../universe/relation-words.ts";
import type { Selection } from "./selection.ts";

/** Of priorities, as apt's defaults have it. */
const byPriority = [0, 3, 2, 1, -1, -2];
const ofVital = 100;
const ofInstalled = 1;
const ofProtected = 10_000;
const ofVitalAtLast = 5_000;
/** For what a relation of a type names. */
const byType: Readonly<Record<number, number>> = {
  [Relation.depends]: 1,
  [Relation.preDepends]: 1,
  [Relation.recommends]: 1,
  [Relation.conflicts]: -1,
  [Relation.breaks]: -1,
};

/** @param isProtected by the resolver */
export function scoresOf(s: Selection, isProtected: (one: number) => boolean): Int32Array {
  const scores = new Int32Array(s.world.packageCount);
  const active = s.active().filter((one) => at(s.install, one) !== 0);
  for (const one of active) {
    scores[one] = at(scores, one) + ownScore(s, one);
    passOn(s, at(s.install, one), scores);
  }
  const before = scores.slice();
  for (const one of active) scores[one] = at(scores, one) + inherited(s, one, before);
  // What is provided comes in the order of apt's cache, as scores of providers are passed on at once.
  for (const one of active) {
    const more = Math.abs(at(scores, one) - at(before, one));
    if (more === 0) continue;
    for (const provider of providersOf(s, one)) scores[provider] = at(scores, provider) + more;
  }
  for (const one of s.active()) {
    if (isProtected(one)) scores[one] = at(scores, one) + ofProtected;
  }
  for (const one of s.universe.flagged) scores[one] = at(scores, one) + ofVitalAtLast;
  return scores;
}

function ownScore(s: Selection, one: number): number {
  const version = at(s.install, one);
  const { universe, world } = s;
  const priority = world.isDownloadable(version)
    ? at(universe.versionPriority, version)
    : extraPriority;
  const candidate = at(s.candidate, one);
  const isCurrent = at(s.current, one) !== 0 && candidate !== 0 && world.isDownloadable(candidate);
  return (
    (s.isVital(one) ? ofVital : 0) + (byPriority[priority] ?? 0) + (isCurrent ? ofInstalled : 0)
  );
}

function passOn(s: Selection, version: number, scores: Int32Array): void {
  const { world, universe } = s;
  for (let relation = s.first(version); relation < s.end(version); relation++) {
    const said = at(universe.relationSaid, relation);
    const worth = byType[at(universe.saidType, said)];
    if (worth === undefined) continue;
    const target = at(universe.saidPackage, said);
    if (!world.sparesPackage(relation, target)) {
      const chosen = at(s.install, target);
      if (at(universe.saidVersion, said) !== 0) {
        // Nor are its providers looked at then.
        if (chosen === 0 || !world.meets(said, world.textNumber(chosen))) continue;
      }
      scores[target] = at(scores, target) + worth;
    }
    const providers = new Set<number>();
    const { packageProvides, provideNext, provideVersion, provideText } = universe;
    for (let one = at(packageProvides, target); one !== 0; one = at(provideNext, one)) {
      const owner = at(provideVersion, one);
      const of = world.packageOf(owner);
      if (at(s.install, of) !== owner || world.sparesProvider(relation, of)) continue;
      if (world.meets(said, at(provideText, one))) providers.add(of);
    }
    for (const one of providers) scores[one] = at(scores, one) + worth;
  }
}

/** Of those that depend on it. */
function inherited(s: Selection, one: number, scores: Int32Array): number {
  const { packageReverse, relationNextReverse, relationVersion, versionPackage } = s.universe;
  let sum = 0;
  let relation = at(packageReverse, one);
  for (; relation !== 0; relation = at(relationNextReverse, relation)) {
    const version = at(relationVersion, relation);
    const parent = at(versionPackage, version);
    if (at(s.install, parent) !== version) continue;
    const type = s.type(relation);
    const counts =
      type === Relation.depends || type === Relation.preDepends || type === Relation.recommends;
    if (counts && at(scores, parent) > 0) sum += at(scores, parent);
  }
  return sum;
}

function providersOf(s: Selection, one: number): Set<number> {
  const providers = new Set<number>();
  const { packageProvides, provideNext, provideVersion, provideFlags } = s.universe;
  for (let own = at(packageProvides, one); own !== 0; own = at(provideNext, own)) {
    if ((at(provideFlags, own) & implicit) !== 0) continue;
    const version = at(provideVersion, own);
    const of = s.world.packageOf(version);
    if (at(s.install, of) === version) providers.add(of);
  }
  return providers;
}
