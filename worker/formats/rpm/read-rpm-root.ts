/** Reads an rpm repository's root from the origin: `repomd.xml` with `repomd.xml.asc`. */

import { directoryOf } from "../index-reader.ts";
import { maxSignatureBytes, verifyDetached } from "../openpgp/verify.ts";
import {
  askRootFile,
  failureOf,
  type KnownRoot,
  type Reading,
  type RootAnswer,
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
  const asked = await askRootFile(reading, path, maxRootBytes, known);
  if ("same" in asked) return asked;
  if (!("file" in asked)) return refusedFile(path, failureOf(asked));
  const { file } = asked;
  const signaturePath = `${path}.asc`;
  const signature = await askRootFile(reading, signaturePath, maxSignatureBytes);

  const { keyring, now } = reading;
  let signedBy: string | undefined;
  if (keyring !== undefined) {
    if (!("file" in signature)) return refusedFile(signaturePath, failureOf(signature));
    const verified = await verifyDetached(file.bytes, signature.file.bytes, keyring, now);
    if ("refused" in verified) return refusedFile(signaturePath, verified.refused);
    signedBy = verified.signedBy;
  } else if ("file" in signature && !(await stillThere(reading, file))) {
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
    ...(signedBy !== undefined && { signedBy }),
    faults: [],
  };
  if ("file" in signature) root.files.push(signature.file);
  return { root };
}
