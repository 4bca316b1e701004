/** The bytes of an index as they are transferred: counted, bounded and hashed on their way. */
import { PieceReader } from "../../runtime/piece-reader.ts";
import { Sha256 } from "../../runtime/sha256.ts";
import { compressedByte, IndexRefused } from "../index-refused.ts";

/** Room given for each piece, bytes: the decoders hold one, and larger ones save them nothing. */
const pieceBytes = 64 * 1024;

export class CompressedSource {
  readonly #reader: PieceReader;
  readonly #hash = new Sha256();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(body: ReadableStream<Uint8Array>, maxBytes: number) {
    this.#reader = new PieceReader(body);
    this.#maxBytes = maxBytes;
  }

  /** Taken until now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The next piece; undefined at the end. Throws `IndexRefused` when there are too many bytes or no more come. */
  async next(): Promise<Uint8Array | undefined> {
    const value = await this.#reader.next(pieceBytes).catch(() => {
      throw new IndexRefused("broken off", compressedByte(this.#bytes));
    });
    if (value === undefined) return undefined;
    this.#bytes += value.byteLength;
    if (this.#bytes > this.#maxBytes) {
      throw new IndexRefused(
        `larger than ${this.#maxBytes} bytes`,
        compressedByte(this.#bytes - value.byteLength),
      );
    }
    this.#hash.add(value);
    return value;
  }

  /** SHA-256 of all bytes taken, lower-case hex. Once. */
  hash(): string {
    return this.#hash.end();
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
