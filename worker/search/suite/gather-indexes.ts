/** Has the indexes of a set stored before it is built: what isn't there yet is pulled, verified, by the repository's object. */
import type { Blobs } from "../../blobs/blobs.ts";
import type { IndexVariant, PackageIndex } from "../../formats/package-reading.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { ToldIndex } from "../suite.ts";
import type { MissingIndex } from "./suite-store.ts";

/** An index of a set, and what it is read from. */
export type GatheredIndex =
  | { index: PackageIndex; variant: IndexVariant }
  | { index: PackageIndex; why: string; missing?: MissingIndex };

export interface IndexSource {
  blobs: Blobs;
  /** As `SuiteContext.pull`, of the suite's repository. */
  pull(path: string, sha256: string): Promise<"stored" | "absent" | string>;
}

/**
 * @param refused why a variant isn't read, by its hash
 * @throws what the blobs throw
 */
export async function gatherIndexes(
  indexes: readonly PackageIndex[],
  source: IndexSource,
  refused: ReadonlyMap<string, string> = new Map(),
): Promise<GatheredIndex[]> {
  const gathered: GatheredIndex[] = [];
  for (const index of indexes) gathered.push(await gather(index, source, refused));
  return gathered;
}

async function gather(
  index: PackageIndex,
  { blobs, pull }: IndexSource,
  refused: ReadonlyMap<string, string>,
): Promise<GatheredIndex> {
  const usable = index.variants.filter(({ sha256 }) => !refused.has(sha256));
  for (const variant of usable) {
    if (index.isRoot || (await blobs.has(variant.sha256))) return { index, variant };
  }
  let why = index.variants.flatMap(({ sha256 }) => refused.get(sha256) ?? []).at(0);
  let missing: MissingIndex | undefined;
  for (const variant of usable) {
    const { path, sha256 } = variant;
    const outcome = await pull(path, sha256).catch((error: unknown) => sentence(path, error));
    if (outcome === "stored") return { index, variant };
    missing ??= { name: index.name, path, sha256 };
    why ??= outcome === "absent" ? `The origin doesn't have ${path}.` : outcome;
    // Where the origin fails, it fails for the other compressions too.
    if (outcome !== "absent") break;
  }
  why ??= "It is named in no form that can be read here.";
  return { index, why, ...(missing && { missing }) };
}

function sentence(path: string, error: unknown): string {
  return `${path} can't be had: ${reasonOf(error)}.`;
}

/** What is told of an index that wasn't read, or as the beginning of what is told of it. */
export function toldOf({ name, role, component, architecture }: PackageIndex): ToldIndex {
  return {
    name,
    role,
    ...(component !== undefined && { component }),
    ...(architecture !== undefined && { architecture }),
  };
}
