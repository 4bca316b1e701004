/** Events over HTTP: read back, and watched as they come. */
import { networkOf } from "../../accounts/client-network.ts";
import {
  type EventFilter,
  eventTypes,
  isTypeOrGroup,
  isWanted,
  toldEvent,
} from "../../events/event.ts";
import { maxStreamsOfOne } from "../../events/event-streams.ts";
import { problem } from "../../http/problem.ts";
import { needing } from "../answer-api.ts";
import type { ApiRequest, ApiRoute } from "../api-route.ts";
import { eventsRate } from "../request-rate.ts";
import * as s from "../schemas.ts";

const event = s.object(
  {
    id: s.integer,
    type: { enum: Object.keys(eventTypes) },
    at: s.moment,
    mirror: s.text,
    repository: s.text,
    says: s.text,
    data: { type: "object" },
  },
  ["id", "type", "at", "says", "data"],
);

/** Events of a page, and how many are looked through for them. */
const pageSize = 100;
const maxLookedThrough = 5000;

const filters = [
  {
    name: "type",
    says: "Only of that type or group: `mirror.state`, `alarm.*`. May be given several times.",
    schema: s.text,
  },
  { name: "mirror", says: "Only of that mirror. May be given several times.", schema: s.text },
];

export const eventRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/v1/events",
    says: "Read events, newest first, or watch them as they come",
    more: "With `Accept: text/event-stream` the answer is a stream of server-sent events; `Last-Event-ID` goes on where one ended. Events are kept for 7 days.",
    needs: needing("watch"),
    rate: eventsRate,
    query: [
      ...filters,
      { name: "before", says: "Events before this id: of the page before.", schema: s.integer },
    ],
    gives: { 200: s.object({ events: s.listOf(event), last: s.integer, next: s.orNull(s.text) }) },
    refuses: [503],
    async answer(request) {
      const filter = filterOf(request.query);
      if (filter instanceof Response) return filter;
      const wants = request.headers.get("Accept") ?? "";
      return wants.includes("text/event-stream")
        ? streamed(request, filter)
        : page(request, filter);
    },
  },
];

function filterOf(query: URLSearchParams): EventFilter | Response {
  const types = query.getAll("type");
  const wrong = types.find((type) => !isTypeOrGroup(type));
  if (wrong !== undefined) {
    const detail = `${JSON.stringify(wrong.slice(0, 80))} is no type of events. There are ${Object.keys(eventTypes).join(", ")}, and groups as mirror.*.`;
    return problem(400, { detail });
  }
  return { types, mirrors: query.getAll("mirror") };
}

function streamed({ office, headers, act }: ApiRequest, filter: EventFilter): Response {
  const last = headers.get("Last-Event-ID");
  const known = last !== null && /^\d{1,15}$/.test(last) ? Number(last) : undefined;
  const stream = office.eventStreams.open(filter, known, networkOf(act.address));
  if (stream === "full") {
    const detail = "As many watch as can. Read the events by pages, or come back later.";
    return problem(503, { detail, headers: { "Retry-After": "30" } });
  }
  if (stream === "full of one") {
    const detail = `${maxStreamsOfOne} streams are open from this address: close one, or read the events by pages.`;
    return problem(429, { detail, headers: { "Retry-After": "30" } });
  }
  return new Response(stream, {
    headers: {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      // nginx would hold events back until it has a page of them.
      "X-Accel-Buffering": "no",
    },
  });
}

function page({ office, query, path }: ApiRequest, filter: EventFilter) {
  const before = Number(query.get("before") ?? Number.MAX_SAFE_INTEGER);
  const found = office.eventStore.before(Number.isFinite(before) ? before : 0, maxLookedThrough);
  const events = found.filter((one) => isWanted(one, filter)).slice(0, pageSize);
  const isCut = events.length === pageSize || found.length === maxLookedThrough;
  const oldest = events.length === pageSize ? events.at(-1) : found.at(-1);
  const following = new URLSearchParams(query);
  if (oldest !== undefined) following.set("before", String(oldest.id));
  const next = isCut ? `${path}?${following}` : null;
  return {
    status: 200,
    body: { events: events.map(toldEvent), last: office.eventStore.last, next },
  };
}
