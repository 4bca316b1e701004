/** The facts of one request, read out of what the isolate holds when they are asked for. */

import { leavesOut } from "../mirrors/eligible.ts";
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import { askerOf } from "../outbound/asker.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import type { FoundFile } from "../repositories/reader/snapshots-at-edge.ts";
import type { FileCheck } from "./choice.ts";
import { type Facts, nothingTried, type Tried } from "./decision-facts.ts";
import type { FileChecks } from "./file-checks.ts";
import {
  type FileRequest,
  minSizeOf,
  rankedFor,
  rankedOffersFor,
  type Sending,
  saidToFail,
} from "./file-request.ts";
import type { Liveliness } from "./liveness.ts";
import type { LivenessChecks } from "./liveness-checks.ts";

/** What is known of mirrors, to be looked up. */
export interface MirrorsAtHand {
  fileChecks: Pick<FileChecks, "of" | "isAsking" | "someCorrupt">;
  /** Absent: proof alone counts, however long ago a mirror was seen. */
  livenessChecks?: LivenessChecks;
}

/** Where what is known of mirrors is held, and how more is learned. */
export interface KnownMirrors extends MirrorsAtHand {
  fileChecks: FileChecks;
}

/** Nothing is known of any mirror besides the roster. */
export const nothingAtHand: MirrorsAtHand = {
  fileChecks: { of: () => undefined, isAsking: () => false, someCorrupt: () => false },
};

export class RequestFacts implements Facts<MirrorCandidate> {
  readonly request: FileRequest;
  readonly wants: "file" | "mirrors";
  readonly listed: PresentFile | null;
  readonly served: number;
  readonly sending: Sending;
  readonly tried: Tried<MirrorOffer>;
  readonly #mirrors: MirrorsAtHand;
  /** As `saidToFail`; undefined: it wasn't looked up yet. */
  #said: number | undefined;

  /** @param sending where the client can be sent */
  constructor(
    request: FileRequest,
    found: FoundFile,
    sending: Sending,
    known: MirrorsAtHand & Partial<Pick<Facts<MirrorCandidate>, "wants" | "tried">>,
  ) {
    this.request = request;
    this.wants = known.wants ?? "file";
    this.listed = found.file;
    this.served = found.served;
    this.sending = sending;
    this.tried = known.tried ?? nothingTried;
    this.#mirrors = known;
  }

  get minSize(): number {
    return minSizeOf(this.request);
  }

  get origin(): string {
    return this.request.opened.repository.origin;
  }

  get now(): number {
    return this.request.now;
  }

  get near(): readonly MirrorOffer[] {
    return this.sending.offers;
  }

  get isFromHere(): boolean {
    return this.sending.isFromHere;
  }

  /** The same, with what came of something that was tried. */
  after(outcome: Partial<Tried<MirrorOffer>>): RequestFacts {
    const tried = { ...this.tried, ...outcome };
    const { request, listed: file, served, sending, wants } = this;
    return new RequestFacts(request, { file, served }, sending, { ...this.#mirrors, wants, tried });
  }

  checks(): ReadonlyMap<string, FileCheck> | undefined {
    const { opened, decoded } = this.request;
    return this.#mirrors.fileChecks.of({ repository: opened.repository.name, path: decoded });
  }

  ranked(fits: (offer: MirrorOffer) => boolean): MirrorCandidate[] {
    const { decoded } = this.request;
    return rankedFor(this.request, (offer) => !leavesOut(offer, decoded) && fits(offer));
  }

  /** The same as `ranked`, without what they cost the client. */
  rankedOffers(fits: (offer: MirrorOffer) => boolean): readonly MirrorOffer[] {
    const { decoded } = this.request;
    return rankedOffersFor(this.request, (offer) => !leavesOut(offer, decoded) && fits(offer));
  }

  liveness(offer: MirrorOffer): Liveliness {
    return this.#mirrors.livenessChecks?.of(offer, this.request) ?? "seen";
  }

  someFailed(): boolean {
    return this.#mirrors.livenessChecks?.someFailed(this.request.now) ?? false;
  }

  someCorrupt(): boolean {
    return this.#mirrors.fileChecks.someCorrupt(this.request.now);
  }

  isAsking({ base }: MirrorOffer, size: number | undefined): boolean {
    const { decoded, request } = this.request;
    return this.#mirrors.fileChecks.isAsking({ path: decoded, size }, base, askerOf(request));
  }

  mayLeave(): boolean {
    const { avoided, isFromHere } = this.sending;
    return (
      avoided !== 0 || isFromHere || this.tried.rechecked === "leaves" || this.#saidToFail !== 0
    );
  }

  avoids({ open: { nameHash } }: MirrorOffer): boolean {
    const { avoided, repeat } = this.sending;
    if (nameHash === avoided || nameHash === this.#saidToFail) return true;
    return this.tried.rechecked === "leaves" && nameHash === repeat?.sentTo;
  }

  comesBackFrom({ open }: MirrorOffer): boolean {
    const { repeat } = this.sending;
    if (open.nameHash !== repeat?.sentTo) return false;
    const { history, rankedClient, now } = this.request;
    return !history.doubts.wasSeveral(rankedClient.key, repeat.agent.key, now);
  }

  /** What a client says of a mirror and one file counts for lists; what a redirect does is judged by evidence. */
  get #saidToFail(): number {
    if (this.wants !== "mirrors") return 0;
    this.#said ??= saidToFail(this.request);
    return this.#said;
  }
}
