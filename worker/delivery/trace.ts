/** What is told of a file besides itself: the whole decision. Lists of its mirrors are in `lists/`. */

import { type Clients, RankedClient } from "../clients/clients.ts";
import type { Wish } from "../clients/wish.ts";
import type { PathClass } from "../formats/classify.ts";
import { kinds } from "../formats/kinds.ts";
import { type Explanation, explain, type Verdict } from "../mirrors/explain.ts";
import type { MirrorCandidate } from "../mirrors/mirror-offer.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import { hex } from "../runtime/hex.ts";
import { withWish } from "./apply-wish.ts";
import { isProven, type Standing, standingOf } from "./choice.ts";
import { decide } from "./decide.ts";
import { bytesBecause } from "./decision.ts";
import { indexedFile } from "./file-facts.ts";
import { demandOf, type FileRequest, sendingAtFirst } from "./file-request.ts";
import { knownOf } from "./known.ts";
import type { PayloadServices } from "./payload.ts";
import { type MirrorsAtHand, nothingAtHand, RequestFacts } from "./request-facts.ts";
import { askedInPast, type Past, type PastTold } from "./trace-past.ts";
import { type DescribedDecision, describedDecision, verdictOf } from "./verdict.ts";

/** What `?trace` asks of a path. */
export interface TraceQuestion {
  /** As if this address had asked; undefined: the client itself. */
  ip: string | undefined;
  /** What the path is. */
  kind: PathClass;
  /** As if it had asked then; absent: now. */
  past?: Past;
}

/** A mirror's part in the decision. */
export interface TracedMirror extends Verdict {
  /** Whether it is proven to have the file, and by what; of payload. */
  proof?: Standing | "none";
  /** What the decision means for it, in a few words; of payload. */
  verdict?: string;
  /** When it didn't answer this edge last, and why. The key is of the API. */
  sight?: string;
}

/** The whole decision for one file, as JSON tells it. */
export interface Trace extends Omit<Explanation, "mirrors"> {
  /** From the service's root, with the client's escapes. */
  path: string;
  class: PathClass;
  /** Of a past moment. */
  past?: PastTold;
  /** Absent: no index lists it. */
  file?: Omit<PresentFile, "sha256"> & { sha256?: string };
  /** Mirrors that the client avoids; absent where another address is asked about. */
  avoids?: { mirror: string; until: string }[];
  /** What the request asks for besides the file, and the mirrors that are left by it. */
  wish?: Wish;
  wished?: string[];
  /** Of payload. */
  decision?: DescribedDecision;
  /** Why bytes are given, where it is as the file is small. */
  bytes?: string;
  /** Ranked first, in order, then the excluded by name. They are as they would be without the wish. */
  mirrors: TracedMirror[];
}

/**
 * `?trace`: the whole decision, for the asking client or, with `?ip=`, for another address. What a client avoids is its
 * own business, and told to nobody else. Nobody is asked for it: the decision is the one that a redirect and a list
 * would begin with, were the file asked for now, for the first time in a minute.
 */
export async function traceOf(
  asked: FileRequest,
  { ip, kind, past }: TraceQuestion,
  clients: Clients,
  services: PayloadServices,
): Promise<Trace> {
  const isItself = ip === undefined && past === undefined;
  const asking = isItself ? asked : askedBy(asked, clients, ip, past);
  const { opened, path, rankedClient, roster, wish, among } = asking;
  const { client } = rankedClient;
  const avoids = isItself ? { avoids: avoidedMirrors(asked) } : {};
  const isPayload = kind === "payload";
  const found =
    (isPayload ? past?.found : undefined) ??
    (await indexedFile(asking, isPayload ? services.files : undefined));
  const { file } = found;
  const mirrorsAtHand = past === undefined ? services : nothingAtHand;
  const facts = new RequestFacts(asking, found, sendingAtFirst(asking), mirrorsAtHand);
  const { mirrors, ...explained } = explain(roster, demandOf(asking, client), client, {
    ...asking,
    // What a client avoids is told to no other.
    ...(isItself && { avoids: (offer) => facts.avoids(offer) }),
  });
  return {
    path: `/${opened.repository.name}/${path}`,
    class: kind,
    ...(past !== undefined && { past: past.told }),
    ...(file !== null && { file: describedFile(file) }),
    ...avoids,
    ...(wish !== undefined && { wish }),
    ...(wish !== undefined &&
      among !== undefined && { wished: among.map(({ open }) => open.resource.name) }),
    ...explained,
    ...(isPayload ? decided(asking, mirrors, facts, mirrorsAtHand) : { mirrors }),
  };
}

function describedFile({ sha256, ...file }: PresentFile) {
  return { ...file, ...(sha256 !== undefined && { sha256: hex(sha256) }) };
}

/** The decision with the facts at hand, and the ranked mirrors with what it means for each. */
function decided(
  asked: FileRequest,
  verdicts: readonly Verdict[],
  facts: RequestFacts,
  { livenessChecks }: MirrorsAtHand,
): Pick<Trace, "decision" | "bytes" | "mirrors"> {
  const { roster, rankedClient, opened, among } = asked;
  const decision = decide<MirrorCandidate>(facts);
  const known = knownOf<MirrorCandidate>(facts);
  const demand = demandOf(asked, rankedClient.client);
  const byName = new Map(roster.mirrors.map((open) => [open.resource.name, open]));
  const mirrors = verdicts.map((verdict): TracedMirror => {
    const open = byName.get(verdict.mirror);
    if (verdict.rank === undefined || open === undefined) return verdict;
    const judged = roster.judge(open, demand, rankedClient.client);
    if (typeof judged === "string") return verdict;
    const { offer } = judged;
    const failure = livenessChecks?.lastFailure(offer, asked);
    const isLeftOut = among?.every((one) => one.offer !== offer) ?? false;
    return {
      ...verdict,
      proof: isProven(offer, known) ? standingOf(offer, known) : "none",
      verdict: isLeftOut ? "is not wished for" : verdictOf<MirrorCandidate>(offer, decision, facts),
      ...(failure !== undefined && { sight: failure }),
    };
  });
  const most = 1 + kinds[opened.repository.kind].duplicates;
  const told = describedDecision(decision, ({ open }) => open.resource.name, most);
  const isSmall = "bytes" in decision && decision.bytes === "small";
  return { decision: told, ...(isSmall && { bytes: bytesBecause.small }), mirrors };
}

/**
 * The request as if a client of that address had sent it, or had then; without its wish where that can't be fulfilled
 * there.
 */
function askedBy(
  asked: FileRequest,
  clients: Clients,
  ip: string | undefined,
  past: Past | undefined,
): FileRequest {
  const { among: _, wish, ...plain } = past === undefined ? asked : askedInPast(asked, past);
  const rankedClient = ip === undefined ? unknownBefore(asked.rankedClient) : clients.rankedAt(ip);
  const other = { ...plain, rankedClient };
  const wishing = wish === undefined ? other : withWish(other, wish);
  return wishing instanceof Response ? other : wishing;
}

/** The same client, without what is known of its doings. */
function unknownBefore({ client }: RankedClient): RankedClient {
  return new RankedClient(client, {}, 0);
}

function avoidedMirrors({
  history,
  rankedClient,
  roster,
  now,
}: FileRequest): { mirror: string; until: string }[] {
  const avoided = history.doubts.avoidedBy(rankedClient.key, now);
  const mirror = avoided && roster.named(avoided.nameHash)?.name;
  if (avoided === undefined || mirror === undefined) return [];
  return [{ mirror, until: new Date(avoided.untilMs).toISOString() }];
}
