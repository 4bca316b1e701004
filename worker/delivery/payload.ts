/**
 * Payload: a redirect to the best mirror that is proven to have the file, or its bytes, as `decide` says. Where all facts
 * are at hand, which is nearly always, nothing is awaited.
 */

import { digestsOf } from "../http/digest.ts";
import { notFound, unavailable } from "../http/errors.ts";
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { NotHad } from "../outbound/not-had.ts";
import type { FoundFile, IndexedFiles } from "../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import { Asking } from "./asking.ts";
import type { Bytes, Decision, Redirect } from "./decide.ts";
import { indexedFile } from "./file-facts.ts";
import { type FileRequest, sendingOf } from "./file-request.ts";
import { type BytesServices, PayloadBytes } from "./payload-bytes.ts";
import { redirectTo, redirectUnproven } from "./redirect.ts";
import { type KnownMirrors, RequestFacts } from "./request-facts.ts";

/** What answering payload takes besides the request; outlives views and visitors. */
export interface PayloadServices extends BytesServices, KnownMirrors {
  /** Absent: no file is listed. */
  files?: IndexedFiles;
  counts: PayloadCounts;
}

/** Since the isolate began. */
export interface PayloadCounts {
  /** Redirects to mirrors that weren't proven to have the file. */
  unproven: number;
}

/** The redirect, the bytes, or an error that says why there are none. Never rejects for what a server does. */
export function servePayload(
  asked: FileRequest,
  edge: PayloadServices,
  background: Background,
): Response | Promise<Response> {
  const { opened, decoded, now } = asked;
  const { files } = edge;
  if (files === undefined) return serve(asked, { file: null, served: 0 }, edge, background);
  const file = files.fileAtHand(opened.repository, decoded, now, background);
  if (file === undefined) return findThenServe(asked, files, edge, background);
  return serve(asked, { file, served: files.served(opened.repository) }, edge, background);
}

async function findThenServe(
  asked: FileRequest,
  files: IndexedFiles,
  edge: PayloadServices,
  background: Background,
): Promise<Response> {
  return serve(asked, await indexedFile(asked, files, background), edge, background);
}

function serve(
  asked: FileRequest,
  found: FoundFile,
  edge: PayloadServices,
  background: Background,
): Response | Promise<Response> {
  const { offers, file } = sendingOf(asked);
  const facts = new RequestFacts(asked, found, offers, edge);
  const delivery = new Delivery(new Asking(facts, edge, background), file, edge, background);
  return delivery.serve();
}

/** Does what is decided, for one request. */
class Delivery {
  readonly #asking: Asking;
  readonly #file: number;
  readonly #edge: PayloadServices;
  readonly #background: Background;
  /** The origin's own error, given where nothing better is to be had. */
  #error: Response | undefined;

  /** @param file under which the redirect is remembered; 0: it isn't */
  constructor(asking: Asking, file: number, edge: PayloadServices, background: Background) {
    this.#asking = asking;
    this.#file = file;
    this.#edge = edge;
    this.#background = background;
  }

  serve(): Response | Promise<Response> {
    const decision = this.#asking.decide();
    return "redirect" in decision ? this.#redirect(decision) : this.#go(decision);
  }

  async #go(first: Decision<MirrorOffer>): Promise<Response> {
    for (let decision = first; ; decision = this.#asking.decide()) {
      if ("redirect" in decision) return this.#redirect(decision);
      if ("refuse" in decision) return this.#error ?? this.#refuse(decision.refuse);
      if ("ask" in decision) {
        await this.#asking.ask(decision);
        continue;
      }
      this.#asking.meanwhile(decision);
      const given = await this.#giveBytes(decision);
      if (given !== undefined) return given;
    }
  }

  /** `undefined`: they can't be had, and why is noted. */
  #giveBytes({ bytes }: Bytes<MirrorOffer>): Promise<Response | undefined> {
    const from = new PayloadBytes(this.#asking.facts, this.#edge, this.#background);
    if (bytes === "small") return this.#giveSmall(from);
    if (bytes === "absent") return from.unchecked(() => undefined);
    return bytes === "anybody" ? this.#giveAnybodys(from) : this.#giveOrigins(from);
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

  async #giveAnybodys(from: PayloadBytes): Promise<Response | undefined> {
    const had = await from.ofAnybody();
    if (had === undefined) this.#asking.note({ anybody: true });
    else await this.#error?.body?.cancel();
    return had;
  }

  #redirect(decision: Redirect<MirrorOffer>): Response | Promise<Response> {
    const { redirect: offers, though, check, askToo } = decision;
    if (check.length > 0 || askToo !== undefined) this.#asking.meanwhile(decision);
    if (though !== undefined) return this.#redirectThough(decision);
    this.#remember(offers[0]);
    const { path, opened } = this.#asking.facts.request;
    return redirectTo(offers, path, opened.repository.kind, this.#digests());
  }

  /** Better than nothing for the client. */
  async #redirectThough({ redirect: offers, though }: Redirect<MirrorOffer>): Promise<Response> {
    await this.#error?.body?.cancel();
    const { path, opened, now } = this.#asking.facts.request;
    const { kind } = opened.repository;
    const [best] = offers;
    if (though === "avoided" || best === undefined) {
      return redirectTo(offers, path, kind, this.#digests());
    }
    this.#edge.counts.unproven++;
    this.#edge.looks?.cutOff(now);
    this.#remember(best);
    return redirectUnproven(best, path, kind, this.#digests());
  }

  /** So that the client gets another mirror when it asks again. */
  #remember(offer: MirrorOffer | undefined): void {
    if (this.#file === 0 || offer === undefined) return;
    const { memory, visitor, second } = this.#asking.facts.request;
    memory.remember(visitor.key, this.#file, offer.open.nameHash, second);
  }

  #digests() {
    const { listed } = this.#asking.facts;
    return listed === null ? undefined : digestsOf(listed);
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
