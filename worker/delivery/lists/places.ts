/** Where a file can be had, for a list: by the same decision as a redirect. */

import { candidatesPerPlace } from "../../directory/rank.ts";
import type { MirrorCandidate, MirrorOffer } from "../../mirrors/mirror-offer.ts";
import { placeOfMirror } from "../../mirrors/mirror-place.ts";
import { orderReasons } from "../../mirrors/order-reasons.ts";
import type { RosterMirror } from "../../mirrors/roster.ts";
import type { PresentFile } from "../../repositories/contents/presence/presence-index.ts";
import type { FoundFile } from "../../repositories/reader/snapshots-at-edge.ts";
import { andThen, type NowOrLater } from "../../runtime/now-or-later.ts";
import { Asking } from "../asking.ts";
import { type Standing, standingOf } from "../choice.ts";
import type { Ask, Decision } from "../decision.ts";
import { foundFile } from "../file-facts.ts";
import { type FileRequest, sendingAtFirst } from "../file-request.ts";
import { knownOf, sizeOf } from "../known.ts";
import { type Named, named } from "../named.ts";
import type { PayloadServices } from "../payload.ts";
import { RequestFacts } from "../request-facts.ts";
import type { PricedSource } from "./file-lists.ts";
import type { Source } from "./source.ts";

/** What a list says of a file itself, by its repository's index or by what its origin says. */
export interface ListedFile {
  /** `null`: no index lists it. */
  listed: PresentFile | null;
  /** Bytes; absent: nobody has told. */
  size?: number;
}

/** A file that is asked for. */
export interface WantedFile extends ListedFile {
  /** `absent`: there is no such file; `silent`: the origin would have to tell, and can't be asked. */
  lacks?: "absent" | "silent";
  /** With what is known so far. */
  asking: Asking;
}

/** Looks for a payload file in the index; where that doesn't list it, asks the origin. Never rejects. */
export function findFile(asked: FileRequest, services: PayloadServices): NowOrLater<WantedFile> {
  return andThen(foundFile(asked, services.files), (found) => lookFor(asked, found, services));
}

function lookFor(
  asked: FileRequest,
  found: FoundFile,
  services: PayloadServices,
): NowOrLater<WantedFile> {
  const known = { ...services, wants: "mirrors" } as const;
  const asking = new Asking(new RequestFacts(asked, found, sendingAtFirst(asked), known), services);
  const first = asking.decide();
  const isAsked = "ask" in first && first.ask.of === "origin";
  return isAsked
    ? asking.ask(first).then(() => wanted(found.file, asking))
    : wanted(found.file, asking);
}

function wanted(listed: PresentFile | null, asking: Asking): WantedFile {
  const size = sizeOf<MirrorCandidate>(asking.facts);
  if (size !== undefined) return { listed, size, asking };
  if (listed !== null) return { listed, asking };
  return { listed, lacks: "refuse" in asking.decide() ? "absent" : "silent", asking };
}

/** The places of a file. */
export interface Places extends Named<MirrorOffer> {
  /** A client that asks for the file itself is sent to the first of them. */
  redirects: boolean;
}

/** The same, with why each is where it is. */
export interface ExplainedPlaces extends Named<MirrorCandidate> {
  /** For each of `mirrors`. */
  reasons: Reasons;
}

/** What is told of each of a list's mirrors. */
export interface Reasons {
  /** As `orderReasons`. */
  why: readonly (string | undefined)[];
  /** By what it is known to have the file; absent: not told. */
  proofs?: readonly PricedSource["proof"][];
}

/** The mirrors that are proven to have the file; where none is, the best are asked. Never rejects. */
export function placesOf({ asking }: WantedFile): NowOrLater<Places> {
  return decided(asking, (decision, facts) => {
    const ranking = { of: (fits: Fits) => facts.rankedOffers(fits), offerOf: itself };
    const { mirrors, unproven } = named<MirrorCandidate, MirrorOffer>(facts, decision, ranking);
    const redirects = "redirect" in decision;
    return { mirrors: mirrors.slice(0, candidatesPerPlace), unproven, redirects };
  });
}

