/** The list's mirrors with what probes say of them, and what of them is wanted. */
import type { State } from "../../directory/resource.ts";
import type { MirrorSummary } from "../../health/fleet-answers.ts";
import { nameIn } from "../../list/entries.ts";
import type { ListInForce } from "../../list/kept-list.ts";
import type { Site } from "../../list/site.ts";
import { wholeState } from "../../pages/mirrors/mirror-state.ts";
import { allows, type Visitor } from "./visitor.ts";

/** A mirror as the list and probes have it. */
export interface Row {
  name: string;
  site: Site;
  state: State;
  repositories: string[];
  /** Repositories that aren't up, with their states. */
  ailing: (readonly [repository: string, state: State])[];
}

export const states: readonly State[] = [
  "up",
  "degraded",
  "down",
  "unknown",
  "drained",
  "disabled",
];

/** What of the list is wanted. */
export interface Filter {
  q: string;
  country: string;
  repository: string;
  /** One of `states`, or empty. */
  state: string;
}

/** Characters of a filter's field at most. */
const maxFieldLength = 120;

export function filterOf(query: URLSearchParams): Filter {
  const text = (name: string) => (query.get(name) ?? "").trim().slice(0, maxFieldLength);
  return {
    q: text("q").toLowerCase(),
    country: text("country").toUpperCase(),
    repository: text("repository"),
    state: text("state"),
  };
}

export interface Rows {
  list: ListInForce | undefined;
  /** Those that the visitor may see, by their names. */
  rows: Row[];
  /** Why states are those of the list alone. */
  reason?: string;
}

/** The list's mirrors with what probes say of them; those that the visitor may see. */
export async function rowsOf(visitor: Visitor): Promise<Rows> {
  const { office } = visitor;
  const list = await office.list.inForce();
  let reason: string | undefined;
  let summaries: MirrorSummary[] = [];
  try {
    summaries = (await office.others.mirrors?.({})) ?? [];
    if (office.others.mirrors === undefined)
      reason = "Nothing is probed here: states are those of the list.";
  } catch {
    reason = "Fleet can't be reached just now: states are those of the list.";
  }
  const known = new Map(summaries.map((summary) => [summary.name, summary]));
  const rows: Row[] = [];
  const now = office.now();
  for (const [place, value] of list?.entries ?? []) {
    if (!place.startsWith("mirrors/")) continue;
    const name = nameIn(place);
    if (!allows(visitor, "mirror.read", { mirror: name })) continue;
    rows.push(rowOf(name, value as unknown as Site, known.get(name), now));
  }
  return { list, rows, ...(reason !== undefined && { reason }) };
}

function rowOf(name: string, site: Site, known: MirrorSummary | undefined, now: number): Row {
  const carried = (known?.targets ?? []).map(
    (target) => [target.repository, target.state] as const,
  );
  // An override that has ended holds no longer, though the list still has it.
  const holds = site.state && isOver(site.state.until, now) ? undefined : site.state?.is;
  const state = holds ?? wholeState("unknown", carried);
  const ailing = carried.filter(([, one]) => one === "down" || one === "degraded");
  return { name, site, state, repositories: Object.keys(site.repositories), ailing };
}

function isOver(until: string | undefined, now: number): boolean {
  return until !== undefined && Date.parse(until) <= now;
}

export function isWanted({ name, site, state, repositories }: Row, filter: Filter): boolean {
  return (
    (filter.q === "" || name.includes(filter.q)) &&
    (filter.country === "" || site.country === filter.country) &&
    (filter.repository === "" || repositories.includes(filter.repository)) &&
    (filter.state === "" || state === filter.state)
  );
}
