/** What a stored list of sums names: with both hashes, which the presence of files does without. Pure. */

import { directoryOf } from "../index-reader.ts";
import type { ListedFile } from "../kind-reading.ts";
import { splitClearSigned } from "../openpgp/clear-signed.ts";
import type { Refusal } from "../refusal.ts";
import { readSums } from "./signed-sums.ts";

/**
 * The files of a list that was verified when it was stored, signed within or beside it.
 *
 * @param root the list's path, in whose directory the files are
 * @param bytes as the origin sent them
 */
export function listedBySums(root: string, bytes: Uint8Array): ListedFile[] | Refusal {
  const signedWithin = new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "-----";
  const split = signedWithin ? splitClearSigned(bytes) : { text: bytes };
  if ("refused" in split) return split;
  const sums = readSums(split.text);
  if ("refused" in sums) return sums;
  const folder = directoryOf(root);
  return sums.map(({ path, hashes, size }) => ({
    path: folder + path,
    ...hashes,
    ...(size !== undefined && { size }),
  }));
}
