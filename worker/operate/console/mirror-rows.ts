/** The list's mirrors with what probes say of them, and what of them is wanted. */
import type { State } from "../../directory/resource.ts";
import type { ProbedStates } from "../../health/probed-states.ts";
import { nameIn } from "../../list/entries.ts";
import type { ListInForce } from "../../list/kept-list.ts";
import type { Site, SiteState } from "../../list/site.ts";
import { wholeState } from "../../pages/mirrors/mirror-state.ts";
import { allows, type Visitor } from "./visitor.ts";

/** A mirror as the list and probes have it. */
export interface Row {
  name: string;
  site: Site;
  state: State;
  /** What an operator says of the whole mirror, as long as it holds. */
  override: SiteState | undefined;
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
  let probed: ProbedStates = new Map();
  try {
    probed = (await office.others.states?.()) ?? probed;
    if (office.others.states === undefined)
      reason = "Nothing is probed here: states are those of the list.";
  } catch {
    reason = "Fleet can't be reached just now: states are those of the list.";
  }
  const rows: Row[] = [];
  const now = office.now();
  for (const [place, value] of list?.entries ?? []) {
    if (!place.startsWith("mirrors/")) continue;
    const name = nameIn(place);
    if (!allows(visitor, "mirror.read", { mirror: name })) continue;
    rows.push(rowOf(name, value as unknown as Site, probed.get(name) ?? [], now));
  }
  return { list, rows, ...(reason !== undefined && { reason }) };
}

function rowOf(
  name: string,
  site: Site,
  probed: readonly (readonly [repository: string, state: State])[],
  now: number,
): Row {
  const carried = probed.map(
    ([repository, state]) =>
      [repository, holding(site.repositories[repository]?.state, now)?.is ?? state] as const,
  );
  const override = holding(site.state, now);
  const state = override?.is ?? wholeState("unknown", carried);
  const ailing = carried.filter(([, one]) => one === "down" || one === "degraded");
  const repositories = Object.keys(site.repositories);
  return { name, site, state, override, repositories, ailing };
}

/** The override, as long as it holds: one that has ended stays in the list. @param now Unix ms */
export function holding(override: SiteState | undefined, now: number): SiteState | undefined {
  const { until } = override ?? {};
  return until !== undefined && Date.parse(until) <= now ? undefined : override;
}

export function isWanted({ name, site, state, repositories }: Row, filter: Filter): boolean {
  return (
    (filter.q === "" || name.includes(filter.q)) &&
    (filter.country === "" || site.country === filter.country) &&
    (filter.repository === "" || repositories.includes(filter.repository)) &&
    (filter.state === "" || state === filter.state)
  );
}
