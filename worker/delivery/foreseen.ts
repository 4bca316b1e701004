/** Where a client would be sent for a file that it hasn't asked for: by the decision of a redirect, with the facts at hand. */
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { RosterMirror } from "../mirrors/roster.ts";
import type { FoundFile } from "../repositories/reader/snapshots-at-edge.ts";
import { inTime } from "../runtime/deadline.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { indexedFile, unlisted } from "./file-facts.ts";
import { type FileRequest, sendingAtFirst } from "./file-request.ts";
import type { PayloadServices } from "./payload.ts";
import { RequestFacts } from "./request-facts.ts";

/** What a client that asks for the file now gets. */
export type Foreseen =
  /** `isCertain`: a redirect there. Else others are asked first, and most likely it is this one. */
  | { mirror: RosterMirror; isCertain: boolean }
  /** Bytes from here. */
  | "here"
  /** Neither: no mirror carries it, or there is no such file. */
  | "nowhere";

/** An index is waited for so long, ms: in memory it is there at once, and without it the answer is only less certain. */
const indexMs = 300;

/**
 * Nobody is asked for it, and nothing is counted. Never rejects.
 *
 * @param size bytes, where something else than the index tells them
 */
export function foreseen(
  asked: FileRequest,
  services: PayloadServices,
  size?: number,
): Foreseen | Promise<Foreseen> {
  const { opened, decoded, now, background } = asked;
  const { files } = services;
  const go = (found: FoundFile): Foreseen => {
    const facts = new RequestFacts(asked, sized(found, size), sendingAtFirst(asked), services);
    return ofDecision(decide<MirrorCandidate>(facts), facts.near);
  };
  if (files === undefined) return go(unlisted);
  // Nearly always: a timer costs more than all the rest.
  const file = files.fileAtHand(opened.repository, decoded, now, background);
  if (file !== undefined) return go({ file, served: files.served(opened.repository) });
  return inTime(indexedFile(asked, files), indexMs)
    .catch(() => unlisted)
    .then(go);
}

function sized({ file, served }: FoundFile, size: number | undefined): FoundFile {
  return { file: file === null || size === undefined ? file : { size, ...file }, served };
}

/** @param near the client's ranking */
function ofDecision(decision: Decision<MirrorOffer>, near: readonly MirrorOffer[]): Foreseen {
  if ("bytes" in decision) return "here";
  if ("refuse" in decision) return "nowhere";
  if ("redirect" in decision) {
    const mirror = decision.redirect[0]?.open.resource;
    return mirror === undefined ? "nowhere" : { mirror, isCertain: decision.though === undefined };
  }
  const { ask } = decision;
  // For a file that nobody has told the size of, the first of the ranking is asked next.
  const first = ask.of === "origin" ? near.find(({ drained }) => !drained) : ask.mirrors[0];
  return first === undefined ? "here" : { mirror: first.open.resource, isCertain: false };
}
