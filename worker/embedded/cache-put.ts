/** Takes a response into the cache, piece by piece. */

import { PieceReader } from "../runtime/piece-reader.ts";
import { reasonOf } from "../runtime/reason.ts";
import type { CachedHead } from "./cache-memory.ts";
import { mostOfOne } from "./cache-request.ts";
import { type CacheRows, pieceBytes } from "./cache-rows.ts";
import { hasToldLength, keptHead } from "./cached-response.ts";
import { drain } from "./drain.ts";
import { readHead } from "./http-message.ts";
import { warnOnce } from "./warn-once.ts";

/** Room for what is read at a time, bytes: most entries have less. */
const roomBytes = 64 * 1024;

class BrokeOff extends Error {}

export class CachePut {
  readonly #rows: CacheRows;
  readonly #most: number;
  readonly #key: string;
  /** What isn't in a row yet. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #size = 0;
  #pieces = 0;
  #id: number | undefined;

  /** @param room bytes that the cache may have */
  constructor(rows: CacheRows, room: number, key: string) {
    this.#rows = rows;
    this.#most = mostOfOne(room);
    this.#key = key;
  }

  /**
   * Whether the response is kept. It isn't where it may not be, where it has another length than it says, where it has
   * no room, and where it breaks off.
   */
  async take(request: Request): Promise<boolean> {
    if (request.body === null) return false;
    const reader = new PieceReader(request.body, roomBytes);
    let kept = false;
    try {
      kept = await this.#takeFrom(reader);
    } catch (error) {
      // A body that broke off is known to who wrote it; what the database says is our affair.
      if (!(error instanceof BrokeOff)) {
        warnOnce(`the cache can't be written: ${reasonOf(error)}`, Date.now());
      }
    } finally {
      if (!kept && this.#id !== undefined) this.#abandon(this.#id);
      await drain(reader);
    }
    return kept;
  }

  async #takeFrom(reader: PieceReader): Promise<boolean> {
    const read = await readHead(reader);
    if (read === undefined) return false;
    const now = Date.now();
    const head = keptHead(read.head, this.#most, now);
    if (head === undefined) return false;
    let next: Uint8Array | undefined = read.first;
    while (next !== undefined) {
      if (!this.#push(next, head)) return false;
      next = await reader.next().catch(() => {
        throw new BrokeOff();
      });
    }
    if (!hasToldLength(read.head, this.#size)) return false;
    if (this.#id === undefined) {
      const bytes = this.#taken();
      const entry = { ...head, id: undefined, used: 0, size: bytes.byteLength, bytes };
      this.#rows.keep([[this.#key, entry]], now);
      return true;
    }
    if (!this.#write(this.#id)) return false;
    this.#rows.finish(this.#id, this.#key, this.#size);
    return true;
  }

  /** False: it is too large, or has no room. */
  #push(bytes: Uint8Array, head: CachedHead): boolean {
    this.#size += bytes.byteLength;
    if (this.#size > this.#most) return false;
    for (let at = 0; at < bytes.byteLength; ) {
      if (this.#heldBytes === pieceBytes) {
        // More comes than one row takes.
        this.#id ??= this.#rows.begin(this.#key, head);
        if (!this.#write(this.#id)) return false;
      }
      const part = bytes.subarray(at, at + pieceBytes - this.#heldBytes);
      this.#held.push(part);
      this.#heldBytes += part.byteLength;
      at += part.byteLength;
    }
    return true;
  }

  #write(id: number): boolean {
    return this.#rows.addPiece(id, this.#pieces++, this.#taken(), Date.now());
  }

  #taken(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const part of this.#held) {
      taken.set(part, at);
      at += part.byteLength;
    }
    this.#held = [];
    this.#heldBytes = 0;
    return taken;
  }

  #abandon(id: number): void {
    try {
      this.#rows.abandon(id);
    } catch {
      // The next start removes it.
    }
  }
}
