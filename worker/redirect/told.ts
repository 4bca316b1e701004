/** What is told of a file besides itself: the list of its mirrors, and the whole decision. */
import { plain } from "../http/errors.ts";
import { explain, type Verdict } from "../mirrors/explain.ts";
import type { PathClass } from "../repositories/classify.ts";
import { hex } from "../repositories/listed-answer.ts";
import type { PresentFile } from "../repositories/presence/presence-index.ts";
import type { Background } from "../shared-work.ts";
import type { Visitors } from "../visitors.ts";
import { type Asked, demandOf, has, isAvoided, placeDependent, rankedFor } from "./asked.ts";
import { standingOf } from "./choice.ts";
import { knownFile, listedFile } from "./known.ts";
import type { PayloadEdge } from "./payload.ts";

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
 * client avoids is its own business, and told to nobody else. No mirror is asked for it: proof is what is at hand.
 */
export async function trace(
  asked: Asked,
  ip: string | undefined,
  visitors: Visitors,
  kind: PathClass,
  edge: PayloadEdge,
  background: Background,
): Promise<Response> {
  const { opened, path, decoded, visitor } = asked;
  const client = ip === undefined ? visitor.client : visitors.at(ip);
  const { mirrors, ...explained } = explain(
    visitors.roster,
    demandOf(asked, client),
    client,
    decoded,
    path,
  );
  const avoids = ip === undefined ? { avoids: avoidedMirrors(asked) } : {};
  const isPayload = kind === "payload";
  const file = isPayload ? await listedFile(asked, edge.files, background) : null;
  return Response.json(
    {
      path: `/${opened.repository.name}/${path}`,
      class: kind,
      ...(file !== null && { file: toldFile(file) }),
      ...avoids,
      ...explained,
      mirrors: isPayload ? withProof(asked, mirrors, file, edge) : mirrors,
    },
    { headers: placeDependent },
  );
}

function toldFile({ sha256, ...file }: PresentFile) {
  return { ...file, ...(sha256 !== undefined && { sha256: hex(sha256) }) };
}

/** The ranked mirrors with what is known of the file there. */
function withProof(
  asked: Asked,
  verdicts: readonly Verdict[],
  file: PresentFile | null,
  { sightings, files }: PayloadEdge,
) {
  const offers = rankedFor(asked, has(asked.decoded)).map(({ offer }) => offer);
  const { repository } = asked.opened;
  const known = knownFile(asked, file, files?.served(repository) ?? 0, sightings, offers);
  const byName = new Map(asked.visitor.roster.mirrors.map(({ mirror }) => [mirror.name, mirror]));
  return verdicts.map((verdict) => {
    const carried = byName.get(verdict.mirror)?.carries[repository.name];
    const base = carried?.[asked.scheme];
    if (verdict.rank === undefined || carried === undefined || base === undefined) return verdict;
    const standing = standingOf({ base, carried, drained: false }, known);
    const proof = standing === "generation" || standing === "head" ? standing : "none";
    return { ...verdict, proof };
  });
}

function avoidedMirrors({ memory, visitor, second }: Asked): { mirror: string; until: string }[] {
  return memory.avoidedBy(visitor.key, second).flatMap(({ nameHash, untilMs }) => {
    const mirror = visitor.roster.named(nameHash)?.name;
    return mirror === undefined ? [] : [{ mirror, until: new Date(untilMs).toISOString() }];
  });
}
