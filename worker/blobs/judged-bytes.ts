/** Bytes from where nobody is trusted, judged by the size and hash that a verified file tells of them. */
import { createHash } from "node:crypto";
import { algorithmOf } from "./stored-name.ts";

/** What the bytes have to be. */
export interface Expected {
  /** SHA-256, or SHA-512 where nothing else is told; lower-case hex. */
  hash: string;
  /** Absent: nobody tells; then the hash alone decides. */
  size?: number;
  /** Who says so, for people: `its root`. */
  toldBy: string;
}

const shownName = { sha256: "SHA-256", sha512: "SHA-512" } as const;

/**
 * A stream's bytes, handed on as they come, but the last of them only when all are right: who gets less than the size
 * has nothing that is whole.
 */
export class JudgedBytes {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #expected: Expected;
  readonly #algorithm: keyof typeof shownName;
  readonly #hash: ReturnType<typeof createHash>;
  #count = 0;
  /** Came, and is not handed on yet. */
  #last: Uint8Array | undefined;
  readonly stream: ReadableStream<Uint8Array>;
  /** What was wrong with the bytes; a sentence. */
  fault: string | undefined;
  readonly #tell: ((fault: string) => void) | undefined;

  /** @param tell is told the fault, where there is one, when it is found */
  constructor(
    body: ReadableStream<Uint8Array>,
    expected: Expected,
    tell?: (fault: string) => void,
  ) {
    this.#tell = tell;
    this.#reader = body.getReader();
    this.#expected = expected;
    this.#algorithm = algorithmOf(expected.hash);
    this.#hash = createHash(this.#algorithm);
    this.stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          await this.#pull(controller);
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

  async #pull(controller: { enqueue(bytes: Uint8Array): void; close(): void }): Promise<void> {
    const { hash, size, toldBy } = this.#expected;
    for (;;) {
      const value = await this.#read();
      if (value === undefined) break;
      // Held back in place of the last bytes, it would let these go unjudged.
      if (value.byteLength === 0) continue;
      this.#count += value.byteLength;
      if (size !== undefined && this.#count > size) {
        this.#refuse(`It has more than the ${size} bytes that ${toldBy} says.`);
      }
      this.#hash.update(value);
      const before = this.#last;
      this.#last = value;
      if (before !== undefined) return controller.enqueue(before);
    }
    if (size !== undefined && this.#count < size) {
      this.#refuse(`It has ${this.#count} bytes, where ${toldBy} says ${size}.`);
    }
    const found = this.#hash.digest("hex");
    if (found !== hash) {
      this.#refuse(`Its ${shownName[this.#algorithm]} is ${found}, where ${toldBy} says ${hash}.`);
    }
    if (this.#last !== undefined) controller.enqueue(this.#last);
    controller.close();
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? undefined : value;
    } catch {
      return this.#refuse("The origin's answer broke off.");
    }
  }

  #refuse(fault: string): never {
    this.fault = fault;
    this.#tell?.(fault);
    throw new Error(fault);
  }
}
