/** Reads roots that are indexes themselves: pacman's databases and Alpine's APKINDEX, whole in memory. */

import type { XzModule } from "./compression/xz-decoder.ts";
import type { IndexReader } from "./index-reader.ts";
import { readIndexStream } from "./read-index-stream.ts";
import type { Refusal } from "./refusal.ts";

/**
 * The largest such root read, bytes. Arch's `extra.db` has 8.5 MB, Alpine's community index 2.5; verifying a signature
 * takes the same again twice, and a Durable Object has 128 MB for all.
 */
export const maxIndexRootBytes = 16 * 1024 * 1024;

/** Feeds held bytes to a reader of their index; undefined: all of it was read. */
export async function readHeldIndex(
  bytes: Uint8Array,
  reader: IndexReader,
  xz?: XzModule,
): Promise<Refusal | undefined> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
  const read = await readIndexStream(body, reader, { xz });
  return "refused" in read ? { refused: `It can't be read: ${read.refused}.` } : undefined;
}
