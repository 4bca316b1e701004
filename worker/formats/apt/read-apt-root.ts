/** Reads a suite's signed root from the origin: `InRelease` with `Release` and `Release.gpg`, or these two alone. */

import { ownValue } from "../../runtime/own-value.ts";
import { directoryOf } from "../index-reader.ts";
import type { RootNames } from "../kind-reading.ts";
import type { ManifestEntry } from "../manifest-entry.ts";
import { splitClearSigned } from "../openpgp/clear-signed.ts";
import { maxSignatureBytes, verifyClearsigned, verifyDetached } from "../openpgp/verify.ts";
import type { OriginFile } from "../read-origin-file.ts";
import {
  askRootFile,
  failureOf,
  type KnownRoot,
  type Reading,
  type RootAnswer,
  readMainFile,
  readSignature,
  refusedFile,
  type VerifiedRoot,
} from "../read-verified.ts";
import type { Refusal } from "../refusal.ts";
import { maxRootBytes } from "../roots.ts";
import { timeOf } from "../time-of.ts";
import { type Release, type ReleaseEntry, readRelease } from "./release.ts";

/** Reads the suite that `path`, its InRelease or Release, stands for. Never rejects. */
export async function readAptRoot(
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const directory = directoryOf(path);
  const inRelease = `${directory}InRelease`;
  const main = await readMainFile(reading, { path: inRelease, maxBytes: maxRootBytes, known });
  if ("answer" in main) return main.absent ? readDetached(reading, path, known) : main.answer;
  const { file } = main;
  const signed = await signedText(reading, file.bytes);
  if ("refused" in signed) return refusedFile(inRelease, signed.refused);
  const root = rootOf(reading, path, file, signed);
  if ("refused" in root) return refusedFile(inRelease, root.refused);
  await addDetached(reading, directory, signed.text, root);
  return { root };
}

/** A Release's text, and who signed it when (Unix ms) where that was verified. */
interface SignedText {
  text: Uint8Array;
  signedBy?: string;
  signedAt?: number;
}

/** The text of an InRelease. Where nothing need be signed, it may be signed by whomever, or be a bare Release. */
async function signedText(
  { keyring, now }: Reading,
  bytes: Uint8Array,
): Promise<SignedText | Refusal> {
  if (keyring !== undefined) return verifyClearsigned(bytes, keyring, now);
  const split = splitClearSigned(bytes);
  return "refused" in split && bytes[0] !== 0x2d ? { text: bytes } : split;
}

async function readDetached(
  reading: Reading,
  listedPath: string,
  known: KnownRoot | undefined,
): Promise<RootAnswer> {
  const directory = directoryOf(listedPath);
  const [path, signaturePath] = [`${directory}Release`, `${directory}Release.gpg`];
  const main = await readMainFile(reading, { path, maxBytes: maxRootBytes, known });
  if ("answer" in main) {
    return main.absent
      ? refusedFile(path, "The origin has neither InRelease nor Release.")
      : main.answer;
  }
  const { file } = main;
  if (reading.keyring === undefined) {
    const root = rootOf(reading, listedPath, file, { text: file.bytes });
    return "refused" in root ? refusedFile(path, root.refused) : { root };
  }
  const signature = await readSignature(reading, file, signaturePath);
  if ("refused" in signature) return refusedFile(signaturePath, signature.refused);
  const signed = signature.verified ?? { text: file.bytes };
  const root = rootOf(reading, listedPath, file, signed);
  if ("refused" in root) return refusedFile(path, root.refused);
  if (signature.file !== undefined) root.files.push(signature.file);
  return { root };
}

/**
 * Adds Release and Release.gpg where they are the same as the InRelease. The origin may just be publishing them: they
 * are left out until they fit, as a client that takes them would otherwise get two states in one.
 */
