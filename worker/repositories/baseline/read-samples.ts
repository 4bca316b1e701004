/** Reads which files an index lists now, and keeps some of them to sample mirrors by. */

import type { IndexReader, NamedIndex } from "../../formats/index-reader.ts";
import type { SummedFile } from "../../formats/kind-reading.ts";
import { readings } from "../../formats/readings.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";
import type { SampleFile } from "./baseline.ts";
import { readIndex } from "./origin-index.ts";
import { type PathSet, pathHash } from "./path-set.ts";
import { withSizes } from "./sample-sizes.ts";
import { maxRecent, Sampler } from "./sampler.ts";

/**
 * Which paths each index listed at its last reading, by the index's path. It is what tells recent files; without it
 * none are.
 */
export interface PathsByIndex {
  get(index: string): PathSet | undefined;
  put(index: string, paths: PathSet): void;
}

export interface ReadSamples {
  samples: readonly SampleFile[];
  /** The index they are of. */
  index: string;
}

/**
 * Files of one index that this root names.
 *
 * @param before the recent ones among them stay recent while their index lists them
 * @returns a sentence where there is none to be had. Never rejects for what an origin does.
 */
export async function readSamples(
  repository: Repository,
  root: { path: string; text: string },
  before: readonly SampleFile[],
  access: OriginAccess,
  listings: PathsByIndex,
  random: () => number,
): Promise<ReadSamples | string> {
  const found = readings[repository.kind].contents.samples?.(root.path, root.text, {
    components: repository.setup.components?.split(/\s+/).filter(Boolean) ?? [],
    architectures: repository.architectures,
    random,
  });
  if (found === undefined) return `${root.path} names no index we read`;
  if (typeof found === "string") return found;
  if ("files" in found) return fromSums(repository, root, found, before, access, listings, random);
  const { index, base, read } = found;
  const sampler = new Sampler(listings.get(index.path), random);
  const reader = read((file) => sampler.offer(file, base));
  return fromIndex(repository, index, { base, sampler, reader }, before, access, listings);
}

async function fromIndex(
  repository: Repository,
  index: NamedIndex,
  reading: { base: string; sampler: Sampler; reader: IndexReader },
  before: readonly SampleFile[],
  access: OriginAccess,
  listings: PathsByIndex,
): Promise<ReadSamples | string> {
  const { base, sampler, reader } = reading;
  const fault = await readIndex(access, repository, index, reader);
  if (fault !== undefined) return fault;
  return { samples: kept(sampler, base, before, index.path, listings), index: index.path };
}

async function fromSums(
  repository: Repository,
  root: { path: string },
  { files, base }: { files: readonly SummedFile[]; base: string },
  before: readonly SampleFile[],
  access: OriginAccess,
  listings: PathsByIndex,
  random: () => number,
): Promise<ReadSamples | string> {
  if (files.length === 0) return `${root.path} lists no images`;
  const sampler = new Sampler(listings.get(root.path), random);
  for (const { path, sha256 } of files) {
    const seat = sampler.seat(pathHash(path, base.length));
    if (seat >= 0) sampler.put(seat, { path, size: 0, sha256 });
  }
  // The size isn't known yet, and is asked only of those that are used.
  const samples = await withSizes(sampler.samples(), repository, access, random);
  if (samples.length === 0) return `${root.path}: the origin tells the size of none of its images`;
  const sized = new Set(samples.map(({ path }) => path));
  const still = stillRecent(sampler.paths(), base, before).filter(({ path }) => !sized.has(path));
  const paths = sampler.paths();
  if (paths !== undefined) listings.put(root.path, paths);
  return { samples: [...samples, ...still], index: root.path };
}

/** What the sampler kept, with the recent ones from before that are still listed; remembers what was listed. */
function kept(
  sampler: Sampler,
  base: string,
  before: readonly SampleFile[],
  index: string,
  listings: PathsByIndex,
): SampleFile[] {
  const samples = sampler.samples();
  const paths = sampler.paths();
  if (paths === undefined) return samples;
  listings.put(index, paths);
  const fresh = samples.filter(({ recent }) => recent === true);
  const known = new Set(fresh.map(({ path }) => path));
  const still = stillRecent(paths, base, before)
    .filter(({ path }) => !known.has(path))
    .slice(0, maxRecent - fresh.length);
  const recent = new Set(still.map(({ path }) => path));
  return [...fresh, ...still, ...samples.filter((file) => !file.recent && !recent.has(file.path))];
}

function stillRecent(
  paths: PathSet | undefined,
  base: string,
  before: readonly SampleFile[],
): SampleFile[] {
  return before.filter(
    ({ path, recent }) =>
      recent === true && path.startsWith(base) && paths?.has(pathHash(path, base.length)) === true,
  );
}
