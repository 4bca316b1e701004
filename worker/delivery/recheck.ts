/**
 * What is done when a client asks again for a file: the mirror is checked before the client goes there once more, and
 * the check decides. Where a client that comes back after a failure may know better, its question waits for a moment, so
 * that hosts which share its address can show themselves.
 */

import { believe, type Repeat } from "../clients/repeat.ts";
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import type { Check } from "./check-bytes.ts";
import type { Rechecked } from "./decision-facts.ts";
import type { FileRequest } from "./file-request.ts";
import type { LivenessChecks } from "./liveness-checks.ts";
import type { Compared, OwnBytes } from "./own-bytes.ts";

/**
 * A question waits so long, ms. dnf's three downloads fail within a few round trips of each other, and after a fourth
 * failure it gives up (observed): the first that comes back has to wait for the others. Hosts that install the same
 * ask for the next file, or for this one, meanwhile; a quarter of a second was too short for a slow line's.
 */
export const waitMs = 1000;

/** A file that somebody came back for. */
export interface ComeBackFor {
  /** As its repository lists it; `null`: it doesn't. */
  listed: PresentFile | null;
  /** Bytes; undefined: nobody has told. */
  size: number | undefined;
}

export interface RecheckParts {
  checks: LivenessChecks;
  ownBytes: OwnBytes;
  /** Settles after so many ms. */
  pause(ms: number): Promise<void>;
}

export class Recheck {
  readonly #parts: RecheckParts;

  constructor(parts: RecheckParts) {
    this.#parts = parts;
  }

  /** What becomes of a repeat at the mirror to which the client was sent before. Never rejects. */
  judge(
    repeat: Repeat,
    offer: MirrorOffer,
    asked: FileRequest,
    file: ComeBackFor,
  ): Rechecked | Promise<Rechecked> {
    const { checks } = this.#parts;
    if (checks.isCutOff(asked)) return "stays";
    if (!repeat.mayComeBack && checks.isJustKnown(offer, asked)) return "stays";
    return this.#judge(repeat, offer, asked, file);
  }

  /**
   * Compares a listed file's own bytes at the mirror that a metalink is about to name first: aria2 goes to that mirror
   * alone, whatever bytes it gives. Never rejects.
   */
  compare(
    offer: MirrorOffer,
    asked: FileRequest,
    listed: PresentFile | null,
  ): Compared | Promise<Compared> {
    return this.#parts.ownBytes.compare(offer, asked, listed);
  }

  /** A client asks for bytes in place of a redirect there: for those who come next. */
  note(repeat: Repeat, offer: MirrorOffer, asked: FileRequest, file: ComeBackFor): void {
    asked.background.waitUntil(this.#check(offer, asked, file));
    if (believe(asked, repeat) === "mirror") leave(repeat, offer, asked, "mirror");
  }

  async #judge(
    repeat: Repeat,
    offer: MirrorOffer,
    asked: FileRequest,
    file: ComeBackFor,
  ): Promise<Rechecked> {
    const waited = repeat.isBelievable ? this.#parts.pause(waitMs) : undefined;
    const check = await this.#check(offer, asked, file);
    if (check !== "right") return check;
    if (waited === undefined) return "stays";
    await waited;
    const believed = believe(asked, repeat);
    if (believed === "nothing") return "stays";
    leave(repeat, offer, asked, believed);
    return "leaves";
  }

  /** By all that can be asked of the mirror. */
  async #check(
    offer: MirrorOffer,
    asked: FileRequest,
    { listed, size }: ComeBackFor,
  ): Promise<Check> {
    const { checks, ownBytes } = this.#parts;
    const [found, compared] = await Promise.all([
      checks.isJustKnown(offer, asked)
        ? checks.checkOwn(offer, asked, size)
        : checks.check(offer, asked, size),
      ownBytes.compare(offer, asked, listed),
    ]);
    return compared === "wrong" ? compared : found;
  }
}

/** Has the mirror probed, and where it fails the client for all files, sends the client elsewhere for a while. */
function leave(
  { agent, sentTo }: Repeat,
  { open }: MirrorOffer,
  { history, rankedClient, now, second, opened, scheme }: FileRequest,
  of: "file" | "mirror",
): void {
  const { doubts } = history;
  if (of === "mirror") doubts.avoid(rankedClient.key, agent.key, sentTo, now);
  // Nobody runs such a program for one file after the other; hosts that come after each other look like that.
  else if (agent.comesBack === "next run") doubts.isSeveral(rankedClient.key, agent.key, now);
  const failed = { mirror: open.resource.name, repository: opened.repository.name, scheme };
  history.report(failed, rankedClient.client.networkHash, second);
}
