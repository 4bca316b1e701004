/** A repository's folders as an isolate reads them: head and segments, by their hash. */

import { pathHash64 } from "../../../blobs/segmented/path-hash.ts";
import { sha256Bytes } from "../../../blobs/segmented/record.ts";
import { segmentOf } from "../../../blobs/segmented/segments.ts";
import { sha256Of } from "../../../blobs/segmented/stored-bytes.ts";
import type { Background } from "../../../runtime/background.ts";
import { LastUsed } from "../../../runtime/last-used.ts";
import { SharedWork } from "../../../runtime/shared-work.ts";
import type { SnapshotFolders } from "../../chain/snapshot.ts";
import type { PageEntry } from "../../directory-page/entry.ts";
import type { OpenBlob } from "../presence/presence-at-edge.ts";
import { type FolderEntry, folderIn, readFolder } from "./folder-record.ts";
import { FoldersHead } from "./folders-head.ts";

/** An entry with what indexes tell of it. */
export interface IndexedEntry extends Pick<PageEntry, "name" | "type" | "size"> {
  /** Lower-case hex. */
  sha256?: string;
}

/** Heads held, bytes: 13 KB each, of some repositories and pinned snapshots. */
const heldHeadBytes = 512 * 1024;
/** Segments held, bytes: people go from a folder to its parents, whose segments are others. One has 128 KB usually. */
const heldSegmentBytes = 4 * 1024 * 1024;
/** Reading from the location's cache or the store takes some ms; after this a request gives up, ms. */
const deadlineMs = 8000;

export class FoldersAtEdge {
  readonly #open: OpenBlob;
  readonly #heads = new LastUsed<FoldersHead>(heldHeadBytes);
  readonly #segments = new LastUsed<Uint8Array>(heldSegmentBytes);
  readonly #reading = new SharedWork<Uint8Array>(deadlineMs);

  constructor(open: OpenBlob) {
    this.#open = open;
  }

  /**
   * What indexes list in a folder; undefined: nothing, or more than is kept. Rejects where the store can't be read, or
   * has something else.
   *
   * @param path of the folder inside the repository, decoded: empty, or with a slash at its end
   */
  async read(
    repository: string,
    { head: name }: SnapshotFolders,
    path: string,
    background: Background,
  ): Promise<IndexedEntry[] | undefined> {
    const head = this.#heads.get(name) ?? (await this.#head(repository, name, background));
    const segment = head.segment(segmentOf(pathHash64(path), head.segments));
    if (segment === undefined) return undefined;
    const run =
      this.#segments.get(segment.sha256) ??
      (await this.#bytes(repository, "segment", segment.sha256, background));
    this.#segments.set(segment.sha256, run, run.byteLength);
    const bytes = folderIn(run, path);
    if (bytes === undefined) return undefined;
    const folder = readFolder(bytes);
    if (folder === undefined) throw new Error(`the folder ${path} is none as it is stored`);
    return folder.entries && shown(folder.entries);
  }

  async #head(repository: string, name: string, background: Background): Promise<FoldersHead> {
    const head = FoldersHead.read(await this.#bytes(repository, "head", name, background));
    if (head === undefined) throw new Error(`the folders' head ${name} is none`);
    this.#heads.set(name, head, head.byteLength);
    return head;
  }

  /** Caches and stores may fail in ways that a length doesn't show, and people compare the hashes. */
  #bytes(
    repository: string,
    what: string,
    sha256: string,
    background: Background,
  ): Promise<Uint8Array> {
    const read = async () => {
      const bytes = await this.#open(repository, sha256, background);
      if (bytes === undefined) throw new Error(`the folders' ${what} ${sha256} isn't stored`);
      if (sha256Of(bytes) !== sha256) {
        throw new Error(`the stored folders' ${what} ${sha256} has another hash than its name`);
      }
      return bytes;
    };
    return this.#reading.run(`${repository} ${sha256}`, read, background);
  }
}

function shown(entries: readonly FolderEntry[]): IndexedEntry[] {
  const hashes = hexOf(entries);
  return entries.map(({ name, type, size }, at) => {
    const entry: IndexedEntry = { name, type };
    const sha256 = hashes[at];
    if (size !== undefined) entry.size = size;
    if (sha256 !== undefined) entry.sha256 = sha256;
    return entry;
  });
}

/** All at once: one by one they take ten times as long, and a folder has up to 32,768. */
function hexOf(entries: readonly FolderEntry[]): (string | undefined)[] {
  const length = entries.reduce((sum, { sha256 }) => sum + 2 * (sha256?.byteLength ?? 0), 0);
  const digits = new Uint8Array(length);
  let at = 0;
  for (const { sha256 } of entries) {
    if (sha256 === undefined) continue;
    for (const byte of sha256) {
      digits[at++] = digit(byte >>> 4);
      digits[at++] = digit(byte & 15);
    }
  }
  const text = new TextDecoder().decode(digits);
  at = 0;
  return entries.map(({ sha256 }) => {
    if (sha256 === undefined) return undefined;
    const start = at;
    at += 2 * sha256Bytes;
    return text.slice(start, at);
  });
}

/** ASCII has `0` at 48 and `a` at 97. */
function digit(value: number): number {
  return value < 10 ? 48 + value : 87 + value;
}
