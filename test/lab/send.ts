/** Puts an answer on the wire, with the pace, the flipped bits and the early end that a fault asked for. */

import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "./static-answer.ts";

/** Pieces a second when a body is paced: small enough that a reader sees a steady trickle. */
const piecesPerSecond = 10;

/**
 * Sends an answer. Resolves when it was handed to the connection to its end, or was cut as asked, or the
 * client went away; never rejects.
 * @param sent is told the size of each piece of body.
 */
export async function send(
  answer: Answer,
  response: ServerResponse,
  withBody: boolean,
  sent: (bytes: number) => void,
): Promise<void> {
  const gone = new Promise<"gone">((resolve) => response.once("close", () => resolve("gone")));
  if (answer.silent) {
    await gone;
    return;
  }
  response.writeHead(answer.status, answer.headers);
  if (!withBody || !answer.body) {
    response.end();
    return;
  }
  // Once the cut is decided the headers must be out, or the client would see a reset and no status.
  response.flushHeaders();
  let remaining = answer.cutAfterBytes ?? Number.POSITIVE_INFINITY;
  try {
    let first = true;
    for await (const { piece, isLast } of withLast(pieces(answer))) {
      if (answer.bytesPerSecond && !first) {
        await Promise.race([pause(1000 / piecesPerSecond), gone]);
      }
      first = false;
      const part = piece.subarray(0, remaining);
      remaining -= part.length;
      sent(part.length);
      if (isLast && remaining > 0) {
        // At once: a client may leave as soon as it has the last byte, and its answer was whole.
        response.end(part);
        return;
      }
      const written = new Promise<"written">((resolve) =>
        response.write(part, () => resolve("written")),
      );
      if ((await Promise.race([written, gone])) === "gone") return;
      if (remaining <= 0) break;
    }
  } catch {
    // A file that vanished under a publish: end like a broken disk would.
    remaining = 0;
  }
  if (remaining <= 0) response.destroy();
  else response.end();
}

/** The same pieces, each given when it is known whether it is the last. */
async function* withLast(
  all: AsyncIterable<Buffer>,
): AsyncGenerator<{ piece: Buffer; isLast: boolean }> {
  let held: Buffer | undefined;
  for await (const piece of all) {
    if (held !== undefined) yield { piece: held, isLast: false };
    held = piece;
  }
  if (held !== undefined) yield { piece: held, isLast: true };
}

async function* pieces(answer: Answer): AsyncGenerator<Buffer> {
  const pieceBytes = answer.bytesPerSecond
    ? Math.max(1, Math.floor(answer.bytesPerSecond / piecesPerSecond))
    : 64 * 1024;
  yield* bodyPieces(answer, pieceBytes);
  while (answer.endless) yield Buffer.alloc(pieceBytes, 0x2e);
}

async function* bodyPieces(answer: Answer, pieceBytes: number): AsyncGenerator<Buffer> {
  if (!answer.body) return;
  if ("text" in answer.body) {
    const bytes = Buffer.from(answer.body.text);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield flipped(bytes.subarray(at, at + pieceBytes), at, answer.flipEveryBytes);
    }
    return;
  }
  const { file, start, end } = answer.body;
  if (start === end) return;
  let offset = start;
  const stream = createReadStream(file, { start, end: end - 1, highWaterMark: pieceBytes });
  for await (const piece of stream) {
    if (!Buffer.isBuffer(piece)) continue;
    yield flipped(piece, offset, answer.flipEveryBytes);
    offset += piece.length;
  }
}

/** Offsets count from the start of the file, so that a range of a corrupt file shows the same damage. */
function flipped(piece: Buffer, offset: number, everyBytes: number | undefined): Buffer {
  if (!everyBytes) return piece;
  const damaged = Buffer.from(piece);
  const first = (everyBytes - (offset % everyBytes)) % everyBytes;
  for (let at = first; at < damaged.length; at += everyBytes) {
    damaged[at] = (damaged[at] ?? 0) ^ 1;
  }
  return damaged;
}
