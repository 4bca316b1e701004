/** Blobs of indexes and of their inputs, read and checked: one that is damaged or missing is a `DamagedBlob`. */
import { PieceReader } from "../../runtime/piece-reader.ts";
import type { Blobs } from "../blobs.ts";

/** Building reads and stores so many blobs at a time: the platform lets six connections wait for an answer, and others queue. */
export const blobsAtOnce = 6;

/** A blob that isn't stored any more, or isn't what was stored: to ask again is no use. Says which and how. */
export class DamagedBlob extends Error {
  /** What it is, as `IndexWords` has it. */
  readonly part: string;
  readonly sha256: string;

  constructor(part: string, sha256: string, how: string) {
    super(`the ${part} ${sha256} ${how}`);
    this.part = part;
    this.sha256 = sha256;
  }
}

/** A blob, or a part of it, and where its bytes go. */
export interface WantedBytes {
  what: string;
  sha256: string;
  part?: { offset: number; length: number };
  into: Uint8Array;
}

/** Fills `into`. Rejects as the store does; with `DamagedBlob` where it has not so many bytes. */
export async function readInto(
  blobs: Pick<Blobs, "get">,
  { what, sha256, part, into }: WantedBytes,
): Promise<void> {
  const stored = await blobs.get(sha256, part);
  if (stored === null) throw new DamagedBlob(what, sha256, "isn't stored");
  await fill(stored.body, { what, sha256, into });
}

/** All bytes of a blob. Rejects as `readInto` does, and where there are more than `most`. */
export async function readWhole(
  blobs: Pick<Blobs, "get">,
  { what, sha256, most }: { what: string; sha256: string; most: number },
): Promise<Uint8Array> {
  const stored = await blobs.get(sha256);
  if (stored === null) throw new DamagedBlob(what, sha256, "isn't stored");
  const into = new Uint8Array(Math.min(stored.size, most));
  await fill(stored.body, { what, sha256, into });
  return into;
}

async function fill(
  body: ReadableStream<Uint8Array>,
  { what, sha256, into }: WantedBytes,
): Promise<void> {
  const reader = new PieceReader(body);
  let count = 0;
  try {
    for (;;) {
      // One more than is left, to see the end, or that it isn't there.
      const value = await reader.next(into.byteLength - count + 1);
      if (value === undefined) break;
      if (count + value.byteLength > into.byteLength) {
        throw new DamagedBlob(what, sha256, "has more bytes than it should");
      }
      into.set(value, count);
      count += value.byteLength;
      reader.reuse(value);
    }
  } finally {
    await reader.cancel();
  }
  if (count < into.byteLength) {
    throw new DamagedBlob(what, sha256, "has fewer bytes than it should");
  }
}
