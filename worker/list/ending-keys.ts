/** Keys that repositories trust and that end soon: their origins will sign with others, which have to be listed before. */
import { fingerprintOf, readKeys } from "../formats/openpgp/keyring.ts";
import type { ListEntries } from "./entries.ts";
import { bytesOfBase64 } from "./key-bytes.ts";
import type { RepositoryFile } from "./site.ts";

/** A key that ends within this is told, ms: a distribution announces the next one a month before, and people are away. */
export const endingKeyMs = 45 * 24 * 3600 * 1000;

/** A key of a repository, and when it ends or has ended. */
export interface EndingKey {
  repository: string;
  fingerprint: string;
  /** Unix ms. */
  ends: number;
}

/** All keys of a list that end within `endingKeyMs`. What can't be read is told by the list's check. @param now Unix ms */
export async function endingKeys(entries: ListEntries, now: number): Promise<EndingKey[]> {
  const ending: EndingKey[] = [];
  for (const [place, value] of entries) {
    if (!place.startsWith("repositories/") || typeof value === "string") continue;
    const { name, keys = [] } = value as unknown as RepositoryFile;
    for (const { file, fingerprints } of keys) {
      const stored = entries.get(`keys/${file}`);
      if (typeof stored !== "string") continue;
      for (const [fingerprint, ends] of await endsOf(file, stored, fingerprints)) {
        if (ends - now < endingKeyMs) ending.push({ repository: name, fingerprint, ends });
      }
    }
  }
  return ending;
}

async function endsOf(
  file: string,
  stored: string,
  fingerprints: readonly string[],
): Promise<[fingerprint: string, ends: number][]> {
  try {
    const { keys } = await readKeys([
      { file, bytes: bytesOfBase64(stored), fingerprints: [...fingerprints] },
    ]);
    const ends: [string, number][] = [];
    for (const key of keys) {
      const at = await key.getExpirationTime();
      // `Infinity`: it has no end; `null`: it was never good, which the check says.
      if (at instanceof Date) ends.push([fingerprintOf(key), at.getTime()]);
    }
    return ends;
  } catch {
    return [];
  }
}
