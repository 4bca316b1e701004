/**
 * A file that a permanent link means is looked for at its mirror before the redirect. A mirror may have followed a
 * release seconds before the service did, and have removed what the link still means: its generation proves what it has
 * had. An image takes minutes, so that a question of a round trip isn't noticed.
 */
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import { sharingAskerOf } from "../outbound/asker.ts";
import type { Check } from "./check-bytes.ts";
import type { FileCheck } from "./choice.ts";
import type { Decision } from "./decision.ts";
import type { Tried } from "./decision-facts.ts";
import type { FileChecks } from "./file-checks.ts";
import { knownOf } from "./known.ts";
import type { RequestFacts } from "./request-facts.ts";

/** What a mirror said of the file counts for so long, ms: a burst for a new release asks each mirror once. */
const lookedMs = 3000;
/** The client waits so long for it, ms. */
const lookMs = 1000;
/** Mirrors looked at for one request; the next is gone to as proven. */
const maxLooks = 3;

/** The mirror that a decision is about to send the client to, where it is to be looked at first; else `undefined`. */
export function toLookAt(
  decision: Decision<MirrorOffer>,
  { request, tried }: RequestFacts,
): MirrorOffer | undefined {
  if (request.byLink !== true || !("redirect" in decision) || decision.though !== undefined) {
    return undefined;
  }
  const [first] = decision.redirect;
  const { checked } = tried;
  if (first === undefined || checked?.has(first) === true) return undefined;
  return (checked?.size ?? 0) < maxLooks ? first : undefined;
}

/** What came of looking, for the facts: of this request alone, as the mirror may be well but for this file. Never rejects. */
export async function lookAt(
  offer: MirrorOffer,
  facts: RequestFacts,
  fileChecks: FileChecks,
): Promise<Partial<Tried<MirrorOffer>>> {
  const { opened, decoded, request, now } = facts.request;
  const { size } = knownOf<MirrorCandidate>(facts);
  const repository = opened.repository.name;
  const file = { repository, path: decoded, ...(size !== undefined && { size }) };
  const question = { base: offer.base, asker: sharingAskerOf(request), now };
  const known = fileChecks.of(file)?.get(offer.base);
  const isFresh = known !== undefined && Math.abs(now - known.at) < lookedMs;
  const mayAsk = isFresh || fileChecks.mayAsk(file, question);
  // Asked for enough: what proves it has to do.
  const said = isFresh ? known : mayAsk ? await ask() : undefined;
  const checked = new Map<MirrorOffer, Check | "pending">(facts.tried.checked);
  return { checked: checked.set(offer, said === undefined ? "right" : checkOf(said, size)) };

  function ask(): Promise<FileCheck> {
    return fileChecks.askNow(file, question, lookMs);
  }
}

function checkOf({ failed, size: seen }: FileCheck, size: number | undefined): Check {
  if (failed === "unreachable") return "silent";
  return failed === undefined && (size === undefined || seen === size) ? "right" : "wrong";
}
