/** Reads one file whole, in ranges, from servers in turn. Knows no clock and no storage. */
import { FileHashes, type ReadFile } from "./file-hashes.ts";
import { hostOf, type RangeAccess, readRange } from "./read-range.ts";

/** Bytes of one range: so many may be spent on a server that breaks off, and each is one row in the budget. */
export const usualRangeBytes = 32 * 1024 ** 2;
/** A range comes within this, ms: a server below 0.5 MB/s would take hours for an image. */
export const rangeDeadlineMs = 60_000;
/** What a server says of the size comes within this, ms. */
export const sizeDeadlineMs = 15_000;

/** Who gave which bytes. */
export interface GivenRange {
  first: number;
  /** The last byte, counted. */
  last: number;
  /** Host, with its port, of the mirror as it is listed, wherever it redirects to. */
  host: string;
}

/** A server that is asked no more, and why: a sentence. */
export interface Fault {
  url: string;
  said: string;
}

/** The file's size as the first of the servers says that says it; or why none does, a sentence. Never rejects. */
export async function askSize(
  access: RangeAccess,
  sources: readonly string[],
): Promise<{ size: number } | { fault: string }> {
  const said: string[] = [];
  for (const url of sources) {
    const asked = { url, first: 0, last: 0 };
    const { host, size, fault } = await readRange(access, asked, sizeDeadlineMs, () => undefined);
    if (size !== undefined) return { size };
    said.push(`${host} ${fault ?? "doesn't say a size"}.`);
  }
  return { fault: said.join(" ") || "There is no server to ask." };
}

/** Where a file is read from. */
export interface FileSources {
  /** Its URLs, asked in turn; one that fails is not asked again. */
  sources: readonly string[];
  /** Is asked when none of them is left; absent: nobody. */
  lastResort?: string;
  /** Bytes of one range; absent: `usualRangeBytes`. */
  rangeBytes?: number;
}

export class FileReading {
  readonly size: number;
  readonly given: GivenRange[] = [];
  readonly faults: Fault[] = [];
  readonly #access: RangeAccess;
  readonly #hashes: FileHashes;
  readonly #rangeBytes: number;
  #sources: readonly string[];
  #lastResort: readonly string[];
  #turn = 0;

  /**
   * @param size of the file, bytes: at most `maxTorrentBytes`
   */
  constructor(
    access: RangeAccess,
    size: number,
    { sources, lastResort, rangeBytes = usualRangeBytes }: FileSources,
  ) {
    this.#access = access;
    this.size = size;
    this.#hashes = new FileHashes(size);
    this.#sources = sources;
    this.#rangeBytes = rangeBytes;
    this.#lastResort = lastResort === undefined ? [] : [lastResort];
  }

  /** Bytes that were read. */
  get done(): number {
    return this.#hashes.done;
  }

  get isWhole(): boolean {
    return this.done === this.size;
  }

  /** Bytes that the next step may read. */
  get nextBytes(): number {
    return Math.min(this.#rangeBytes, this.size - this.done);
  }

  /** Reads one range, or as much of it as one server gives. Never rejects. @returns whether there was a server to ask */
  async step(): Promise<boolean> {
    if (this.#sources.length === 0) {
      this.#sources = this.#lastResort;
      this.#lastResort = [];
    }
    const url = this.#sources[this.#turn++ % this.#sources.length];
    if (url === undefined) return false;
    const first = this.done;
    const wanted = { url, first, last: first + this.nextBytes - 1, size: this.size };
    const read = await readRange(this.#access, wanted, rangeDeadlineMs, (bytes) =>
      this.#hashes.add(bytes),
    );
    if (read.took > 0) this.given.push({ first, last: first + read.took - 1, host: hostOf(url) });
    if (read.fault !== undefined) {
      this.faults.push({ url, said: `${read.host} ${read.fault}.` });
      this.#sources = this.#sources.filter((one) => one !== url);
    }
    return true;
  }

  /** Of the whole file. Once. @throws RangeError before all of it was read */
  end(): ReadFile {
    return this.#hashes.end();
  }
}

/**
 * Hosts whose ranges hold bytes of pieces that are others in the true file. A piece of several ranges accuses all hosts that gave a part of
 * it.
 *
 * @param pieceLength of both, bytes
 * @param wrong SHA-1 of each piece as it was read from them, and as it is in the file
 */
export function hostsThatLied(
  given: readonly GivenRange[],
  pieceLength: number,
  wrong: { read: Uint8Array; truth: Uint8Array },
): string[] {
  const isWrong = (piece: number) =>
    [...wrong.read.subarray(20 * piece, 20 * piece + 20)].some(
      (byte, at) => byte !== wrong.truth[20 * piece + at],
    );
  const liars = given.filter(({ first, last }) => {
    const end = Math.floor(last / pieceLength);
    for (let piece = Math.floor(first / pieceLength); piece <= end; piece++) {
      if (isWrong(piece)) return true;
    }
    return false;
  });
  return [...new Set(liars.map(({ host }) => host))];
}
