/** The roster as the edge gets it: the mirror list with operators' overrides in force and what probes found. Pure. */

import type { State } from "../directory/resource.ts";
import { inForce } from "../mirrors/overrides.ts";
import type { Carried, Freshness, Override, RosterMirror } from "../mirrors/roster.ts";
import { targetsOf } from "./assignment.ts";
import type { MirrorNearness } from "./nearness/proximity.ts";
import { isCorrupt, isPatchy } from "./patchy.ts";
import { quarantinedPaths } from "./quarantine.ts";
import { rampOf } from "./ramp.ts";
import { generationSeen, type TargetRecord } from "./record.ts";
import type { Rules } from "./rules.ts";
import { type Target, targetKey } from "./target.ts";

/** What is known of every target, by `targetKey`. */
export type Records = ReadonlyMap<string, TargetRecord>;

/** What is known of all targets, with the moment and the rules by which it counts. */
export interface KnownHealth {
  records: Records;
  /** Unix ms. */
  now: number;
  rules: Rules;
  /** What was measured of a mirror's nearness. Absent: nothing. */
  nearnessOf?: (mirror: string) => MirrorNearness;
}

/** A mirror's own state before probes: what an operator said, else what the list compiled to. */
export function statedNow(stated: { word?: Override; state?: State }, now: number) {
  if (inForce(stated.word, now)) return stated.word.is;
  // A state that an override put there ends with the override.
  return stated.word === undefined ? stated.state : undefined;
}

/** When the next of the list's overrides ends, Unix ms; infinite where none does. One that has ended counts as well. */
export function nextOverrideEnd(list: readonly RosterMirror[]): number {
  let next = Number.POSITIVE_INFINITY;
  for (const mirror of list) {
    for (const { word } of [mirror, ...Object.values(mirror.carries)]) {
      if (word?.until === undefined) continue;
      // What is no date never ends, as `inForce` has it.
      const end = Date.parse(word.until);
      if (end < next) next = end;
    }
  }
  return next;
}

/**
 * The list's mirrors at a moment: overrides that have ended are gone, and with them the states that they put there. For
 * an edge that decides from the list itself, without `Fleet`. Mirrors where no override has ended are the same objects.
 *
 * @param now Unix ms
 */
export function withoutEndedOverrides(list: readonly RosterMirror[], now: number): RosterMirror[] {
  const ended = ({ word }: { word?: Override }) => word !== undefined && !inForce(word, now);
  return list.map((mirror) => {
    if (!ended(mirror) && !Object.values(mirror.carries).some(ended)) return mirror;
    const { word, ...plain } = mirror;
    const holds = inForce(word, now);
    return {
      ...plain,
      ...(holds && { word }),
      state: statedNow(mirror, now) ?? "unknown",
      carries: Object.fromEntries(
        Object.entries(mirror.carries).map(([repository, carried]) => {
          if (!ended(carried)) return [repository, carried];
          const { word: _, state: __, ...rest } = carried;
          return [repository, rest];
        }),
      ),
    };
  });
}

/** The mirrors of a roster. The list's own order is kept. */
export function rosterMirrors(list: readonly RosterMirror[], health: KnownHealth): RosterMirror[] {
  return list.map((mirror) => {
    const targets = targetsOf(mirror);
    const { word: _, ...plain } = mirror;
    return {
      ...plain,
      ...health.nearnessOf?.(mirror.name),
      state: statedNow(mirror, health.now) ?? "unknown",
      carries: Object.fromEntries(
        Object.entries(mirror.carries).map(([repository, carried]) => [
          repository,
          withHealth(
            carried,
            targets.filter((target) => target.repository === repository),
            health,
          ),
        ]),
      ),
    };
  });
}

const behindOrder: readonly Freshness[] = ["fresh", "lagging", "stale"];

function withHealth(
  carried: Carried,
  targets: readonly Target[],
  { records, now, rules }: KnownHealth,
): Carried {
  const { word, state: _, ...plain } = carried;
  const health: Carried = { ...plain };
  const stated = statedNow(carried, now);
  if (stated !== undefined) health.state = stated;
  const without = new Set<string>();
  const states: NonNullable<Carried["states"]> = {};
  for (const target of targets) {
    const known = records.get(targetKey(target));
    if (known === undefined) continue;
    if (known.state !== "unknown") states[target.scheme] = known.state;
    const freshness = known.freshness?.is;
    if (freshness !== undefined && !isWorse(health.freshness, freshness)) {
      health.freshness = freshness;
    }
    for (const path of quarantinedPaths(known, now)) without.add(path);
    if (isPatchy(known, now, rules)) health.patchy = true;
    if (isCorrupt(known, now, rules)) health.corrupt = true;
    // A scheme that is down is left out anyway; its share says nothing of the other's.
    const ramp = known.state === "down" ? 1 : rampOf(known, now, rules);
    if (ramp < (health.ramp ?? 1)) health.ramp = ramp;
  }
  const generation = health.patchy ? undefined : leastGeneration(targets, records, rules);
  if (generation !== undefined) health.generation = generation;
  if (Object.keys(states).length > 0) health.states = states;
  if (without.size > 0) health.without = [...without].sort();
  return health;
}

/**
 * What holds for each scheme that a client may be sent to: the least, and none where one of them isn't known. A scheme
 * that is down takes no clients.
 */
function leastGeneration(
  targets: readonly Target[],
  records: Records,
  rules: Rules,
): number | undefined {
  let least: number | undefined;
  for (const target of targets) {
    const known = records.get(targetKey(target));
    if (known?.state === "down") continue;
    const generation = known && generationSeen(known, rules);
    if (generation === undefined) return undefined;
    least = Math.min(least ?? generation, generation);
  }
  return least;
}

/** Whether the first is at least as far behind as the second. */
function isWorse(is: Freshness | undefined, than: Freshness): boolean {
  return is !== undefined && behindOrder.indexOf(is) >= behindOrder.indexOf(than);
}
