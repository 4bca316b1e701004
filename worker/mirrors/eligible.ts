/** Which mirrors may serve a request at all, and the reason why the others may not. One truth for rank and explain. */

import { type Nearness, type Positioned, takesClients } from "../directory/cost.ts";
import { inPrefix, type Prefix } from "../geo/address.ts";
import type { Client } from "../geo/client.ts";
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { Carried, RosterMirror, Scope, State } from "./roster.ts";

/** A mirror with what is computed from it once per roster. */
export interface OpenMirror {
  /** Position in the roster; mirrors are in name order, so this also breaks ties. */
  index: number;
  mirror: RosterMirror;
  positioned: Positioned;
  /** Spread evenly over 32 bits; half of the rendezvous hash. */
  nameHash: number;
  /** The networks listed as its own. */
  prefixes: readonly Prefix[];
  scopePrefixes: readonly Prefix[] | undefined;
  /** Files it was found not to have rightly, by repository; repositories without any are absent. */
  without: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What is asked for, without the path: clients with the same demand at the same place share their candidates. */
export interface Demand {
  repository: string;
  scheme: Scheme;
  family: Family;
  /** The path's architecture in the repository's words; empty where the file is for all or does not say. */
  architecture: string;
}

/**
 * The mirror's state for one repository and scheme. An operator's word goes first, on the site before on the
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
 * Why a mirror can't meet a demand, whoever asks; `undefined` when it can. A drained one can, as a duplicate:
 * its cost keeps it behind all others, and the redirect never begins with one.
 *
 * One that is behind its origin, or lacks several files, can as well: which files it is proven to have is looked at for
 * each (`proof.ts`).
 */
export function demandExclusion({ mirror }: OpenMirror, demand: Demand): string | undefined {
  const carried = mirror.carries[demand.repository];
  if (carried === undefined) return "does not carry the repository";
  const state = stateFor(mirror, carried, demand.scheme);
  if (!takesClients(state) && state !== "drained") return `is ${state}`;
  if (carried[demand.scheme] === undefined) return `is not listed with ${demand.scheme}`;
  if (carried.freshness === "stale") return "is stale";
  if (carried.corrupt) return "did not give several files rightly";
  if (mirror.families !== undefined && !mirror.families.includes(demand.family)) {
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

/** How near the client's network is to the mirror's. */
export function nearness({ mirror, prefixes }: OpenMirror, client: Client): Nearness {
  const address = client.parsed;
  if (address !== undefined && prefixes.some((prefix) => inPrefix(address, prefix)))
    return "prefix";
  return mirror.asn !== undefined && mirror.asn === client.asn ? "asn" : "none";
}

/** Whether the scope restricts anything; an empty one is like none, and makes nothing private public. */
function restricts(scope: Scope | undefined): boolean {
  return (
    scope?.countries !== undefined || scope?.asns !== undefined || scope?.prefixes !== undefined
  );
}

/** Why a mirror is not for this client; `undefined` when it is. */
export function scopeExclusion(open: OpenMirror, client: Client): string | undefined {
  const { scope } = open.mirror;
  if (scope?.countries !== undefined && !scope.countries.includes(client.place.country ?? "")) {
    return `only serves ${scope.countries.join(", ")}`;
  }
  if (scope?.asns !== undefined && !scope.asns.includes(client.asn ?? 0)) {
    return `only serves ${scope.asns.map((asn) => `AS${asn}`).join(", ")}`;
  }
  const address = client.parsed;
  if (
    open.scopePrefixes !== undefined &&
    !(address !== undefined && open.scopePrefixes.some((prefix) => inPrefix(address, prefix)))
  ) {
    return "only serves listed networks";
  }
  if (open.mirror.private && !restricts(scope) && nearness(open, client) === "none") {
    return "is private";
  }
  return undefined;
}

/** Whether only clients of certain networks may be sent there, so that a place alone never makes it a candidate. */
export function forNetworksOnly({ mirror, scopePrefixes }: OpenMirror): boolean {
  return (
    scopePrefixes !== undefined ||
    mirror.scope?.asns !== undefined ||
    (mirror.private === true && !restricts(mirror.scope))
  );
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
