/** Bytes of the origin's files, for comparing mirrors' with; those read lately are kept in memory. */

import { askOrigin, type OriginAccess } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";
import type { SampleFile } from "./baseline.ts";

/** Bytes of one range: what a probe compares. */
export const maxRangeBytes = 64 * 1024;
/** Ranges kept in memory, 4 MB at most: probers of several regions compare the same file at the same time. */
export const maxRangesKept = 64;
/** They count for so long, ms: what an origin gave while it was wrong mustn't speak against mirrors for good. */
export const rangeKeptMs = 10 * 60_000;

/** Bytes of a file, both counted. */
export interface ByteRange {
  first: number;
  last: number;
}

export class OriginRanges {
  readonly #access: OriginAccess;
  readonly #now: () => number;
  /** Oldest use first. `at`: when they were read, Unix ms. */
  readonly #ranges = new Map<string, { bytes: Uint8Array; at: number }>();

  /** @param now Unix ms */
  constructor(access: OriginAccess, now: () => number) {
    this.#access = access;
    this.#now = now;
  }

  /**
   * Bytes `first` to `last` (inclusive, at most 64 KiB) of a file.
   * Undefined for ranges that don't fit the file, and where the origin doesn't give them.
   */
  async read(
    listed: Repository,
    file: SampleFile,
    range: ByteRange,
  ): Promise<Uint8Array | undefined> {
    if (!rangeFits(file, range)) return undefined;
    const { first, last } = range;
    // Images change under their name; the size or the hash then does too.
    const key = `${first}-${last} ${file.size} ${file.sha256 ?? ""} ${file.path}`;
    const kept = this.#ranges.get(key);
    this.#ranges.delete(key);
    if (kept !== undefined && this.#now() - kept.at < rangeKeptMs) {
      this.#ranges.set(key, kept);
      return kept.bytes;
    }
    const at = this.#now();
    const bytes = await this.#ask(listed, file, range);
    if (bytes === undefined) return undefined;
    this.#ranges.set(key, { bytes, at });
    const [oldest] = this.#ranges.keys();
    if (this.#ranges.size > maxRangesKept && oldest !== undefined) this.#ranges.delete(oldest);
    return bytes;
  }

  async #ask(
    listed: Repository,
    file: SampleFile,
    { first, last }: ByteRange,
  ): Promise<Uint8Array | undefined> {
    const length = last - first + 1;
    const answer = await askOrigin(this.#access, listed, file.path, {
      headers: { Range: `bytes=${first}-${last}` },
      // An origin without ranges answers with the whole file; its beginning is still of use.
      maxBodyBytes: length,
    });
    if ("failed" in answer || !answer.whole || answer.body.byteLength !== length) return undefined;
    const { status, headers } = answer;
    const expected = `bytes ${first}-${last}/${file.size}`;
    if (status === 206 && headers.get("Content-Range") === expected) return answer.body;
    return status === 200 && first === 0 ? answer.body : undefined;
  }
}

function rangeFits({ size }: SampleFile, { first, last }: ByteRange): boolean {
  return (
    Number.isInteger(first) &&
    Number.isInteger(last) &&
    first >= 0 &&
    first <= last &&
    last < size &&
    last - first < maxRangeBytes
  );
}
