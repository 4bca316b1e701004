/** Where a file can be had, for a list: all mirrors proven to have it, in the client's order. */
import { candidatesPerPlace } from "../../directory/rank.ts";
import type { MirrorCandidate } from "../../mirrors/mirror-offer.ts";
import { askerOf } from "../../outbound/asker.ts";
import type { PresentFile } from "../../repositories/contents/presence/presence-index.ts";
import type { Background } from "../../runtime/background.ts";
import { askedAtOnce, type FileCheck, isProven, standingOf } from "../choice.ts";
import { atOrigin, fileFacts, indexedFile } from "../file-facts.ts";
import { type FileRequest, has, isAvoided, rankedFor } from "../file-request.ts";
import type { PayloadServices } from "../payload.ts";
import type { PricedSource } from "./file-lists.ts";

/** A file that is asked for, by its repository's index or by what its origin says. */
export interface WantedFile {
  /** `null`: no index lists it. */
  listed: PresentFile | null;
  /** Generation of the snapshot it was looked up in. */
  served: number;
  /** Bytes; absent: nobody has told. */
  size?: number;
  /** `absent`: there is no such file; `silent`: the origin would have to tell, and can't be asked. */
  lacks?: "absent" | "silent";
}

/** Looks for a payload file in the index; where that doesn't list it, asks the origin. Never rejects. */
export async function findFile(
  asked: FileRequest,
  edge: PayloadServices,
  background: Background,
): Promise<WantedFile> {
  const { repository } = asked.opened;
  const { file: listed, served } = await indexedFile(asked, edge.files, background);
  if (listed?.size !== undefined) return { listed, served, size: listed.size };
  const seen = edge.sightings.of({ repository: repository.name, path: asked.decoded });
  const { size, failed } =
    atOrigin(asked, seen) ?? (await look(asked, repository.origin, undefined, edge, background));
  if (size !== undefined) return { listed, served, size };
  if (listed !== null) return { listed, served };
  return { listed, served, lacks: failed === "absent" ? "absent" : "silent" };
}

/** The places of a file. */
export interface Places {
  /** Usable ones, then those that the client avoids, then drained ones. */
  candidates: readonly MirrorCandidate[];
  /** None could be asked, so that these are all that might have it. */
  unproven: boolean;
}

/** The mirrors that are proven to have the file; where none is, the best are asked. Never rejects. */
export async function placesOf(
  asked: FileRequest,
  found: WantedFile,
  edge: PayloadServices,
  background: Background,
): Promise<Places> {
  const ranked = rankedFor(asked, has(asked.decoded)).slice(0, candidatesPerPlace);
  const able = ranked.filter(({ offer }) => !offer.drained);
  const offers = ranked.map(({ offer }) => offer);
  const known = () => fileFacts(asked, found.listed, found.served, edge.sightings, offers);
  const proven = () => {
    const file = known();
    return ranked.filter(({ offer }) => isProven(offer, file));
  };
  const atHand = proven();
  if (atHand.some(({ offer }) => !offer.drained)) return ordered(asked, atHand);
  const before = known();
  const unknown = able.filter(({ offer }) => standingOf(offer, before) === "unknown");
  await Promise.all(
    unknown
      .slice(0, askedAtOnce)
      .map(({ offer }) => look(asked, offer.base, before.size, edge, background)),
  );
  const now = proven();
  if (now.some(({ offer }) => !offer.drained)) return ordered(asked, now);
  const after = known();
  const standings = able.map(({ offer }) => standingOf(offer, after));
  const cutOff = standings.includes("unreachable") && !standings.includes("refuted");
  return cutOff ? { ...ordered(asked, able), unproven: true } : ordered(asked, []);
}

/** As a redirect would go; drained ones are named beside others, never alone. */
function ordered(asked: FileRequest, candidates: readonly MirrorCandidate[]): Places {
  const able = candidates.filter(({ offer }) => !offer.drained);
  const drained = able.length === 0 ? [] : candidates.filter(({ offer }) => offer.drained);
  const avoided = able.filter(({ offer }) => isAvoided(asked, offer));
  const usable = able.filter((candidate) => !avoided.includes(candidate));
  return { candidates: [...usable, ...avoided, ...drained], unproven: false };
}

function look(
  { opened, decoded, request, now }: FileRequest,
  base: string,
  size: number | undefined,
  { sightings }: PayloadServices,
  background: Background,
): Promise<FileCheck> {
  const file = {
    repository: opened.repository.name,
    path: decoded,
    ...(size !== undefined && { size }),
  };
  return sightings.ask(file, base, askerOf(request), now, background);
}

/** The places as a list has them. @param path inside the repository there, escapes as asked */
export function sourcesOf(
  candidates: readonly MirrorCandidate[],
  path: string,
  before = 0,
): PricedSource[] {
  return candidates.map(({ offer, open: { resource }, costMs }, at) => ({
    url: offer.base + path,
    priority: before + at + 1,
    mirror: resource.name,
    ...(resource.country !== undefined && { country: resource.country }),
    costMs,
  }));
}
