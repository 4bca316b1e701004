/** Which indexes of a held root are had, whose successor is refused. Pure. */
import { storedName } from "../../blobs/stored-name.ts";
import type { Repository } from "../catalogue.ts";
import { contentsAhead } from "./choose-contents.ts";
import { type AheadFile, maxAhead } from "./pull-ahead.ts";
import type { Manifest } from "./snapshot.ts";

/** Bytes at most: all of an rpm repository's, or a suite's pulled ahead. */
const maxHeldBytes = 256 * 1024 * 1024;

/** The indexes that list payload first, and all others of a root that names few. */
export function heldFiles(listed: Repository, manifest: Manifest): AheadFile[] {
  const others = Object.entries(manifest.files).flatMap(([path, entry]) => {
    const sha256 = storedName(entry);
    return sha256 === undefined ? [] : [{ path, sha256 }];
  });
  const ahead = contentsAhead(listed, manifest).flatMap(([first]) => first ?? []);
  let bytes = 0;
  const files = others.length <= maxAhead ? [...ahead, ...others] : ahead;
  return [...new Map(files.map((file) => [file.sha256, file])).values()].filter(({ path }) => {
    bytes += manifest.files[path]?.size ?? 0;
    return bytes <= maxHeldBytes;
  });
}
