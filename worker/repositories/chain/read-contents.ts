/**
 * Reads the stored indexes that list payload, each once in its life, into listing blobs. So much at a time; what is
 * left is read when asked again.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import { readStream } from "../../blobs/memory-blobs.ts";
import { algorithmOf } from "../../blobs/stored-name.ts";
import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import { leftOutSaid } from "../../formats/left-out.ts";
import { readIndexStream } from "../../formats/read-index-stream.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { SampleFile } from "../baseline/baseline.ts";
import { withSizes } from "../baseline/sample-sizes.ts";
import type { Repository } from "../catalogue.ts";
import { IndexFolders } from "../contents/folders/index-folders.ts";
import { namesBlob } from "../contents/folders/names-blob.ts";
import { IndexContentsBuilder } from "../contents/index-contents.ts";
import { ContentsRecords, contentsBlob } from "../contents/index-contents-blob.ts";
import { type ContentsIndex, contentsIndexesOf } from "./choose-contents.ts";
import { ContentsSamples, someOfEach } from "./contents-samples.ts";
import type { RetentionHolds } from "./retention-holds.ts";
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
  random(): number;
  xz?: XzModule;
  /** Unix ms. */
  now(): number;
  /** Absent: `readAtOnceBytes`. */
  readAtOnce?: number;
  /** Tells of an index that can't be read, or not all of it. */
  refused(listed: Repository, root: string, file: string, said: string): void;
}

/** What one state of the roots lists, as far as it is known. */
export interface KnownContents {
  /** Hashes of all that list payload, in all compressions, stored or not. */
  named: Set<string>;
  /** Of those, what was read: hashes of the indexes. */
  read: string[];
  /** Hashes of the listing blobs, sorted, each once. */
  blobs: string[];
  /** Hashes of the blobs of names, sorted, each once; not every listing has one. */
  names: string[];
  /** Stored, and not read yet. */
  unread: { index: ContentsIndex; sha256: string; path: string }[];
}

export class ContentsReader {
  readonly #context: ContentsReaderContext;

  constructor(context: ContentsReaderContext) {
    this.#context = context;
  }

  /** What is known of these roots. Rejects where a manifest can't be read. */
  async known(listed: Repository, roots: readonly SnapshotRoot[]): Promise<KnownContents> {
    const { manifests, store } = this.#context;
    const stored = store.listings.all();
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
    for (const { index, sha256, path } of unread) {
      if (bytes >= readAtOnce) return false;
      bytes += await this.#read(listed, index, sha256, path);
    }
    // What was refused may have another compression that is stored.
    return unread.length === 0 || (await this.known(listed, roots)).unread.length === 0;
  }

  /** Files to sample mirrors by, of these indexes. */
  samples(read: readonly string[]): SampleFile[] {
    return someOfEach(read.map((sha256) => this.#context.store.listings.samples(sha256)));
  }

  /** @returns how many bytes it took */
  async #read(
    listed: Repository,
    index: ContentsIndex,
    sha256: string,
    path: string,
  ): Promise<number> {
    const { blobs, store, xz, holds, random } = this.#context;
    const { name, reader, isRoot } = index;
    const stored = await blobs.get(sha256);
    if (stored === null) {
      // Who asks for it next has it pulled again; a root is never pulled, and would be tried without end.
      store.listings.forget(sha256);
      if (isRoot) this.#refuse(listed, index, sha256, path, "it isn't stored any more");
      return 0;
    }
    const before = await this.#before(name, sha256);
    const samples = new ContentsSamples(before?.records, random);
    const builder = new IndexContentsBuilder();
    const folders = new IndexFolders();
    const read = await readIndexStream(
      stored.body,
      reader((file) => {
        samples.offer(file);
        const { count } = builder;
        const fault = builder.add(file);
        if (builder.count > count) folders.add(file.path);
        return fault;
      }),
      { xz },
    );
    // What a SHA-512 names was held to it when it was stored; here only SHA-256 is counted.
    const isOther = (one: string) => algorithmOf(sha256) === "sha256" && one !== sha256;
    if ("refused" in read || isOther(read.sha256)) {
      const why = "refused" in read ? read.refused : "the stored bytes aren't those of its name";
      this.#refuse(listed, index, sha256, path, why);
      return "refused" in read ? stored.size : read.rawBytes;
    }
    const listing = builder.listing();
    const bytes = contentsBlob(listing);
    const kept = await this.#kept(listed, samples, before?.recent ?? [], bytes);
    const blob = sha256Of(bytes);
    const releases = [await holds.hold([blob])];
    try {
      await blobs.put(blob, bytes);
      const names = namesBlob(folders, listing.records);
      const namesName = names && sha256Of(names);
      if (names !== undefined && namesName !== undefined) {
        releases.push(await holds.hold([namesName]));
        await blobs.put(namesName, names);
      }
      store.listings.add({ sha256, name, path });
      store.listings.read(sha256, blob, kept, namesName);
      const { leftOut } = read;
      if (leftOut !== undefined) {
        const said = leftOutSaid(leftOut);
        store.listings.leaveOut(sha256, said);
        this.#context.refused(listed, index.root, path, said);
      }
    } finally {
      for (const release of releases) release();
    }
    return read.rawBytes;
  }

  #refuse(
    listed: Repository,
    { name, root }: ContentsIndex,
    sha256: string,
    path: string,
    why: string,
  ): void {
    const { store, refused } = this.#context;
    const said = `Its files aren't listed: ${why}.`;
    store.listings.add({ sha256, name, path });
    store.listings.refuse(sha256, said);
    refused(listed, root, path, said);
  }

  /** What the index's last state listed, and what was recent in it. */
  async #before(
    name: string,
    sha256: string,
  ): Promise<{ records: ContentsRecords; recent: SampleFile[] } | undefined> {
    const { blobs, store } = this.#context;
    const last = [...store.listings.all().values()].findLast(
      (one) => one.name === name && one.sha256 !== sha256 && one.blob !== undefined,
    );
    const stored = last?.blob === undefined ? null : await blobs.get(last.blob);
    if (last === undefined || stored === null) return undefined;
    const records = ContentsRecords.read(await readStream(stored.body));
    if (records === undefined) return undefined;
    const recent = store.listings.samples(last.sha256).filter((one) => one.recent === true);
    return { records, recent };
  }

  async #kept(
    listed: Repository,
    samples: ContentsSamples,
    recent: readonly SampleFile[],
    listing: Uint8Array,
  ): Promise<SampleFile[]> {
    const { access, random } = this.#context;
    const now = ContentsRecords.read(listing);
    const isListed = ({ path }: SampleFile) => now?.has(path) === true;
    // What the index contradicts itself about was offered before that was known.
    const kept = samples.samples(recent.filter(isListed)).filter(isListed);
    return samples.sized ? kept : withSizes(kept, listed, access, random);
  }
}
