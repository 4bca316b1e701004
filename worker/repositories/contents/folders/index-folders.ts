/**
 * Gathers the names that one index lists, by folder, while it is read: beside the `IndexContentsBuilder` that has sizes and
 * hashes.
 */
import type { PathHash } from "../../../blobs/segmented/path-hash.ts";
import { PathHashes } from "../../../blobs/segmented/path-hashes.ts";
import type { Records } from "../file-record.ts";
import type { FolderEntry } from "./folder-record.ts";

/**
 * What the names of one index may take, bytes: gathered, and about as much as they are stored. Debian's Sources, the
 * largest known, has 130,000 files in 35,000 folders, 28 MB. First a decoder and a parser and then the records have to
 * stay within 64 MB beside them.
 */
export const maxNamesBytes = 40 * 1024 * 1024;
/** What a folder takes besides its path and its name, bytes: places in the Map and the arrays; stored it takes less. */
const folderFrame = 120;
/** A stored entry besides its name, bytes at most: SHA-256, six of size, flags and lengths. */
const entryBytes = 44;
/** The same while it is gathered. */
const gatheredBytes = 8;

/** Files whose names are taken over together: one by one it takes five times as long. */
const atOnce = 512;

const encoder = new TextEncoder();
/** As `folder-record.ts`: U+FEFF is a character like others. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export class IndexFolders {
  /** Numbers of folders, by path. */
  readonly #numbers = new Map<string, number>();
  readonly #paths: string[] = [];
  /** Those of them that were met with the names that wait: pieces of texts that must not be kept alive by them. */
  readonly #freshNumbers = new Map<string, number>();
  /** Names that wait to be taken over. */
  readonly #names: string[] = [];
  /** The folder of each file, by the number of its record. */
  #folders = new Uint32Array(1024);
  /** Where its name ends among all names one behind the other, UTF-16 units. */
  #ends = new Uint32Array(1024);
  #count = 0;
  /** UTF-16 units of all names. */
  #units = 0;
  /** The names, UTF-8. */
  #text = new Uint8Array(64 * 1024);
  #length = 0;
  /** Of all folders. */
  #foldersBytes = 0;
  #tooMany = false;
  /** Most indexes list the files of a folder one after the other. */
  #last = { path: "", number: -1 };

  /** There were more names than are kept, and none is. */
  get tooMany(): boolean {
    this.#takeOver();
    return this.#tooMany;
  }

  /** What they take in stored form at most, bytes: without it their memory would double as it grows. */
  get storedBytes(): number {
    return this.#length + this.#count * entryBytes + this.#foldersBytes;
  }

  /**
   * A file that has a record of its own, the next one. Called for each, in the order of the records.
   * @param path as in `ListedFile`
   */
  add(path: string): void {
    if (this.#tooMany) return;
    const cut = path.lastIndexOf("/") + 1;
    if (this.#count === this.#folders.length) {
      this.#folders = longer(this.#folders);
      this.#ends = longer(this.#ends);
    }
    this.#folders[this.#count] = this.#folderOf(path, cut);
    this.#units += path.length - cut;
    this.#ends[this.#count++] = this.#units;
    this.#names.push(path.slice(cut));
    if (this.#names.length === atOnce) this.#takeOver();
  }

  /**
   * Gives all folders, and those that hold them up to the repository's root, with the names in each sorted, no name
   * twice. In the order of their hashes, as they are stored. None where there were too many.
   * @param records of the same files
   */
  forEach(
    records: Records,
    take: (hash: PathHash, path: string, entries: FolderEntry[]) => void,
  ): void {
    if (this.tooMany) return;
    const text = decoder.decode(this.#text.subarray(0, this.#length));
    const inside = this.#foldersInside();
    const { files, starts } = this.#filesInside();
    const hashes = new PathHashes(this.#paths);
    for (const number of hashes.order) {
      const entries: FolderEntry[] = [];
      const names = inside[number];
      if (names !== undefined) for (const name of names) entries.push({ name, type: "folder" });
      const end = starts[number + 1] ?? 0;
      for (let at = starts[number] ?? 0; at < end; at++) {
        entries.push(this.#entry(text, files[at] ?? 0, records));
      }
      take(hashes.of(number), this.#paths[number] ?? "", sorted(entries));
    }
  }

  /** The number of the folder that the first `cut` characters of a path are. */
  #folderOf(path: string, cut: number): number {
    const { path: last, number } = this.#last;
    if (number >= 0 && last.length === cut && path.startsWith(last)) return number;
    const folder = path.slice(0, cut);
    const known = this.#numberOf(folder) ?? this.#addFolder(folder);
    this.#last = { path: folder, number: known };
    return known;
  }

  #numberOf(folder: string): number | undefined {
    return this.#numbers.get(folder) ?? this.#freshNumbers.get(folder);
  }

  /** And those that hold it. */
  #addFolder(path: string): number {
    const number = this.#paths.length;
    this.#freshNumbers.set(path, number);
    this.#paths.push(path);
    this.#foldersBytes += folderFrame + 2 * path.length;
    if (path !== "") {
      const above = path.slice(0, nameAt(path));
      if (this.#numberOf(above) === undefined) this.#addFolder(above);
    }
    return number;
  }

  /** Takes over the names that wait, into memory of their own: a piece of a longer text keeps all of that alive. */
  #takeOver(): void {
    if (this.#names.length === 0) return;
    const names = this.#names.join("");
    this.#names.length = 0;
    // Three bytes a character at most.
    const most = this.#length + 3 * names.length;
    const gathered = most + this.#count * gatheredBytes + this.#foldersBytes;
    if (gathered + this.storedBytes > maxNamesBytes) {
      this.#giveUp();
      return;
    }
    if (most > this.#text.byteLength) this.#text = grown(this.#text, most);
    this.#length += encoder.encodeInto(names, this.#text.subarray(this.#length)).written;
    const paths = decoder.decode(encoder.encode([...this.#freshNumbers.keys()].join("")));
    let at = 0;
    for (const [{ length }, number] of this.#freshNumbers) {
      const path = paths.slice(at, at + length);
      this.#numbers.set(path, number);
      this.#paths[number] = path;
      at += length;
    }
    this.#freshNumbers.clear();
    this.#last = { path: "", number: -1 };
  }

  /** Names of the folders in each folder. */
  #foldersInside(): (string[] | undefined)[] {
    const inside = new Array<string[] | undefined>(this.#paths.length).fill(undefined);
    for (const path of this.#paths) {
      if (path === "") continue;
      const cut = nameAt(path);
      const above = this.#numbers.get(path.slice(0, cut)) ?? 0;
      const names = inside[above] ?? [];
      names.push(path.slice(cut, -1));
      inside[above] = names;
    }
    return inside;
  }

  /** The numbers of the files of one folder after the other, and where among them each folder's begin. */
  #filesInside(): { files: Uint32Array; starts: Uint32Array } {
    const starts = new Uint32Array(this.#paths.length + 1);
    for (let file = 0; file < this.#count; file++) {
      const next = (this.#folders[file] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let at = 1; at < starts.length; at++)
      starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
    const next = starts.slice();
    const files = new Uint32Array(this.#count);
    for (let file = 0; file < this.#count; file++) {
      const folder = this.#folders[file] ?? 0;
      const at = next[folder] ?? 0;
      files[at] = file;
      next[folder] = at + 1;
    }
    return { files, starts };
  }

  #entry(text: string, file: number, records: Records): FolderEntry {
    const start = file === 0 ? 0 : this.#ends[file - 1];
    const entry: FolderEntry = { name: text.slice(start, this.#ends[file]), type: "file" };
    // What the index contradicts itself about is there, and no more is told of it.
    if (records.leftOut(file)) return entry;
    const size = records.size(file);
    if (size !== undefined) entry.size = size;
    const sha256 = records.sha256(file);
    if (sha256 !== undefined) entry.sha256 = sha256;
    return entry;
  }

  #giveUp(): void {
    this.#tooMany = true;
    this.#numbers.clear();
    this.#freshNumbers.clear();
    this.#paths.length = 0;
    this.#count = 0;
    this.#text = new Uint8Array();
    this.#folders = new Uint32Array();
    this.#ends = new Uint32Array();
  }
}

/** Where the name of a folder begins in its path. */
function nameAt(path: string): number {
  return path.lastIndexOf("/", path.length - 2) + 1;
}

/** By name, each once: where a file and a folder have one name, it is the folder's. */
function sorted(entries: FolderEntry[]): FolderEntry[] {
  // As most indexes have them.
  if (isSorted(entries)) return entries;
  entries.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  return entries.filter(({ name }, at) => at === 0 || entries[at - 1]?.name !== name);
}

function isSorted(entries: readonly FolderEntry[]): boolean {
  let before: string | undefined;
  for (const { name } of entries) {
    if (before !== undefined && name <= before) return false;
    before = name;
  }
  return true;
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, 2 * bytes.byteLength));
  larger.set(bytes);
  return larger;
}

function longer(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
