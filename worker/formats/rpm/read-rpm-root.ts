/** Reads an rpm repository's root from the origin: `repomd.xml` with `repomd.xml.asc`. */

import { askOrigin } from "../../outbound/origin-access.ts";
import type { RootNames } from "../kind-reading.ts";
import type { ManifestEntry } from "../manifest-entry.ts";
import {
  type Fault,
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
import { listedSize } from "../root-text.ts";
import { maxRootBytes } from "../roots.ts";
import { type RepomdData, readRepomd } from "./repomd.ts";
import { rpmBase } from "./rpm-index.ts";

/** Sizes asked for, for one root: a repomd has all sizes or, by a tool that writes none, ten data. */
const maxSizesAsked = 20;

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
  const { revision, date, data, leftOut } = repomd;
  const { entries, faults } = await sizedEntries(reading, rpmBase(path), data);
  const root: VerifiedRoot = {
    files: [file],
    entries,
    byHash: false,
    age: { ...(date !== undefined && { date }), ...(revision !== undefined && { revision }) },
    ...(verified && { signedBy: verified.signedBy }),
    faults,
    ...(leftOut && { leftOut }),
  };
  if (signature.file !== undefined) root.files.push(signature.file);
  return { root };
}

/** What a `repomd.xml` names with its size: the origin isn't asked for what is missing. */
export function namesInRepomd(path: string, bytes: Uint8Array): RootNames | Refusal {
  const repomd = readRepomd(bytes);
  if ("refused" in repomd) return repomd;
  const sized = repomd.data.flatMap(({ href, size, hashes }) =>
    size === undefined ? [] : [[rpmBase(path) + href, { size, ...hashes }] as const],
  );
  return { entries: sized, byHash: false };
}

/**
 * The data as a manifest has them. The size of one that tells none is the origin's own; its bytes are judged by their
 * checksum. One whose size the origin doesn't tell is left out for now: nothing would say where its bytes have to end.
 */
async function sizedEntries(
  { access, listed }: Reading,
  base: string,
  data: readonly RepomdData[],
): Promise<{ entries: (readonly [string, ManifestEntry])[]; faults: Fault[] }> {
  const entries: (readonly [string, ManifestEntry])[] = [];
  const faults: Fault[] = [];
  let asked = 0;
  for (const { href, size: told, hashes } of data) {
    const file = base + href;
    const answer = told === undefined && ++asked <= maxSizesAsked ? await head(file) : undefined;
    const size = told ?? answer;
    if (size !== undefined) entries.push([file, { size, ...hashes }]);
    else
      faults.push({
        file,
        said: "Neither its root nor the origin tells its size. It is left out.",
      });
  }
  return { entries, faults };

  async function head(file: string): Promise<number | undefined> {
    const reply = await askOrigin(access, listed, file, { method: "HEAD", maxBodyBytes: 0 });
    if ("failed" in reply || reply.status !== 200) return undefined;
    return listedSize(reply.headers.get("Content-Length") ?? "");
  }
}
