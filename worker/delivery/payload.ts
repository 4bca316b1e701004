/**
 * Payload: a redirect to the best mirror that is proven to have the file, or its bytes. Where all facts are at hand,
 * which is nearly always, nothing is awaited.
 */
import { digestsOf } from "../http/digest.ts";
import { notFound, unavailable } from "../http/errors.ts";
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import { provenByGeneration } from "../mirrors/proof.ts";
import { askerOf } from "../outbound/asker.ts";
import type { NotHad } from "../outbound/not-had.ts";
import { defaultMinSize } from "../repositories/catalogue.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import type { IndexedFiles } from "../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import {
  allByGeneration,
  choose,
  type FileCheck,
  type FileFacts,
  isProven,
  standingOf,
} from "./choice.ts";
import { firstInOrder } from "./file-checks.ts";
import { atOrigin, fileFacts, indexedFile } from "./file-facts.ts";
import {
  type FileRequest,
  has,
  isUsable,
  rankedFor,
  type Sending,
  sendingOf,
} from "./file-request.ts";
import type { LivenessChecks } from "./liveness-checks.ts";
import { type BytesServices, PayloadBytes } from "./payload-bytes.ts";
import { redirectTo, redirectUnproven } from "./redirect.ts";

/** What answering payload takes besides the request; outlives views and visitors. */
export interface PayloadServices extends BytesServices {
  /** Absent: no file is listed. */
  files?: IndexedFiles;
  /** Absent: proof alone counts, however long ago a mirror was seen. */
  looks?: LivenessChecks;
  counts: PayloadCounts;
}

/** Since the isolate began. */
export interface PayloadCounts {
  /** Redirects to mirrors that weren't proven to have the file. */
  unproven: number;
}

/**
 * Mirrors are asked in so many rounds before the bytes come from here: six mirrors in two. All of those silent and the
 * origin too is what fits into the 30 s that apt waits.
 */
const rounds = 2;
/** How much longer than the first mirror that has the file a better one may take, ms: what a client doesn't notice. */
const graceMs = 150;

/** The redirect, the bytes, or an error that says why there are none. Never rejects for what a server does. */
export function servePayload(
  asked: FileRequest,
  edge: PayloadServices,
  background: Background,
): Response | Promise<Response> {
  const { opened, decoded, now } = asked;
  const { files } = edge;
  if (files === undefined) return new Payload(asked, null, 0, edge, background).serve();
  const file = files.fileAtHand(opened.repository, decoded, now, background);
  const served = files.served(opened.repository);
  if (file !== undefined) return new Payload(asked, file, served, edge, background).serve();
  return findThenServe(asked, files, edge, background);
}

async function findThenServe(
  asked: FileRequest,
  files: IndexedFiles,
  edge: PayloadServices,
  background: Background,
): Promise<Response> {
  const { file, served } = await indexedFile(asked, files, background);
  return new Payload(asked, file, served, edge, background).serve();
}

/** One request on its way to its answer. */
class Payload {
  readonly #asked: FileRequest;
  readonly #file: PresentFile | null;
  /** Generation of the snapshot that lists it. */
  readonly #served: number;
  readonly #edge: PayloadServices;
  readonly #background: Background;
  #sending: Sending = nowhere;
  /** Bytes were tried already, and why there are none. */
  #notHad: NotHad | undefined;

  constructor(
    asked: FileRequest,
    file: PresentFile | null,
    served: number,
    edge: PayloadServices,
    background: Background,
  ) {
    this.#asked = asked;
    this.#file = file;
    this.#served = served;
    this.#edge = edge;
    this.#background = background;
  }

  serve(): Response | Promise<Response> {
    const size = this.#file?.size;
    if (size !== undefined) return this.#serveSized(size);
    const { opened, decoded } = this.#asked;
    const seen = this.#edge.sightings.of({ repository: opened.repository.name, path: decoded });
    const origin = atOrigin(this.#asked, seen);
    return origin === undefined ? this.#askOrigin() : this.#serveSeen(origin);
  }

  async #askOrigin(): Promise<Response> {
    const { origin } = this.#asked.opened.repository;
    return this.#serveSeen(await this.#look(origin, undefined));
  }

