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
  /** Room for a path that comes as text: three bytes for each of its units. */
  readonly #text = new Uint8Array(3 * maxPathBytes);
  /** Of the path before, which the block has. */
  #lastLength = 0;
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
    if (path.length > maxPathBytes) return;
    const bytes = this.#text;
    // Five times as fast as to take a text's characters one by one.
    const length = this.#encoder.encodeInto(path, bytes).written;
    for (let at = 0; at < length; at++) if ((bytes[at] ?? 0) < firstPrintable) return;
    this.addPlain(bytes, 0, length, owners);
  }

  addPlain(bytes: Uint8Array, from: number, to: number, owners: readonly string[]): void {
    const length = to - from;
    if (length === 0 || length > maxPathBytes || owners.length === 0) return;
    const { path } = this.#block;
    const most = Math.min(length, this.#lastLength);
    let same = 0;
    while (same < most && bytes[from + same] === path[same]) same++;
    const isAfter =
      same === this.#lastLength || (same < length && (bytes[from + same] ?? 0) > (path[same] ?? 0));
    if (!isAfter) this.#run++;
    // What is shared is there already.
    for (let at = same; at < length; at++) path[at] = bytes[from + at] ?? 0;
    this.#lastLength = length;
    this.#name.of(path, length);
    const { part, hash, from: name } = this.#name;
    if (same < name || name !== this.#folderFrom) this.#hashFolder(name);
    this.#names.add(part, hash, this.#folderShort, this.#blocks);
    const place = this.#folderPlace ?? this.#libraryPlace(length);
    if (place !== undefined) this.#shelf.add(place, path.subarray(0, length), name, this.#blocks);
    this.#block.add(length, same, owners, this.#run);
    this.#count++;
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

  #libraryPlace(length: number): Place | undefined {
    const { mayBeLibrary, from } = this.#name;
    return mayBeLibrary && isLibrary(this.#block.path, from, length) ? places.library : undefined;
  }

  #hashFolder(from: number): void {
    this.#folder.of(this.#block.path, Math.max(0, from - 1));
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
