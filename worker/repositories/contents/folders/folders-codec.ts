/**
 * Which names each folder of a repository has: the codec of an index (`blobs/segmented/`) by the hash of the folder's
 * path. Amounts are bytes. The head begins with `NMF1`, and tells of each segment what it was made of. A segment is
 * folders sorted by that hash, as in `folder-record.ts`.
 */
import type { IndexCodec } from "../../../blobs/segmented/codec.ts";
import { partsHeadBytes } from "../../../blobs/segmented/parts-blob.ts";
import { type IndexSize, inputParts } from "../../../blobs/segmented/segments.ts";
import { folderBytes } from "./folder-record.ts";
import { readNamesHead } from "./names-blob.ts";

/** A segment has a part of a listing of names at least: what it is made of is told by parts. */
export const maxFolderSegments = inputParts;

/** How many segments would be just full enough. @param segmentBytes as many as a segment is made of, usually */
export function leastSegments({ given }: IndexSize, segmentBytes: number): number {
  return Math.max(1, given / segmentBytes);
}

/** A segment in memory is its bytes: a run of folders. */
export const foldersCodec: IndexCodec<Uint8Array> = {
  words: { input: "names", head: "folders' head", segment: "folders' segment" },
  head: {
    magic: 0x4e4d4631,
    maxSegments: maxFolderSegments,
    maxAmount: 2 ** 32 - 1,
    tellsGiven: false,
    tellsSources: true,
  },
  /** Names that several indexes have in common count several times when segments are chosen, and then they don't. */
  bounds: { maxSegments: maxFolderSegments, emptyShare: 1 / 8 },
  input: { headBytes: partsHeadBytes, read: readNamesHead, recordBytes: folderBytes },
  /** One folder of Arch's `extra` takes 1 MB; with ten such the edge could not read it. */
  maxInputBytes: 16 * 1024 * 1024,
  segmentBytes: (amount) => amount,
  read: (bytes, _place, amount) => (bytes.byteLength === amount ? bytes : undefined),
};
