/** Builds a repository's folders as blobs: the index of the names that its indexes list. */

import type { Blobs } from "../../../blobs/blobs.ts";
import { buildIndex } from "../../../blobs/segmented/build-index.ts";
import { indexBlobs } from "../../../blobs/segmented/read-index.ts";
import type { SnapshotFolders } from "../../chain/snapshot.ts";
import { foldersCodec, leastSegments } from "./folders-codec.ts";
import { FolderMerger } from "./merge-folders.ts";

export interface FoldersBuild {
  /** `put` is called with each blob that the folders before don't name. */
  blobs: Pick<Blobs, "get" | "put">;
  /** SHA-256 of the blobs of names; each once. */
  names: readonly string[];
  /** Its blobs are stored, and stay so while this is under way. */
  previous: string | undefined;
}

/** What building may take. */
export interface FoldersLimits {
  /** Bytes of names that are in memory at a time, besides those of one segment. Less takes more reads. */
  groupBytes: number;
  /** Bytes of names for one segment, usually; the edge reads as many for a page. */
  segmentBytes: number;
}

export const foldersLimits: FoldersLimits = {
  groupBytes: 8 * 1024 * 1024,
  segmentBytes: 128 * 1024,
};

/**
 * The SHA-256 of the folders' head.
 *
 * Rejects as the blobs do, for a blob that is missing or damaged (`DamagedBlob`), and for too much in one segment
 * (`RangeError`). What was stored until then nobody names.
 */
export function buildFolders(
  { blobs, names, previous }: FoldersBuild,
  { groupBytes, segmentBytes }: FoldersLimits = foldersLimits,
): Promise<string> {
  return buildIndex(
    { codec: foldersCodec, merger: new FolderMerger(), blobs, inputs: names, previous },
    { groupBytes, leastSegments: (size) => leastSegments(size, segmentBytes) },
  );
}

/** The names of all blobs of a repository's folders, the head's with them. Rejects where that is missing or damaged. */
export function foldersBlobs(
  blobs: Pick<Blobs, "get">,
  { head }: SnapshotFolders,
): Promise<string[]> {
  return indexBlobs(foldersCodec, blobs, head);
}