async function addDetached(
  reading: Reading,
  directory: string,
  text: Uint8Array,
  root: VerifiedRoot,
): Promise<void> {
  const [path, signaturePath] = [`${directory}Release`, `${directory}Release.gpg`];
  const [release, signature] = await Promise.all([
    askRootFile(reading, path, maxRootBytes),
    askRootFile(reading, signaturePath, maxSignatureBytes),
  ]);
  const leftOut = (file: string, said: string) => {
    root.faults.push({ file, said: `${said} It is left out until it fits InRelease.` });
  };
  // Many archives have InRelease alone.
  if ("absent" in release) return;
  if (!("file" in release)) return leftOut(path, failureOf(release));
  if (asSigned(release.file.bytes) !== asSigned(text)) {
    return leftOut(path, "It is not what InRelease signs.");
  }
  const { keyring, now } = reading;
  if (keyring === undefined) {
    root.files.push(release.file);
    return;
  }
  if ("absent" in signature) return;
  if (!("file" in signature)) return leftOut(signaturePath, failureOf(signature));
  const verified = await verifyDetached(release.file.bytes, signature.file.bytes, keyring, now);
  if ("refused" in verified) return leftOut(signaturePath, verified.refused);
  root.files.push(release.file, signature.file);
}

/** A text as a clear signature covers it (RFC 9580 section 7.2), each character a byte. */
function asSigned(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes);
  return text.replaceAll(/[ \t\r]+$/gm, "").replace(/\n+$/, "");
}

/**
 * What an `InRelease` or `Release` names, signed or not, of whichever suite and time: apt only warns of a wrong suite, and
 * may be told to overlook the rest.
 */
export function namesInRelease(path: string, bytes: Uint8Array): RootNames | Refusal {
  const split = bytes[0] === 0x2d ? splitClearSigned(bytes) : { text: bytes };
  if ("refused" in split) return split;
  const read = (now: number) => readRelease(split.text, {}, now);
  // None is in the future then, and one with an end is read as it was before that.
  const first = read(Number.POSITIVE_INFINITY);
  const release = "expiredAt" in first ? read(first.expiredAt - 1) : first;
  return "refused" in release ? release : namesOf(directoryOf(path), release);
}

function namesOf(directory: string, { acquireByHash, entries }: Release): RootNames {
  return {
    entries: entries.map((entry) => [directory + entry.path, entryOf(entry)]),
    byHash: acquireByHash,
  };
}

/** @param path the root's, as it is listed */
function rootOf(
  { now, listed }: Reading,
  path: string,
  file: OriginFile,
  { text, signedBy, signedAt }: SignedText,
): VerifiedRoot | Refusal {
  const release = readRelease(text, {}, now);
  if ("refused" in release) return release;
  const directory = directoryOf(path);
  const { suites = {} } = listed;
  const said = ownValue(suites, path);
  const wrong = suiteFault(directory, release.suite, release.codename, said);
  if (wrong !== undefined) return { refused: wrong };
  const { validUntil, leftOut } = release;
  // Without a Date of its own, a root is as old as its signature; an unsigned one as its file.
  const date = release.date ?? signedAt ?? timeOf(file.lastModified);
  return {
    files: [file],
    ...namesOf(directory, release),
    age: date === undefined ? {} : { date },
    ...(validUntil !== undefined && { validUntil }),
    ...(signedBy !== undefined && { signedBy }),
    faults: [],
    ...(leftOut && { leftOut }),
  };
}

function entryOf({ size, hashes }: ReleaseEntry): ManifestEntry {
  return { size, ...hashes };
}

/**
 * Why a Release isn't that of its directory; undefined: it is. A suite's directory has the name of its suite or its
 * codename (`dists/trixie` is `stable`, codename `trixie`). The codename alone isn't enough where the suite is a
 * pocket of it: Ubuntu's `noble-proposed` has the codename `noble` too, and must not pass for `noble`. A Release that has
 * neither contradicts no directory: apt warns of it and goes on.
 *
 * @param said what the list says that it has, in place of its directory's name
 */
export function suiteFault(
  directory: string,
  suite: string | undefined,
  codename: string | undefined,
  said?: string,
): string | undefined {
  if (said !== undefined) {
    if (suite === said || codename === said) return undefined;
    return namedOtherwise(suite, codename, said);
  }
  const [, name] = /^(?:.*\/)?dists\/(.+)\/$/.exec(directory) ?? [];
  // A flat repository is of no suite.
  if (name === undefined || suite === name) return undefined;
  if (suite === undefined && codename === undefined) return undefined;
  if (codename === name && !suite?.startsWith(`${codename}-`)) return undefined;
  return namedOtherwise(suite, codename, name);
}

function namedOtherwise(
  suite: string | undefined,
  codename: string | undefined,
  wanted: string,
): string {
  const shown = [suite && `the suite ${suite}`, codename && `the codename ${codename}`];
  const has = shown.filter((one) => one).join(" and ") || "neither suite nor codename";
  return `It has ${has}, where ${wanted} is expected.`;
}
