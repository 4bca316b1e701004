/** What is told of a file besides itself: the whole decision. Lists of its mirrors are in `lists/`. */

import type { Clients } from "../clients/clients.ts";
import type { PathClass } from "../formats/classify.ts";
import { explain, type Verdict } from "../mirrors/explain.ts";
import { defaultMinSize, type Repository } from "../repositories/catalogue.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import type { FoundFile } from "../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import { hex } from "../runtime/hex.ts";
import { standingOf } from "./choice.ts";
import { fileFacts, indexedFile } from "./file-facts.ts";
import { demandOf, type FileRequest, has, placeDependent, rankedFor } from "./file-request.ts";
import type { PayloadServices } from "./payload.ts";

/**
 * `?trace`: the whole decision as JSON, for the asking client or, with `?ip=`, for another address. What a
 * client avoids is its own business, and told to nobody else. No mirror is asked for it: proof is what is at hand.
 */
export async function trace(
  asked: FileRequest,
  ip: string | undefined,
  visitors: Clients,
  kind: PathClass,
  edge: PayloadServices,
  background: Background,
): Promise<Response> {
  const { opened, path, decoded, visitor, wish, among } = asked;
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
  const found = await indexedFile(asked, isPayload ? edge.files : undefined, background);
  const { file } = found;
  return Response.json(
    {
      path: `/${opened.repository.name}/${path}`,
      class: kind,
      ...(file !== null && { file: toldFile(file) }),
      ...(isSmall(file, opened.repository) && { bytes: "smaller than redirect.minSize" }),
      ...avoids,
      // The mirrors below are as they would be without the wish.
      ...(wish !== undefined && { wish, wished: among?.map(({ open }) => open.resource.name) }),
      ...explained,
      mirrors: isPayload ? withProof(asked, mirrors, found, edge) : mirrors,
    },
    { headers: placeDependent },
  );
}

/** Whether it comes from here, whoever has it. */
function isSmall(file: PresentFile | null, { redirect }: Repository): boolean {
  return file?.size !== undefined && file.size < (redirect?.minSize ?? defaultMinSize);
}

function toldFile({ sha256, ...file }: PresentFile) {
  return { ...file, ...(sha256 !== undefined && { sha256: hex(sha256) }) };
}

/** The ranked mirrors with what is known of the file there. */
function withProof(
  asked: FileRequest,
  verdicts: readonly Verdict[],
  { file, served }: FoundFile,
  { sightings, looks }: PayloadServices,
) {
  const offers = rankedFor(asked, has(asked.decoded)).map(({ offer }) => offer);
  const { repository } = asked.opened;
  const known = fileFacts(asked, file, served, sightings, offers);
  const byName = new Map(asked.roster.mirrors.map((open) => [open.resource.name, open]));
  return verdicts.map((verdict) => {
    const open = byName.get(verdict.mirror);
    const carried = open?.resource.carries[repository.name];
    const base = carried?.[asked.scheme];
    if (verdict.rank === undefined || carried === undefined || base === undefined) return verdict;
    const sight = open && looks?.told({ open }, asked);
    const standing = standingOf({ base, carried, drained: false }, known);
    const proof = standing === "generation" || standing === "head" ? standing : "none";
    return { ...verdict, proof, ...(sight !== undefined && { sight }) };
  });
}

function avoidedMirrors({
  memory,
  visitor,
  roster,
  second,
}: FileRequest): { mirror: string; until: string }[] {
  return memory.avoidedBy(visitor.key, second).flatMap(({ nameHash, untilMs }) => {
    const mirror = roster.named(nameHash)?.name;
    return mirror === undefined ? [] : [{ mirror, until: new Date(untilMs).toISOString() }];
  });
}
