/** What an isolate knows of which files repositories list, and how it gets more: heads and segments, by their hash. */

import { pathHash64 } from "../../../blobs/segmented/path-hash.ts";
import { sha256Of } from "../../../blobs/segmented/stored-bytes.ts";
import type { Background } from "../../../runtime/background.ts";
import { LastUsed } from "../../../runtime/last-used.ts";
import { SharedWork } from "../../../runtime/shared-work.ts";
import type { SnapshotPresence } from "../../chain/snapshot.ts";
import { AnswersAtHand } from "./answers-at-hand.ts";
import {
  PresenceHead,
  PresenceSegment,
  type PresentFile,
  type SegmentPlace,
} from "./presence-index.ts";

/** What of presence is held; an isolate has 128 MB for all. */
export interface HeldPresence {
  /** Of segments, bytes. They have some 50 KB each; bookworm main's are 64. */
  segmentBytes: number;
  /** Of heads, at most 36 KB each: those of some repositories, and of the pinned snapshots that are in use. */
  headBytes: number;
  /** Of answers: 500 bytes each, so that 30,000 files that are in demand need no hashing and no waiting. */
  answerBytes: number;
}

export const usuallyHeld: HeldPresence = {
  segmentBytes: 8 * 1024 * 1024,
  headBytes: 1024 * 1024,
  answerBytes: 16 * 1024 * 1024,
};

/** A held segment takes this besides its records, bytes: its name and the views on it. */
const segmentFrame = 1024;
/** Reading from the location's cache or the store takes some ms; after this a request gives up, ms. */
const deadlineMs = 8000;

/** Reads a stored blob of a repository; undefined where it isn't stored. */
export type OpenBlob = (
  repository: string,
  sha256: string,
  background: Background,
) => Promise<Uint8Array | undefined>;

export class PresenceAtEdge {
  readonly #open: OpenBlob;
  readonly #answers: AnswersAtHand;
  readonly #heads: LastUsed<PresenceHead>;
  readonly #segments: LastUsed<PresenceSegment>;
  readonly #readingHeads = new SharedWork<PresenceHead>(deadlineMs);
  readonly #readingSegments = new SharedWork<PresenceSegment>(deadlineMs);

  constructor(open: OpenBlob, held: HeldPresence = usuallyHeld) {
    this.#open = open;
    this.#answers = new AnswersAtHand(held.answerBytes);
    this.#heads = new LastUsed(held.headBytes);
    this.#segments = new LastUsed(held.segmentBytes);
  }

  /**
   * At hand without awaiting: the file as it was last known, `null`: not listed, `undefined`: has to be read.
   *
   * The same head lists the same files in every repository, so that the repository's name isn't looked at.
   *
   * @param path inside the repository, decoded, without a leading slash
   */
  atHand(
    _repository: string,
    presence: SnapshotPresence,
    path: string,
  ): PresentFile | null | undefined {
    return this.#answers.get(presence.head, path);
  }

  /** As `atHand`, read where it has to be. Rejects where the store can't be read, or has what is no presence. */
  async find(
    repository: string,
    presence: SnapshotPresence,
    path: string,
    background: Background,
  ): Promise<PresentFile | null> {
    const atHand = this.atHand(repository, presence, path);
    if (atHand !== undefined) return atHand;
    const head = await this.#head(repository, presence.head, background);
    const hash = pathHash64(path);
    const segment = await this.#segment(repository, head, head.placeOf(hash), background);
    const answer = segment?.find(hash) ?? null;
    this.#answers.set(presence.head, path, answer);
    return answer;
  }

  async #head(repository: string, sha256: string, background: Background): Promise<PresenceHead> {
    const held = this.#heads.get(sha256);
    if (held !== undefined) return held;
    const load = async () => {
      const bytes = await this.#read(repository, "head", sha256, background);
      const head = PresenceHead.read(bytes);
      if (head === undefined) throw new Error(`the presence head ${sha256} is none`);
      this.#heads.set(sha256, head, head.byteLength);
      return head;
    };
    return this.#readingHeads.run(`${repository} ${sha256}`, load, background);
  }

  async #segment(
    repository: string,
    head: PresenceHead,
    place: SegmentPlace,
    background: Background,
  ): Promise<PresenceSegment | undefined> {
    const name = head.segment(place.number);
    if (name === undefined) return undefined;
    const { sha256, count } = name;
    const held = this.#segments.get(sha256);
    if (held !== undefined) return held;
    const load = async () => {
      const bytes = await this.#read(repository, "segment", sha256, background);
      const segment = PresenceSegment.read(bytes, place, count);
      if (segment === undefined) throw new Error(`the presence segment ${sha256} is none`);
      this.#segments.set(sha256, segment, bytes.byteLength + segmentFrame);
      return segment;
    };
    return this.#readingSegments.run(`${repository} ${sha256}`, load, background);
  }

  /** Caches and stores may fail in ways that a length doesn't show, and clients are told what is read here. */
  async #read(
    repository: string,
    what: string,
    sha256: string,
    background: Background,
  ): Promise<Uint8Array> {
    const bytes = await this.#open(repository, sha256, background);
    if (bytes === undefined) throw new Error(`the presence ${what} ${sha256} isn't stored`);
    if (sha256Of(bytes) !== sha256) {
      throw new Error(`the stored presence ${what} ${sha256} has another hash than its name`);
    }
    return bytes;
  }
}
