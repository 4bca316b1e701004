/** The hashes of a file whose bytes come in order: of each piece for its torrent, of the whole for the signed list. */
import { createHash } from "node:crypto";
import { Sha256 } from "../runtime/sha256.ts";
import { type Pieces, pieceLengthOf, sha1Bytes } from "./metainfo.ts";

export interface ReadFile {
  /** Of the whole, lower-case hex. */
  sha256: string;
  pieces: Pieces;
}

/**
 * Holds no bytes, only hashes. Both are the platform's: written in JavaScript, SHA-256 takes 19 s a GiB in place of one,
 * and the platform's gives no state out that could be stored, so a reading that is cut off begins again.
 */
export class FileHashes {
  readonly #size: number;
  readonly #pieceLength: number;
  readonly #whole = new Sha256();
  readonly #sha1: Uint8Array;
  #piece = createHash("sha1");
  #done = 0;

  /** @param size of the file, bytes: at most `maxTorrentBytes` */
  constructor(size: number) {
    this.#size = size;
    this.#pieceLength = pieceLengthOf(size);
    this.#sha1 = new Uint8Array(sha1Bytes * Math.ceil(size / this.#pieceLength));
  }

  /** Bytes so far. */
  get done(): number {
    return this.#done;
  }

  /** @throws RangeError where they are more than the file has */
  add(bytes: Uint8Array): void {
    if (this.#done + bytes.byteLength > this.#size) {
      throw new RangeError(`more than ${this.#size} bytes`);
    }
    this.#whole.add(bytes);
    let at = 0;
    while (at < bytes.byteLength) {
      const left = this.#pieceLength - (this.#done % this.#pieceLength);
      const part = bytes.subarray(at, at + left);
      this.#piece.update(part);
      at += part.byteLength;
      this.#done += part.byteLength;
      if (part.byteLength === left || this.#done === this.#size) this.#endPiece();
    }
  }

  /** Of all bytes. Once. @throws RangeError where some are lacking */
  end(): ReadFile {
    if (this.#done < this.#size) throw new RangeError(`${this.#done} of ${this.#size} bytes`);
    const pieces = { size: this.#size, pieceLength: this.#pieceLength, sha1: this.#sha1 };
    return { sha256: this.#whole.end(), pieces };
  }

  #endPiece(): void {
    const index = Math.ceil(this.#done / this.#pieceLength) - 1;
    this.#sha1.set(this.#piece.digest(), sha1Bytes * index);
    this.#piece = createHash("sha1");
  }
}
