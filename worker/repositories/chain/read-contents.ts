/**
 * Reads the stored indexes that list payload, each once in its life, into blobs of their contents. So much at a time; what is
 * left is read when asked again.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import { readStream } from "../../blobs/memory-blobs.ts";
import { algorithmOf } from "../../blobs/stored-name.ts";
import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import { type LeftOut, leftOutSaid } from "../../formats/left-out.ts";
import { readIndexStream } from "../../formats/read-index-stream.ts";
import type { Fault } from "../../formats/read-verified.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { SampleFile } from "../baseline/baseline.ts";
import type { Repository } from "../catalogue.ts";
import { IndexFolders } from "../contents/folders/index-folders.ts";
import { namesBlob } from "../contents/folders/names-blob.ts";
import { IndexContentsBuilder } from "../contents/index-contents.ts";
import { ContentsRecords, contentsBlob } from "../contents/index-contents-blob.ts";
import type { Purpose } from "../follow-policy.ts";
import { type ContentsIndex, contentsIndexesOf } from "./choose-contents.ts";
import { ContentsSamples, someOfEach } from "./contents-samples.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import { withSizes } from "./sample-sizes.ts";
import type { SnapshotRoot } from "./snapshot.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import type { Manifests } from "./stored-manifests.ts";

/**
 * After so many unpacked bytes no further index is begun, and the next alarm goes on: bookworm main's 50 MB take 1.5 s
 * of processor time from xz, and an alarm has 30 s for all that it does.
 */
export const readAtOnceBytes = 128 * 1024 * 1024;

export interface ContentsReaderContext {
  access: OriginAccess;
  blobs: Blobs;
  store: SnapshotStore;
  manifests: Manifests;
  holds: RetentionHolds;
  purpose: Purpose;
  random(): number;
  xz?: XzModule;
  /** Unix ms. */
  now(): number;
  /** Absent: `readAtOnceBytes`. */
  readAtOnce?: number;
  /** Tells of an index that can't be read, or not all of it. */
  refused(listed: Repository, fault: Fault & { root: string }): void;
}

/** What one state of the roots lists, as far as it is known. */
export interface KnownContents {
  /** Hashes of all that list payload, in all compressions, stored or not. */
  named: Set<string>;
  /** Of those, what was read: hashes of the indexes. */
  read: string[];
  /** Hashes of the blobs of contents, sorted, each once. */
  blobs: string[];
  /** Hashes of the blobs of names, sorted, each once; not all contents have one. */
  names: string[];
  /** Stored, and not read yet. */
  unread: StoredIndex[];
}

/** An index that lists payload, as it is stored. */
export interface StoredIndex {
  index: ContentsIndex;
  /** Of the variant that is stored, with its path. */
  sha256: string;
  path: string;
}

/** What came of reading an index. */
export type ReadContents =
  | { refused: string; bytes: number }
  | {
      /** What it took. */
      bytes: number;
      /** It tells the size of no file, and neither does the origin. */
      isWithoutSizes: boolean;
    };

export class ContentsReader {
  readonly #context: ContentsReaderContext;

  constructor(context: ContentsReaderContext) {
    this.#context = context;
  }

  /** What is known of these roots. Rejects where a manifest can't be read. */
  async known(listed: Repository, roots: readonly SnapshotRoot[]): Promise<KnownContents> {
    const { manifests, store } = this.#context;
    const stored = store.contents.all();
    const known: KnownContents = {
      named: new Set(),
      read: [],
      blobs: [],
      names: [],
      unread: [],
    };
    const blobs = new Set<string>();
    const names = new Set<string>();
    for (const root of roots) {
      const manifest = await manifests.read(root.manifest);
      for (const index of contentsIndexesOf(listed.kind, root, manifest)) {
        for (const { sha256 } of index.variants) known.named.add(sha256);
        const variants = index.variants.map((one) => ({ ...one, row: stored.get(one.sha256) }));
        const read = variants.find(({ row }) => row?.blob !== undefined);
        // What one compression refuses another may still give. A root is stored, noted or not.
        const unread = variants.find(({ row }) =>
          row === undefined ? index.isRoot : row.refused === undefined,
        );
        if (read?.row?.blob !== undefined) {
          known.read.push(read.sha256);
          blobs.add(read.row.blob);
          if (read.row.names !== undefined) names.add(read.row.names);
        } else if (unread !== undefined) {
          known.unread.push({ index, sha256: unread.sha256, path: unread.path });
        }
      }
    }
    known.blobs = [...blobs].sort();
    known.names = [...names].sort();
    return known;
  }

  /**
   * Reads what isn't read yet, until that is enough for once.
   * @returns whether nothing is left
   * @throws what the blobs or the database throw; what was read before is kept
   */
  async readSome(listed: Repository, roots: readonly SnapshotRoot[]): Promise<boolean> {
    const { readAtOnce = readAtOnceBytes } = this.#context;
    const { unread } = await this.known(listed, roots);
    let bytes = 0;
    for (const one of unread) {
      if (bytes >= readAtOnce) return false;
      bytes += (await this.read(listed, one)).bytes;
    }
    // What was refused may have another compression that is stored.
    return unread.length === 0 || (await this.known(listed, roots)).unread.length === 0;
  }

