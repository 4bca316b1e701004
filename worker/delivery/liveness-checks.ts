/** Checks mirrors before clients are sent there: one at a time each, and only where somebody is about to be. */

import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import { type Asker, sharingAskerOf } from "../outbound/asker.ts";
import type { Canary, Snapshot } from "../repositories/chain/snapshot.ts";
import type { Background } from "../runtime/background.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import { CheckBatches } from "./check-batches.ts";
import { type Check, type CheckResult, canaryFor, firstWrong } from "./check-bytes.ts";
import type { FileCheck } from "./choice.ts";
import type { FileChecks, ServerQuestion } from "./file-checks.ts";
import type { FileRequest } from "./file-request.ts";
import { type Liveliness, type Liveness, livenessKey } from "./liveness.ts";
import { type LivenessCounts, LivenessLog, sayHead } from "./liveness-log.ts";

/**
 * A check has this long, ms, for HEAD as for a small file's bytes: the client waits for it, once after each silence of a
 * mirror. One that needs longer is better passed by.
 */
const checkMs = 1500;
/** A server that refuses HEAD is asked a second question. */
const wholeCheckMs = 2 * checkMs + 200;
/**
 * What all edges together are to `Fleet` among the networks that report a mirror: one, and none that a client can
 * have, as those are hashes of 32 bits. A mirror is probed at once for it, and never falls by it alone.
 */
export const edgesNetwork = -1;

/** The snapshots of a repository that the isolate has at hand, the current one first; `CurrentSnapshots` has them. */
export interface SnapshotsAtHand {
  atHand(
    repository: string,
  ): readonly { readonly snapshot: Pick<Snapshot, "generation" | "lookFiles"> }[];
}

export class LivenessChecks {
  /** When files of clients that came back were asked for, Unix ms, by base URL and path. */
  readonly #ownHeads = new LastUsed<number>(maxOwnHeads);
  readonly #liveness: Liveness;
  readonly #fileChecks: FileChecks;
  readonly #snapshots: SnapshotsAtHand | undefined;
  readonly #running = new SharedWork<Check>(wholeCheckMs);
  readonly #batches: CheckBatches;
  readonly #log = new LivenessLog();
  /** Checks with bytes begun. */
  #turn = 0;

  /** @param snapshots tell which files to check by; absent: HEAD is all that mirrors are asked */
  constructor(
    liveness: Liveness,
    fileChecks: FileChecks,
    snapshots?: SnapshotsAtHand,
    pause: (ms: number) => Promise<unknown> = (ms) =>
      new Promise((resolve) => setTimeout(resolve, ms)),
  ) {
    this.#liveness = liveness;
    this.#fileChecks = fileChecks;
    this.#snapshots = snapshots;
    this.#batches = new CheckBatches(pause);
  }

  get counts(): LivenessCounts {
    return this.#log.counts;
  }

