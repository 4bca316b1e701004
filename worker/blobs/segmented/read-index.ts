/** An index read out of its store by what has the store at hand: heads and segments, checked by their hash. */

import { sha256Of } from "../../runtime/sha256.ts";
import type { Blobs } from "../blobs.ts";
import type { IndexWords, SegmentCodec } from "./codec.ts";
import { headBytes, IndexHead } from "./head.ts";
import type { PathHash } from "./path-hash.ts";
import { segmentOf } from "./segments.ts";
import { DamagedBlob, readWhole } from "./stored-bytes.ts";

/** What of a codec it takes to read a head. */
export interface HeadCodec {
  words: IndexWords;
  head: SegmentCodec<unknown>["head"];
}

/** Rejects as the store does; with `DamagedBlob` where the head is missing or damaged. */
export async function readHead(
  { words, head: format }: HeadCodec,
  blobs: Pick<Blobs, "get">,
  sha256: string,
): Promise<IndexHead> {
  const what = words.head;
  const bytes = await readWhole(blobs, { what, sha256, most: headBytes(format) });
  const head = sha256Of(bytes) === sha256 ? IndexHead.read(bytes, format) : undefined;
  if (head === undefined) throw new DamagedBlob(what, sha256, "is none");
  return head;
}

/** The names of all blobs of an index, its head's the first. Rejects as `readHead` does. */
export async function indexBlobs(
  codec: HeadCodec,
  blobs: Pick<Blobs, "get">,
  head: string,
): Promise<string[]> {
  return [head, ...(await readHead(codec, blobs, head)).names().map(({ sha256 }) => sha256)];
}

/** The segment that a key is in; undefined: it has nothing. Rejects as `readHead` does. */
export async function readSegment<Segment>(
  codec: SegmentCodec<Segment>,
  blobs: Pick<Blobs, "get">,
  head: IndexHead,
  hash: PathHash,
): Promise<Segment | undefined> {
  const place = { number: segmentOf(hash, head.segments), segments: head.segments };
  const name = head.segment(place.number);
  if (name === undefined) return undefined;
  const { sha256, amount } = name;
  const what = codec.words.segment;
  const bytes = await readWhole(blobs, { what, sha256, most: codec.segmentBytes(amount) });
  const segment = sha256Of(bytes) === sha256 ? codec.read(bytes, place, amount) : undefined;
  if (segment === undefined) throw new DamagedBlob(what, sha256, "is none");
  return segment;
}
