/** Reads a signed list of images from the origin: `SHA256SUMS` with its signature, a clear-signed `CHECKSUM`. */

import { splitClearSigned } from "../openpgp/clear-signed.ts";
import { maxSignatureBytes, verifyClearsigned, verifyDetached } from "../openpgp/verify.ts";
import type { OriginFile } from "../read-origin-file.ts";
import {
  absentSaid,
  askRootFile,
  failureOf,
  type KnownRoot,
  type Reading,
  type RootAnswer,
  readMainFile,
  refusedFile,
  stillThere,
} from "../read-verified.ts";
import type { Refusal } from "../refusal.ts";
import { maxRootBytes } from "../roots.ts";
import { readSums } from "./signed-sums.ts";

/** How signatures beside a list are named: Debian's, Ubuntu's, and everybody's. */
const signatureEndings = [".sign", ".gpg", ".asc", ".sig"] as const;

/** A list's content, and the signatures beside it that go with it. */
interface SignedList {
  text: Uint8Array;
  signatures: OriginFile[];
  signedBy?: string;
  signedAt?: number;
}

/** Reads the list at `path`. Never rejects. What it lists is payload, and not in the manifest. */
export async function readSumsRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const main = await readMainFile(reading, { path, maxBytes: maxRootBytes, known });
  if ("answer" in main) return main.answer;
  const { file } = main;
  const clear = new TextDecoder("latin1").decode(file.bytes.subarray(0, 5)) === "-----";
  const list = clear ? await readClear(reading, file) : await readBeside(reading, file);
  if ("refused" in list) return refusedFile(path, list.refused);
  const sums = readSums(list.text);
  if ("refused" in sums) return refusedFile(path, sums.refused);
  const { signatures, signedBy, signedAt } = list;
  return {
    root: {
      files: [file, ...signatures],
      entries: [],
      byHash: false,
      age: { ...(signedAt !== undefined && { date: signedAt }) },
      ...(signedBy !== undefined && { signedBy }),
      faults: [],
    },
  };
}

async function readClear(
  { keyring, now }: Reading,
  { bytes }: OriginFile,
): Promise<SignedList | Refusal> {
  if (keyring === undefined) {
    const split = splitClearSigned(bytes);
    return "refused" in split ? split : { text: split.text, signatures: [] };
  }
  const verified = await verifyClearsigned(bytes, keyring, now);
  return "refused" in verified ? verified : { ...verified, signatures: [] };
}

async function readBeside(reading: Reading, file: OriginFile): Promise<SignedList | Refusal> {
  const { keyring, now } = reading;
  const answers = await Promise.all(
    signatureEndings.map((ending) => askRootFile(reading, file.path + ending, maxSignatureBytes)),
  );
  const found = answers.flatMap((answer) => ("file" in answer ? [answer.file] : []));
  if (keyring === undefined) {
    if (found.length > 0 && !(await stillThere(reading, file))) {
      return { refused: "It changed while its signatures were read." };
    }
    return { text: file.bytes, signatures: found };
  }
  const good: (SignedList & { signature: OriginFile })[] = [];
  const said: string[] = [];
  for (const signature of found) {
    const verified = await verifyDetached(file.bytes, signature.bytes, keyring, now);
    if ("refused" in verified) said.push(`${signature.path}: ${verified.refused}`);
    else good.push({ ...verified, signature, signatures: [] });
  }
  const [first] = good;
  if (first !== undefined) {
    const { text, signedBy, signedAt } = first;
    const signatures = good.map(({ signature }) => signature);
    return {
      text,
      signatures,
      ...(signedBy !== undefined && { signedBy }),
      ...(signedAt !== undefined && { signedAt }),
    };
  }
  for (const answer of answers) {
    if (!("file" in answer) && failureOf(answer) !== absentSaid) said.push(failureOf(answer));
  }
  if (said.length > 0) return { refused: said.join(" ") };
  return { refused: `It has no signature: none of ${signatureEndings.join(", ")} is beside it.` };
}
