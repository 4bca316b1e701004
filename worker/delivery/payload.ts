/**
 * Payload: a redirect to the best mirror that is proven to have the file, or its bytes, as `decide` says. Where all facts
 * are at hand, which is nearly always, nothing is awaited.
 */

import { fromHere } from "../clients/history.ts";
import { fileClassOf } from "../formats/classify.ts";
import { digestsOf } from "../http/digest.ts";
import { notFound, unavailable } from "../http/errors.ts";
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { NotHad } from "../outbound/not-had.ts";
import type { FoundFile, IndexedFiles } from "../repositories/reader/snapshots-at-edge.ts";
import type { RedirectCounts } from "../statistics/redirect-counts.ts";
import { Asking } from "./asking.ts";
import { decide } from "./decide.ts";
import type { Bytes, Decision, Redirect } from "./decision.ts";
import { indexedFile, unlisted } from "./file-facts.ts";
import { arrive, type FileRequest, isExplicit, rememberSent, sendingOf } from "./file-request.ts";
import { sizeOf } from "./known.ts";
import { lookAt, toLookAt } from "./look-first.ts";
import { recheck, tellOfRepeat, toRecheck } from "./payload-again.ts";
import { type BytesServices, PayloadBytes } from "./payload-bytes.ts";
import type { Recheck } from "./recheck.ts";
import { redirectTo, redirectUnproven } from "./redirect.ts";
import { type KnownMirrors, RequestFacts } from "./request-facts.ts";
import type { TorrentsAtEdge } from "./torrents-at-edge.ts";

/** What answering payload takes besides the request; outlives views and clients. */
export interface PayloadServices extends BytesServices, KnownMirrors {
  /** Absent: no file is listed. */
  files?: IndexedFiles;
  /** Absent: a client that asks again is told the same again. */
  recheck?: Recheck;
  /** Absent: no torrents are made here. */
  torrents?: TorrentsAtEdge;
  counts: PayloadCounts;
  /** Absent: nobody wants to know where clients are sent. */
  redirects?: RedirectCounts;
}

/** Since the isolate began. */
export interface PayloadCounts {
  /** Redirects to mirrors that weren't proven to have the file. */
  unproven: number;
}

/** The redirect, the bytes, or an error that says why there are none. Never rejects for what a server does. */
export function servePayload(
  asked: FileRequest,
  services: PayloadServices,
): Response | Promise<Response> {
  const { opened, decoded, now, background } = asked;
  const { files } = services;
  const arrived = arrive(asked);
  const go = (found: FoundFile) => serve(asked, found, arrived, services);
  if (files === undefined) return go(unlisted);
  const file = files.fileAtHand(opened.repository, decoded, now, background);
  if (file !== undefined) return go({ file, served: files.served(opened.repository) });
  return indexedFile(asked, files).then(go);
}

/** @param arrived of `arrive` */
function serve(
  asked: FileRequest,
  found: FoundFile,
  arrived: number,
  services: PayloadServices,
): Response | Promise<Response> {
  const sending = sendingOf(asked, arrived);
  const facts = new RequestFacts(asked, found, sending, services);
  const { repeat } = sending;
  if (repeat !== undefined && isExplicit(asked)) {
    tellOfRepeat(repeat, facts, services.recheck);
  }
  const decision = decide<MirrorCandidate>(facts);
  // Nearly always: what comes below needs not be made for it.
  const isAtOnce = repeat === undefined && asked.byLink !== true;
  if (isAtOnce && "redirect" in decision && isPlain(decision)) {
    return redirectBy(decision, facts, services.redirects);
  }
  const asking = new Asking(facts, services);
  return new Delivery(asking, services).carryOut(decision);
}

/** Whether nothing is to be done beside it. */
function isPlain({ though, check, askToo }: Redirect<MirrorOffer>): boolean {
  return though === undefined && check.length === 0 && askToo === undefined;
}

function redirectBy(
  { redirect, isAway }: Redirect<MirrorOffer>,
  facts: RequestFacts,
  counts: RedirectCounts | undefined,
): Response {
  const { request } = facts;
  remember(redirect[0], facts);
  count(redirect[0], facts, counts);
  if (isAway) noteMoved(facts);
  return redirectTo(redirect, request, digestsBy(facts));
}

/** So that it is known when the client asks again. */
function remember(offer: MirrorOffer | undefined, { request, sending }: RequestFacts): void {
  if (sending.file === 0 || offer === undefined) return;
  rememberSent(request, sending, offer.open.nameHash);
}

/** Counts the redirect. Who asks by HEAD takes no bytes anywhere. */
function count(
  offer: MirrorOffer | undefined,
  facts: RequestFacts,
  counts: RedirectCounts | undefined,
): void {
  const { request } = facts;
  if (counts === undefined || offer === undefined || request.method !== "GET") return;
  const { repository } = request.opened;
  const redirect = {
    mirror: offer.open.resource.name,
    repository: repository.name,
    country: request.rankedClient.client.place.country,
    fileClass: fileClassOf(repository.kind, request.decoded),
    // Lists of images' sums tell no sizes; a server that was asked for the file may have.
    size: sizeOf(facts) ?? facts.checks()?.get(offer.base)?.size,
  };
  counts.count(redirect, request.now);
}

/** What was just remembered is of a client that was let go from another mirror. */
function noteMoved({ request: { history, rankedClient }, sending: { file } }: RequestFacts): void {
  if (file !== 0) history.moved(rankedClient.key, file);
}

function digestsBy({ listed, request }: RequestFacts) {
  return listed === null || request.agent.readsLocationAlone ? undefined : digestsOf(listed);
}

