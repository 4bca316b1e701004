/** Copies a file and hashes what was copied. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Copied {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** Copies to a path that isn't there yet, with the folders above it. Rejects with the file system's error. */
export async function copyHashed(from: string, to: string): Promise<Copied> {
  mkdirSync(dirname(to), { recursive: true });
  const hash = createHash("sha256");
  let bytes = 0;
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const target = createWriteStream(to, { flags: "wx", mode: 0o600 });
  await pipeline(createReadStream(from), hashing, target);
  return { bytes, sha256: hash.digest("hex") };
}

/** Hashes a file where it is. */
export async function hashOf(file: string): Promise<Copied> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/**
 * Waits until what was written is on the disk: what is told of then survives a loss of power. One call of `sync`; to flush
 * each of ten thousand small files by itself takes minutes on some disks.
 */
export function onDisk(folder: string): void {
  const { status } = spawnSync("sync", ["--file-system", folder]);
  // Where there is no such program, the system writes within half a minute by itself.
  if (status !== 0) spawnSync("sync");
}
