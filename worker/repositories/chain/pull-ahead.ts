/** Which indexes to have before the pointer moves: those of the state before that somebody used. */

import type { Blobs } from "../../blobs/blobs.ts";
import { storedName } from "../../blobs/stored-name.ts";
import type { Manifest } from "./snapshot.ts";

/** A file of the new state. */
export interface AheadFile {
  path: string;
  /** Of its bytes; their SHA-512 where its root gives no SHA-256 (`storedName`). */
  sha256: string;
}

/** Files pulled ahead for one root at most: clients of all architectures, components and languages use about so many. */
export const maxAhead = 128;
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
