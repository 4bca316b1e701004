/** An index as an isolate reads it: head and segments, by their hash; those used lately are held. */

import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { SharedWork } from "../../runtime/shared-work.ts";
import type { SegmentCodec } from "./codec.ts";
import { IndexHead } from "./head.ts";
import type { PathHash } from "./path-hash.ts";
import { segmentOf } from "./segments.ts";

/** A held segment takes this besides its bytes: its name and the views on it. */
const segmentFrame = 1024;
/** Reading from the location's cache or the store takes some ms; after this a request gives up, ms. */
const deadlineMs = 8000;

/** What of an index is held, bytes; an isolate has 128 MB for all. */
export interface HeldIndex {
  segmentBytes: number;
  headBytes: number;
}

/** Reads a stored blob of a repository; undefined where it isn't stored. */
export type OpenBlob = (
  repository: string,
  sha256: string,
  background: Background,
) => Promise<Uint8Array | undefined>;

/** What is read: an index by its head, and in it a key by its hash. */
export interface WantedSegment {
  repository: string;
  /** SHA-256, lower-case hex. */
  head: string;
  hash: PathHash;
}

export class IndexAtEdge<Segment> {
  readonly #codec: SegmentCodec<Segment>;
  readonly #open: OpenBlob;
  readonly #heads: LastUsed<IndexHead>;
  readonly #segments: LastUsed<Segment>;
  readonly #readingHeads = new SharedWork<IndexHead>(deadlineMs);
  readonly #readingSegments = new SharedWork<Segment>(deadlineMs);

  constructor(codec: SegmentCodec<Segment>, open: OpenBlob, held: HeldIndex) {
    this.#codec = codec;
    this.#open = open;
    this.#heads = new LastUsed(held.headBytes);
    this.#segments = new LastUsed(held.segmentBytes);
  }

  /**
   * The segment that a key is in; undefined: it has nothing. What several want is read once.
   *
   * Rejects where the store can't be read, hasn't got the blob, or has something else under its name: the error says
   * which blob that is.
   */
  async segment(
    { repository, head: headName, hash }: WantedSegment,
    background: Background,
  ): Promise<Segment | undefined> {
    const head =
      this.#heads.get(headName) ?? (await this.#readHead(repository, headName, background));
    const place = { number: segmentOf(hash, head.segments), segments: head.segments };
    const name = head.segment(place.number);
    if (name === undefined) return undefined;
    const { sha256, amount } = name;
    const held = this.#segments.get(sha256);
    if (held !== undefined) return held;
    const what = this.#codec.words.segment;
    const read = async () => {
      const bytes = await this.#read(repository, what, sha256, background);
      const segment = this.#codec.read(bytes, place, amount);
      if (segment === undefined) throw new Error(`the ${what} ${sha256} is none`);
      this.#segments.set(sha256, segment, bytes.byteLength + segmentFrame);
      return segment;
    };
    return this.#readingSegments.run(`${repository} ${sha256}`, read, background);
  }

  #readHead(repository: string, sha256: string, background: Background): Promise<IndexHead> {
    const { words, head: format } = this.#codec;
    const read = async () => {
      const bytes = await this.#read(repository, words.head, sha256, background);
      const head = IndexHead.read(bytes, format);
      if (head === undefined) throw new Error(`the ${words.head} ${sha256} is none`);
      this.#heads.set(sha256, head, head.byteLength);
      return head;
    };
    return this.#readingHeads.run(`${repository} ${sha256}`, read, background);
  }

  /** Caches and stores may fail in ways that a length doesn't show, and clients are told what is read here. */
  async #read(
    repository: string,
    what: string,
    sha256: string,
    background: Background,
  ): Promise<Uint8Array> {
    const bytes = await this.#open(repository, sha256, background);
    if (bytes === undefined) throw new Error(`the ${what} ${sha256} isn't stored`);
    if (sha256Of(bytes) !== sha256) {
      throw new Error(`the stored ${what} ${sha256} has another hash than its name`);
    }
    return bytes;
  }
}
