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
import { judgeRepeat } from "./again.ts";
import { type ClientMemory, fileKey } from "./memory.ts";
import { redirectTo } from "./redirect.ts";

/** A file of a repository, asked by somebody. */
export interface Asked {
  request: Request;
  /** The request's, read already: each look into a request costs. */
  method: string;
  opened: OpenRepository;
  /** Inside the repository, escapes as asked, without a leading slash. */
  path: string;
  decoded: string;
  visitor: Visitor;
  scheme: Scheme;
  memory: ClientMemory;
  /** Of the clock: `secondOf` its milliseconds. */
  second: number;
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

/** All candidates that fit, in rank order; every mirror is judged anew only where none of the cheapest does. */
function rankedFor(asked: Asked, fits: (offer: Offer) => boolean): Candidate[] {
  const { client, roster } = asked.visitor;
  const demand = demandOf(asked, client);
  const fitting = ({ offer }: Candidate) => fits(offer);
  const near = roster.ranked(demand, client).filter(fitting);
  return near.length > 0 ? near : roster.rankedWhole(demand, client).filter(fitting);
}

/** What the client can be sent to out of its top, or out of all candidates where that has nothing left. */
function offersThat(
  asked: Asked,
  top: readonly Offer[],
  fits: (offer: Offer) => boolean,
): readonly Offer[] {
  const left = top.filter(fits);
  const first = left[0];
  // What is drained is behind all others: where it is first, there is nothing else to be found.
  return first === undefined ? rankedFor(asked, fits).map(({ offer }) => offer) : left;
}

/** Whether one of them lacks the file. In every redirect's way: nearly always it looks at one field of each. */
function someLack(offers: readonly Offer[], decoded: string): boolean {
  for (const offer of offers) if (offer.selective && leavesOut(offer, decoded)) return true;
  return false;
}

/**
 * The redirect, or `undefined` when no mirror can serve the path to this client, or only drained ones, or only
 * ones that it had no luck with.
 */
export function redirectPayload(asked: Asked): Response | undefined {
  const { opened, scheme, decoded, path, visitor, memory, second } = asked;
  const { name, kind, architectures } = opened.repository;
  const { key } = visitor;
  const top = visitor.top(opened, scheme, architectureOf(kind, decoded, architectures));
  // HEAD before GET is how zypper and people look at a file: neither is the other's repeat.
  const counts = key !== 0 && asked.method === "GET";
  let file = 0;
  let stayWith = 0;
  if (counts) {
    file = fileKey(name, path);
    const sentTo = memory.recall(key, file, second);
    if (sentTo !== 0) ({ file, stayWith } = askedAgain(asked, file, sentTo));
  }
  let offers = top;
  if (memory.avoidsAny(key, second)) offers = offersThat(asked, top, isUsable(asked));
  else if (someLack(top, decoded)) offers = offersThat(asked, top, has(decoded));
  if (stayWith !== 0) offers = beginningWith(stayWith, offers);
  const first = offers[0];
  if (first === undefined || first.drained) return undefined;
  if (counts) memory.remember(key, file, first.open.nameHash, second);
  return redirectTo(offers, path, kind);
}

function askedAgain(asked: Asked, file: number, sentTo: number) {
  const { opened, visitor, memory, scheme, second } = asked;
  const { client, roster, key } = visitor;
  const repeat = {
    memory,
    client: key,
    file,
    networkHash: client.networkHash,
    repository: opened.repository.name,
    scheme,
    roster,
    range: asked.request.headers.get("Range"),
    second,
  };
  return judgeRepeat(repeat, sentTo);
}

function has(decoded: string): (offer: Offer) => boolean {
  return (offer) => !leavesOut(offer, decoded);
}

function isAvoided({ memory, visitor, second }: Asked, { open }: Offer): boolean {
  return memory.avoids(visitor.key, open.nameHash, second);
}

/** Has the file, and the client had no failure there lately. */
function isUsable(asked: Asked): (offer: Offer) => boolean {
  return (offer) => !leavesOut(offer, asked.decoded) && !isAvoided(asked, offer);
}

/** The same offers, that mirror's first, if it is among them and not drained since. */
function beginningWith(nameHash: number, offers: readonly Offer[]): readonly Offer[] {
  const at = offers.findIndex(({ open, drained }) => open.nameHash === nameHash && !drained);
  const offer = offers[at];
  return at < 1 || offer === undefined ? offers : [offer, ...offers.filter((_, to) => to !== at)];
}

/**
 * When the edge can't have the bytes either: one of the mirrors that the client avoids, another each second;
 * the answer as it is, where there is none.
 */
export async function orAvoidedMirror(
  served: Response | Promise<Response>,
  asked: Asked,
): Promise<Response> {
  const response = await served;
  const { visitor, memory, second, opened } = asked;
  if (response.status < 500 || !memory.avoidsAny(visitor.key, second)) return response;
  const left = rankedFor(asked, (offer) => !offer.drained && !leavesOut(offer, asked.decoded));
  const chosen = left[second % left.length];
  if (chosen === undefined) return response;
  await response.body?.cancel();
  return redirectTo([chosen.offer], asked.path, opened.repository.kind);
}

/**
 * `?mirrorlist`: the ranked URLs of a file; one a line, or JSON where `Accept` prefers it. What the client had
 * no luck with comes later, what is drained last, and not at all where nothing else is left.
 */
export function mirrorList(asked: Asked, accept: string | null): Response {
  const ranked = rankedFor(asked, has(asked.decoded));
  const able = ranked.filter(({ offer }) => !offer.drained);
  const ordered = [
    ...able.filter(({ offer }) => !isAvoided(asked, offer)),
    ...able.filter(({ offer }) => isAvoided(asked, offer)),
    ...(able.length === 0 ? [] : ranked.filter(({ offer }) => offer.drained)),
  ];
  const entries = ordered.map(({ offer, open, costMs }, at) => ({
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

/**
 * `?trace`: the whole decision as JSON, for the asking client or, with `?ip=`, for another address. What a
 * client avoids is its own business, and told to nobody else.
 */
export function trace(
  asked: Asked,
  ip: string | undefined,
  visitors: Visitors,
  kind: PathClass,
): Response {
  const { opened, path, decoded, visitor } = asked;
  const client = ip === undefined ? visitor.client : visitors.at(ip);
  const explained = explain(visitors.roster, demandOf(asked, client), client, decoded, path);
  const avoids = ip === undefined ? { avoids: avoidedMirrors(asked) } : {};
  return Response.json(
    { path: `/${opened.repository.name}/${path}`, class: kind, ...avoids, ...explained },
    { headers: placeDependent },
  );
}

function avoidedMirrors({ memory, visitor, second }: Asked): { mirror: string; until: string }[] {
  return memory.avoidedBy(visitor.key, second).flatMap(({ nameHash, untilMs }) => {
    const mirror = visitor.roster.named(nameHash)?.name;
    return mirror === undefined ? [] : [{ mirror, until: new Date(untilMs).toISOString() }];
  });
}
