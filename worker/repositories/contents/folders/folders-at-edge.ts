/** A repository's folders as an isolate reads them. */

import { IndexAtEdge, type OpenBlob } from "../../../blobs/segmented/index-at-edge.ts";
import { pathHash64 } from "../../../blobs/segmented/path-hash.ts";
import type { Background } from "../../../runtime/background.ts";
import { hexOfEach } from "../../../runtime/hex.ts";
import type { SnapshotFolders } from "../../chain/snapshot.ts";
import type { PageEntry } from "../../directory-page/entry.ts";
import { type FolderEntry, folderIn, readFolder } from "./folder-record.ts";
import { foldersCodec } from "./folders-codec.ts";

/** An entry with what indexes tell of it. */
export interface IndexedEntry extends Pick<PageEntry, "name" | "type" | "size"> {
  /** Lower-case hex. */
  sha256?: string;
}

/** Heads held, bytes: 13 KB each, of some repositories and pinned snapshots. */
const heldHeadBytes = 256 * 1024;
/** Segments held, bytes: people go from a folder to its parents, whose segments are others. One has 128 KB usually. */
const heldSegmentBytes = 1024 * 1024;
export class FoldersAtEdge {
  readonly #index: IndexAtEdge<Uint8Array>;

  constructor(open: OpenBlob) {
    const held = { headBytes: heldHeadBytes, segmentBytes: heldSegmentBytes };
    this.#index = new IndexAtEdge(foldersCodec, open, held);
  }

  /**
   * What indexes list in a folder; undefined: nothing, or more than is kept. Rejects where the store can't be read, or
   * has something else.
   *
   * @param path of the folder inside the repository, decoded: empty, or with a slash at its end
   */
  async read(
    repository: string,
    { head }: SnapshotFolders,
    path: string,
    background: Background,
  ): Promise<IndexedEntry[] | undefined> {
    const run = await this.#index.segment({ repository, head, hash: pathHash64(path) }, background);
    const bytes = run && folderIn(run, path);
    if (bytes === undefined) return undefined;
    const folder = readFolder(bytes);
    if (folder === undefined) throw new Error(`the folder ${path} is none as it is stored`);
    return folder.entries && shown(folder.entries);
  }
}

function shown(entries: readonly FolderEntry[]): IndexedEntry[] {
  const hashes = hexOfEach(entries.map(({ sha256 }) => sha256));
  return entries.map(({ name, type, size }, at) => {
    const entry: IndexedEntry = { name, type };
    const sha256 = hashes[at];
    if (size !== undefined) entry.size = size;
    if (sha256 !== undefined) entry.sha256 = sha256;
    return entry;
  });
}