/** The same mirrors in the same order, explained. Never rejects. */
export function explainedPlacesOf({ asking }: WantedFile): NowOrLater<ExplainedPlaces> {
  return decided(asking, (decision, facts) => {
    const ranking = { of: (fits: Fits) => facts.ranked(fits), offerOf: offerOfCandidate };
    const { mirrors, unproven } = named<MirrorCandidate, MirrorCandidate>(facts, decision, ranking);
    const told = mirrors.slice(0, candidatesPerPlace);
    return { mirrors: told, unproven, reasons: reasonsOf(told, facts) };
  });
}

type Fits = (offer: MirrorOffer) => boolean;
type Settled = Exclude<Decision<MirrorOffer>, Ask<MirrorOffer>>;

const itself = (offer: MirrorOffer) => offer;
const offerOfCandidate = ({ offer }: MirrorCandidate) => offer;

/** @param by is called in the moment of the decision: what comes in meanwhile must not make another list of it */
function decided<Of>(
  asking: Asking,
  by: (decision: Settled, facts: RequestFacts) => Of,
): NowOrLater<Of> {
  const decision = asking.decide();
  return "ask" in decision ? decidedAfter(decision, asking, by) : settled(decision, asking, by);
}

async function decidedAfter<Of>(
  first: Ask<MirrorOffer>,
  asking: Asking,
  by: (decision: Settled, facts: RequestFacts) => Of,
): Promise<Of> {
  let decision: Decision<MirrorOffer> = first;
  while ("ask" in decision) {
    await asking.ask(decision);
    decision = asking.decide();
  }
  return settled(decision, asking, by);
}

function settled<Of>(
  decision: Settled,
  asking: Asking,
  by: (decision: Settled, facts: RequestFacts) => Of,
): Of {
  const of = by(decision, asking.facts);
  if (!("refuse" in decision)) asking.meanwhile(decision);
  return of;
}

function reasonsOf(told: readonly MirrorCandidate[], facts: RequestFacts): Reasons {
  const known = knownOf<MirrorCandidate>(facts);
  return {
    proofs: told.map(({ offer }) => proofOf(standingOf(offer, known))),
    why: orderReasons(told, facts.request.rankedClient.client, {
      avoids: (one) => facts.avoids(one),
    }),
  };
}

function proofOf(standing: Standing): PricedSource["proof"] {
  return standing === "generation" || standing === "head" ? standing : undefined;
}

/** The places as a list of URLs alone has them. @param path inside the repository there, escapes as asked */
export function urlsAt(offers: readonly MirrorOffer[], path: string): Source[] {
  return offers.map(({ base, open: { resource } }, at) => {
    const { name: mirror, country } = resource;
    const source: Source = { url: base + path, priority: at + 1, mirror };
    if (country !== undefined) source.country = country;
    return source;
  });
}

/**
 * The places as a list has them that tells more.
 *
 * @param path inside the repository there, escapes as asked
 * @param before places before these
 * @param reasons of each; absent: neither those nor where the mirrors are is told
 */
export function sourcesOf(
  candidates: readonly MirrorCandidate[],
  path: string,
  { before = 0, reasons }: { before?: number; reasons?: Reasons | undefined } = {},
): PricedSource[] {
  const sources: PricedSource[] = [];
  for (const [at, { offer, open, costMs }] of candidates.entries()) {
    const { resource: mirror } = open;
    const source: PricedSource = {
      url: offer.base + path,
      priority: before + at + 1,
      mirror: mirror.name,
      costMs,
      state: offer.state,
    };
    if (mirror.country !== undefined) source.country = mirror.country;
    if (reasons !== undefined) explain(source, mirror, reasons, at);
    sources.push(source);
  }
  return sources;
}

function explain(
  source: PricedSource,
  mirror: RosterMirror,
  { why, proofs }: Reasons,
  at: number,
): void {
  const [reason, proof, place] = [why[at], proofs?.[at], placeOfMirror(mirror)];
  if (reason !== undefined) source.why = reason;
  if (proof !== undefined) source.proof = proof;
  if (place !== undefined) source.at = place;
}
