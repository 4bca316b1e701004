/** Which indexes to have before the pointer moves: those of the state before that somebody used. */

import type { Blobs } from "../../blobs/blobs.ts";
import { storedName } from "../../blobs/stored-name.ts";
import type { Manifest } from "./snapshot.ts";
import type { Use } from "./used-indexes.ts";

/** A file of the new state. */
export interface AheadFile {
  path: string;
  /** Of its bytes; their SHA-512 where its root gives no SHA-256 (`storedName`). */
  sha256: string;
}

/** Files pulled ahead for one root at most: clients of all architectures, components and languages use about so many. */
export const maxAhead = 128;
/** All of them together, bytes: the largest are Debian's lists of all files, 20 MB for each architecture. */
const maxAheadBytes = 512 * 1024 * 1024;
/** Of those that are seldom used so many, and so many bytes: whoever asks for one has it pulled for days. */
const maxSeldom = 32;
const maxSeldomBytes = 64 * 1024 * 1024;
/** Questions to the store at a time; the platform lets six wait. */
const atOnce = 6;

/** createrepo puts a file's hash before its name: what is the same file in both states is told by the rest. */
export function nameOf(path: string): string {
  return path.replace(/(^|\/)[0-9a-f]{32,128}-/, "$1");
}

/**
 * The files of `next` that take the place of stored ones of `before`, and aren't the same bytes. Clients that go by
 * the new root ask for them next; a root whose indexes can't be had would leave them with nothing.
 */
export async function filesToPull(
  before: Manifest,
  next: Manifest,
  blobs: Pick<Blobs, "has">,
): Promise<AheadFile[]> {
  const old = new Map(
    Object.entries(before.files).map(([path, entry]) => [nameOf(path), storedName(entry)]),
  );
  const changed = Object.entries(next.files).flatMap(([path, entry]) => {
    const sha256 = storedName(entry);
    const was = old.get(nameOf(path));
    return sha256 === undefined || was === undefined || was === sha256
      ? []
      : [{ path, sha256, was }];
  });
  const used: AheadFile[] = [];
  for (let at = 0; at < changed.length && used.length < maxAhead; at += atOnce) {
    const some = changed.slice(at, at + atOnce);
    const stored = await Promise.all(some.map(({ was }) => blobs.has(was)));
    used.push(
      ...some.flatMap(({ path, sha256 }, index) => (stored[index] ? [{ path, sha256 }] : [])),
    );
  }
  return used.slice(0, maxAhead);
}

/** Files to pull before the pointer moves, and after it has. */
export interface PulledFiles {
  usual: AheadFile[];
  seldom: AheadFile[];
}

/**
 * Which of the used files are had before a state is published, which after that, and which not at all, within bounds of
 * number and bytes.
 *
 * @param useOf of a file by its name, as `nameOf`
 */
export function byUse(
  files: readonly AheadFile[],
  next: Manifest,
  useOf: (name: string) => Use,
): PulledFiles {
  const of = (use: Use) => files.filter(({ path }) => useOf(nameOf(path)) === use);
  return {
    usual: within(of("usual"), next, { files: maxAhead, bytes: maxAheadBytes }),
    seldom: within(of("seldom"), next, { files: maxSeldom, bytes: maxSeldomBytes }),
  };
}

/** The small ones first, so that one large file takes no place of many. */
function within(
  files: readonly AheadFile[],
  { files: entries }: Manifest,
  most: { files: number; bytes: number },
): AheadFile[] {
  const sizeOf = ({ path }: AheadFile) => entries[path]?.size ?? 0;
  let bytes = 0;
  return files
    .toSorted((a, b) => sizeOf(a) - sizeOf(b))
    .slice(0, most.files)
    .filter((file) => {
      bytes += sizeOf(file);
      return bytes <= most.bytes;
    });
}
