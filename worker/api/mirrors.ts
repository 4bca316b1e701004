/** `/api/v1/mirrors` and `/api/v1/mirrors/{name}`: every mirror with its states; evidence and history of one. */

import type { State } from "../directory/resource.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { KnownHealth } from "../health/compose-roster.ts";
import { describeFleet, type FleetFilter } from "../health/fleet-answers.ts";
import { answerOrReason, type FleetAnswers } from "../health/fleet-questions.ts";
import { defaultRules } from "../health/rules.ts";
import { notModified } from "../http/conditional.ts";
import { badRequest, notFound, unavailable } from "../http/errors.ts";
import type { Freshness } from "../mirrors/roster.ts";
import type { OpenViews } from "../views/views.ts";
import { withIsoTimes } from "./iso-times.ts";
import { defaultLimit, MirrorPages, maxLimit, type PageWish } from "./mirror-pages.ts";

const headers = { "Cache-Control": "no-store" };
const states: readonly State[] = ["unknown", "up", "degraded", "down", "drained", "disabled"];
const freshnesses: readonly Freshness[] = ["fresh", "lagging", "stale"];
const schemes: readonly Scheme[] = ["https", "http"];

/** The query as a filter and the page that is wished for, or a sentence on what in it is neither. */
export function readFilter(
  query: string,
  repositories: readonly string[],
): { filter: FleetFilter; wish: PageWish } | string {
  const filter: FleetFilter = {};
  const wish: PageWish = { after: "", limit: defaultLimit };
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
    } else if (name === "limit") {
      const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0;
      if (limit < 1 || limit > maxLimit)
        return `limit=${value} is not a number from 1 to ${maxLimit}.`;
      wish.limit = limit;
    } else if (name === "after") {
      if (value.length > 255) return "after= takes the name of a mirror.";
      wish.after = value;
    } else {
      return `${name}= filters nothing. Filters: repository, state, freshness, scheme, country. Pages: limit, after.`;
    }
  }
  return { filter, wish };
}

/** Pages of each Fleet that is asked, and of each list where none is: an isolate has one at a time. */
const pagesOf = new WeakMap<object, MirrorPages>();

function heldPages(of: object): MirrorPages {
  const held = pagesOf.get(of) ?? new MirrorPages();
  pagesOf.set(of, held);
  return held;
}

/** What is known without Fleet. */
function unprobed(now: number): KnownHealth {
  return { records: new Map(), rules: defaultRules, now };
}

/** A page of the mirrors that the filters leave. Without Fleet, as the list has them. */
export async function mirrors(
  { query, request }: { query: string; request: { readonly headers: Headers } },
  views: OpenViews,
  fleet: FleetAnswers | undefined,
  now: number,
): Promise<Response> {
  const read = readFilter(
    query,
    views.repositories.map(({ name }) => name),
  );
  if (typeof read === "string") return badRequest(400, read);
  const { filter, wish } = read;
  const describe = async () => {
    if (fleet !== undefined) return fleet.mirrors(filter);
    const listed = views.roster.mirrors.map(({ resource }) => resource);
    return describeFleet(listed, unprobed(now), filter);
  };
  const head = fleet === undefined ? { probing: "off" } : {};
  const named = { ...wish, head, filter: String(new URLSearchParams(Object.entries(filter))) };
  const got = await answerOrReason(heldPages(fleet ?? views).page(named, describe, now));
  if ("reason" in got) return unavailable(`${got.reason}. Redirects go on by the last roster.`);
  const { text, etag } = got.answer;
  // Kept by whomever, and asked about each time.
  const told = new Headers({ "Cache-Control": "no-cache", ETag: etag });
  if (notModified(request.headers, { etag, lastModified: null })) {
    return new Response(null, { status: 304, headers: told });
  }
  told.set("Content-Type", "application/json");
  return new Response(text, { headers: told });
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
  return Response.json(withIsoTimes(got.answer), { headers });
}