  /** In the way of every redirect. Where the mirror's bytes can be checked, they count. */
  of({ open }: Pick<MirrorOffer, "open">, asked: FileRequest): Liveliness {
    const key = livenessKey(open.nameHash, asked.scheme);
    const liveness = this.#liveness.of(key, asked.now);
    if (liveness !== "check" || this.#fileAt(open, asked) !== undefined) return liveness;
    return this.#liveness.byHead(key, asked.now);
  }

  /** What the mirror's last check saw, where it keeps clients away: a few words and a sentence; else `undefined`. */
  lastFailure({ open }: Pick<MirrorOffer, "open">, asked: FileRequest): string | undefined {
    if (!this.#isFailed(open, asked)) return undefined;
    const failure = this.#log.lastFailure(livenessKey(open.nameHash, asked.scheme), asked.now);
    return `failed to answer this edge lately${failure === undefined ? "" : `; ${failure}`}`;
  }

  /** Whether any mirror may be failing; else none need be looked up. */
  someFailed(now: number): boolean {
    return this.#liveness.someFailed(now);
  }

  /**
   * Asks a mirror for the client's file and for a small file's bytes, and tells what came of it. Never rejects.
   *
   * @param size of the client's file; undefined: nobody has told
   */
  check(offer: MirrorOffer, asked: FileRequest, size: number | undefined): Promise<Check> {
    const file = this.#fileAt(offer.open, asked);
    const found = this.#run(offer, asked, { size, file, asker: sharingAskerOf(asked.request) });
    // A check that this one joined may end after its answer, where its own context has to be there still.
    asked.background.waitUntil(found);
    return found;
  }

  /**
   * Checks a mirror with that client's file, for those who come later; not more often than is polite. Bytes are asked
   * for now and then, and always of a mirror that is to come back.
   */
  checkAgain(offer: MirrorOffer, asked: FileRequest, size: number | undefined): void {
    const { open } = offer;
    const { scheme, now } = asked;
    const key = livenessKey(open.nameHash, scheme);
    const withBytes = this.#isFailed(open, asked) || this.#liveness.bytesDue(key, now);
    if (!this.#liveness.mayCheck(key, now)) return;
    const file = withBytes ? this.#fileAt(open, asked) : undefined;
    if (file !== undefined) this.#liveness.begun(key, now, true);
    // Read now: another request may begin it, and this one be gone by then.
    const of = { size, file, asker: sharingAskerOf(asked.request) };
    const begin = (background: Background) => {
      const ask = () => this.#ask(key, offer, { ...asked, background }, of);
      this.#running.begin(nameOf(key, of), ask, background, now);
    };
    this.#batches.add(begin, file === undefined ? 1 : 2, now, asked.background);
  }

  /**
   * Whether nothing is to be learned of the mirror by a check now: it was found well a moment ago, or failing, or it is
   * the edge that can't be relied on.
   */
  isJustKnown(offer: Pick<MirrorOffer, "open">, asked: FileRequest): boolean {
    const liveness = this.of(offer, asked);
    return liveness === "seen" || liveness === "failed" || this.#liveness.isSuspended(asked.now);
  }

  /**
   * Asks a mirror that was found well by another file for the client's own: of a share of its files missing, the others
   * tell nothing. Once a file and mirror within `ownHeadMs`. Never rejects.
   */
  async checkOwn(offer: MirrorOffer, asked: FileRequest, size: number | undefined): Promise<Check> {
    if (this.of(offer, asked) !== "seen") return "right";
    const { opened, decoded, now } = asked;
    const file = `${offer.base} ${decoded}`;
    const check = async (): Promise<Check> => {
      const repository = opened.repository.name;
      const checkedAt = this.#fileChecks.of({ repository, path: decoded })?.get(offer.base)?.at;
      const before = this.#ownHeads.get(file) ?? checkedAt ?? Number.NEGATIVE_INFINITY;
      if (Math.abs(now - before) < ownHeadMs) return "right";
      this.#ownHeads.set(file, now);
      const asker = sharingAskerOf(asked.request);
      const { found } = await this.#askHead(offer.base, asked, asker, size);
      // One that is silent now is for the next check of the mirror.
      if (found !== "wrong") return "right";
      this.#ownHeads.delete(file);
      this.#report(offer, asked);
      return found;
    };
    // Whoever asks meanwhile gets the same answer, in the order in which they came.
    return await this.#running.run(file, check, asked.background).catch(() => "right" as const);
  }

  /** Has Fleet hear of a mirror that fails. */
  #report({ open }: MirrorOffer, { opened, scheme, history, second }: FileRequest): void {
    const failed = { mirror: open.resource.name, repository: opened.repository.name, scheme };
    history.report(failed, edgesNetwork, second);
  }

  /** Whether it is the edge that can reach nothing: no check of a mirror tells anything. */
  isCutOff({ now }: Pick<FileRequest, "now">): boolean {
    return this.#liveness.isSuspended(now);
  }

  /** A question that was asked for proof is a check as well. @param size the file has to have */
  count(
    { open }: MirrorOffer,
    { scheme }: FileRequest,
    check: FileCheck,
    size: number | undefined,
  ): void {
    const key = livenessKey(open.nameHash, scheme);
    if (isRight(check, size)) this.#liveness.seen(key, check.at, false);
    else if (check.failed === "unreachable") this.#liveness.failed(key, check.at, false);
  }

  /** Neither a mirror nor the origin can be reached. */
  cutOff(now: number): void {
    this.#liveness.originFailed(now);
  }

  #isFailed({ nameHash }: MirrorOffer["open"], { scheme, now }: FileRequest): boolean {
    return this.#liveness.of(livenessKey(nameHash, scheme), now) === "failed";
  }

  /** A small file of the repository that the mirror must have; undefined: it can only be asked by HEAD. */
  #fileAt(
    { resource: mirror, without }: MirrorOffer["open"],
    { opened }: FileRequest,
  ): Canary | undefined {
    const { repository } = opened;
    const snapshot = this.#snapshots?.atHand(repository.name)[0]?.snapshot;
    // In the way of redirects where there are none: before all else.
    if (snapshot?.lookFiles === undefined) return undefined;
    const carried = mirror.carries[repository.name];
    if (carried?.generation === undefined) return undefined;
    return canaryFor(
      { files: snapshot.lookFiles, repository, served: snapshot.generation },
      { carried, without: without.get(repository.name) },
      this.#turn,
    );
  }

