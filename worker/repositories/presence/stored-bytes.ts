/** Presence's blobs read and checked: what is damaged or missing is an `Error` that says which blob. */
import { createHash } from "node:crypto";
import type { Blobs } from "../snapshots/snapshot.ts";

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A blob, or a part of it, and where its bytes go. */
export interface WantedBytes {
  /** For people: `the listing`. */
  what: string;
  sha256: string;
  part?: { offset: number; length: number };
  into: Uint8Array;
}

/** Fills `into`. Rejects as the store does, and where it has not so many bytes. */
export async function readInto(
  blobs: Pick<Blobs, "get">,
  { what, sha256, part, into }: WantedBytes,
): Promise<void> {
  const stored = await blobs.get(sha256, part);
  if (stored === null) throw new Error(`${what} ${sha256} isn't stored`);
  const reader = stored.body.getReader();
  let count = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (count + value.byteLength > into.byteLength) {
        throw new Error(`${what} ${sha256} has more bytes than it should`);
      }
      into.set(value, count);
      count += value.byteLength;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (count < into.byteLength) {
    throw new Error(`${what} ${sha256} has fewer bytes than it should`);
  }
}
