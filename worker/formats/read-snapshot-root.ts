/** Reads a root from the origin, by what it is. */

import {
  type KnownRoot,
  type Reading,
  type RootAnswer,
  readMainFile,
  refusedFile,
} from "./read-verified.ts";
import { readWatchedRoot, type SnapshotReading } from "./read-watched-root.ts";
import { readings } from "./readings.ts";
import { maxRootBytes } from "./roots.ts";

/**
 * Reads the root at `path`, one of the repository's. Never rejects.
 *
 * @param known asks whether it is still this one; left out, it is read and verified whatever is known of it
 */
export async function readSnapshotRoot(
  reading: SnapshotReading,
  path: string,
  known?: KnownRoot,
): Promise<RootAnswer> {
  if (reading.readAs === "watched") return readWatchedRoot(reading, path, known);
  const read = readings[reading.listed.kind].rootReader(path);
  if (read !== undefined) return read(reading, path, known);
  if (reading.readAs === "none") return readOpaqueRoot(reading, path, known);
  return refusedFile(path, "It is no root of a kind that can be verified.");
}

/** A root that nothing is known of but its bytes. */
async function readOpaqueRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const main = await readMainFile(reading, { path, maxBytes: maxRootBytes, known });
  if ("answer" in main) return main.answer;
  const { file } = main;
  if (file.bytes.byteLength === 0) return refusedFile(path, "It is empty.");
  return { root: { files: [file], entries: [], byHash: false, age: {}, faults: [] } };
}
