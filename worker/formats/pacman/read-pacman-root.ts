/**
 * Reads a pacman repository's root from the origin: a database (`core.db`) with `core.db.sig`, and beside it
 * `core.files` with `core.files.sig`, the same packages with the names of their files.
 *
 * How old it is: what is signed, by the time of its signature. The newest `%BUILDDATE%` would go back whenever that
 * package is withdrawn, and hold off all that follows. What isn't signed, by the origin's `Last-Modified`, as pacman
 * goes by, and without that by the newest `%BUILDDATE%`.
 */

import { askOrigin } from "../../outbound/origin-access.ts";
import { directoryOf } from "../index-reader.ts";
import { readHashedFile } from "../read-hashed-file.ts";
import { maxIndexRootBytes, readHeldIndex } from "../read-held-index.ts";
import type { OriginFile } from "../read-origin-file.ts";
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
import { looksLikePage } from "../roots.ts";
import { timeOf } from "../time-of.ts";
import { pacmanReader } from "./pacman-db.ts";

/**
 * A larger `.files` isn't held in memory with its root, bytes: it is named in the manifest by its own hash, and had
 * when somebody asks for it. Arch's `core.files` has 1 MB, its `extra.files` 45. In a signed repository it is left
 * out, as a signature is checked over bytes that are held.
 */
export const maxHeldFilesBytes = 16 * 1024 * 1024;
/** A larger one is left out, bytes: three times the largest known. */
export const maxFilesBytes = 128 * 1024 * 1024;

/** Reads the database at `path`, which ends in `.db`. Never rejects. What it lists is payload, and not in the manifest. */
export async function readPacmanRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const main = await readMainFile(reading, { path, maxBytes: maxIndexRootBytes, known });
  if ("answer" in main) return main.answer;
  const { file } = main;
  const signature = await readSignature(reading, file, `${path}.sig`);
  if ("refused" in signature) return refusedFile(`${path}.sig`, signature.refused);
  const listed = await readDatabase(reading, file);
  if ("refused" in listed) return refusedFile(path, listed.refused);

  const { verified } = signature;
  const date = verified?.signedAt ?? timeOf(file.lastModified) ?? listed.newestBuilt;
  const root: VerifiedRoot = {
    files: [file],
    entries: [],
    byHash: false,
    age: { ...(date !== undefined && { date }) },
    ...(verified !== undefined && { signedBy: verified.signedBy }),
    faults: [],
  };
  await addWithAlias(reading, root, file, signature.file);
  await addFiles(reading, path, listed.packages, root);
  const alone = root.files.length === 1 && root.entries.length === 0;
  if (verified === undefined && !alone && !(await stillThere(reading, file))) {
    return refusedFile(path, "It changed while what is beside it was read.");
  }
  return { root };
}

/** What a database lists: one value for one set of packages, and when the newest was built, Unix ms. */
interface ListedPackages {
  packages: string;
  newestBuilt?: number;
}

async function readDatabase(
  { xz }: Reading,
  { path, bytes }: OriginFile,
): Promise<ListedPackages | Refusal> {
  const packages: string[] = [];
  let newest: number | undefined;
  const reader = pacmanReader(
    directoryOf(path),
    ({ path: file, size, sha256 }) => {
      packages.push(`${file} ${size} ${sha256}\n`);
      return undefined;
    },
    (seconds) => {
      newest = Math.max(newest ?? 0, seconds);
    },
  );
  const refused = await readHeldIndex(bytes, reader, xz);
  if (refused !== undefined) return refused;
  return {
    packages: packages.sort().join(""),
    ...(newest !== undefined && { newestBuilt: newest * 1000 }),
  };
}

/**
 * Adds `.files` where it goes with the database: it must list the same packages. The origin may just be publishing
 * them, so until then it is left out.
 */
async function addFiles(
  reading: Reading,
  database: string,
  packages: string,
  root: VerifiedRoot,
): Promise<void> {
  const path = database.replace(/\.db$/, ".files");
  const leftOut = (file: string, said: string) => {
    root.faults.push({ file, said: `${said} It is left out until it fits ${database}.` });
  };
  const signed = reading.keyring !== undefined;
  const held = maxHeldFilesBytes;
  const answer = await readHashedFile(reading, path, {
    held,
    hashed: signed ? held : maxFilesBytes,
  });
  if ("absent" in answer || "large" in answer) return;
  if ("failed" in answer) return leftOut(path, answer.failed);
  if ("hashed" in answer) {
    // Packed as the database is: its own first bytes weren't kept.
    const ending = endingOf(root.files[0].bytes);
    const alias = await aliasOf(reading, path, ending, answer.hashed.size);
    const names = alias === undefined ? [path] : [path, alias];
    root.entries = names.map((name) => [name, answer.hashed]);
    return;
  }
  const { file } = answer;
  if (looksLikePage(file.bytes)) return;
  const signature = await readSignature(reading, file, `${path}.sig`);
  if ("refused" in signature) return leftOut(`${path}.sig`, signature.refused);
  const listed = await readDatabase(reading, file);
  if ("refused" in listed) return leftOut(path, listed.refused);
  if (listed.packages !== packages) {
    return leftOut(path, "It lists other packages than the database.");
  }
  await addWithAlias(reading, root, file, signature.file);
}

/** Adds a file and its signature, and both under their other names. */
async function addWithAlias(
  reading: Reading,
  root: VerifiedRoot,
  file: OriginFile,
  signature: OriginFile | undefined,
): Promise<void> {
  for (const one of [file, signature]) {
    if (one !== undefined && !root.files.includes(one)) root.files.push(one);
  }
  const { byteLength } = file.bytes;
  const path = await aliasOf(reading, file.path, endingOf(file.bytes), byteLength);
  if (path === undefined) return;
  root.files.push({ ...file, path });
  if (signature !== undefined) root.files.push({ ...signature, path: `${path}.sig` });
}

/**
 * The name of a file that says how it is packed (`core.db.tar.gz`), where the origin has that too, as large:
 * `repo-add` writes it, and makes `core.db` a link to it. Who asks for it is given the verified bytes; the origin's
 * answer to HEAD only shows that it is no other file.
 */
async function aliasOf(
  { access, listed }: Reading,
  path: string,
  ending: string,
  size: number,
): Promise<string | undefined> {
  const alias = `${path}.tar${ending}`;
  const answer = await askOrigin(access, listed, alias, { method: "HEAD", maxBodyBytes: 0 });
  if ("failed" in answer || answer.status !== 200) return undefined;
  return answer.headers.get("Content-Length") === String(size) ? alias : undefined;
}

/** As `repo-add` names what has these first bytes. */
function endingOf(bytes: Uint8Array): string {
  const begins = (...magic: number[]) => magic.every((byte, at) => bytes[at] === byte);
  if (begins(0x1f, 0x8b)) return ".gz";
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return ".zst";
  return begins(0xfd, 0x37, 0x7a, 0x58, 0x5a) ? ".xz" : "";
}
