/** What the readers of the kinds of roots have in common: what they are given and what they give. */

import type { OriginAccess } from "../outbound/origin-access.ts";
import type { XzModule } from "./compression/xz-decoder.ts";
import type { LeftOut } from "./left-out.ts";
import type { ManifestEntry } from "./manifest-entry.ts";
import type { RootAge } from "./not-older.ts";
import type { Keyring } from "./openpgp/keyring.ts";
import { maxSignatureBytes, type Verified, verifyDetached } from "./openpgp/verify.ts";
import {
  askFile,
  type OriginAnswer,
  type OriginFile,
  type Validators,
} from "./read-origin-file.ts";
import type { Refusal } from "./refusal.ts";
import { looksLikePage } from "./roots.ts";
import type { ReadAs } from "./verification.ts";

/** What of its catalogue entry reading a repository's roots takes. */
export interface FollowedRepository {
  readonly origin: string;
  /** As in the catalogue. */
  readonly suites?: Readonly<Record<string, string>>;
}

/** What reading a root takes. */
export interface Reading {
  /** The repository: where it is. */
  listed: FollowedRepository;
  access: OriginAccess;
  /** Absent where nothing need be signed. */
  keyring?: Keyring;
  readAs: ReadAs;
  /** Unix ms. */
  now: number;
  /** Absent: databases in xz are refused. */
  xz?: XzModule;
}

/** Why something was kept out. */
export interface Fault {
  /** Of the file that failed, inside the repository. */
  file: string;
  /** A sentence about it. */
  said: string;
}

/** A root that passed everything that it can be judged by alone. */
export interface VerifiedRoot {
  /** The root itself, then what signs or repeats it. */
  files: [OriginFile, ...OriginFile[]];
  /** What it names, by path inside the repository. */
  entries: readonly (readonly [string, ManifestEntry])[];
  byHash: boolean;
  age: RootAge;
  /** Unix ms. */
  validUntil?: number;
  signedBy?: string;
  /** Files left out of it, which are to be asked for again at once. */
  faults: Fault[];
  /** What it names and can't be used, now or later; absent: nothing. */
  leftOut?: LeftOut;
}

export type RootAnswer = { same: true } | { refused: Fault } | { root: VerifiedRoot };

/** What is known of the last good root, for asking whether it has changed. */
export interface KnownRoot extends Validators {
  /** Its main file. */
  path: string;
}

/** Asks for one file, with the validators where it is the one they are of. */
export function askRootFile(
  { access, listed }: Reading,
  path: string,
  maxBytes: number,
  known?: KnownRoot,
): Promise<OriginAnswer> {
  return askFile(access, listed, { path, maxBytes }, known?.path === path ? known : {});
}

/** Which file of a root is read first. */
export interface MainFile {
  /** Inside the repository. */
  path: string;
  /** A larger one is refused. */
  maxBytes: number;
  /** Asks whether it is still this one; undefined: it is read whatever is known of it. */
  known: KnownRoot | undefined;
}

/**
 * Reads a root's first file: what every reader begins with. Never rejects.
 *
 * @returns the file, or the root's answer where there is none to go on with: it is the known one, can't be had, or is a
 *   web page; `absent` where the origin doesn't have it
 */
export async function readMainFile(
  reading: Reading,
  { path, maxBytes, known }: MainFile,
): Promise<{ file: OriginFile } | { answer: RootAnswer; absent?: true }> {
  const asked = await askRootFile(reading, path, maxBytes, known);
  if ("same" in asked) return { answer: asked };
  if ("absent" in asked) return { answer: refusedFile(path, absentSaid), absent: true };
  if ("failed" in asked) return { answer: refusedFile(path, asked.failed) };
  if (looksLikePage(asked.file.bytes)) {
    return { answer: refusedFile(path, "The origin answers with a web page.") };
  }
  return { file: asked.file };
}

/** What signs a file; without a keyring whatever is there, as clients may ask for it. */
export interface BesideSignature {
  file?: OriginFile;
  verified?: Verified;
}

/**
 * Reads the OpenPGP signature beside a file, and verifies it where the repository has keys. Refused is what is not
 * signed by one of them. Never rejects.
 *
 * @param path the signature's
 */
export async function readSignature(
  reading: Reading,
  { bytes }: OriginFile,
  path: string,
): Promise<BesideSignature | Refusal> {
  const { keyring, now } = reading;
  const answer = await askRootFile(reading, path, maxSignatureBytes);
  if (keyring === undefined) {
    // Some origins answer with a page for whatever they don't have.
    return "file" in answer && !looksLikePage(answer.file.bytes) ? { file: answer.file } : {};
  }
  if (!("file" in answer)) return { refused: failureOf(answer) };
  const verified = await verifyDetached(bytes, answer.file.bytes, keyring, now);
  return "refused" in verified ? verified : { file: answer.file, verified };
}

/** A refusal of the file. */
export function refusedFile(file: string, said: string): { refused: Fault } {
  return { refused: { file, said } };
}

/** What is said of a file that the origin doesn't have. */
export const absentSaid = "The origin has no such file.";

/** Why there is no file in an answer. */
export function failureOf(answer: Exclude<OriginAnswer, { file: OriginFile }>): string {
  if ("failed" in answer) return answer.failed;
  return "absent" in answer ? absentSaid : "The origin confirms what it was not asked about.";
}

/**
 * Whether the origin still has this very file: what was read beside it, unsigned, then was so in the same moment.
 */
export async function stillThere(reading: Reading, file: OriginFile): Promise<boolean> {
  const again = await askRootFile(reading, file.path, file.bytes.byteLength, file);
  if ("same" in again) return true;
  return "file" in again && sameBytes(again.file.bytes, file.bytes);
}

/** Whether two files are one. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at]);
}
