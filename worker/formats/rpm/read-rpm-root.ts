/** Reads an rpm repository's root from the origin: `repomd.xml` with `repomd.xml.asc`. */

import type { RootNames } from "../kind-reading.ts";
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
import type { Refusal } from "../refusal.ts";
import { maxRootBytes } from "../roots.ts";
import { type Repomd, readRepomd } from "./repomd.ts";
import { rpmBase } from "./rpm-index.ts";

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
  const { revision, date } = repomd;
  const root: VerifiedRoot = {
    files: [file],
    ...namesOf(path, repomd),
    age: { ...(date !== undefined && { date }), ...(revision !== undefined && { revision }) },
    ...(verified && { signedBy: verified.signedBy }),
    faults: [],
  };
  if (signature.file !== undefined) root.files.push(signature.file);
  return { root };
}

/** What a `repomd.xml` names. */
export function namesInRepomd(path: string, bytes: Uint8Array): RootNames | Refusal {
  const repomd = readRepomd(bytes);
  return "refused" in repomd ? repomd : namesOf(path, repomd);
}

/** The root is in `repodata/`, and what it names is relative to the directory above. */
function namesOf(path: string, { data }: Repomd): RootNames {
  const base = rpmBase(path);
  return {
    entries: data.map(({ href, size, hashes }) => [base + href, { size, ...hashes }]),
    byHash: false,
  };
}
