/** Reads an apk repository's root from the origin: `APKINDEX.tar.gz`, which holds its own signature. */

import { directoryOf } from "../index-reader.ts";
import type { RootAge } from "../not-older.ts";
import { maxIndexRootBytes, readHeldIndex } from "../read-held-index.ts";
import type { OriginFile } from "../read-origin-file.ts";
import {
  type KnownRoot,
  type Reading,
  type RootAnswer,
  readMainFile,
  refusedFile,
} from "../read-verified.ts";
import { timeOf } from "../time-of.ts";
import { apkReader } from "./apk-index.ts";
import { verifyApkIndex } from "./apk-signature.ts";

/** Unix seconds of 2001-09-09: what has an older time has none (reproducible archives are of 1970 or 1980). */
const leastSeconds = 1e9;

/** Reads the APKINDEX.tar.gz at `path`. Never rejects. What it lists is payload, and not in the manifest. */
export async function readApkRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const main = await readMainFile(reading, { path, maxBytes: maxIndexRootBytes, known });
  if ("answer" in main) return main.answer;
  const { file } = main;
  const { keyring } = reading;
  // A copy: the platform's cryptography wants to know that nobody else writes to it.
  const bytes = keyring && (await verifyApkIndex(new Uint8Array(file.bytes), keyring));
  if (bytes !== undefined && "refused" in bytes) return refusedFile(path, bytes.refused);
  const times = new IndexTimes();
  const reader = apkReader(directoryOf(path), () => undefined, times.add);
  const refused = await readHeldIndex(bytes?.signed ?? file.bytes, reader);
  if (refused !== undefined) return refusedFile(path, refused.refused);
  return {
    root: {
      files: [file],
      entries: [],
      byHash: false,
      age: times.age(file),
      ...(bytes && { signedBy: bytes.signedBy }),
      faults: [],
    },
  };
}

/**
 * How old an index is: when its list was packed, as the signed archive has it. Where that says nothing, when the
 * newest package was built; for an index of none, the origin's `Last-Modified`.
 */
class IndexTimes {
  #made: number | undefined;
  #built: number | undefined;

  readonly add = (seconds: number, of: "made" | "built"): void => {
    if (seconds < leastSeconds) return;
    if (of === "made") this.#made = seconds;
    else if (seconds > (this.#built ?? 0)) this.#built = seconds;
  };

  age({ lastModified }: OriginFile): RootAge {
    const seconds = this.#made ?? this.#built;
    const date = seconds === undefined ? timeOf(lastModified) : seconds * 1000;
    return date === undefined ? {} : { date };
  }
}
