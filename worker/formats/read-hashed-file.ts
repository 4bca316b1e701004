/** Reads a file from the origin that may be too large to hold: held while it is small, else only hashed. */

import { discard, openOrigin } from "../outbound/origin-access.ts";
import { PieceReader } from "../runtime/piece-reader.ts";
import { Sha256 } from "../runtime/sha256.ts";
import { keptHeaders, type OriginFile } from "./read-origin-file.ts";
import type { Reading } from "./read-verified.ts";

/** What the file may cost, bytes. */
export interface HashedLimits {
  /** As large, and it is given whole. */
  held: number;
  /** As large, and it is given by its hash; at least `held`. */
  hashed: number;
}

export type HashedAnswer =
  | { file: OriginFile }
  | { hashed: { size: number; sha256: string } }
  /** The origin says that there is none. */
  | { absent: true }
  /** It has more than `hashed` bytes. */
  | { large: true }
  /** A sentence: nothing is known. */
  | { failed: string };

/** Reads the file in one go. Never rejects. */
export async function readHashedFile(
  { access, listed }: Reading,
  path: string,
  limits: HashedLimits,
): Promise<HashedAnswer> {
  const opened = await openOrigin(access, listed, path);
  if ("failed" in opened) return opened;
  const { status, headers, body } = opened;
  const large = Number(headers.get("Content-Length") ?? "0") > limits.hashed;
  if (status !== 200 || large) {
    await discard(opened);
    if (status === 404 || status === 410) return { absent: true };
    return status === 200 ? { large: true } : { failed: `The origin answers ${status}.` };
  }
  const hash = new Sha256();
  let held: Uint8Array[] | undefined = [];
  let size = 0;
  const reader = new PieceReader(body);
  try {
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
      size += next.byteLength;
      if (size > limits.hashed) return { large: true };
      hash.add(next);
      if (size > limits.held) held = undefined;
      if (held === undefined) reader.reuse(next);
      else held.push(next);
    }
  } catch {
    return { failed: "The origin's answer broke off." };
  } finally {
    await reader.cancel();
  }
  const told = headers.get("Content-Length");
  if (told !== null && Number(told) !== size) {
    return { failed: `It has ${size} bytes, where the origin says ${told}.` };
  }
  if (held === undefined) return { hashed: { size, sha256: hash.end() } };
  return { file: { path, bytes: joined(held, size), ...keptHeaders(headers) } };
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
