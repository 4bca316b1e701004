/** Makes one segment of a repository's folders from what several indexes list. */
import type { SegmentMerger, SegmentSources } from "../../../blobs/segmented/codec.ts";
import { BytesOut } from "../../../runtime/bytes-out.ts";
import {
  type FolderEntry,
  type FolderPlace,
  foldersIn,
  maxFolderEntries,
  readFolder,
  writeFolder,
} from "./folder-record.ts";

/** Merges segments one after the other, in memory that is used again. */
export class FolderMerger implements SegmentMerger<Uint8Array> {
  readonly #out = new BytesOut(256 * 1024);

  /**
   * The folders of all runs, each once, sorted.
   * @throws RangeError for bytes that are no folders; those that were written and are read again are
   */
  merge({ given, runs }: Pick<SegmentSources<Uint8Array>, "given" | "runs">): {
    bytes: Uint8Array;
    amount: number;
  } {
    const all: FolderPlace[] = [];
    for (const { from, to } of runs) {
      for (const place of foldersIn(given.subarray(from, to)) ?? noFolders()) all.push(place);
    }
    all.sort((a, b) => a.high - b.high || a.low - b.low || compare(a.path, b.path));
    this.#out.clear();
    for (let from = 0; from < all.length; ) {
      const path = all[from]?.path ?? "";
      let to = from + 1;
      while (to < all.length && all[to]?.path === path) to++;
      this.#put(path, all.slice(from, to));
      from = to;
    }
    const bytes = this.#out.written;
    return { bytes, amount: bytes.byteLength };
  }

  #put(path: string, same: readonly FolderPlace[]): void {
    const [first, ...others] = same;
    if (first === undefined) return;
    // Most folders are one source package's, which two indexes list alike or one has alone.
    if (others.every(({ bytes }) => areSame(bytes, first.bytes))) {
      this.#out.copy(first.bytes);
      return;
    }
    const known = new KnownEntries();
    let tooMany = false;
    for (const { bytes } of same) {
      const folder = readFolder(bytes) ?? noFolders();
      if (folder.entries === undefined) tooMany = true;
      for (const entry of folder.entries ?? []) known.learn(entry);
      if (known.count > maxFolderEntries) tooMany = true;
    }
    writeFolder(this.#out, path, tooMany ? undefined : known.sorted());
  }
}

function noFolders(): never {
  throw new RangeError("what is stored as names is something else");
}

/** What several indexes tell of one folder. */
class KnownEntries {
  readonly #known = new Map<string, FolderEntry>();
  /** Indexes contradict each other about these: they are there, and no more is told of them. */
  readonly #disputed = new Set<string>();

  get count(): number {
    return this.#known.size;
  }

  learn(entry: FolderEntry): void {
    const { name } = entry;
    const before = this.#known.get(name);
    if (before === undefined || (before.type === "file" && entry.type === "folder")) {
      this.#known.set(name, entry);
      return;
    }
    if (entry.type !== "file" || before.type !== "file" || this.#disputed.has(name)) return;
    if (!agree(before, entry)) {
      this.#disputed.add(name);
      this.#known.set(name, { name, type: "file" });
      return;
    }
    const size = before.size ?? entry.size;
    const sha256 = before.sha256 ?? entry.sha256;
    this.#known.set(name, {
      name,
      type: "file",
      ...(size !== undefined && { size }),
      ...(sha256 !== undefined && { sha256 }),
    });
  }

  sorted(): FolderEntry[] {
    return [...this.#known.values()].sort((one, other) => compare(one.name, other.name));
  }
}

function agree(one: FolderEntry, other: FolderEntry): boolean {
  const sizes = one.size === undefined || other.size === undefined || one.size === other.size;
  return (
    sizes &&
    (one.sha256 === undefined || other.sha256 === undefined || areSame(one.sha256, other.sha256))
  );
}

function areSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
