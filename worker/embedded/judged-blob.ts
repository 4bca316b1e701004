/**
 * A blob's bytes held against its name when they are read. A disk is no R2: files on it are copied over, half restored
 * and damaged, and the edge gives what it reads as verified.
 */
import { createHash } from "node:crypto";
import { algorithmOf } from "../blobs/stored-name.ts";
import { PieceReader } from "../runtime/piece-reader.ts";

/** Up to this a blob is read whole before anything of it is handed on, bytes: so a wrong one is simply not there. */
export const mostHeldBytes = 1024 * 1024;

/** Room for a piece, bytes: three are held for each client, who may read slowly. */
const roomBytes = 64 * 1024;

/** SHA-256 or SHA-512 in hex. */
const hashes = /^(?:[0-9a-f]{64}|[0-9a-f]{128})$/;

/** The hash that a blob's bytes should have; undefined: its name is none. @param key as in R2 */
export function hashInName(key: string): string | undefined {
  const last = key.slice(key.lastIndexOf("/") + 1);
  return hashes.test(last) ? last : undefined;
}

/**
 * The bytes, or undefined where they have another hash.
 *
 * @param body of at most `mostHeldBytes`
 */
export async function readJudged(
  body: ReadableStream<Uint8Array>,
  hash: string,
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  return begun(hash).update(bytes).digest("hex") === hash ? bytes : undefined;
}

/**
 * Hands bytes on as they come, the last of them only when all are right: who reads a wrong blob gets no whole one.
 *
 * @param wrong is called before the stream breaks off
 */
export function judgedStream(
  body: ReadableStream<Uint8Array>,
  hash: string,
  wrong: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const counted = begun(hash);
  let last: Uint8Array | undefined;
  const reader = new PieceReader(body, roomBytes);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const piece = await reader.next();
        if (piece === undefined) break;
        counted.update(piece);
        const before = last;
        last = piece;
        if (before !== undefined) return controller.enqueue(before);
      }
      if (counted.digest("hex") !== hash) {
        await wrong();
        throw new Error(`the stored bytes are not those of ${hash}`);
      }
      if (last !== undefined) controller.enqueue(last);
      controller.close();
    },
    cancel: () => reader.cancel(),
  });
}

function begun(hash: string): ReturnType<typeof createHash> {
  return createHash(algorithmOf(hash));
}
