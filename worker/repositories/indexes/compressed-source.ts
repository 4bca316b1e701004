/** The bytes of an index as they are transferred: counted, bounded and hashed on their way. */
import { createHash } from "node:crypto";
import { compressedByte, IndexRefused } from "./refused.ts";

export class CompressedSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #hash = createHash("sha256");
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(body: ReadableStream<Uint8Array>, maxBytes: number) {
    this.#reader = body.getReader();
    this.#maxBytes = maxBytes;
  }

  /** Taken until now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The next piece; undefined at the end. Throws `IndexRefused` when there are too many bytes or no more come. */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#reader.read().catch(() => {
      throw new IndexRefused("broken off", compressedByte(this.#bytes));
    });
    if (done) return undefined;
    this.#bytes += value.byteLength;
    if (this.#bytes > this.#maxBytes) {
      throw new IndexRefused(
        `larger than ${this.#maxBytes} bytes`,
        compressedByte(this.#bytes - value.byteLength),
      );
    }
    this.#hash.update(value);
    return value;
  }

  /** SHA-256 of all bytes taken, lower-case hex. Once. */
  hash(): string {
    return this.#hash.digest("hex");
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }
}
