/** Reads a root that mirrors' copies are compared with, and nothing else: whatever it is, as long as it is one. */

import { lastSegment } from "./beside-root.ts";
import { type Kind, kinds } from "./kinds.ts";
import { maxIndexRootBytes } from "./read-held-index.ts";
import type { OriginFile } from "./read-origin-file.ts";
import {
  type FollowedRepository,
  type KnownRoot,
  type Reading,
  type RootAnswer,
  readMainFile,
  refusedFile,
} from "./read-verified.ts";
import { readings } from "./readings.ts";
import { rootDate } from "./root-date.ts";
import { maxRootBytes } from "./roots.ts";

/** What reading a root of any kind takes. */
export interface SnapshotReading extends Reading {
  listed: FollowedRepository & { readonly kind: Kind };
}

/**
 * Reads the root at `path`: one question. Its date is told as a probe tells a mirror's copy's, so that the two can be
 * compared. One whose names can't be read is a root all the same: it then names nothing. Never rejects.
 *
 * @param known as of `readSnapshotRoot`
 */
export async function readWatchedRoot(
  reading: SnapshotReading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const { kind } = reading.listed;
  const listsPayload = readings[kind].contents.rootReader?.(path) !== undefined;
  const maxBytes = listsPayload ? maxIndexRootBytes : maxRootBytes;
  const main = await readMainFile(reading, { path, maxBytes, known });
  if ("answer" in main) return main.answer;
  const { file } = main;
  const fault = faultOf(kind, file);
  if (fault !== undefined) return refusedFile(path, fault);
  const names = readings[kind].namesIn?.(path, file.bytes);
  const { entries, byHash } =
    names === undefined || "refused" in names ? { entries: [], byHash: false } : names;
  const date = rootDate(kind, file.bytes, headersOf(file));
  return {
    root: {
      files: [file],
      entries,
      byHash,
      age: { ...(date !== undefined && { date }) },
      faults: [],
    },
  };
}

/** Why it is no root; undefined: it may be one. */
function faultOf(kind: Kind, { path, bytes, contentType = "" }: OriginFile): string | undefined {
  if (/^(?:text\/html|application\/xhtml)/i.test(contentType)) {
    return "The origin answers with a web page.";
  }
  if (bytes.byteLength === 0) return "It is empty.";
  const { contentFault } = kinds[kind].roots;
  return contentFault?.(lastSegment(path), new TextDecoder().decode(bytes));
}

function headersOf({ lastModified }: OriginFile): Headers {
  return new Headers(lastModified === undefined ? {} : { "Last-Modified": lastModified });
}
