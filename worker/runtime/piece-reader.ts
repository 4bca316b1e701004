/** Reads a stream of bytes in large pieces. */

/**
 * Room given for each piece, bytes. workerd gives 4 KiB to a reader that brings no room of its own, and each piece takes
 * some 50 us of a processor beside its bytes, so that passing a MiB on costs 12 ms in such pieces and 2 in these.
 */
export const pieceBytes = 256 * 1024;

/**
 * The same where many streams are read for clients who may read slowly, so that they can't take up the isolate's memory: a
 * quarter of the pace.
 */
export const leastRoomBytes = 16 * 1024;
/** A piece that fills less than this share of its room is copied out of it: whoever keeps it would keep all of the room. */
const leastShare = 0.25;

interface Read {
  done: boolean;
  value?: Uint8Array | undefined;
}

interface Reading {
  read: (room: Uint8Array<ArrayBuffer>) => Promise<Read>;
  cancel: () => Promise<void>;
  /** Pieces come in the room that is given. */
  takesRoom: boolean;
}

/** One reader of a stream, which is locked to it from then on. */
export class PieceReader {
  readonly #reading: Reading;
  readonly #roomBytes: number;
  /** Memory for the next piece; undefined: some is to be had anew. */
  #memory: ArrayBuffer | undefined;

  /** @param roomBytes given for each piece at most */
  constructor(body: ReadableStream<Uint8Array>, roomBytes = pieceBytes) {
    this.#roomBytes = roomBytes;
    this.#reading = inGivenRoom(body) ?? asTheyCome(body);
  }

  /**
   * The next bytes, at least one; undefined: there are no more. Rejects as the stream does.
   *
   * @param most of these, bytes; what isn't a stream of bytes by its making gives whatever pieces were put into it
   */
  async next(most = this.#roomBytes): Promise<Uint8Array | undefined> {
    const { read, takesRoom } = this.#reading;
    for (;;) {
      const room = takesRoom ? this.#room(Math.min(most, this.#roomBytes)) : noRoom;
      const { done, value } = await read(room);
      if (done || value === undefined) return undefined;
      if (value.byteLength === 0) continue;
      if (!takesRoom || value.byteLength >= leastShare * value.buffer.byteLength) return value;
      const piece = value.slice();
      this.reuse(value);
      return piece;
    }
  }

  /** Lets the next piece have the memory of this one, which nobody may read from now on. */
  reuse({ buffer }: Uint8Array): void {
    const isLarger = buffer.byteLength > (this.#memory?.byteLength ?? 0);
    if (isLarger && buffer instanceof ArrayBuffer) this.#memory = buffer;
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
      const { done, value } = await this.#reading.read(bytes.subarray(count));
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
    await this.#reading.cancel().catch(() => undefined);
  }

  #room(length: number): Uint8Array<ArrayBuffer> {
    const memory = this.#memory;
    this.#memory = undefined;
    return memory !== undefined && memory.byteLength >= length
      ? new Uint8Array(memory, 0, length)
      : new Uint8Array(length);
  }
}

const noRoom = new Uint8Array(0);

/** Undefined: it isn't a stream of bytes by its making. */
function inGivenRoom(body: ReadableStream<Uint8Array>): Reading | undefined {
  try {
    const reader = body.getReader({ mode: "byob" });
    return { read: (room) => reader.read(room), cancel: () => reader.cancel(), takesRoom: true };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function asTheyCome(body: ReadableStream<Uint8Array>): Reading {
  const reader = body.getReader();
  return { read: () => reader.read(), cancel: () => reader.cancel(), takesRoom: false };
}
