/** A file set that is finished. */
import type { FileSet, FoundPage } from "../package-set.ts";
import type { FoundFile, Paging } from "../suite-question.ts";
import { Block } from "./block.ts";
import type { FileRows } from "./file-rows.ts";
import type { FileSetHead } from "./file-set-head.ts";
import { globOf } from "./glob.ts";
import { NameIndex, wantedEnd, wantedPath } from "./name-index.ts";
import { ownedFiles } from "./owner-index.ts";
import { type Page, pageOf, type Units } from "./paged.ts";
import { mergedPath } from "./path-hash.ts";
import { commandFolders, type ShelfEntry } from "./shelf.ts";
import { ShelfIndex } from "./shelf-index.ts";

/** Blocks that one page of an end reads at most: some 15 ms. The next page goes on behind them. */
const maxEndBlocks = 100;
/** Rows of the shelf that one page of a pattern reads at most: 40,000 entries, some 30 ms. */
const maxShelfRows = 150;

const encoder = new TextEncoder();
const slash = 0x2f;

export class StoredFileSet implements FileSet {
  readonly count: number;
  readonly #rows: FileRows;
  readonly #ownerRows: number;
  readonly #names: NameIndex;
  readonly #shelf: ShelfIndex;

  /** @param firstKeys of the rows of the index of last segments */
  constructor(rows: FileRows, head: FileSetHead, firstKeys: Float64Array) {
    this.count = head.count;
    this.#rows = rows;
    this.#ownerRows = head.owners;
    this.#names = new NameIndex(rows, firstKeys);
    this.#shelf = new ShelfIndex(rows, head.shelf);
  }

  path(path: string): FoundFile[] {
    return merged(this.#path(path.replace(/^\/+/, "")));
  }

  end(segments: string, page: Paging): FoundPage {
    const end = segments.replace(/^\/+|\/+$/g, "");
    return end.includes("/") ? this.#endingIn(end, page) : this.name(end, page);
  }

  name(name: string, page: Paging): FoundPage {
    if (name === "" || name.includes("/")) return { files: [], total: 0 };
    const { blocks, count } = this.#names.find(wantedEnd(name));
    return foundPage(
      pageOf(
        { ...this.#inBlocks(blocks, (block) => filesEndingIn(block, name)), total: count },
        page,
      ),
    );
  }

  glob(pattern: string, page: Paging): FoundPage | string {
    const glob = globOf(pattern);
    if (typeof glob === "string") return glob;
    const ranges = this.#shelf.ranges(glob.beginnings);
    const read = (unit: number) => {
      const range = ranges[unit];
      return range === undefined ? [] : this.#shelf.entries(range).filter(glob.matches);
    };
    const { found, ...rest } = pageOf({ count: ranges.length, read, most: maxShelfRows }, page);
    return { files: this.#withOwners(found), ...rest };
  }

  of(owner: string, page: Paging): FoundPage {
    const owned = ownedFiles(this.#rows, this.#ownerRows, owner);
    if (owned === undefined) return { files: [], total: 0 };
    const units = this.#inBlocks(owned.blocks, (block) => filesOf(block, owner));
    if (owned.isByPath) return foundPage(pageOf({ ...units, total: owned.lines }, page));
    const all = owned.blocks.flatMap((_, unit) => units.read(unit));
    const sorted = merged(all).sort((one, other) => (one.path < other.path ? -1 : 1));
    return foundPage(pageOf({ count: 1, read: () => sorted, total: sorted.length, most: 1 }, page));
  }

  command(name: string): FoundFile[] {
    if (name === "" || name.includes("/")) return [];
    return merged(commandFolders.flatMap((folder) => this.#path(`${folder}/${name}`)));
  }

  #path(path: string): FoundFile[] {
    const wanted = mergedPath(path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name === "") return [];
    const { blocks } = this.#names.find(wantedPath(path));
    const units = this.#inBlocks(blocks, (block) => filesEndingIn(block, name));
    const found = blocks.flatMap((_, unit) => units.read(unit));
    return found.filter((file) => mergedPath(file.path) === wanted);
  }

  #endingIn(end: string, page: Paging): FoundPage {
    const { blocks } = this.#names.find(wantedEnd(end));
    const units = this.#inBlocks(blocks, (block) => filesEndingIn(block, end));
    const found = foundPage(pageOf(units, page));
    // `usr/bin/ls` is `bin/ls` in an index that is older than the merge of /usr.
    const merged =
      page.after === undefined && end.startsWith("usr/")
        ? this.path(end).filter(({ path }) => path !== end)
        : [];
    if (merged.length === 0) return found;
    return { ...found, files: [...merged, ...found.files], total: merged.length + found.total };
  }

  #inBlocks(blocks: readonly number[], filesIn: (block: Block) => FoundFile[]): Units<FoundFile> {
    const read = (unit: number) => {
      const block = blocks[unit];
      return block === undefined ? [] : filesIn(this.#block(block));
    };
    return { count: blocks.length, read, most: maxEndBlocks };
  }

  /** Files of entries of the shelf: those of one block are read together. */
  #withOwners(entries: readonly ShelfEntry[]): FoundFile[] {
    const paths = entries.map(({ folder, name }) => (folder === "" ? name : `${folder}/${name}`));
    const wanted = new Map<number, string[]>();
    for (const [at, { block }] of entries.entries()) {
      wanted.set(block, [...(wanted.get(block) ?? []), paths[at] ?? ""]);
    }
    const found = new Map<string, FoundFile>();
    for (const [block, of] of wanted) {
      for (const file of filesAt(this.#block(block), of)) found.set(`${block} ${file.path}`, file);
    }
    return entries.flatMap(({ block }, at) => found.get(`${block} ${paths[at]}`) ?? []);
  }

  #block(block: number): Block {
    return new Block(this.#rows.readPacked("blocks", block));
  }
}

function foundPage({ found, ...rest }: Page<FoundFile>): FoundPage {
  return { files: found, ...rest };
}

/** Files of a block whose last segments are these. */
function filesEndingIn(block: Block, end: string): FoundFile[] {
  const bytes = encoder.encode(end);
  return block.files((path, length) => {
    const from = length - bytes.byteLength;
    if (from < 0 || (from > 0 && path[from - 1] !== slash)) return false;
    for (let at = bytes.byteLength - 1; at >= 0; at--) {
      if (path[from + at] !== bytes[at]) return false;
    }
    return true;
  });
}

/** Files of a block that have one of these paths. */
function filesAt(block: Block, paths: readonly string[]): FoundFile[] {
  return paths.flatMap((path) => filesEndingIn(block, path).filter((file) => file.path === path));
}

function filesOf(block: Block, owner: string): FoundFile[] {
  const isOwned = block.owners.map((owners) => owners.includes(owner));
  return block.files((_path, _length, owners) => isOwned[owners] === true);
}

/** Each path once, with all owners that any of its lines has. */
function merged(files: readonly FoundFile[]): FoundFile[] {
  const byPath = new Map<string, Set<string>>();
  for (const { path, owners } of files) {
    byPath.set(path, new Set([...(byPath.get(path) ?? []), ...owners]));
  }
  return [...byPath].map(([path, owners]) => ({ path, owners: [...owners] }));
}
