/** Paths that name a file by its hash. Pure. */
import { directoryOf } from "./open-snapshot.ts";

/** Hex digits of each algorithm, by its name in a path (Debian's RepositoryFormat, "by-hash"). */
const digits: Readonly<Record<string, number>> = { SHA256: 64, SHA512: 128, SHA1: 40, MD5Sum: 32 };

export interface NamedByHash {
  /** Lower-case hex. */
  hash: string;
  /** The file's directory, with its slash: that of the plain path. */
  directory: string;
  /** Whether bytes may be stored under the hash as their name. */
  isName: boolean;
  /** Whether the whole name is the hash, and nothing but by-hash leads there. */
  byHash: boolean;
}

/**
 * Reads `.../by-hash/SHA256/{hash}` and, as createrepo names indexes, `repodata/{hash}-primary.xml.gz`;
 * `undefined` for all other paths.
 */
export function namedByHash(path: string): NamedByHash | undefined {
  const [, directory = "", algorithm = "", hash = ""] =
    /^(|.*\/)by-hash\/([A-Za-z0-9]+)\/([0-9a-f]+)$/.exec(path) ?? [];
  if (hash !== "") {
    if (digits[algorithm] !== hash.length) return undefined;
    const isName = algorithm === "SHA256" || algorithm === "SHA512";
    return { hash, directory, isName, byHash: true };
  }
  const [, named = ""] = /(?:^|\/)repodata\/([0-9a-f]{64}|[0-9a-f]{128})-[^/]+$/.exec(path) ?? [];
  if (named === "") return undefined;
  return { hash: named, directory: directoryOf(path), isName: true, byHash: false };
}