  #serveSeen({ size, failed }: FileCheck): Response | Promise<Response> {
    if (size !== undefined) return this.#serveSized(size);
    // It says so itself.
    if (failed === "absent" && this.#file === null) return this.#bytes().unchecked(() => undefined);
    return this.#send();
  }

  #serveSized(size: number): Response | Promise<Response> {
    const { redirect } = this.#asked.opened.repository;
    return size < (redirect?.minSize ?? defaultMinSize) ? this.#small(size) : this.#send();
  }

  /** Bytes of a small file; where they can't be had, what is done with a large one. */
  async #small(size: number): Promise<Response> {
    const had = await this.#bytes().small(size, () => {
      this.#notHad = { kind: "unreachable", why: "It could not be reached." };
      return this.#send();
    });
    if (had instanceof Response) return had;
    this.#notHad = had;
    return this.#send();
  }

  /** To a mirror that is proven to have it. */
  #send(): Response | Promise<Response> {
    this.#sending = sendingOf(this.#asked);
    const { offers } = this.#sending;
    const first = offers[0];
    const file = this.#file;
    const isPlain =
      file !== null && first?.drained === false && allByGeneration(offers, file, this.#served);
    return isPlain ? this.#redirect(offers) : this.#prove();
  }

  #prove(): Response | Promise<Response> {
    const { offers } = this.#sending;
    const known = this.#known(offers);
    const choice = choose(offers, known, true);
    if (!("redirect" in choice)) return this.#proveByAsking();
    this.#askMeanwhile(offers[0], choice.redirect[0], known);
    return this.#redirect(choice.redirect);
  }

  /**
   * Asks the best mirror for those who come next: else all would go where the first was sent, for as long as that is
   * remembered. Not one that is known to be behind: it will tell that it has caught up.
   */
  #askMeanwhile(
    best: MirrorOffer | undefined,
    chosen: MirrorOffer | undefined,
    known: FileFacts,
  ): void {
    if (best === undefined || best === chosen || standingOf(best, known) !== "unknown") return;
    if (known.listed !== undefined && best.carried.generation !== undefined) return;
    this.#background.waitUntil(this.#look(best.base, known.size));
  }

  /** Asks the best mirrors; then those count that are farther but proven; then the next best are asked. */
  async #proveByAsking(): Promise<Response> {
    const { offers } = this.#sending;
    for (let round = 0; ; round++) {
      const choice = choose(offers, this.#known(offers), round < rounds);
      if ("redirect" in choice) return this.#redirect(choice.redirect);
      const far = round > 0 || !("ask" in choice) ? this.#provenAnywhere() : [];
      if (far[0]?.drained === false) return this.#redirect(far);
      if (!("ask" in choice)) return this.#end(choice.cutOff);
      const known = this.#known(offers).size;
      const looks = choice.ask.map(async (offer) => {
        const sighting = await this.#look(offer.base, known);
        this.#edge.looks?.count(offer, this.#asked, sighting, known);
        return sighting.size !== undefined && sighting.size === known;
      });
      await firstInOrder(looks, graceMs);
    }
  }

  #provenAnywhere(): MirrorOffer[] {
    const listed = this.#file;
    if (listed === null) return [];
    const usable = isUsable(this.#asked);
    const fits = (offer: MirrorOffer) =>
      provenByGeneration(offer.carried, listed, this.#served) && usable(offer);
    return rankedFor(this.#asked, fits).map(({ offer }) => offer);
  }

  #look(base: string, size: number | undefined): Promise<FileCheck> {
    const { opened, decoded, request, now } = this.#asked;
    const file = {
      repository: opened.repository.name,
      path: decoded,
      ...(size !== undefined && { size }),
    };
    return this.#edge.sightings.ask(file, base, askerOf(request), now, this.#background);
  }

  #known(offers: readonly MirrorOffer[]): FileFacts {
    return fileFacts(this.#asked, this.#file, this.#served, this.#edge.sightings, offers);
  }

  /** To the first of the proven ones, which has to be in sight as well. */
  #redirect(offers: readonly MirrorOffer[]): Response | Promise<Response> {
    const { looks } = this.#edge;
    const first = offers[0];
    if (looks === undefined || first === undefined) return this.#redirectTo(offers);
    const glance = looks.glance(first, this.#asked);
    if (glance !== "seen" && glance !== "again") return this.#redirectSeen(offers, looks);
    if (glance === "again") {
      const size = this.#file?.size ?? this.#known(offers).size;
      looks.lookAgain(first, this.#asked, size, this.#background);
    }
    return this.#redirectTo(looks.withoutFailed(offers, this.#asked));
  }

  /** To the first that is in sight, or is seen now; the bytes where none is. */
  async #redirectSeen(offers: readonly MirrorOffer[], looks: LivenessChecks): Promise<Response> {
    const { size } = this.#known(offers);
    const find = (some: readonly MirrorOffer[]) =>
      looks.firstInSight(some, this.#asked, size, this.#background);
    let some = offers;
    let found = await find(some);
    let { answered } = found;
    if (found.offer === undefined) {
      some = this.#provenAnywhere();
      found = await find(some);
      answered ||= found.answered;
    }
    const { offer } = found;
    if (offer === undefined) return this.#end(!answered);
    const others = some.filter((one) => one !== offer);
    return this.#redirectTo([offer, ...looks.withoutFailed(others, this.#asked)]);
  }

  #redirectTo(offers: readonly MirrorOffer[]): Response {
    const { path, opened } = this.#asked;
    this.#remember(offers[0]);
    return redirectTo(offers, path, opened.repository.kind, this.#digests());
  }

  /** So that the client gets another mirror when it asks again. */
  #remember(offer: MirrorOffer | undefined): void {
    const { file } = this.#sending;
    if (file === 0 || offer === undefined) return;
    const { memory, visitor, second } = this.#asked;
    memory.remember(visitor.key, file, offer.open.nameHash, second);
  }

  #digests() {
    const file = this.#file;
    return file === null ? undefined : digestsOf(file);
  }

  /** No mirror is proven to have it. @param cutOff none of those asked answered at all */
  async #end(cutOff: boolean): Promise<Response> {
    const had =
      this.#notHad ??
      (await this.#bytes().ofOrigin(() => (cutOff ? this.#lastResort() : undefined)));
    if (had instanceof Response) return had.status < 500 ? had : this.#orAvoided(had);
    const found = had.kind === "absent" ? undefined : await this.#bytes().ofAnybody();
    if (found !== undefined) return found;
    const served = this.#refuse(had, cutOff);
    return served.status < 500 ? served : this.#orAvoided(served);
  }

  /** Made when it is needed: nearly all requests are redirects. */
  #bytes(): PayloadBytes {
    return new PayloadBytes(this.#asked, this.#file, this.#served, this.#edge, this.#background);
  }

  #refuse({ kind, why }: NotHad, cutOff: boolean): Response {
    const { name } = this.#asked.opened.repository;
    const at = `/${name}/${this.#asked.path}`;
    const resort = kind === "unreachable" && cutOff ? this.#lastResort() : undefined;
    if (resort !== undefined) return resort;
    if (kind === "absent") return notFound(at, `No mirror has it, and of the origin: ${why}`);
    return unavailable(`${at} can't be had rightly. Of the origin: ${why} Try again shortly.`);
  }

  /** Nobody can be reached from here, which may be our own trouble: better than nothing for the client. */
  #lastResort(): Response | undefined {
    const best = this.#sending.offers.find(({ drained }) => !drained);
    if (best === undefined) return undefined;
    this.#edge.counts.unproven++;
    this.#edge.looks?.cutOff(this.#asked.now);
    this.#remember(best);
    const { path, opened } = this.#asked;
    return redirectUnproven(best, path, opened.repository.kind, this.#digests());
  }

  /**
   * When the edge can't have the bytes either: one of the proven mirrors that the client avoids, another each
   * second; the answer as it is, where there is none.
   */
  async #orAvoided(served: Response): Promise<Response> {
    const { visitor, memory, second, decoded, path, opened } = this.#asked;
    if (!memory.avoidsAny(visitor.key, second)) return served;
    const known = this.#known([]);
    const fits = has(decoded);
    const left = rankedFor(
      this.#asked,
      (offer) => !offer.drained && fits(offer) && isProven(offer, known),
    );
    const chosen = left[second % left.length];
    if (chosen === undefined) return served;
    await served.body?.cancel();
    return redirectTo([chosen.offer], path, opened.repository.kind, this.#digests());
  }
}

/** Until it is known where. */
const nowhere: Sending = { offers: [], file: 0 };
