/** A client that asks again for a file: its mirror is checked before the decision sends it there once more. */

import type { Repeat } from "../clients/repeat.ts";
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { Check } from "./check-bytes.ts";
import type { Decision } from "./decision.ts";
import type { Tried } from "./decision-facts.ts";
import { rankedFor } from "./file-request.ts";
import { knownOf } from "./known.ts";
import type { ComeBackFor, Recheck } from "./recheck.ts";
import type { RequestFacts } from "./request-facts.ts";

/**
 * The mirror that a decision is about to send the client to, where the client comes back from there and the mirror
 * wasn't checked for this request yet; else `undefined`.
 */
export function toRecheck(
  decision: Decision<MirrorOffer>,
  { sending: { repeat }, tried }: RequestFacts,
): MirrorOffer | undefined {
  if (repeat === undefined || tried.rechecked !== undefined) return undefined;
  const offer = headedFor(decision);
  return offer?.open.nameHash === repeat.sentTo ? offer : undefined;
}

function headedFor(decision: Decision<MirrorOffer>): MirrorOffer | undefined {
  if ("redirect" in decision)
    return decision.though === undefined ? decision.redirect[0] : undefined;
  if (!("ask" in decision) || decision.ask.of !== "liveness") return undefined;
  return decision.ask.mirrors[0];
}

/** What came of checking that mirror, for the facts. Never rejects. */
export async function recheck(
  offer: MirrorOffer,
  repeat: Repeat,
  facts: RequestFacts,
  by: Recheck,
): Promise<Partial<Tried<MirrorOffer>>> {
  const rechecked = await by.judge(repeat, offer, facts.request, fileOf(facts));
  if (rechecked === "stays" || rechecked === "leaves") return { rechecked };
  const checked = new Map<MirrorOffer, Check | "pending">(facts.tried.checked);
  return { rechecked, checked: checked.set(offer, rechecked) };
}

/** The client asks for bytes since it was sent to a mirror in vain: the mirror is checked for those who come next. */
export function tellOfRepeat(repeat: Repeat, facts: RequestFacts, by: Recheck | undefined): void {
  const { only: _, ...asked } = facts.request;
  if (repeat.mayComeBack) asked.history.saysFailed(asked.rankedClient.key, repeat.file);
  const found = rankedFor(asked, ({ open }) => open.nameHash === repeat.sentTo)[0];
  if (found !== undefined) by?.note(repeat, found.offer, asked, fileOf(facts));
}

function fileOf(facts: RequestFacts): ComeBackFor {
  return { listed: facts.listed, size: knownOf<MirrorCandidate>(facts).size };
}
