/** Reads a body whole, where it is known to be small. */
import { drain } from "./drain.ts";

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
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader();
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) break;
    size += read.value.byteLength;
    if (size > most) {
      await drain(reader);
      return "too many";
    }
    pieces.push(read.value);
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
