/** Reads a stream of bytes in large pieces. */

/**
 * Room given for each piece, bytes. workerd gives 4 KiB to a reader that brings no room of its own, and each piece takes
 * some 50 us of a processor beside its bytes, so that passing a MiB on costs 12 ms in such pieces and 2 in these.
 */
export const pieceBytes = 256 * 1024;

interface Read {
  done: boolean;
  value?: Uint8Array | undefined;
}

type Reading = [
  read: (room: Uint8Array<ArrayBuffer>) => Promise<Read>,
  cancel: () => Promise<void>,
];

/** One reader of a stream, which is locked to it from then on. */
export class PieceReader {
  readonly #read: Reading[0];
  readonly #cancel: Reading[1];
  readonly #roomBytes: number;
  /** Memory for the next piece; undefined: some is to be had anew. */
  #memory: ArrayBuffer | undefined;

  /** @param roomBytes given for each piece at most */
  constructor(body: ReadableStream<Uint8Array>, roomBytes = pieceBytes) {
    this.#roomBytes = roomBytes;
    [this.#read, this.#cancel] = inGivenRoom(body) ?? asTheyCome(body);
  }

  /**
   * The next bytes, at least one; undefined: there are no more. Rejects as the stream does.
   *
   * @param most of these, bytes; what isn't a stream of bytes by its making gives whatever pieces were put into it
   */
  async next(most = this.#roomBytes): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.#read(this.#room(Math.min(most, this.#roomBytes)));
      if (done || value === undefined) return undefined;
      if (value.byteLength > 0) return value;
    }
  }

  /** Lets the next piece have the memory of this one, which nobody may read from now on. */
  reuse({ buffer }: Uint8Array): void {
    if (buffer instanceof ArrayBuffer) this.#memory = buffer;
  }

  /**
   * All bytes, up to so many; where there are as many, more may be unread. In place of `next`. Rejects as the stream does.
   *
   * @param most bytes; as much memory is taken
   */
  async upTo(most: number): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = new Uint8Array(most);
    let count = 0;
    while (count < most) {
      const { done, value } = await this.#read(bytes.subarray(count));
      // The platform takes the memory that it is given, and gives it back as another object, also at the end.
      const back = bytes.byteLength === 0 ? value?.buffer : undefined;
      if (back instanceof ArrayBuffer) bytes = new Uint8Array(back);
      if (done || value === undefined) break;
      if (back === undefined) bytes.set(value.subarray(0, most - count), count);
      count = Math.min(most, count + value.byteLength);
    }
    return bytes.subarray(0, count);
  }

  /** Lets go of what is unread. Never rejects. */
  async cancel(): Promise<void> {
    await this.#cancel().catch(() => undefined);
  }

  #room(length: number): Uint8Array<ArrayBuffer> {
    const memory = this.#memory;
    this.#memory = undefined;
    return memory !== undefined && memory.byteLength >= length
      ? new Uint8Array(memory, 0, length)
      : new Uint8Array(length);
  }
}

/** Undefined: it isn't a stream of bytes by its making. */
function inGivenRoom(body: ReadableStream<Uint8Array>): Reading | undefined {
  try {
    const reader = body.getReader({ mode: "byob" });
    return [(room) => reader.read(room), () => reader.cancel()];
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function asTheyCome(body: ReadableStream<Uint8Array>): Reading {
  const reader = body.getReader();
  return [() => reader.read(), () => reader.cancel()];
}
