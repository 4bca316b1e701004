/** The bytes of an index as they are transferred: counted, bounded and hashed on their way. */
import { Sha256 } from "../../runtime/sha256.ts";
import { compressedByte, IndexRefused } from "../index-refused.ts";

/**
 * Bytes asked for at a time. Who doesn't say gets 4 KB of workerd's own streams, and a tenth of all the time to read
 * an index goes into passing these on.
 */
const pieceBytes = 64 * 1024;

/** How a stream is read on, and how it is let go of. */
type Reading = [
  read: () => Promise<{ done: boolean; value?: Uint8Array | undefined }>,
  cancel: () => Promise<void>,
];

function inLargePieces(body: ReadableStream<Uint8Array>): Reading | undefined {
  try {
    const reader = body.getReader({ mode: "byob" });
    // The buffer is given up with each: the platform takes it, and gives another of the same memory.
    return [() => reader.read(new Uint8Array(pieceBytes)), () => reader.cancel()];
  } catch (error) {
    // What isn't a stream of bytes by its making gives whatever pieces were put into it.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function asTheyCome(body: ReadableStream<Uint8Array>): Reading {
  const reader = body.getReader();
  return [() => reader.read(), () => reader.cancel()];
}

export class CompressedSource {
  readonly #read: Reading[0];
  readonly #cancel: Reading[1];
  readonly #hash = new Sha256();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(body: ReadableStream<Uint8Array>, maxBytes: number) {
    [this.#read, this.#cancel] = inLargePieces(body) ?? asTheyCome(body);
    this.#maxBytes = maxBytes;
  }

  /** Taken until now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The next piece; undefined at the end. Throws `IndexRefused` when there are too many bytes or no more come. */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#read().catch(() => {
      throw new IndexRefused("broken off", compressedByte(this.#bytes));
    });
    if (done || value === undefined) return undefined;
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

  async cancel(): Promise<void> {
    await this.#cancel().catch(() => undefined);
  }
}
