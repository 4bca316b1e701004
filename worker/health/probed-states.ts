/** What probes say of every mirror's targets, in few bytes: for the operators' list, which shows all at once. */
import type { State } from "../directory/resource.ts";
import type { Records } from "./compose-roster.ts";
import { type Target, targetKey } from "./target.ts";

/** State of each target, by its mirror. A repository that is probed over two schemes is there twice. */
export type ProbedStates = ReadonlyMap<
  string,
  readonly (readonly [repository: string, state: State])[]
>;

/**
 * As a text, which travels quickly between two objects: with it the list's page takes 35 ms, and 120 ms with a summary of
 * each target (`npm run bench -- --console`: 1,576 mirrors with 5,890 targets).
 */
export function probedStatesText(targets: Iterable<Target>, records: Records): string {
  // A map: a mirror may be called as what every object has.
  const states = new Map<string, [string, State][]>();
  for (const target of targets) {
    const state = records.get(targetKey(target))?.state ?? "unknown";
    const known = states.get(target.mirror);
    if (known === undefined) states.set(target.mirror, [[target.repository, state]]);
    else known.push([target.repository, state]);
  }
  return JSON.stringify([...states]);
}

/** @param text of `probedStatesText`: both objects are of one script */
export function readProbedStates(text: string): ProbedStates {
  const states: [string, [string, State][]][] = JSON.parse(text);
  return new Map(states);
}
