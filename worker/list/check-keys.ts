/** Whether the key files of a list hold the keys that its repositories name, and whether those can prove anything. */
import type { KeyFile } from "../formats/key-file.ts";
import type { Kind } from "../formats/kinds.ts";
import { readKeys, unusableKey } from "../formats/openpgp/keyring.ts";
import { readings } from "../formats/readings.ts";
import { nameOfFile } from "./check.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile } from "./site.ts";
import type { Source } from "./source.ts";

/**
 * @param sources the repositories' files
 * @param repositories those of them without an error
 * @param keyFile the bytes of a file that the list has
 * @throws when a key file can't be read
 */
export async function checkKeys(
  sources: readonly Source[],
  repositories: readonly RepositoryFile[],
  keyFile: (name: string) => Promise<Uint8Array> | Uint8Array,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { name, kind, keys = [] } of repositories) {
    const source = sources.find((one) => nameOfFile(one) === name);
    for (const [index, { file, fingerprints }] of keys.entries()) {
      const bytes = await keyFile(file);
      for (const [at, fingerprint] of fingerprints.entries()) {
        const said = await keyFault({ file, bytes, fingerprints: [fingerprint] }, kind);
        if (said === undefined || source === undefined) continue;
        problems.push(source.problemAt(["keys", index, "fingerprints", at], said));
      }
    }
  }
  return problems;
}

/** @param file with one fingerprint */
async function keyFault(file: KeyFile, kind: Kind): Promise<string | undefined> {
  const [fingerprint] = file.fingerprints;
  const named = `${fingerprint} of ${file.file}`;
  const { signedWith } = readings[kind];
  try {
    const { keys, rsa } = await readKeys([file]);
    const isOfKind = signedWith === "RSA" ? rsa.length > 0 : keys.length > 0;
    if (!isOfKind) {
      return `${named} is no ${signedWith} key, with which roots of ${kind} are signed. Name the right key.`;
    }
    for (const key of keys) {
      const unusable = await unusableKey(key);
      if (unusable === undefined) continue;
      return `${named} is ${unusable}: nothing signed by it is taken. Ask the repository for a newer key.`;
    }
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${why}. Correct the fingerprint, or put the right file into mirror-list/keys/.`;
  }
}
