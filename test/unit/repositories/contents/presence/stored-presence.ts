/** Presence in memory, for tests: listings, blobs that tell what was asked of them, and what is found. */
import { createHash } from "node:crypto";
import type { Blobs } from "../../../../../worker/blobs/blobs.ts";
import { memoryBlobs } from "../../../../../worker/blobs/memory-blobs.ts";
import { IndexHead } from "../../../../../worker/blobs/segmented/head.ts";
import { pathHash64 } from "../../../../../worker/blobs/segmented/path-hash.ts";
import { segmentOf } from "../../../../../worker/blobs/segmented/segments.ts";
import type { IndexedFile } from "../../../../../worker/formats/indexed-file.ts";
import type { SnapshotPresence } from "../../../../../worker/repositories/chain/snapshot.ts";
import {
  type IndexContents,
  IndexContentsBuilder,
} from "../../../../../worker/repositories/contents/index-contents.ts";
import { contentsBlob } from "../../../../../worker/repositories/contents/index-contents-blob.ts";
import {
  PresenceSegment,
  type PresentFile,
  presenceCodec,
} from "../../../../../worker/repositories/contents/presence/presence-index.ts";

export const hex = (value: number) => value.toString(16).padStart(64, "0");
export const path = (number: number) => `pool/main/p/p${number}/p${number}_1.0-1_amd64.deb`;

export function listing(files: Iterable<IndexedFile>): IndexContents {
  const builder = new IndexContentsBuilder();
  for (const file of files) {
    const fault = builder.add(file);
    if (fault !== undefined) throw new Error(fault);
  }
  return builder.listing();
}

/** Blobs in memory that note what is asked of them. */
export class NotedBlobs implements Pick<Blobs, "get" | "put"> {
  readonly stored = new Map<string, Uint8Array>();
  readonly #blobs = memoryBlobs(this.stored);
  gets: { sha256: string; bytes: number }[] = [];
  puts: string[] = [];
  running = 0;
  mostAtOnce = 0;

  get(sha256: string, part?: { offset: number; length: number }) {
    this.gets.push({ sha256, bytes: part?.length ?? this.stored.get(sha256)?.byteLength ?? 0 });
    return this.#counted(() => this.#blobs.get(sha256, part));
  }

  put(sha256: string, bytes: Uint8Array) {
    this.puts.push(sha256);
    return this.#counted(() => this.#blobs.put(sha256, bytes));
  }

  /** Stores a listing; its name. */
  async list(files: Iterable<IndexedFile> | IndexContents): Promise<string> {
    return this.keep(contentsBlob("records" in files ? files : listing(files)));
  }

  /** Stores bytes without noting it. */
  keep(bytes: Uint8Array): string {
    const name = createHash("sha256").update(bytes).digest("hex");
    this.stored.set(name, bytes);
    return name;
  }

  head({ head }: SnapshotPresence): IndexHead {
    const read = IndexHead.read(this.stored.get(head) ?? new Uint8Array(), presenceCodec.head);
    if (read === undefined) throw new Error("no head");
    return read;
  }

  /** All segments of a presence, by number. */
  segments(presence: SnapshotPresence): (PresenceSegment | undefined)[] {
    const read = this.head(presence);
    const { segments } = read;
    return Array.from({ length: segments }, (_, number) => {
      const name = read.segment(number);
      if (name === undefined) return undefined;
      const bytes = this.stored.get(name.sha256) ?? new Uint8Array();
      const segment = PresenceSegment.read(bytes, { number, segments }, name.amount);
      if (segment === undefined) throw new Error(`no segment ${number}`);
      return segment;
    });
  }

  async #counted<Result>(work: () => Promise<Result>): Promise<Result> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      // Others begin meanwhile, if they may.
      await new Promise((resolve) => setImmediate(resolve));
      return await work();
    } finally {
      this.running--;
    }
  }
}

/** What is found, in the words of `ListedFile`. */
export function told(
  read: readonly (PresenceSegment | undefined)[],
  one: string,
  generation?: number,
) {
  const hash = pathHash64(one);
  return shown(read[segmentOf(hash, read.length)]?.find(hash, generation));
}

export function shown(file: PresentFile | undefined) {
  return (
    file && { ...file, ...(file.sha256 && { sha256: Buffer.from(file.sha256).toString("hex") }) }
  );
}
