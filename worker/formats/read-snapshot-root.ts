/** Reads a root from the origin, by what it is. */

import { readApkRoot } from "./apk/read-apk-root.ts";
import { readAptRoot } from "./apt/read-apt-root.ts";
import { readPacmanRoot } from "./pacman/read-pacman-root.ts";
import {
  askRootFile,
  failureOf,
  type KnownRoot,
  type Reading,
  type RootAnswer,
  refusedFile,
} from "./read-verified.ts";
import { looksLikePage, maxRootBytes } from "./roots.ts";
import { readRpmRoot } from "./rpm/read-rpm-root.ts";
import { readSumsRoot } from "./sums/read-sums-root.ts";
import { sumsKind } from "./sums/signed-sums.ts";

/**
 * Reads the root at `path`, one of the repository's. Never rejects.
 *
 * @param known asks whether it is still this one; left out, it is read and verified whatever is known of it
 */
export async function readSnapshotRoot(
  reading: Reading,
  path: string,
  known?: KnownRoot,
): Promise<RootAnswer> {
  const { kind } = reading.listed;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (kind === "apt" && (name === "InRelease" || name === "Release")) {
    return readAptRoot(reading, path, known);
  }
  if (kind === "rpm" && name === "repomd.xml") return readRpmRoot(reading, path, known);
  if (kind === "pacman" && name.endsWith(".db")) return readPacmanRoot(reading, path, known);
  if (kind === "apk" && name === "APKINDEX.tar.gz") return readApkRoot(reading, path, known);
  const sums = kind === "images" || kind === "files" ? sumsKind(path) : undefined;
  if (sums !== undefined) return readSumsRoot(reading, path, sums, known);
  if (reading.verification === "none") return readOpaqueRoot(reading, path, known);
  return refusedFile(path, "It is no root of a kind that can be verified.");
}

/** A root that nothing is known of but its bytes. */
async function readOpaqueRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const asked = await askRootFile(reading, path, maxRootBytes, known);
  if ("same" in asked) return asked;
  if (!("file" in asked)) return refusedFile(path, failureOf(asked));
  const { file } = asked;
  if (file.bytes.byteLength === 0) return refusedFile(path, "It is empty.");
  if (looksLikePage(file.bytes)) return refusedFile(path, "The origin answers with a web page.");
  return { root: { files: [file], entries: [], byHash: false, age: {}, faults: [] } };
}
