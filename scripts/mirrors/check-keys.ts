/** Whether the key files of a list hold the keys that its repositories name, and whether those can prove anything. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readKeys, unusableKey } from "../../worker/formats/openpgp/keyring.ts";
import { nameOfFile } from "./check.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile } from "./site.ts";
import type { Source } from "./source.ts";

/**
 * @param dir the list's folder
 * @param sources the repositories' files
 * @param repositories those of them without an error
 * @throws when a key file can't be read
 */
export async function checkKeys(
  dir: string,
  sources: readonly Source[],
  repositories: readonly RepositoryFile[],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { name, keys = [] } of repositories) {
    const source = sources.find((one) => nameOfFile(one) === name);
    for (const [index, { file, fingerprints }] of keys.entries()) {
      const bytes = await readFile(join(dir, "keys", file));
      for (const [at, fingerprint] of fingerprints.entries()) {
        const said = await keyFault(file, bytes, fingerprint);
        if (said === undefined || source === undefined) continue;
        problems.push(source.problemAt(["keys", index, "fingerprints", at], said));
      }
    }
  }
  return problems;
}

async function keyFault(
  file: string,
  bytes: Uint8Array,
  fingerprint: string,
): Promise<string | undefined> {
  try {
    const { keys } = await readKeys([{ file, bytes, fingerprints: [fingerprint] }]);
    for (const key of keys) {
      const unusable = await unusableKey(key);
      if (unusable !== undefined) {
        return `${fingerprint} of ${file} is ${unusable}: nothing signed by it is taken. Ask the repository for a newer key.`;
      }
    }
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${why}. Correct the fingerprint, or put the right file into mirror-list/keys/.`;
  }
}
