/** Finds the indexes that tell of packages among the files that a root names. Pure. */
import type { NamedFiles } from "./kind-reading.ts";
import type { ManifestEntry } from "./manifest-entry.ts";
import type { IndexVariant, PackageIndex, PackageIndexRole } from "./package-reading.ts";

/**
 * Compressions that are unpacked here, by the endings of names, the one that takes least first: gzip takes a fifth of xz's
 * time. Plain forms are named by roots more often than they are there, so they are the last.
 */
const endings = [".gz", ".xz", ".zst", ".zck", ""] as const;

/** In the order of reading: descriptions and commands are of packages that were read before, and files are most. */
const order: readonly PackageIndexRole[] = [
  "packages",
  "descriptions",
  "commands",
  "groups",
  "advisories",
  "files",
];

/** What an index is, by its path. */
export type KnownIndex = Omit<PackageIndex, "variants" | "isRoot">;

/**
 * All indexes that a root names, in the order of reading; of one role in the order of `named`.
 *
 * @param known what the index is, by its path without the ending of a compression; undefined: it is of no use here
 */
export function indexesAmong(
  named: NamedFiles,
  known: (plain: string) => KnownIndex | undefined,
): PackageIndex[] {
  const found = new Map<string, { index: KnownIndex; variants: Map<string, IndexVariant[]> }>();
  for (const [path, entry] of Object.entries(named)) {
    const ending = endings.find((one) => path.endsWith(one)) ?? "";
    const sha256 = proofOf(entry);
    const index = known(path.slice(0, path.length - ending.length));
    if (index === undefined || sha256 === undefined) continue;
    const one = found.get(index.name) ?? { index, variants: new Map() };
    found.set(index.name, one);
    const same = one.variants.get(ending) ?? [];
    one.variants.set(ending, [...same, { path, sha256, size: entry.size }]);
  }
  const all = [...found.values()].map(({ index, variants }) => ({
    ...index,
    variants: endings.flatMap((ending) => variants.get(ending) ?? []),
  }));
  return all.sort((one, other) => order.indexOf(one.role) - order.indexOf(other.role));
}

/** The hash that the bytes are stored under, as `storedName` of `blobs/`, which this folder doesn't know. */
function proofOf({ sha256, sha512 }: ManifestEntry): string | undefined {
  return sha256 ?? sha512;
}
