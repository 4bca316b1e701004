/** apt's `Contents-ARCH`: paths of files with the packages that have them (Debian's repository format, "Contents indices"). */
import { Buffer } from "node:buffer";
import { detached, type IndexReader } from "../index-reader.ts";
import { IndexRefused, rawByte } from "../index-refused.ts";
import { EntryCount, type LeftOut } from "../left-out.ts";
import type { PackageFileSink } from "../package-record.ts";

/** Longest line taken, bytes: a path of Linux has 4,096 at most (`PATH_MAX`), and Debian's longest has nine owners. */
const maxLine = 16 * 1024;
/** Longest path taken, bytes (`PATH_MAX`). */
const maxPath = 4096;
/** Owners remembered by how they are written: Debian's main has 60,000 packages with files. Each is some 150 bytes. */
const maxKnown = 65_536;

/** How the line begins below which an old `Contents` has its files; above it is text for people. */
const oldHeader = /^FILE[ \t]+LOCATION[ \t]*\r?$/m;
/** Characters at the beginning in which that line is looked for; Debian's had 30 lines above it. */
const headerLength = 8 * 1024;

/**
 * Reads lines `path<blanks>section/package[,section/package...]`. Lines that aren't such, and paths that aren't UTF-8, are
 * left out. Text above an old header line is passed over. `sink` gets the same list of owners for the same text of them.
 */
export class ContentsReader implements IndexReader {
  readonly #sink: PackageFileSink;
  readonly #entries = new EntryCount();
  readonly #known = new Map<string, readonly string[]>();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The line's beginning that isn't ended yet; each character is a byte. */
  #rest = "";
  #isBegun = false;
  #bytes = 0;
  #lines = 0;
  #written = "";
  #owners: readonly string[] | undefined;

  constructor(sink: PackageFileSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    const nul = bytes.indexOf(0);
    if (nul >= 0) throw new IndexRefused("a NUL", rawByte(this.#bytes + nul));
    this.#bytes += bytes.byteLength;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    this.#rest += text;
    if (!this.#isBegun && this.#rest.length < headerLength) return;
    this.#take();
  }

  end(): void {
    if (this.#rest !== "" && !this.#rest.endsWith("\n")) this.#rest += "\n";
    this.#take();
    this.#entries.end();
  }

  get leftOut(): LeftOut | undefined {
    return this.#entries.leftOut;
  }

  #take(): void {
    const text = this.#rest;
    let from = this.#isBegun ? 0 : this.#behindHeader(text);
    this.#isBegun = true;
    for (;;) {
      const end = text.indexOf("\n", from);
      if (end < 0) break;
      this.#line(text, from, end);
      from = end + 1;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > maxLine) {
      throw new IndexRefused(`longer than ${maxLine} bytes`, `line ${this.#lines + 1}`);
    }
  }

  /** Where the files begin. */
  #behindHeader(text: string): number {
    const header = oldHeader.exec(text.slice(0, headerLength));
    if (header === null) return 0;
    const end = text.indexOf("\n", header.index);
    const from = end < 0 ? text.length : end + 1;
    this.#lines = text.slice(0, from).split("\n").length - 1;
    return from;
  }

  #line(text: string, from: number, ended: number): void {
    this.#lines++;
    const end = text.charCodeAt(ended - 1) === carriageReturn && ended > from ? ended - 1 : ended;
    let owned = end;
    while (owned > from && !isBlank(text.charCodeAt(owned - 1))) owned--;
    let path = owned;
    while (path > from && isBlank(text.charCodeAt(path - 1))) path--;
    if (end === from) return;
    const fault = this.#entry(text.slice(from, path), text.slice(owned, end));
    this.#entries.add(fault, () => `line ${this.#lines}`);
  }

  /** Gives a line's file; says what is wrong with the line, in words that follow its place. */
  #entry(written: string, owners: string): string | undefined {
    if (written === "" || owners === "") return "no path with a package behind it";
    const path = this.#path(written);
    if (path === undefined) return "a path that isn't UTF-8";
    if (!isUsable(path)) return "a path that names no file, or has control characters";
    if (owners !== this.#written || this.#owners === undefined) {
      this.#owners = this.#ownersOf(owners);
      this.#written = owners;
    }
    if (this.#owners.length === 0) return "a package without a name";
    return this.#sink(path, this.#owners);
  }

  #path(written: string): string | undefined {
    const path = written.startsWith("/") ? written.replace(/^\/+/, "") : written;
    // Nearly every path is of printable ASCII.
    if (/^[ -~]*$/.test(path)) return path;
    try {
      return this.#decoder.decode(Uint8Array.from(path, (byte) => byte.charCodeAt(0)));
    } catch {
      return undefined;
    }
  }

  /** Empty: one of them has no name. The section, which has slashes of its own (`contrib/net`), is left away. */
  #ownersOf(written: string): readonly string[] {
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    const names = written.split(",").map((one) => detached(one.slice(one.lastIndexOf("/") + 1)));
    const owners = names.includes("") ? [] : names;
    if (this.#known.size >= maxKnown) this.#known.clear();
    // Pieces of the text would keep all of it alive.
    this.#known.set(detached(written), owners);
    return owners;
  }
}

const blank = 0x20;
const tab = 0x09;
const carriageReturn = 0x0d;

function isBlank(unit: number): boolean {
  return unit === blank || unit === tab;
}

function isUsable(path: string): boolean {
  return path !== "" && path.length <= maxPath && !path.endsWith("/") && !/\p{Cc}/u.test(path);
}
