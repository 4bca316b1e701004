/** A probe's checks of a mirror's payload files: a few by size, now and then their bytes. */
import type { Failure } from "../../outbound/failure.ts";
import type { Visit } from "../../outbound/visit.ts";
import type { SampleFile } from "../../repositories/baseline/baseline.ts";
import type { FileObservation } from "../observation.ts";
import { compareContent } from "./content.ts";
import { isLack } from "./origin-lacks.ts";
import type { ProbeOptions } from "./probe-options.ts";
import { checkFile, drawSample } from "./sample-file.ts";

/** Files checked besides, once one has failed. */
const moreFiles = 3;
/** Files whose bytes are compared besides, once one's differ. */
const moreContents = 2;
/** So many failed files, and not one that is right, are the mirror's failure and no longer the files'. */
const filesForTarget = 3;

/** Checks payload files; more of them where one fails, to tell a bad file from a bad mirror. */
export async function probeFiles(
  visit: Visit,
  samples: readonly SampleFile[],
  options: ProbeOptions,
): Promise<{ failure?: Failure; files: FileObservation[] }> {
  const looked = new Map<string, FileObservation>();
  const good: SampleFile[] = [];
  /** Neither the mirror nor the origin has them: no copy can. */
  const nowhere = new Set<string>();
  const check = async (file: SampleFile): Promise<void> => {
    const failure = await checkFile(visit, file);
    if (failure === undefined) good.push(file);
    else if (isLack(failure.status) && (await options.originLacks?.(file.path))) {
      nowhere.add(file.path);
      return;
    }
    looked.set(file.path, observed(file, false, failure));
  };
  const checkSome = async (count: number): Promise<void> => {
    for (let index = 0; index < count && !visit.spent; index++) {
      const file = drawSample(samples, new Set([...looked.keys(), ...nowhere]), options.random);
      if (file === undefined) return;
      await check(file);
    }
  };
  for (const file of options.again ?? []) if (!visit.spent) await check(file);
  await checkSome(options.files);
  if (good.length < looked.size || nowhere.size > 0) await checkSome(moreFiles);
  const failure = failureOfAll([...looked.values()], samples.length);
  if (failure !== undefined || !options.content) return withFailure(failure, looked);
  return withFailure(await probeContent(visit, { samples, good, looked }, options), looked);
}

/** Files that a probe has asked about so far. */
interface CheckedFiles {
  /** All that it may ask about. */
  samples: readonly SampleFile[];
  /** Found right by size, in the order asked. */
  good: readonly SampleFile[];
  /** By path; what comes of their bytes is noted here. */
  looked: Map<string, FileObservation>;
}

/** Compares bytes of a file that was right by size, and of two more where they are wrong. */
async function probeContent(
  visit: Visit,
  { samples, good, looked }: CheckedFiles,
  options: ProbeOptions,
): Promise<Failure | undefined> {
  const tried: FileObservation[] = [];
  const taken = new Set([...looked.values()].flatMap((seen) => (seen.failure ? [seen.path] : [])));
  const [first] = good;
  const wanted = options.contents ?? 1;
  for (let index = 0; index < wanted + moreContents && !visit.spent; index++) {
    const file = index === 0 ? first : drawSample(samples, taken, options.random);
    if (file === undefined) break;
    taken.add(file.path);
    const verdict = await compareContent(visit, file, options.originRange, options.random);
    const seen = observed(file, verdict.compared, verdict.failure);
    looked.set(file.path, seen);
    tried.push(seen);
    if (verdict.failure === undefined && tried.length >= wanted) break;
  }
  return failureOfAll(tried, samples.length);
}

/** The first one's failure where no file is right, and there were enough of them or there are no more. */
function failureOfAll(seen: readonly FileObservation[], samples: number): Failure | undefined {
  if (seen.length < Math.min(filesForTarget, samples)) return undefined;
  return seen.every(({ failure }) => failure !== undefined) ? seen[0]?.failure : undefined;
}

function observed(file: SampleFile, hashed: boolean, failure?: Failure): FileObservation {
  return { path: file.path, hashed, ...(failure !== undefined && { failure }) };
}

function withFailure(
  failure: Failure | undefined,
  looked: ReadonlyMap<string, FileObservation>,
): { failure?: Failure; files: FileObservation[] } {
  return { ...(failure !== undefined && { failure }), files: [...looked.values()] };
}
