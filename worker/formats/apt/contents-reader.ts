/** apt's `Contents-ARCH`: paths of files with the packages that have them (Debian's repository format, "Contents indices"). */
import { Buffer } from "node:buffer";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused, rawByte } from "../index-refused.ts";
import { EntryCount, type LeftOut } from "../left-out.ts";
import type { PackageFileSink, PlainFileSink } from "../package-record.ts";
import { arePlain, LineEnds } from "./contents-lines.ts";
import { ContentsOwners } from "./contents-owners.ts";

/** Longest line taken, bytes: a path of Linux has 4,096 at most (`PATH_MAX`), and Debian's longest has nine owners. */
const maxLine = 16 * 1024;
/** How the line begins below which an old `Contents` has its files; above it is text for people. */
const oldHeader = /^FILE[ \t]+LOCATION[ \t]*\r?$/m;
/** Bytes at the beginning in which that line is looked for; Debian's had 30 lines above it. */
const headerBytes = 8 * 1024;

/**
 * Reads lines `path<blanks>section/package[,section/package...]`. Lines that aren't such, and paths that aren't UTF-8, are
 * left out. Text above an old header line is passed over. The same list of owners is given for the same text of them.
 */
export class ContentsReader implements IndexReader {
  readonly #sink: PackageFileSink;
  readonly #plainSink: PlainFileSink;
  readonly #entries = new EntryCount();
  readonly #owners = new ContentsOwners();
  readonly #ends = new LineEnds();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** What isn't read yet: a line's beginning, or all of it while a header may come. */
  #rest = new Uint8Array(2 * headerBytes);
  #restLength = 0;
  #isBegun = false;
  #bytes = 0;
  #lines = 0;

  readonly #place = () => `line ${this.#lines}`;

  /** @param plainSink takes paths of printable ASCII as bytes; absent: `sink` takes them as well */
  constructor(sink: PackageFileSink, plainSink: PlainFileSink = asText(sink)) {
    this.#sink = sink;
    this.#plainSink = plainSink;
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
    const ends = this.#ends;
    const isPlain = ends.find(this.#rest, length);
    const nul = isPlain ? -1 : this.#rest.subarray(0, length).indexOf(0);
    if (nul >= 0) throw new IndexRefused("a NUL", rawByte(this.#bytes - length + nul));
    let from = this.#isBegun ? 0 : this.#behindHeader();
    this.#isBegun = true;
    for (let line = 0; line < ends.count; line++) {
      const end = ends.places[line] ?? 0;
      if (end < from) continue;
      this.#lines++;
      const fault = this.#line(from, end, isPlain);
      if (fault !== "empty") this.#entries.add(fault, this.#place);
      from = end + 1;
    }
    this.#rest.copyWithin(0, from, length);
    this.#restLength = length - from;
  }

  /** Where the files begin. */
  #behindHeader(): number {
    const { buffer } = this.#rest;
    const text = Buffer.from(buffer, 0, this.#restLength).toString("latin1");
    const header = oldHeader.exec(text.slice(0, headerBytes));
    if (header === null) return 0;
    const end = text.indexOf("\n", header.index);
    const from = end < 0 ? text.length : end + 1;
    this.#lines = text.slice(0, from).split("\n").length - 1;
    return from;
  }

  /** Gives a line's file; says what is wrong with the line, in words that follow its place. */
  #line(from: number, ended: number, isPlain: boolean): string | undefined {
    const bytes = this.#rest;
    let end = ended;
    if (end > from && bytes[end - 1] === carriageReturn) end--;
    let owned = end;
    while (owned > from && !isBlank(bytes[owned - 1])) owned--;
    let path = owned;
    while (path > from && isBlank(bytes[path - 1])) path--;
    if (end === from) return "empty";
    if (path === from || owned === end) return "no path with a package behind it";
    let begin = from;
    while (begin < path && bytes[begin] === slash) begin++;
    if (begin === path || bytes[path - 1] === slash) return noFile;
    if (isPlain || arePlain(bytes, begin, path)) {
      const owners = this.#owners.of(bytes, owned, end);
      return owners.length === 0 ? nameless : this.#plainSink(bytes, begin, path, owners);
    }
    const text = this.#decoded(begin, path);
    if (text === undefined) return noFile;
    const owners = this.#owners.of(bytes, owned, end);
    return owners.length === 0 ? nameless : this.#sink(text, owners);
  }

  #decoded(from: number, to: number): string | undefined {
    try {
      const text = this.#decoder.decode(this.#rest.subarray(from, to));
      return /\p{Cc}/u.test(text) ? undefined : text;
    } catch {
      return undefined;
    }
  }
}

const tab = 0x09;
const blank = 0x20;
const lineEnd = 0x0a;
const carriageReturn = 0x0d;
const slash = 0x2f;
const noFile = "a path that isn't UTF-8, names no file, or has control characters";
const nameless = "a package without a name";

function isBlank(byte: number | undefined): boolean {
  return byte === blank || byte === tab;
}

function asText(sink: PackageFileSink): PlainFileSink {
  return (bytes, from, to, owners) => {
    const path = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
    return sink(path, owners);
  };
}
