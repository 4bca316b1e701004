/** Where a repository's pinned keys come from: the applied mirror list, else the one in the bundle. */

import { type Keyring, readKeys } from "../formats/openpgp/keyring.ts";
import type { Repository } from "./catalogue.ts";

export interface KeySources {
  /** Views of the applied list as JSON, `null` where none was applied. */
  applied(): Promise<string | null>;
  /** Views of the list in the bundle, as JSON. */
  shipped: string;
  /** Unix ms. */
  now(): number;
}

/** Keys are read again after this, ms: a key that was extended or revoked has the same name. */
const keyringAgeMs = 10 * 60_000;

/**
 * Gives a repository's keyring, read now and then.
 * @returns what rejects where a key file is in neither list, or lacks a listed key. Where the applied list can't be
 *   read, the keyring that was read before goes on, and without one the bundle has to do
 */
export function keyringFrom(sources: KeySources): (listed: Repository) => Promise<Keyring> {
  let held: { pinned: string; at: number; keyring: Keyring } | undefined;
  return async ({ keys }) => {
    const pinned = JSON.stringify(keys);
    const now = sources.now();
    const known = held?.pinned === pinned ? held : undefined;
    if (known !== undefined && now - known.at < keyringAgeMs) return known.keyring;
    const applied = await sources.applied().catch(() => undefined);
    if (applied === undefined && known !== undefined) return known.keyring;
    const keyring = await readPinned(keys, applied ?? null, sources.shipped);
    held = { pinned, at: now, keyring };
    return keyring;
  };
}

async function readPinned(
  keys: Repository["keys"],
  applied: string | null,
  shipped: string,
): Promise<Keyring> {
  const first = applied === null ? new Map<string, string>() : keysOf(applied);
  // The bundle's views are 700 KB to parse: only where they are needed.
  const lacking = keys.some(({ file }) => !first.has(file));
  const bundled = lacking ? keysOf(shipped) : first;
  const files = keys.map(({ file, fingerprints }) => {
    const text = first.get(file) ?? bundled.get(file);
    if (text === undefined) throw new Error(`the mirror list was applied without ${file}`);
    return { file, fingerprints, bytes: fromBase64(text) };
  });
  return readKeys(files);
}

function keysOf(json: string): Map<string, string> {
  const views: unknown = JSON.parse(json);
  if (typeof views !== "object" || views === null || !("keys" in views)) return new Map();
  const { keys } = views;
  if (typeof keys !== "object" || keys === null) return new Map();
  return new Map(
    Object.entries(keys).flatMap(([file, text]: [string, unknown]) =>
      typeof text === "string" ? [[file, text]] : [],
    ),
  );
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
