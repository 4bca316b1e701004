/** Reads a body whole, where it is known to be small. */
import { PieceReader } from "../runtime/piece-reader.ts";
import { drain } from "./drain.ts";

/** Room for what is read at a time, bytes. */
const roomBytes = 64 * 1024;

/**
 * All bytes of a request's body. Rejects where the body breaks off, or has another length than `Content-Length` says.
 *
 * @returns `"too many"` as soon as there are more than `most`
 */
export async function readAtMost(
  request: Request,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | "too many"> {
  const told = request.headers.get("Content-Length");
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = request.body === null ? undefined : new PieceReader(request.body, roomBytes);
  for (;;) {
    const piece = await reader?.next();
    if (piece === undefined) break;
    size += piece.byteLength;
    if (size > most) {
      await drain(reader);
      return "too many";
    }
    pieces.push(piece);
  }
  if (told !== null && Number(told) !== size) {
    throw new Error(`the body has ${size} bytes, and should have ${told}`);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