  /** Files to sample mirrors by, of these indexes. */
  samples(read: readonly string[]): SampleFile[] {
    return someOfEach(read.map((sha256) => this.#context.store.contents.samples(sha256)));
  }

  /**
   * Reads a stored index, whether it was read before or not.
   * @throws what the blobs or the database throw; then nothing has changed
   */
  async read(listed: Repository, stored: StoredIndex): Promise<ReadContents> {
    const { blobs, store, xz, random, purpose } = this.#context;
    const { index, sha256 } = stored;
    const found = await blobs.get(sha256);
    if (found === null) {
      const refused = "it isn't stored any more";
      // Who asks for it next has it pulled again; a root is never pulled, and would be tried without end.
      store.contents.forget(sha256);
      if (index.isRoot) this.#refuse(listed, stored, refused);
      return { refused, bytes: 0 };
    }
    const before = await this.#before(index.name);
    const samples = new ContentsSamples(before?.records, random);
    const builder = new IndexContentsBuilder();
    // Nobody asks for folders of what isn't served.
    const folders = purpose === "serving" ? new IndexFolders() : undefined;
    const read = await readIndexStream(
      found.body,
      index.reader((file) => {
        samples.offer(file);
        const { count } = builder;
        const fault = builder.add(file);
        if (builder.count > count) folders?.add(file.path);
        return fault;
      }),
      { xz },
    );
    // What a SHA-512 names was held to it when it was stored; here only SHA-256 is counted.
    const isOther = (one: string) => algorithmOf(sha256) === "sha256" && one !== sha256;
    if ("refused" in read || isOther(read.sha256)) {
      const why = "refused" in read ? read.refused : "the stored bytes aren't those of its name";
      this.#refuse(listed, stored, why);
      return { refused: why, bytes: "refused" in read ? found.size : read.rawBytes };
    }
    const contents = builder.listing();
    const bytes = contentsBlob(contents);
    const kept = await this.#kept(listed, samples, before?.recent ?? [], bytes);
    const names = folders && namesBlob(folders, contents.records);
    await this.#store(stored, { contents: bytes, names, samples: kept });
    if (read.leftOut !== undefined) this.#leaveOut(listed, stored, read.leftOut);
    const isWithoutSizes = !samples.sized && builder.count > 0 && kept.length === 0;
    return { bytes: read.rawBytes, isWithoutSizes };
  }

  /** Stores what an index was read into, and notes that it was. */
  async #store(
    { index, sha256, path }: StoredIndex,
    read: {
      contents: Uint8Array;
      names: Uint8Array | undefined;
      samples: readonly SampleFile[];
    },
  ): Promise<void> {
    const { blobs, store, holds } = this.#context;
    const releases: (() => void)[] = [];
    const put = async (bytes: Uint8Array): Promise<string> => {
      const name = sha256Of(bytes);
      releases.push(await holds.hold([name]));
      await blobs.put(name, bytes);
      return name;
    };
    try {
      const blob = await put(read.contents);
      const names = read.names && (await put(read.names));
      store.contents.add({ sha256, name: index.name, path });
      store.contents.read(sha256, { blob, names, samples: read.samples });
    } finally {
      for (const release of releases) release();
    }
  }

  #refuse(
    listed: Repository,
    { index: { name, root }, sha256, path }: StoredIndex,
    why: string,
  ): void {
    const { store, refused } = this.#context;
    const said = `Its files aren't listed: ${why}.`;
    store.contents.add({ sha256, name, path });
    store.contents.refuse(sha256, said);
    refused(listed, { root, file: path, said });
  }

  #leaveOut(
    listed: Repository,
    { index: { root }, sha256, path }: StoredIndex,
    leftOut: LeftOut,
  ): void {
    const said = leftOutSaid(leftOut);
    this.#context.store.contents.leaveOut(sha256, said);
    this.#context.refused(listed, { root, file: path, said });
  }

  /** What the index's last state listed, and what was recent in it. */
  async #before(
    name: string,
  ): Promise<{ records: ContentsRecords; recent: SampleFile[] } | undefined> {
    const { blobs, store } = this.#context;
    const last = [...store.contents.all().values()].findLast(
      (one) => one.name === name && one.blob !== undefined,
    );
    const stored = last?.blob === undefined ? null : await blobs.get(last.blob);
    if (last === undefined || stored === null) return undefined;
    const records = ContentsRecords.read(await readStream(stored.body));
    if (records === undefined) return undefined;
    const recent = store.contents.samples(last.sha256).filter((one) => one.recent === true);
    return { records, recent };
  }

  async #kept(
    listed: Repository,
    samples: ContentsSamples,
    recent: readonly SampleFile[],
    contents: Uint8Array,
  ): Promise<SampleFile[]> {
    const { access, random } = this.#context;
    const now = ContentsRecords.read(contents);
    const isListed = ({ path }: SampleFile) => now?.has(path) === true;
    // What the index contradicts itself about was offered before that was known.
    const kept = samples.samples(recent.filter(isListed)).filter(isListed);
    return samples.sized ? kept : withSizes(kept, listed, access, random);
  }
}
