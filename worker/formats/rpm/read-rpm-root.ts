/** Reads an rpm repository's root from the origin: `repomd.xml` with `repomd.xml.asc`. */

import { directoryOf } from "../index-reader.ts";
import {
  type KnownRoot,
  type Reading,
  type RootAnswer,
  readMainFile,
  readSignature,
  refusedFile,
  stillThere,
  type VerifiedRoot,
} from "../read-verified.ts";
import { maxRootBytes } from "../roots.ts";
import { readRepomd } from "./repomd.ts";

/** Reads the repomd.xml at `path`. Never rejects. */
export async function readRpmRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const main = await readMainFile(reading, { path, maxBytes: maxRootBytes, known });
  if ("answer" in main) return main.answer;
  const { file } = main;
  const signaturePath = `${path}.asc`;
  const signature = await readSignature(reading, file, signaturePath);
  if ("refused" in signature) return refusedFile(signaturePath, signature.refused);
  const { verified } = signature;
  const unsure = signature.file !== undefined && verified === undefined;
  if (unsure && !(await stillThere(reading, file))) {
    return refusedFile(path, "It changed while its signature was read.");
  }
  const repomd = readRepomd(file.bytes);
  if ("refused" in repomd) return refusedFile(path, repomd.refused);
  // The root is in `repodata/`, and what it names is relative to the directory above.
  const base = directoryOf(directoryOf(path).slice(0, -1));
  const { revision, date, data } = repomd;
  const root: VerifiedRoot = {
    files: [file],
    entries: data.map(({ href, size, hashes }) => [base + href, { size, ...hashes }]),
    byHash: false,
    age: { ...(date !== undefined && { date }), ...(revision !== undefined && { revision }) },
    ...(verified && { signedBy: verified.signedBy }),
    faults: [],
  };
  if (signature.file !== undefined) root.files.push(signature.file);
  return { root };
}
