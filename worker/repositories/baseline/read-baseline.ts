/**
 * Reads what a repository's origin has: the generations of its roots, and some files to sample mirrors by.
 * A verified snapshot store will know both without asking; whoever takes a `Reference` stays as it is.
 */

import type { OriginAccess } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";
import type { Baseline, RootBaseline } from "./baseline.ts";
import { type ReadRoot, readRoot } from "./read-root.ts";
import { type PathsByIndex, readSamples } from "./read-samples.ts";

/** Samples are drawn anew after this, ms, so that over the weeks mirrors are judged by all of their files. */
export const samplesAgeMs = 24 * 3_600_000;
/** Samples that could not be had are looked for again after this, ms; an index is up to 25 MB of the origin's. */
export const samplesRetryMs = 15 * 60_000;
/** Roots asked for at a time: a Worker may have six waiting. */
const rootsAtOnce = 4;

/** Nothing listed before, and nothing remembered. */
const forgetful: PathsByIndex = { get: () => undefined, put: () => undefined };

/**
 * Asks the origin and gives the reference that follows on `before`. Never rejects: what can't be read is kept as
 * it was, with the reason beside it (`failed` here and at each root, `withoutSamples`).
 *
 * @param before of the same repository and origin; another's is not used
 * @param now Unix ms
 * @param random 0 to 1
 * @param listings remembers which files there were; without it none is told to be recent
 */
export async function readBaseline(
  repository: Repository,
  before: Baseline | undefined,
  access: OriginAccess,
  now: number,
  random: () => number,
  listings: PathsByIndex = forgetful,
): Promise<Baseline> {
  const known = startingPoint(repository, before);
  if (known.roots.length === 0) return known;

  const read = await readRoots(repository, known.roots, access, now);
  const faults = read.flatMap(({ root }) =>
    root.failed === undefined ? [] : [`${root.path}: ${root.failed}`],
  );
  const answered = faults.length < read.length;
  const { failed: _, ...rest } = known;
  const reference: Baseline = {
    ...rest,
    askedAt: answered ? now : known.askedAt,
    roots: read.map(({ root }) => root),
    ...(!answered && { failed: faults[0] ?? "The origin can't be read." }),
  };
  if (!answered) return reference;
  return withSamples(repository, reference, read, access, now, random, listings);
}

/** What is known before asking, of just the roots that are listed. */
function startingPoint(repository: Repository, before: Baseline | undefined): Baseline {
  const { name, origin } = repository;
  const same = before?.repository === name && before.origin === origin ? before : undefined;
  const roots = (repository.roots ?? []).map(
    (path): RootBaseline =>
      same?.roots.find((root) => root.path === path) ?? { path, generations: [] },
  );
  return same ? { ...same, roots } : { repository: name, origin, askedAt: 0, roots, samples: [] };
}

async function readRoots(
  repository: Repository,
  roots: readonly RootBaseline[],
  access: OriginAccess,
  now: number,
): Promise<ReadRoot[]> {
  const read: ReadRoot[] = [];
  let next = 0;
  const readNext = async () => {
    while (next < roots.length) {
      const at = next++;
      const root = roots[at];
      if (root !== undefined) read[at] = await readRoot(repository, root, access, now, false);
    }
  };
  await Promise.all(Array.from({ length: rootsAtOnce }, readNext));
  return read;
}

/** The reference with new samples where they are due and can be had. */
async function withSamples(
  repository: Repository,
  reference: Baseline,
  read: readonly ReadRoot[],
  access: OriginAccess,
  now: number,
  random: () => number,
  listings: PathsByIndex,
): Promise<Baseline> {
  const root = rootToSample(reference, read, now, random);
  if (root === undefined) return reference;
  const { withoutSamples: _, ...rest } = reference;
  const tried: Baseline = { ...rest, samplesTriedAt: now };
  // A root that didn't change was confirmed without its body.
  const whole =
    root.text === undefined ? await readRoot(repository, root.root, access, now, true) : root;
  // What it shows now counts as well: it may have changed between the two questions.
  const current: Baseline = {
    ...tried,
    roots: tried.roots.map((one) => (one.path === whole.root.path ? whole.root : one)),
  };
  const newest = whole.root.generations[0];
  if (whole.text === undefined || newest === undefined) {
    const why = whole.root.failed ?? "The origin shows an older one than it did.";
    return { ...current, withoutSamples: `${whole.root.path}: ${why}` };
  }
  const { path } = whole.root;
  const from = { path, text: whole.text };
  const found = await readSamples(repository, from, current.samples, access, listings, random);
  if (typeof found === "string") return { ...current, withoutSamples: found };
  return {
    ...current,
    samples: found.samples,
    sampled: { root: path, rootHash: newest.hash, path: found.index, at: now },
  };
}

/** The root to take an index of, where samples are due: a changed one before the others. */
function rootToSample(
  reference: Baseline,
  read: readonly ReadRoot[],
  now: number,
  random: () => number,
): ReadRoot | undefined {
  const { sampled, samplesTriedAt } = reference;
  const usable = read.filter(({ root }) => root.failed === undefined);
  const changed = usable.filter((one) => one.changed);
  if (changed.length > 0) return oneOf(changed, random);
  if (samplesTriedAt !== undefined && now - samplesTriedAt < samplesRetryMs) return undefined;
  // A newer index than the samples are of couldn't be read when it came.
  const outdated = usable.filter(
    ({ root }) => root.path === sampled?.root && root.generations[0]?.hash !== sampled.rootHash,
  );
  if (outdated.length > 0) return outdated[0];
  if (sampled !== undefined && reference.samples.length > 0 && now - sampled.at < samplesAgeMs) {
    return undefined;
  }
  return oneOf(usable, random);
}

function oneOf<T>(among: readonly T[], random: () => number): T | undefined {
  return among[Math.floor(random() * among.length)];
}
