/** Builds a file set: paths go into blocks as they come, what finds them is gathered beside. */
import type { Sql } from "../../runtime/sql.ts";
import type { FileSetBuild } from "../package-set.ts";
import { BlockWriter, maxPathBytes } from "./block.ts";
import { type FileRows, passingRegions } from "./file-rows.ts";
import type { FileSetHead } from "./file-set-head.ts";
import { NameBuild } from "./name-build.ts";
import { maxBlocks } from "./name-records.ts";
import { OwnerBuild } from "./owner-build.ts";
import { FolderHash, NameHash } from "./path-hash.ts";
import { includeHash, isLibrary, type Place, placeOfFolder, places } from "./shelf.ts";
import { ShelfBuild } from "./shelf-build.ts";

/** Room for a path's bytes, which is reached by four of them as well. */
class PathRoom {
  readonly bytes = new Uint8Array(3 * maxPathBytes);
  readonly words = new Uint32Array(this.bytes.buffer);
}

const firstPrintable = 0x20;

export class StoredFileSetBuild implements FileSetBuild {
  readonly #sql: Sql;
  readonly #number: number;
  readonly #rows: FileRows;
  readonly #block = new BlockWriter();
  readonly #names: NameBuild;
  readonly #owners: OwnerBuild;
  readonly #shelf: ShelfBuild;
  readonly #encoder = new TextEncoder();
  readonly #name = new NameHash();
  readonly #folder = new FolderHash(includeHash);
  /** Of the folder that was last hashed. */
  #folderFrom = -1;
  #folderShort = 0;
  #folderPlace: Place | undefined;
  /** The path before, and room for the next. */
  #last = new PathRoom();
  #lastLength = 0;
  #next = new PathRoom();
  #count = 0;
  #blocks = 0;
  /** Stretches of ascending paths: Debian's `Contents` is one. */
  #run = 0;

  /** @param rows of a set that has none yet, and whose own row is there without a head */
  constructor(sql: Sql, number: number, rows: FileRows) {
    this.#sql = sql;
    this.#number = number;
    this.#rows = rows;
    this.#names = new NameBuild(rows);
    this.#owners = new OwnerBuild(rows);
    this.#shelf = new ShelfBuild(rows);
  }

  /** A path that Linux couldn't open isn't taken: empty, of more than 4,096 bytes, with a control character. */
  add(path: string, owners: readonly string[]): void {
    if (path.length > maxPathBytes || owners.length === 0) return;
    const { bytes: next } = this.#next;
    const { bytes: last } = this.#last;
    // Five times as fast as to take a text's characters one by one.
    const length = this.#encoder.encodeInto(path, next).written;
    if (length === 0 || length > maxPathBytes) return;
    const most = Math.min(length, this.#lastLength);
    const same = sharedBytes(this.#next, this.#last, most);
    for (let at = same; at < length; at++) if ((next[at] ?? 0) < firstPrintable) return;
    const isAfter =
      same === this.#lastLength || (same < length && (next[same] ?? 0) > (last[same] ?? 0));
    if (!isAfter) this.#run++;
    this.#name.of(next, length);
    const { part, hash, from } = this.#name;
    if (same < from || from !== this.#folderFrom) this.#hashFolder(from);
    this.#names.add(part, hash, this.#folderShort, this.#blocks);
    const place = this.#folderPlace ?? (isLibrary(next, from, length) ? places.library : undefined);
    if (place !== undefined) this.#shelf.add(place, next.subarray(0, length), from, this.#blocks);
    this.#block.add({ path: next, length, shared: same }, owners, this.#run);
    this.#count++;
    this.#lastLength = length;
    [this.#next, this.#last] = [this.#last, this.#next];
    if (this.#block.isFull) this.#endBlock();
  }

  *finish(): Generator<void> {
    if (!this.#block.isEmpty) this.#endBlock();
    const firstKeys = yield* this.#names.finish();
    const shelf = yield* this.#shelf.finish();
    const owners = yield* this.#owners.finish();
    const head: FileSetHead = { count: this.#count, owners, shelf };
    this.#sql.transaction(() => {
      for (const region of passingRegions) this.#rows.clear(region);
      this.#sql.exec(
        "UPDATE file_set SET head = ?, first_keys = ? WHERE number = ?",
        JSON.stringify(head),
        new Uint8Array(firstKeys.buffer),
        this.#number,
      );
    });
  }

  #hashFolder(from: number): void {
    this.#folder.of(this.#next.bytes, Math.max(0, from - 1));
    this.#folderFrom = from;
    this.#folderShort = this.#folder.short;
    this.#folderPlace = placeOfFolder(this.#folder);
  }

  #endBlock(): void {
    if (this.#blocks >= maxBlocks)
      throw new RangeError(`A file set has more than ${maxBlocks} blocks.`);
    this.#owners.add(this.#blocks, this.#block.owners());
    this.#rows.addPacked("blocks", this.#blocks++, this.#block.take());
  }
}

/** How many bytes two tables begin with alike, at most so many: four at a time, as most paths share some fifty. */
function sharedBytes(one: PathRoom, other: PathRoom, most: number): number {
  const words = most >> 2;
  let same = 0;
  while (same < words && one.words[same] === other.words[same]) same++;
  same *= 4;
  while (same < most && one.bytes[same] === other.bytes[same]) same++;
  return same;
}
