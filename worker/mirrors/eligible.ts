/** Which mirrors may serve a request at all, and the reason why the others may not. One truth for rank and explain. */

import { takesClients } from "../directory/cost.ts";
import type { OpenResource, State } from "../directory/resource.ts";
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { Carried, RosterMirror } from "./roster.ts";

/** A mirror with what is computed from it once per roster. */
export interface OpenMirror extends OpenResource<RosterMirror> {
  /** Files it was found not to have rightly, by repository; repositories without any are absent. */
  readonly without: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a request demands, without the path: clients with the same demand at the same place share their candidates. */
export interface Demand {
  repository: string;
  scheme: Scheme;
  family: Family;
  /** The path's architecture in the repository's words; empty where the file is for all or does not say. */
  architecture: string;
}

/**
 * The mirror's state for one repository and scheme. An operator's override goes first, on the site before on the
 * repository; then what is known most exactly: of the scheme, of the repository, of the site.
 */
export function stateFor(mirror: RosterMirror, carried: Carried, scheme: Scheme): State {
  if (isWord(mirror.state)) return mirror.state;
  if (carried.state !== undefined && isWord(carried.state)) return carried.state;
  return carried.states?.[scheme] ?? carried.state ?? mirror.state;
}

/** Whether only an operator sets that state. */
function isWord(state: State): boolean {
  return state === "drained" || state === "disabled";
}

/**
 * Why a mirror can't meet a demand of any client; `undefined` when it can. A drained one can, as a duplicate:
 * its cost keeps it behind all others, and the redirect never begins with one.
 *
 * One that is behind its origin, or lacks several files, can as well: which files it is proven to have is judged for
 * each (`proof.ts`).
 */
export function demandExclusion({ resource }: OpenMirror, demand: Demand): string | undefined {
  const carried = resource.carries[demand.repository];
  if (carried === undefined) return "does not carry the repository";
  const state = stateFor(resource, carried, demand.scheme);
  if (!takesClients(state) && state !== "drained") return `is ${state}`;
  if (carried[demand.scheme] === undefined) return `is not listed with ${demand.scheme}`;
  if (carried.freshness === "stale") return "is stale";
  if (carried.corrupt) return "did not give several files rightly";
  if (resource.families !== undefined && !resource.families.includes(demand.family)) {
    return `is not reachable over ${demand.family}`;
  }
  if (
    demand.architecture !== "" &&
    carried.architectures !== undefined &&
    !carried.architectures.includes(demand.architecture)
  ) {
    return `does not carry ${demand.architecture}`;
  }
  return undefined;
}

/** What a mirror lacks of a repository it carries. */
export interface Gaps {
  carried: Carried;
  /** Files it was found not to have rightly; absent where there are none. */
  without: ReadonlySet<string> | undefined;
}

/**
 * Why a mirror doesn't have that file; `undefined` when nothing speaks against it.
 *
 * @param path decoded, inside the repository, without a leading slash
 */
export function pathExclusion({ carried, without }: Gaps, path: string): string | undefined {
  if (carried.exclude?.some((prefix) => path.startsWith(prefix))) return "leaves this path out";
  return without?.has(path) ? "was found not to have this file rightly" : undefined;
}

/** Whether the mirror leaves that path out, by its own choice or not. */
export function leavesOut(gaps: Gaps, path: string): boolean {
  return pathExclusion(gaps, path) !== undefined;
}