/** Does what is decided, for one request. */
class Delivery {
  readonly #asking: Asking;
  readonly #services: PayloadServices;
  /** The origin's own error, given where nothing better is to be had. */
  #error: Response | undefined;

  constructor(asking: Asking, services: PayloadServices) {
    this.#asking = asking;
    this.#services = services;
  }

  carryOut(decision: Decision<MirrorOffer>): Response | Promise<Response> {
    const isDone = "redirect" in decision && this.#toAsk(decision) === undefined;
    return isDone ? this.#redirect(decision) : this.#go(decision);
  }

  async #go(first: Decision<MirrorOffer>): Promise<Response> {
    for (let decision = first; ; decision = this.#asking.decide()) {
      const doubted = this.#toRecheck(decision);
      if (doubted !== undefined) {
        await this.#recheck(doubted);
        continue;
      }
      const unseen = toLookAt(decision, this.#asking.facts);
      if (unseen !== undefined) {
        const { fileChecks } = this.#services;
        this.#asking.note(await lookAt(unseen, this.#asking.facts, fileChecks));
        continue;
      }
      if ("redirect" in decision) return this.#redirect(decision);
      if ("refuse" in decision) return this.#error ?? this.#refuse(decision.refuse);
      if ("ask" in decision) {
        await this.#asking.ask(decision);
        continue;
      }
      this.#asking.meanwhile(decision);
      const given = await this.#giveBytes(decision);
      if (given === undefined) continue;
      if (decision.isAway) this.#rememberHere(given);
      return given;
    }
  }

  /** The mirror that is asked something before the client is sent there. */
  #toAsk(decision: Decision<MirrorOffer>): MirrorOffer | undefined {
    return this.#toRecheck(decision) ?? toLookAt(decision, this.#asking.facts);
  }

  #toRecheck(decision: Decision<MirrorOffer>): MirrorOffer | undefined {
    return this.#services.recheck && toRecheck(decision, this.#asking.facts);
  }

  async #recheck(offer: MirrorOffer): Promise<void> {
    const { facts } = this.#asking;
    const { repeat } = facts.sending;
    const by = this.#services.recheck;
    if (repeat === undefined || by === undefined) return;
    this.#asking.note(await recheck(offer, repeat, facts, by));
  }

  /** The client that avoids its mirror has the bytes from here. */
  #rememberHere({ status }: Response): void {
    const { facts } = this.#asking;
    const { request, sending } = facts;
    if (status >= 400 || sending.file === 0) return;
    rememberSent(request, sending, fromHere);
    noteMoved(facts);
  }

  /** `undefined`: they can't be had, and why is noted. */
  #giveBytes({ bytes }: Bytes<MirrorOffer>): Promise<Response | undefined> {
    const from = new PayloadBytes(this.#asking.facts, this.#services);
    if (bytes === "small") return this.#giveSmall(from);
    if (bytes === "absent") return from.unchecked(() => undefined);
    return bytes === "anyMirror" ? this.#giveAnyMirrors(from) : this.#giveOrigins(from);
  }

  async #giveSmall(from: PayloadBytes): Promise<Response | undefined> {
    const { reached, had } = await reaching((instead) => from.small(instead));
    if (had instanceof Response && reached) return had;
    this.#asking.note({ bytes: had instanceof Response ? unreached : had });
    return undefined;
  }

  async #giveOrigins(from: PayloadBytes): Promise<Response | undefined> {
    const { reached, had } = await reaching((instead) => from.ofOrigin(instead));
    if (!(had instanceof Response)) {
      this.#asking.note({ bytes: had });
      return undefined;
    }
    if (had.status < 500) return had;
    // It says itself what is wrong, to whoever can't be helped otherwise.
    this.#error = had;
    this.#asking.note({
      bytes: reached ? { kind: "wrong", why: `It answers ${had.status}.` } : unreached,
    });
    return undefined;
  }

  async #giveAnyMirrors(from: PayloadBytes): Promise<Response | undefined> {
    const had = await from.ofAnyMirror();
    if (had === undefined) this.#asking.note({ anyMirror: true });
    else await this.#error?.body?.cancel();
    return had;
  }

  #redirect(decision: Redirect<MirrorOffer>): Response | Promise<Response> {
    this.#asking.meanwhile(decision);
    if (decision.though !== undefined) return this.#redirectThough(decision);
    return redirectBy(decision, this.#asking.facts, this.#services.redirects);
  }

  /** Better than nothing for the client. */
  async #redirectThough({ redirect: offers, though }: Redirect<MirrorOffer>): Promise<Response> {
    await this.#error?.body?.cancel();
    const { facts } = this.#asking;
    const { request } = facts;
    const [best] = offers;
    count(best, facts, this.#services.redirects);
    if (though === "avoided" || best === undefined) {
      return redirectTo(offers, request, digestsBy(facts));
    }
    this.#services.counts.unproven++;
    this.#services.livenessChecks?.cutOff(request.now);
    this.#services.bytes.reachable?.cutOff();
    remember(best, facts);
    return redirectUnproven(best, request, digestsBy(facts));
  }

  #refuse({ kind, why }: NotHad): Response {
    const { opened, path } = this.#asking.facts.request;
    const at = `/${opened.repository.name}/${path}`;
    if (kind === "absent") return notFound(at, `No mirror has it, and of the origin: ${why}`);
    return unavailable(`${at} can't be had rightly. Of the origin: ${why} Try again shortly.`);
  }
}

const unreached: NotHad = { kind: "unreachable", why: "It could not be reached." };

/** What a server gives, and whether it could be reached at all; where not, the response is our own error. */
async function reaching<Had>(give: (instead: () => undefined) => Promise<Had>) {
  let reached = true;
  const had = await give(() => {
    reached = false;
    return undefined;
  });
  return { reached, had };
}
