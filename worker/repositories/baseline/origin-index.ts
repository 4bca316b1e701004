/** Reads a large index from its origin as a stream, and holds it against the hash its root names. */

import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import type { IndexReader, NamedIndex } from "../../formats/index-reader.ts";
import { readIndexStream } from "../../formats/read-index-stream.ts";
import { discard, type OriginAccess, openOrigin } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";

/**
 * Feeds an index to `reader`. Undefined when all of it was read and its bytes have the hash the root names; else
 * what was wrong, for people, and whatever the reader has gathered is of no worth. Never rejects.
 *
 * @param xz the decoder; without it an index in xz is refused
 */
export async function readIndex(
  access: OriginAccess,
  repository: Repository,
  index: NamedIndex,
  reader: IndexReader,
  xz?: XzModule,
): Promise<string | undefined> {
  const opened = await openOrigin(access, repository, index.asked);
  if ("failed" in opened) return `${index.path}: ${opened.failed}`;
  if (opened.status !== 200) {
    await discard(opened);
    return `${index.path}: the origin answers ${opened.status}`;
  }
  const read = await readIndexStream(opened.body, reader, { xz });
  if ("refused" in read) return `${index.path}: ${read.refused}`;
  return read.sha256 === index.sha256 ? undefined : `${index.path}: not the bytes its root names`;
}
