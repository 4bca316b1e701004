/** Deterministic bytes and choices: the same seed gives the same lab on every machine. */

import { createCipheriv, createHash } from "node:crypto";

/**
 * Bytes no compressor can shrink, always the same for a seed (AES-128 in counter mode over zeros).
 * Package payloads are made of them, so that a partial, slow or truncated transfer has a size that counts.
 */
export function incompressible(seed: string, sizeBytes: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  const cipher = createCipheriv("aes-128-ctr", key.subarray(0, 16), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(sizeBytes));
}

/**
 * Whether a path belongs to a share of all paths, decided by the seed and the path alone, so that the same
 * file always meets the same fate.
 * @param share 0 (none) to 1 (all).
 */
export function inShare(path: string, share: number, seed: number): boolean {
  const digest = createHash("sha256").update(`${seed}\n${path}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < share;
}
