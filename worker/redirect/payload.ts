/** Payload: a redirect to the best mirror, the list of them, or the explanation; bytes when no mirror can serve. */
import type { Client } from "../geo/client.ts";
import { plain } from "../http/errors.ts";
import { type Demand, leavesOut } from "../mirrors/eligible.ts";
import { explain } from "../mirrors/explain.ts";
import type { Candidate, Offer } from "../mirrors/rank.ts";
import type { Scheme } from "../mirrors/roster.ts";
import { architectureOf, type PathClass } from "../repositories/classify.ts";
import type { OpenRepository } from "../views.ts";
import type { Visitor, Visitors } from "../visitors.ts";
import { redirectTo } from "./redirect.ts";

/** A file of a repository, asked by somebody. */
export interface Asked {
  opened: OpenRepository;
  /** Inside the repository, escapes as asked, without a leading slash. */
  path: string;
  decoded: string;
  visitor: Visitor;
  scheme: Scheme;
}

/** Answers depend on the client's place: no cache may keep them for another. */
const placeDependent = { "Cache-Control": "private, no-store" };

function demandOf({ opened: { repository }, decoded, scheme }: Asked, client: Client): Demand {
  return {
    repository: repository.name,
    scheme,
    family: client.family,
    architecture: architectureOf(repository.kind, decoded, repository.architectures),
  };
}

/** All candidates for the file, in rank order. */
function rankedFor(asked: Asked): Candidate[] {
  const { client, roster } = asked.visitor;
  const demand = demandOf(asked, client);
  const having = ({ offer }: Candidate) => !leavesOut(offer.carried, asked.decoded);
  const near = roster.ranked(demand, client).filter(having);
  return near.length > 0 ? near : roster.rankedWhole(demand, client).filter(having);
}

/** The redirect, or `undefined` when no mirror can serve the path to this client. */
export function redirectPayload(asked: Asked): Response | undefined {
  const { opened, scheme, decoded, path } = asked;
  const { kind, architectures } = opened.repository;
  let offers = asked.visitor.top(opened, scheme, architectureOf(kind, decoded, architectures));
  if (offers.some(isSelective)) offers = rankedFor(asked).map(({ offer }) => offer);
  return offers.length === 0 ? undefined : redirectTo(offers, path, kind);
}

/** Whether the path has to be looked at too. */
function isSelective({ carried }: Offer): boolean {
  return carried.exclude !== undefined;
}

/** `?mirrorlist`: the ranked URLs of a file; one a line, or JSON where `Accept` prefers it. */
export function mirrorList(asked: Asked, accept: string | null): Response {
  const entries = rankedFor(asked).map(({ offer, open, costMs }, at) => ({
    url: offer.base + asked.path,
    priority: at + 1,
    mirror: open.mirror.name,
    country: open.mirror.country,
    costMs: Math.round(costMs),
  }));
  const headers = { ...placeDependent, Vary: "Accept" };
  if (prefersJson(accept)) return Response.json(entries, { headers });
  if (entries.length === 0) {
    return plain(200, "# No mirror serves this to you; ask for the file itself.", headers);
  }
  return plain(200, entries.map((entry) => entry.url).join("\n"), headers);
}

/** JSON is given to those who name it; `*\/*`, which every client sends, is not naming it. */
function prefersJson(accept: string | null): boolean {
  return (
    accept !== null &&
    /\bapplication\/(?:[a-z.-]+\+)?json\b/i.test(accept) &&
    !/\btext\/(?:html|plain)\b/i.test(accept)
  );
}

/** `?trace`: the whole decision as JSON, for the asking client or, with `?ip=`, for another address. */
export function trace(
  asked: Asked,
  ip: string | undefined,
  visitors: Visitors,
  kind: PathClass,
): Response {
  const { opened, path, decoded, visitor } = asked;
  const client = ip === undefined ? visitor.client : visitors.at(ip);
  const explained = explain(visitors.roster, demandOf(asked, client), client, decoded, path);
  return Response.json(
    { path: `/${opened.repository.name}/${path}`, class: kind, ...explained },
    { headers: placeDependent },
  );
}
