/** Payload: a redirect to the best mirror, the list of them, or the explanation; bytes when no mirror can serve. */
import { plain } from "../http/errors.ts";
import { leavesOut } from "../mirrors/eligible.ts";
import { explain } from "../mirrors/explain.ts";
import type { Scheme } from "../mirrors/roster.ts";
import type { Repository } from "../repositories/catalogue.ts";
import { architectureOf } from "../repositories/classify.ts";
import { demandOf, type Visitor, type Visitors } from "../visitors.ts";
import { type Ranking, redirectTo } from "./ranking.ts";

/** A file of a repository, asked by somebody. */
export interface Asked {
  repository: Repository;
  /** Inside the repository, escapes as asked, without a leading slash. */
  path: string;
  decoded: string;
  visitor: Visitor;
  scheme: Scheme;
}

/** Answers depend on the client's place: no cache may keep them for another. */
const placeDependent = { "Cache-Control": "private, no-store" };

function rankingFor(asked: Asked): Ranking {
  const { repository, visitor } = asked;
  const architecture = architectureOf(repository.kind, asked.decoded, repository.architectures);
  return visitor.ranking(repository.name, asked.scheme, architecture);
}

/** The slots that carry this very path. */
function slotsFor(asked: Asked): Ranking["slots"] {
  const ranking = rankingFor(asked);
  if (!ranking.selective) return ranking.slots;
  const { name } = asked.repository;
  return ranking.slots.filter(({ candidate }) => {
    const carried = candidate.open.mirror.carries[name];
    return carried !== undefined && !leavesOut(carried, asked.decoded);
  });
}

/** The redirect, or `undefined` when no mirror can serve the path to this client. */
export function redirectPayload(asked: Asked): Response | undefined {
  const slots = slotsFor(asked);
  return slots.length === 0 ? undefined : redirectTo(slots, asked.path);
}

/** `?mirrorlist`: the ranked URLs of a file; one a line, or JSON where `Accept` prefers it. */
export function mirrorList(asked: Asked, accept: string | null): Response {
  const slots = slotsFor(asked);
  const entries = slots.map(({ base, candidate }, at) => ({
    url: base + asked.path,
    priority: at + 1,
    mirror: candidate.open.mirror.name,
    country: candidate.open.mirror.country,
    costMs: Math.round(candidate.costMs),
  }));
  if (prefersJson(accept)) {
    return Response.json(entries, { headers: { ...placeDependent, Vary: "Accept" } });
  }
  const lines = entries.map((entry) => entry.url);
  const body =
    lines.length === 0
      ? "# No mirror serves this to you; ask for the file itself."
      : lines.join("\n");
  return plain(200, body, { ...placeDependent, Vary: "Accept" });
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
  kind: string,
): Response {
  const client = ip === undefined ? asked.visitor.client : visitors.at(ip);
  const { repository } = asked;
  const architecture = architectureOf(repository.kind, asked.decoded, repository.architectures);
  const demand = demandOf(client, repository.name, asked.scheme, architecture);
  const explained = explain(visitors.roster, demand, client, asked.decoded, asked.path);
  return Response.json(
    { path: `/${repository.name}/${asked.path}`, class: kind, ...explained },
    { headers: placeDependent },
  );
}
