/** apt's `Contents-ARCH`: paths of files with the packages that have them (Debian's repository format, "Contents indices"). */
import { Buffer } from "node:buffer";
import { detached, type IndexReader } from "../index-reader.ts";
import { IndexRefused, rawByte } from "../index-refused.ts";
import { EntryCount, type LeftOut } from "../left-out.ts";
import type { PackageFileSink } from "../package-record.ts";

/** Longest line taken, bytes: a path of Linux has 4,096 at most (`PATH_MAX`), and Debian's longest has nine owners. */
const maxLine = 16 * 1024;
/** Owners remembered by how they are written: Debian's main has 60,000 packages with files. Each is some 150 bytes. */
const maxKnown = 65_536;

/** How the line begins below which an old `Contents` has its files; above it is text for people. */
const oldHeader = /^FILE[ \t]+LOCATION[ \t]*\r?$/m;
/** Bytes at the beginning in which that line is looked for; Debian's had 30 lines above it. */
const headerBytes = 8 * 1024;

/** Lines: their bytes, and the same as text, each character a byte. */
interface Lines {
  bytes: Uint8Array;
  text: string;
  /** All of it is printable ASCII. */
  isPlain: boolean;
}

/**
 * Reads lines `path<blanks>section/package[,section/package...]`. Lines that aren't such, and paths that aren't UTF-8, are
 * left out. Text above an old header line is passed over. `sink` gets the same list of owners for the same text of them.
 */
export class ContentsReader implements IndexReader {
  readonly #sink: PackageFileSink;
  readonly #entries = new EntryCount();
  readonly #known = new Map<string, readonly string[]>();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** What isn't read yet: a line's beginning, or all of it while a header may come. */
  #rest = new Uint8Array(2 * headerBytes);
  #restLength = 0;
  #isBegun = false;
  #bytes = 0;
  #lines = 0;
  #written = "";
  #owners: readonly string[] | undefined;

  readonly #place = () => `line ${this.#lines}`;

  constructor(sink: PackageFileSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    this.#append(bytes);
    if (this.#isBegun || this.#restLength >= headerBytes) this.#take();
    if (this.#restLength > maxLine) {
      throw new IndexRefused(`longer than ${maxLine} bytes`, `line ${this.#lines + 1}`);
    }
  }

  end(): void {
    this.#append(Uint8Array.of(lineEnd));
    this.#take();
    this.#entries.end();
  }

  get leftOut(): LeftOut | undefined {
    return this.#entries.leftOut;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#restLength + bytes.byteLength;
    if (length > this.#rest.byteLength) {
      const larger = new Uint8Array(8 * Math.ceil(length / 4));
      larger.set(this.#rest.subarray(0, this.#restLength));
      this.#rest = larger;
    }
    this.#rest.set(bytes, this.#restLength);
    this.#restLength = length;
    this.#bytes += bytes.byteLength;
  }

  #take(): void {
    const length = this.#restLength;
    const bytes = this.#rest.subarray(0, length);
    const isPlain = isPlainText(this.#rest, length);
    const nul = isPlain ? -1 : bytes.indexOf(0);
    if (nul >= 0) throw new IndexRefused("a NUL", rawByte(this.#bytes - length + nul));
    // Each character is a byte, so that places in both are the same.
    const text = Buffer.from(bytes.buffer, 0, length).toString("latin1");
    let from = this.#isBegun ? 0 : this.#behindHeader(text);
    this.#isBegun = true;
    const lines = { bytes, text, isPlain };
    for (let end = text.indexOf("\n", from); end >= 0; end = text.indexOf("\n", from)) {
      this.#lines++;
      const fault = this.#line(lines, from, end);
      if (fault !== "empty") this.#entries.add(fault, this.#place);
      from = end + 1;
    }
    this.#rest.copyWithin(0, from, length);
    this.#restLength = length - from;
  }

  /** Where the files begin. */
  #behindHeader(text: string): number {
    const header = oldHeader.exec(text.slice(0, headerBytes));
    if (header === null) return 0;
    const end = text.indexOf("\n", header.index);
    const from = end < 0 ? text.length : end + 1;
    this.#lines = text.slice(0, from).split("\n").length - 1;
    return from;
  }

  #line({ bytes, text, isPlain }: Lines, from: number, ended: number): string | undefined {
    let end = ended;
    if (end > from && bytes[end - 1] === carriageReturn) end--;
    let owned = end;
    while (owned > from && !isBlank(bytes[owned - 1])) owned--;
    let path = owned;
    while (path > from && isBlank(bytes[path - 1])) path--;
    if (end === from) return "empty";
    if (path === from || owned === end) return "no path with a package behind it";
    return this.#entry(text.slice(from, path), text.slice(owned, end), isPlain);
  }

  /** Gives a line's file; says what is wrong with the line, in words that follow its place. */
  #entry(written: string, owners: string, isPlain: boolean): string | undefined {
    const path = isPlain || isPlainPath(written) ? relative(written) : this.#decoded(written);
    if (path === undefined)
      return "a path that isn't UTF-8, names no file, or has control characters";
    if (owners !== this.#written || this.#owners === undefined) {
      this.#owners = this.#ownersOf(owners);
      this.#written = owners;
    }
    if (this.#owners.length === 0) return "a package without a name";
    return this.#sink(path, this.#owners);
  }

  #decoded(written: string): string | undefined {
    const bytes = Uint8Array.from(written, (byte) => byte.charCodeAt(0));
    try {
      const text = this.#decoder.decode(bytes);
      return /\p{Cc}/u.test(text) ? undefined : relative(text);
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
const lineEnd = 0x0a;
const carriageReturn = 0x0d;
const slash = 0x2f;
const tilde = 0x7e;

function isBlank(byte: number | undefined): boolean {
  return byte === blank || byte === tab;
}

/** A path without leading slashes; undefined: it names no file. */
function relative(written: string): string | undefined {
  const path = written.charCodeAt(0) === slash ? written.replace(/^\/+/, "") : written;
  return path === "" || path.charCodeAt(path.length - 1) === slash ? undefined : path;
}

function isPlainPath(path: string): boolean {
  return /^[ -~]*$/.test(path);
}

/**
 * Whether the first so many bytes are printable ASCII in lines. Four at a time: nearly all words pass, and one look at all of
 * them takes a tenth of a pattern for each path.
 *
 * @param bytes begin a buffer of a multiple of four bytes
 */
function isPlainText(bytes: Uint8Array, length: number): boolean {
  const words = new Uint32Array(bytes.buffer, 0, length >> 2);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    // A byte from 0x7f on, or one below a blank, which may be a line end.
    if (((word | (word - 0x20202020) | (word + 0x01010101)) & 0x80808080) === 0) continue;
    for (let byte = 4 * at; byte < 4 * at + 4; byte++) if (!isPlainByte(bytes[byte])) return false;
  }
  for (let at = 4 * words.length; at < length; at++) if (!isPlainByte(bytes[at])) return false;
  return true;
}

function isPlainByte(byte = 0): boolean {
  return (byte >= blank && byte <= tilde) || byte === lineEnd;
}
