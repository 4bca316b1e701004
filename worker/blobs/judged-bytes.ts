/** Bytes from where nobody is trusted, judged by the size and hash that a verified file tells of them. */
import { createHash } from "node:crypto";
import { PieceReader, pieceBytes } from "../runtime/piece-reader.ts";
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

const brokeOff = "The origin's answer broke off.";

/**
 * A stream's bytes, handed on as they come, but the last of them only when all are right: who gets less than the size
 * has nothing that is whole. Where no size is told, the last piece is the one that nothing has followed yet.
 */
export class JudgedBytes {
  readonly #pieces: PieceReader;
  readonly #expected: Expected;
  readonly #hash: ReturnType<typeof createHash>;
  #count = 0;
  /** Came, and may be the last. */
  #held: Uint8Array | undefined;
  #isJudged = false;
  /** What was wrong with the bytes; a sentence. */
  fault: string | undefined;
  readonly #tell: ((fault: string) => void) | undefined;

  /**
   * @param tell is told the fault, where there is one, when it is found
   * @param roomBytes for a piece at most
   */
  constructor(
    body: ReadableStream<Uint8Array>,
    expected: Expected,
    tell?: (fault: string) => void,
    roomBytes = pieceBytes,
  ) {
    this.#tell = tell;
    this.#pieces = new PieceReader(body, roomBytes);
    this.#expected = expected;
    this.#hash = createHash(algorithmOf(expected.hash));
  }

  /** As a stream; in place of `pour`. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const piece = await this.#next();
          if (piece !== undefined) return controller.enqueue(piece);
          controller.close();
        } catch (error) {
          await this.end();
          controller.error(error);
        }
      },
      cancel: () => this.end(),
    });
  }

  /**
   * Writes them; in place of `stream`, which takes new memory for each piece. Never rejects: where they are wrong, or
   * break off, the writable is aborted.
   *
   * @param writable the platform's own, of which a write ends when its bytes are read: their memory is used again then
   */
  async pour(writable: WritableStream<Uint8Array>): Promise<void> {
    const writer = writable.getWriter();
    try {
      for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) {
        await writer.write(piece);
        this.#pieces.reuse(piece);
      }
      await writer.close();
    } catch (error) {
      await this.end();
      await writer.abort(error).catch(() => undefined);
    }
  }

  /** Lets go of what is unread. Never rejects. */
  end(): Promise<void> {
    return this.#pieces.cancel();
  }

  /** The next piece that may be handed on; undefined: all have been, and are right. Rejects where they are wrong. */
  async #next(): Promise<Uint8Array | undefined> {
    const { size } = this.#expected;
    while (!this.#isJudged) {
      const piece = await this.#read();
      if (piece === undefined) {
        this.#judge();
        return this.#held;
      }
      this.#count += piece.byteLength;
      if (size !== undefined && this.#count > size) this.#refuse(tooMany(this.#expected));
      this.#hash.update(piece);
      if (size !== undefined && this.#count < size) return piece;
      const before = this.#held;
      this.#held = piece;
      if (before !== undefined) return before;
    }
    return undefined;
  }

  #judge(): void {
    const fault = faultOf(this.#expected, this.#count, () => this.#hash.digest("hex"));
    if (fault !== undefined) this.#refuse(fault);
    this.#isJudged = true;
  }

  async #read(): Promise<Uint8Array | undefined> {
    const { size } = this.#expected;
    try {
      // One more than is left, to see the end, or that it isn't there.
      return await this.#pieces.next(size === undefined ? undefined : size - this.#count + 1);
    } catch {
      return this.#refuse(brokeOff);
    }
  }

  #refuse(fault: string): never {
    this.fault = fault;
    this.#tell?.(fault);
    throw new Error(fault);
  }
}

/**
 * All bytes at once, where they are right. Never rejects.
 *
 * @param expected as much memory is taken as its size says
 */
export async function readJudged(
  reader: PieceReader,
  expected: Expected & { size: number },
): Promise<{ bytes: Uint8Array<ArrayBuffer> } | { fault: string }> {
  const { hash, size } = expected;
  try {
    // One more, to see the end, or that it isn't there.
    const bytes = await reader.upTo(size + 1);
    const found = () => createHash(algorithmOf(hash)).update(bytes).digest("hex");
    const fault = faultOf(expected, bytes.byteLength, found);
    return fault === undefined ? { bytes } : { fault };
  } catch {
    return { fault: brokeOff };
  }
}

/** What is wrong with bytes that are all read. @param found their hash */
function faultOf(expected: Expected, count: number, found: () => string): string | undefined {
  const { hash, size, toldBy } = expected;
  if (size !== undefined && count > size) return tooMany(expected);
  if (size !== undefined && count < size) {
    return `It has ${count} bytes, where ${toldBy} says ${size}.`;
  }
  const other = found();
  if (other === hash) return undefined;
  return `Its ${shownName[algorithmOf(hash)]} is ${other}, where ${toldBy} says ${hash}.`;
}

function tooMany({ size, toldBy }: Expected): string {
  return `It has more than the ${size} bytes that ${toldBy} says.`;
}
