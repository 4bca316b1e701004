/** The names under which bytes are stored. Pure. */
import type { ManifestEntry } from "../formats/manifest-entry.ts";

/**
 * The hash that a root proves a file by: its SHA-256, or its SHA-512 where the root gives no other. Undefined: it
 * gives neither, so the file's bytes can't be verified, and aren't stored.
 */
export function storedName({ sha256, sha512 }: ManifestEntry): string | undefined {
  return sha256 ?? sha512;
}

/** Hex digits of a SHA-512; a SHA-256 has half of them. */
const sha512Digits = 128;

/** Which hash a name is, by its length; as `createHash` and R2 call it. */
export function algorithmOf(name: string): "sha256" | "sha512" {
  return name.length === sha512Digits ? "sha512" : "sha256";
}
