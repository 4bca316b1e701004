/** `/api/v1/mirrors` and `/api/v1/mirrors/{name}`: every mirror with its states; evidence and history of one. */

import type { State } from "../directory/resource.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { KnownHealth } from "../health/compose-roster.ts";
import { describeFleet, type FleetFilter } from "../health/fleet-answers.ts";
import { defaultRules } from "../health/rules.ts";
import { badRequest, notFound, unavailable } from "../http/errors.ts";
import type { Freshness } from "../mirrors/roster.ts";
import type { OpenViews } from "../views/views.ts";
import { answerOrReason, type FleetAnswers } from "../watchers/fleet-questions.ts";

const headers = { "Cache-Control": "no-store" };
const states: readonly State[] = ["unknown", "up", "degraded", "down", "drained", "disabled"];
const freshnesses: readonly Freshness[] = ["fresh", "lagging", "stale"];
const schemes: readonly Scheme[] = ["https", "http"];

/** The query as a filter, or a sentence on what in it isn't one. */
export function readFilter(query: string, repositories: readonly string[]): FleetFilter | string {
  const filter: FleetFilter = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const wrong = (allowed: readonly string[]) =>
      `${name}=${value} is none of ${allowed.join(", ")}.`;
    if (name === "repository") {
      if (!repositories.includes(value)) return wrong(repositories);
      filter.repository = value;
    } else if (name === "state") {
      const state = states.find((one) => one === value);
      if (state === undefined) return wrong(states);
      filter.state = state;
    } else if (name === "freshness") {
      const freshness = freshnesses.find((one) => one === value);
      if (freshness === undefined) return wrong(freshnesses);
      filter.freshness = freshness;
    } else if (name === "scheme") {
      const scheme = schemes.find((one) => one === value);
      if (scheme === undefined) return wrong(schemes);
      filter.scheme = scheme;
    } else if (name === "country") {
      if (!/^[A-Za-z]{2}$/.test(value)) return `country=${value} is not a country's two letters.`;
      filter.country = value.toUpperCase();
    } else {
      return `${name}= filters nothing. Filters: repository, state, freshness, scheme, country.`;
    }
  }
  return filter;
}

/** What is known without Fleet. */
function unprobed(now: number): KnownHealth {
  return { records: new Map(), rules: defaultRules, now };
}

/** All mirrors that the filters leave. Without Fleet, as the list has them. */
export async function mirrors(
  query: string,
  views: OpenViews,
  fleet: FleetAnswers | undefined,
  now: number,
): Promise<Response> {
  const filter = readFilter(
    query,
    views.repositories.map(({ name }) => name),
  );
  if (typeof filter === "string") return badRequest(400, filter);
  if (fleet === undefined) {
    const listed = views.roster.mirrors.map(({ resource }) => resource);
    const described = describeFleet(listed, unprobed(now), filter);
    return Response.json({ probing: "off", mirrors: described }, { headers });
  }
  const got = await answerOrReason(fleet.mirrors(filter));
  if ("reason" in got) return unavailable(`${got.reason}. Redirects go on by the last roster.`);
  return Response.json({ mirrors: got.answer }, { headers });
}

/** One mirror that is asked for, and how. */
export interface MirrorQuestion {
  name: string;
  /** Without its `?`. */
  query: string;
}

/** One mirror: what each region sees, operators' overrides, and its history, a hundred entries a page. */
export async function mirror(
  { name, query }: MirrorQuestion,
  views: OpenViews,
  fleet: FleetAnswers | undefined,
  now: number,
): Promise<Response> {
  const hint = "Names are at /api/v1/mirrors.";
  const before = new URLSearchParams(query).get("before") ?? String(Number.MAX_SAFE_INTEGER);
  if (!/^\d{1,16}$/.test(before)) return badRequest(400, "before= takes an id of the history.");
  if (fleet === undefined) {
    const listed = views.roster.mirrors.find((one) => one.resource.name === name);
    if (listed === undefined) return notFound(`/api/v1/mirrors/${name}`, hint);
    const [described] = describeFleet([listed.resource], unprobed(now), {});
    return Response.json({ probing: "off", ...described, history: [] }, { headers });
  }
  const got = await answerOrReason(fleet.mirror(name, Number(before)));
  if ("reason" in got) return unavailable(`${got.reason}. Redirects go on by the last roster.`);
  if (got.answer === null) return notFound(`/api/v1/mirrors/${name}`, hint);
  return Response.json(got.answer, { headers });
}
