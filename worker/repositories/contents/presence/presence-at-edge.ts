/** What an isolate knows of which files repositories list, and how it gets more. */

import {
  type HeldIndex,
  IndexAtEdge,
  type OpenBlob,
} from "../../../blobs/segmented/index-at-edge.ts";
import { pathHash64 } from "../../../blobs/segmented/path-hash.ts";
import type { Background } from "../../../runtime/background.ts";
import type { SnapshotPresence } from "../../chain/snapshot.ts";
import { AnswersAtHand } from "./answers-at-hand.ts";
import { type PresenceSegment, type PresentFile, presenceCodec } from "./presence-index.ts";

/**
 * What of presence is held. Segments have some 50 KB each; bookworm main's are 64. Heads have at most 36 KB each: those
 * of some repositories, and of the pinned snapshots that are in use.
 */
export interface HeldPresence extends HeldIndex {
  /** Of answers: 450 bytes each, so that 21,000 files that are in demand need no hashing and no waiting. */
  answerBytes: number;
}

export const usuallyHeld: HeldPresence = {
  segmentBytes: 6 * 1024 * 1024,
  headBytes: 512 * 1024,
  answerBytes: 9 * 1024 * 1024,
};

export class PresenceAtEdge {
  readonly #answers: AnswersAtHand;
  readonly #index: IndexAtEdge<PresenceSegment>;

  constructor(open: OpenBlob, held: HeldPresence = usuallyHeld) {
    this.#answers = new AnswersAtHand(held.answerBytes);
    this.#index = new IndexAtEdge(presenceCodec, open, held);
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
    const hash = pathHash64(path);
    const segment = await this.#index.segment(
      { repository, head: presence.head, hash },
      background,
    );
    const answer = segment?.find(hash) ?? null;
    this.#answers.set(presence.head, path, answer);
    return answer;
  }
}
