/** Reads a whole index as it comes: counted, hashed, unpacked and parsed piece by piece. */

import { CompressedSource } from "./compression/compressed-source.ts";
import { decompressed } from "./compression/decompressed.ts";
import type { XzModule } from "./compression/xz-decoder.ts";
import type { IndexReader } from "./index-reader.ts";
import { IndexRefused } from "./index-refused.ts";
import type { LeftOut } from "./left-out.ts";

/** What reading one index may cost. */
export interface IndexLimits {
  /** Of an index as it is transferred. The largest known, Ubuntu's universe and Fedora's, have under 25 MB. */
  compressedBytes: number;
  /** Of the same unpacked, a few seconds of a processor: what a bomb can cost us. */
  rawBytes: number;
}

export const indexLimits: IndexLimits = {
  compressedBytes: 64 * 1024 * 1024,
  rawBytes: 256 * 1024 * 1024,
};

export interface ReadIndex {
  /** SHA-256 of the bytes as they were transferred, lower-case hex. */
  sha256: string;
  compressedBytes: number;
  rawBytes: number;
  /** Entries that can't be used; absent: none. */
  leftOut?: LeftOut;
}

export interface ReadingIndex {
  /** The decoder; without it an index in xz is refused. */
  xz?: XzModule | undefined;
  limits?: IndexLimits;
  /** Others get their turn where this gives something to wait for. @param bytes unpacked ones that were just read */
  between?: (bytes: number) => Promise<void> | undefined;
}

/**
 * Feeds an index to `reader`; the stream is read to its end or cancelled. What the reader has given is worth nothing
 * until this says that all was read, and the hash is the one that was expected.
 *
 * @returns why it was refused and where, for people. Never rejects for what the stream holds.
 */
export async function readIndexStream(
  body: ReadableStream<Uint8Array>,
  reader: IndexReader,
  { xz, limits = indexLimits, between }: ReadingIndex = {},
): Promise<ReadIndex | { refused: string }> {
  const source = new CompressedSource(body, limits.compressedBytes);
  let rawBytes = 0;
  try {
    for await (const piece of decompressed(source, limits.rawBytes, xz)) {
      rawBytes += piece.byteLength;
      reader.push(piece);
      const turn = between?.(piece.byteLength);
      if (turn !== undefined) await turn;
    }
    reader.end();
    const { leftOut } = reader;
    const sha256 = source.hash();
    return { sha256, compressedBytes: source.bytes, rawBytes, ...(leftOut && { leftOut }) };
  } catch (error) {
    if (!(error instanceof IndexRefused)) throw error;
    return { refused: error.message };
  } finally {
    await source.cancel();
  }
}
