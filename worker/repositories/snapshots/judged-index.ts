/** An index's bytes on their way from the origin to the store: counted, and hashed as its root names them. */
import { createHash } from "node:crypto";
import { algorithmOf } from "./stored-name.ts";

const shownName = { sha256: "SHA-256", sha512: "SHA-512" } as const;

export class JudgedIndex {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Breaks where the bytes aren't those, before its end: who stores it whole stores nothing then. */
  readonly stream: ReadableStream<Uint8Array>;
  /** What was wrong with the bytes; a sentence. */
  fault: string | undefined;

  /**
   * @param name as `storedName`
   * @param size bytes, as its root says
   */
  constructor(body: ReadableStream<Uint8Array>, name: string, size: number) {
    this.#reader = body.getReader();
    const pieces = this.#pieces(name, size);
    this.stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          await this.end();
          controller.error(error);
        }
      },
      cancel: () => this.end(),
    });
  }

  /** Lets go of what is unread. Never rejects. */
  async end(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async *#pieces(name: string, size: number): AsyncGenerator<Uint8Array, void> {
    const algorithm = algorithmOf(name);
    const hash = createHash(algorithm);
    let count = 0;
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) {
      count += piece.byteLength;
      if (count > size) this.#refuse(`It has more than the ${size} bytes that its root says.`);
      hash.update(piece);
      // A stream that is asked for more and gets nothing isn't asked again.
      if (piece.byteLength > 0) yield piece;
    }
    if (count < size) this.#refuse(`It has ${count} bytes, where its root says ${size}.`);
    const found = hash.digest("hex");
    if (found !== name) {
      this.#refuse(`Its ${shownName[algorithm]} is ${found}, where its root says ${name}.`);
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? undefined : value;
    } catch {
      return this.#refuse("The origin's answer broke off.");
    }
  }

  #refuse(fault: string): never {
    this.fault = fault;
    throw new Error(fault);
  }
}
