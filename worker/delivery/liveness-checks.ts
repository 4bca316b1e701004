/** Looks at mirrors before clients are sent there: one at a time each, and only where somebody is about to be. */
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import { sharingAskerOf } from "../outbound/asker.ts";
import type { Canary, Snapshot } from "../repositories/chain/snapshot.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import { type Check, type CheckResult, canaryFor, firstWrong } from "./check-bytes.ts";
import type { FileCheck } from "./choice.ts";
import type { FileChecks } from "./file-checks.ts";
import type { FileRequest } from "./file-request.ts";
import { type Liveliness, type Liveness, livenessKey } from "./liveness.ts";
import { type LivenessCounts, LivenessLog } from "./liveness-log.ts";

/**
 * A look has this long, ms, for HEAD as for a small file's bytes: the client waits for it, once after each silence of a
 * mirror. One that needs longer is better passed by.
 */
const lookMs = 1500;
/** A server that refuses HEAD is asked a second question. */
const wholeLookMs = 2 * lookMs + 200;
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
  readonly #sight: Liveness;
  readonly #sightings: FileChecks;
  readonly #snapshots: SnapshotsAtHand | undefined;
  readonly #looking = new SharedWork<Check>(wholeLookMs);
  readonly #notes = new LivenessLog();
  /** Looks with bytes begun. */
  #turn = 0;

  /** @param snapshots tell which files to look at; absent: HEAD is all that mirrors are asked */
  constructor(sight: Liveness, sightings: FileChecks, snapshots?: SnapshotsAtHand) {
    this.#sight = sight;
    this.#sightings = sightings;
    this.#snapshots = snapshots;
  }

  get counts(): LivenessCounts {
    return this.#notes.counts;
  }

  /** In the way of every redirect. Where the mirror's bytes can be looked at, they count. */
  glance({ open }: Pick<MirrorOffer, "open">, asked: FileRequest): Liveliness {
    const key = livenessKey(open.nameHash, asked.scheme);
    const glance = this.#sight.glance(key, asked.now);
    if (glance !== "look" || this.#fileAt(open, asked) !== undefined) return glance;
    return this.#sight.glanceByHead(key, asked.now);
  }

  /** What the mirror's last look saw, where it keeps clients away: a few words and a sentence; else `undefined`. */
  told({ open }: Pick<MirrorOffer, "open">, asked: FileRequest): string | undefined {
    if (!this.#isFailed(open, asked)) return undefined;
    const told = this.#notes.told(livenessKey(open.nameHash, asked.scheme), asked.now);
    return `failed to answer this edge lately${told === undefined ? "" : `; ${told}`}`;
  }

  /** Whether any mirror may be failing; else none need be looked up. */
  someFailed(now: number): boolean {
    return this.#sight.someFailed(now);
  }

  /**
   * Asks a mirror for the client's file and for a small file's bytes, and tells what came of it. Never rejects.
   *
   * @param size of the client's file; undefined: nobody has told
   */
  check(offer: MirrorOffer, asked: FileRequest, size: number | undefined): Promise<Check> {
    const file = this.#fileAt(offer.open, asked);
    const look = this.#look(offer, asked, { size, file });
    // A check that this one joined may end after its answer, where its own context has to be there still.
    asked.background.waitUntil(look);
    return look;
  }

  /**
   * Looks at a mirror with that client's file, for those who come later; not more often than is polite. Bytes are asked
   * for now and then, and always of a mirror that is to come back.
   */
  lookAgain(offer: MirrorOffer, asked: FileRequest, size: number | undefined): void {
    const { open } = offer;
    const { scheme, now } = asked;
    const key = livenessKey(open.nameHash, scheme);
    const withBytes = this.#isFailed(open, asked) || this.#sight.bytesDue(key, now);
    if (!this.#sight.mayLook(key, now)) return;
    const file = withBytes ? this.#fileAt(open, asked) : undefined;
    asked.background.waitUntil(this.#look(offer, asked, { size, file }));
  }

  /**
   * Whether nothing is to be learned of the mirror by a check now: it was found well a moment ago, or failing, or it is
   * the edge that can't be relied on.
   */
  isJustKnown(offer: Pick<MirrorOffer, "open">, asked: FileRequest): boolean {
    const glance = this.glance(offer, asked);
    return glance === "seen" || glance === "failed" || this.#sight.isSuspended(asked.now);
  }

  /** A question that was asked for proof is a look as well. @param size the file has to have */
  count(
    { open }: MirrorOffer,
    { scheme }: FileRequest,
    sighting: FileCheck,
    size: number | undefined,
  ): void {
    const key = livenessKey(open.nameHash, scheme);
    if (isRight(sighting, size)) this.#sight.seen(key, sighting.at, false);
    else if (sighting.failed === "unreachable") this.#sight.failed(key, sighting.at, false);
  }

  /** Neither a mirror nor the origin can be reached. */
  cutOff(now: number): void {
    this.#sight.originFailed(now);
  }

  #isFailed({ nameHash }: MirrorOffer["open"], { scheme, now }: FileRequest): boolean {
    return this.#sight.glance(livenessKey(nameHash, scheme), now) === "failed";
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

  async #look(offer: MirrorOffer, asked: FileRequest, of: LookedFor): Promise<Check> {
    const key = livenessKey(offer.open.nameHash, asked.scheme);
    try {
      return await this.#looking.run(
        // Who needs bytes mustn't be content with a HEAD that is under way.
        of.file === undefined ? String(key) : `${key} bytes`,
        () => this.#ask(key, offer, asked, of),
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
    { size, file }: LookedFor,
  ): Promise<Check> {
    const { opened, scheme, memory, now, second, background } = asked;
    const withBytes = file !== undefined;
    this.#sight.begun(key, now, withBytes);
    const questions: Promise<CheckResult>[] = [this.#askHead(base, asked, size)];
    if (withBytes) questions.push(this.#askBytes(base, asked, file));
    // What comes after the verdict is counted still.
    background.waitUntil(Promise.allSettled(questions));
    const { look, inBody = false, said = "" } = await firstWrong(questions);
    this.#notes.ended(key, look, said, now);
    if (look === "right") {
      this.#sight.seen(key, now, withBytes);
      return look;
    }
    this.#sight.failed(key, now, inBody);
    const repository = opened.repository.name;
    memory.report({ mirror: open.resource.name, repository, scheme }, edgesNetwork, second);
    return look;
  }

  async #askHead(
    base: string,
    { opened, decoded, request, now }: FileRequest,
    size: number | undefined,
  ): Promise<CheckResult> {
    const repository = opened.repository.name;
    const file = { repository, path: decoded, ...(size !== undefined && { size }) };
    const sighting = await this.#sightings.askNow(
      file,
      { base, asker: sharingAskerOf(request), now },
      lookMs,
    );
    if (isRight(sighting, size)) return { look: "right" };
    const { failed, size: seen } = sighting;
    const look = failed === "unreachable" ? "silent" : "wrong";
    return { look, said: `To HEAD ${decoded} ${sayHead(failed, seen, size)}` };
  }

  async #askBytes(base: string, { request, now }: FileRequest, file: Canary): Promise<CheckResult> {
    this.#turn++;
    const seen = await this.#sightings.bytesNow(
      file,
      { base, asker: sharingAskerOf(request), now },
      lookMs,
    );
    this.#notes.read(seen.read);
    return seen;
  }
}

/** What a look asks for. */
interface LookedFor {
  /** Of the client's file; undefined: nobody has told. */
  size: number | undefined;
  /** Of which the bytes are had as well; undefined: of none. */
  file: Canary | undefined;
}

function sayHead(
  failed: FileCheck["failed"],
  seen: number | undefined,
  size: number | undefined,
): string {
  if (failed === undefined) return `it tells ${seen} bytes, where ${size} are listed.`;
  const said = {
    absent: "it says that it has no such file.",
    wrong: "it answers with what is no file.",
    corrupt: "it gave other bytes than the file's.",
    unreachable: `it doesn't answer within ${lookMs} ms, or not at all.`,
  };
  return said[failed];
}

function isRight({ size: seen }: FileCheck, size: number | undefined): boolean {
  return seen !== undefined && (size === undefined || seen === size);
}