  async #run(offer: MirrorOffer, asked: FileRequest, of: CheckedFor): Promise<Check> {
    const key = livenessKey(offer.open.nameHash, asked.scheme);
    try {
      return await this.#running.run(
        nameOf(key, of),
        () => {
          this.#liveness.begun(key, asked.now, of.file !== undefined);
          return this.#ask(key, offer, asked, of);
        },
        asked.background,
      );
    } catch {
      return "silent";
    }
  }

  async #ask(
    key: number,
    { base, open }: MirrorOffer,
    asked: FileRequest,
    { size, file, asker }: CheckedFor,
  ): Promise<Check> {
    const { opened, scheme, history, now, second, background } = asked;
    const withBytes = file !== undefined;
    const questions: Promise<CheckResult>[] = [this.#askHead(base, asked, asker, size)];
    if (withBytes) questions.push(this.#askBytes({ base, asker, now }, file));
    // What comes after the verdict is counted still; of one question the verdict is the end.
    if (withBytes) background.waitUntil(Promise.allSettled(questions));
    const { found, inBody = false, said = "" } = await firstWrong(questions);
    this.#log.ended(key, found, said, now);
    if (found === "right") {
      this.#liveness.seen(key, now, withBytes);
      return found;
    }
    this.#liveness.failed(key, now, inBody);
    const repository = opened.repository.name;
    history.report({ mirror: open.resource.name, repository, scheme }, edgesNetwork, second);
    return found;
  }

  async #askHead(
    base: string,
    { opened, decoded, now }: FileRequest,
    asker: Asker,
    size: number | undefined,
  ): Promise<CheckResult> {
    const repository = opened.repository.name;
    const file = { repository, path: decoded, ...(size !== undefined && { size }) };
    const server = { base, asker, now };
    const check = await this.#fileChecks.askNow(file, server, checkMs, size !== undefined);
    if (isRight(check, size)) return { found: "right" };
    const { failed, size: seen } = check;
    const found = failed === "unreachable" ? "silent" : "wrong";
    return {
      found,
      said: `To HEAD ${decoded} ${sayHead(failed, { seen, size, waitedMs: checkMs })}`,
    };
  }

  async #askBytes(server: ServerQuestion, file: Canary): Promise<CheckResult> {
    this.#turn++;
    const seen = await this.#fileChecks.bytesNow(file, server, checkMs);
    this.#log.read(seen.read);
    return seen;
  }
}

/** A client that asks again and again has the mirror asked no oftener, ms: dnf's questions come within some round trips. */
const ownHeadMs = 500;
/** Files remembered, of 200 bytes each. */
const maxOwnHeads = 1024;

/** What a check asks for. */
interface CheckedFor {
  /** Of the client's file; undefined: nobody has told. */
  size: number | undefined;
  /** Of which the bytes are had as well; undefined: of none. */
  file: Canary | undefined;
  /** The client's request, as far as it concerns the question. */
  asker: Asker;
}

/** Who needs bytes mustn't be content with a HEAD that is under way. */
function nameOf(key: number, { file }: Pick<CheckedFor, "file">): string {
  return file === undefined ? String(key) : `${key} bytes`;
}

function isRight({ size: seen }: FileCheck, size: number | undefined): boolean {
  return seen !== undefined && (size === undefined || seen === size);
}
