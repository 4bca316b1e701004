/**
 * One probe of one target: its roots (reachable, whole, which generation), a payload file or a few by size, and
 * now and then their bytes. Says what was found; what that means for the target's state is decided elsewhere.
 */

import { endBytes, hexOf } from "../../formats/root-end.ts";
import { dateInText, looksLikePage, maxRootBytes, rootDate } from "../../formats/roots.ts";
import type { Reply } from "../../outbound/ask.ts";
import type { Failure } from "../../outbound/failure.ts";
import { badStatus, Visit, type VisitOptions } from "../../outbound/visit.ts";
import type { Baseline, RootBaseline, SampleFile } from "../../repositories/baseline/baseline.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { freshnessOf, worstFreshness } from "../freshness.ts";
import { canBeTold, generationOf, promised } from "../generation.ts";
import type {
  FileObservation,
  FreshnessObservation,
  Observation,
  SeenRoot,
} from "../observation.ts";
import type { Target } from "../target.ts";
import { compareContent, lateness, type OriginRange, sha256 } from "./content.ts";
import { chooseRoots, isBehind, mostRoots } from "./root-choice.ts";
import { drawSample, headerSize, lookAtFile, totalSize } from "./sample-file.ts";

/** What a target is compared with. */
export interface ProbeSubject {
  repository: Repository;
  reference: Baseline;
  /** Whether a path isn't expected at this mirror (an architecture or folder it doesn't carry). Absent: all is. */
  leavesOut?: (path: string) => boolean;
}

/** How a probe is done. */
export interface ProbeOptions extends VisitOptions {
  /** In [0, 1). */
  random: () => number;
  /** Compare bytes this time. */
  content: boolean;
  /** Of so many files, where bytes are compared. Default 1. */
  contents?: number;
  /** Payload files to look at; usually 1. */
  files: number;
  /** Files that failed before, looked at first: whether they are mended. Absent: none. */
  again?: readonly SampleFile[];
  originRange: OriginRange;
  /** `Observation.roots` of the last probe of this target. */
  known?: readonly SeenRoot[];
  /** All roots are asked where there are no more than this, else as `chooseRoots` says. Absent: as it does. */
  roots?: number;
}

/** Files looked at besides, once one has failed. */
const moreFiles = 3;
/** Files whose bytes are compared besides, once one's differ. */
const moreContents = 2;
/** So many failed files, and not one that is right, are the mirror's failure and no longer the files'. */
const filesForTarget = 3;
/** A certificate that ends within this is worth a warning, ms: 14 days. */
const certificateWarningMs = 14 * 86_400_000;

/** Probes a target. Never rejects; ends within a few of `deadlineMs`. */
export async function probeTarget(
  target: Target,
  subject: ProbeSubject,
  options: ProbeOptions,
): Promise<Observation> {
  const at = options.now();
  const visit = new Visit(target.base, options);
  const expected = rootsExpected(subject);
  const roots = await probeRoots(visit, subject.repository, expected, options);
  const generation = roots.failure === undefined ? generationOf(expected, roots.seen) : undefined;
  let failure = roots.failure;
  let files: FileObservation[] = [];
  if (failure === undefined) {
    const samples = promised(subject.reference, generation).filter(
      ({ path }) => !(subject.leavesOut?.(path) ?? false),
    );
    ({ failure, files } = await probeFiles(visit, samples, options));
    if (roots.asked === 0 && samples.length === 0) failure = await probeBase(visit);
  }
  const freshness = worstFreshness(roots.freshness);
  return {
    at,
    ...(failure !== undefined && { failure }),
    ...(visit.firstMs !== undefined && { ms: visit.firstMs }),
    ...(visit.bytesPerSecond !== undefined && { bytesPerSecond: visit.bytesPerSecond }),
    ...(freshness !== undefined && { freshness }),
    ...(generation !== undefined && { generation }),
    ...(roots.seen.length > 0 && { roots: roots.seen }),
    files,
    ...(visit.ranges !== undefined && { ranges: visit.ranges }),
    ...(visit.certificateUntil !== undefined && { certificateUntil: visit.certificateUntil }),
    warnings: warningsOf(visit, at),
    requests: visit.requests,
  };
}

interface RootsFound {
  failure?: Failure;
  asked: number;
  /** What was known of the roots that weren't asked is kept. */
  seen: SeenRoot[];
  freshness: FreshnessObservation[];
}

/** Only roots that the origin is known to have: of another, a 404 would say nothing. */
function rootsExpected({ repository, reference, leavesOut }: ProbeSubject): RootBaseline[] {
  return reference.roots.filter(
    ({ path, generations }) =>
      generations.length > 0 &&
      (repository.roots?.includes(path) ?? false) &&
      !(leavesOut?.(path) ?? false),
  );
}

/** Asks the chosen roots one after the other, up to the first that fails. */
async function probeRoots(
  visit: Visit,
  repository: Repository,
  expected: readonly RootBaseline[],
  options: ProbeOptions,
): Promise<RootsFound> {
  const known = new Map((options.known ?? []).map((root) => [root.path, root]));
  const found: RootsFound = { asked: 0, seen: [], freshness: [] };
  const readable = expected.filter(canBeTold);
  const chosen = chooseRoots(readable, known, options.random, options.roots);
  // Grows while it is gone through.
  for (const root of chosen) {
    if (visit.spent) break;
    found.asked++;
    const before = known.get(root.path);
    const ask = root.large ? askEnd : askRoot;
    const seen = await ask(visit, repository, root, before);
    if (seen === undefined) {
      known.delete(root.path);
      continue;
    }
    if ("failure" in seen) {
      found.failure = seen.failure;
      known.delete(root.path);
      break;
    }
    const [newest] = root.generations;
    known.set(root.path, { ...seen, ...(newest !== undefined && { newest: newest.hash }) });
    const freshness = freshnessOf(seen, root, repository.freshness, options.now());
    if (freshness !== undefined) found.freshness.push(freshness);
    if (before === undefined || before.hash === seen.hash) continue;
    // It was synchronised since: so may have been the others that it was behind with.
    for (const other of readable) {
      const room = chosen.size < mostRoots;
      if (room && isBehind(other, known.get(other.path))) chosen.add(other);
    }
  }
  found.seen = [...known.values()];
  return found;
}

async function askRoot(
  visit: Visit,
  repository: Repository,
  { path, file = path }: RootBaseline,
  known: SeenRoot | undefined,
): Promise<SeenRoot | { failure: Failure }> {
  const answer = await visit.ask({
    method: "GET",
    path: file,
    headers: conditions(known),
    // One more than allowed, to tell a root that is too large from one that just fits.
    maxBodyBytes: maxRootBytes + 1,
  });
  if ("failure" in answer) return answer;
  const { reply, url } = answer;
  if (reply.status === 304 && known !== undefined) return known;
  const { status, body } = reply;
  const evidence = { url, status, ms: reply.totalMs };
  // A portal may answer any status with its page; what it is goes before how it was sent.
  if (looksLikePage(body)) {
    const detail = "It answers with a web page in place of the repository's root.";
    return { failure: { ...evidence, kind: "captive", detail } };
  }
  if (status !== 200) return { failure: badStatus(answer) };
  const size = headerSize(reply);
  const encoded = reply.headers.has("Content-Encoding");
  if (body.length > maxRootBytes) {
    const detail = `The root is larger than ${maxRootBytes} bytes.`;
    return { failure: { ...evidence, kind: "size", detail, seenSize: size ?? body.length } };
  }
  if (!reply.whole || (size !== undefined && !encoded && body.length < size)) {
    const detail = `The root ended after ${body.length} bytes${lateness(reply)}.`;
    const kind = reply.late === true ? "timeout" : "broken";
    const expected = size === undefined ? {} : { expectedSize: size };
    return {
      failure: { ...evidence, kind, detail, ...expected, seenSize: body.length },
    };
  }
  if (body.length === 0) {
    return { failure: { ...evidence, kind: "size", detail: "The root is empty.", seenSize: 0 } };
  }
  return seenRoot(repository, path, reply);
}

/**
 * Asks for a root's last bytes. A copy that isn't a version of ours is given a hash that no version has.
 *
 * @returns undefined where the mirror gives no such range: then nothing is known of its copy
 */
async function askEnd(
  visit: Visit,
  repository: Repository,
  { path, file = path, generations }: RootBaseline,
  known: SeenRoot | undefined,
): Promise<SeenRoot | { failure: Failure } | undefined> {
  const answer = await visit.ask({
    method: "GET",
    path: file,
    headers: { ...conditions(known), Range: `bytes=-${endBytes}` },
    maxBodyBytes: endBytes + 1,
  });
  if ("failure" in answer) return answer;
  const { reply } = answer;
  if (reply.status === 304 && known !== undefined) return known;
  if (reply.status === 200) return undefined;
  if (reply.status !== 206) return { failure: badStatus(answer) };
  const size = totalSize(reply);
  if (size === undefined || reply.body.length !== endBytes) return undefined;
  const last = hexOf(reply.body);
  const version = generations.find(({ end }) => end?.size === size && end.last === last);
  const seen = await seenRoot(repository, path, reply);
  return { ...seen, hash: version?.hash ?? `end ${last} of ${size}` };
}

function conditions(known: SeenRoot | undefined): Record<string, string> {
  if (known?.etag !== undefined) return { "If-None-Match": known.etag };
  return known?.lastModified === undefined ? {} : { "If-Modified-Since": known.lastModified };
}

async function seenRoot(repository: Repository, path: string, reply: Reply): Promise<SeenRoot> {
  const etag = reply.headers.get("ETag");
  const lastModified = reply.headers.get("Last-Modified");
  const date = rootDate(repository.kind, reply.body, reply.headers);
  const textDate = dateInText(repository.kind, reply.body);
  return {
    path,
    ...(etag !== null && { etag }),
    ...(lastModified !== null && { lastModified }),
    hash: await sha256(reply.body),
    ...(date !== undefined && { date }),
    ...(textDate !== undefined && { textDate }),
  };
}

/** Looks at payload files; more of them where one fails, to tell a bad file from a bad mirror. */
async function probeFiles(
  visit: Visit,
  samples: readonly SampleFile[],
  options: ProbeOptions,
): Promise<{ failure?: Failure; files: FileObservation[] }> {
  const looked = new Map<string, FileObservation>();
  const good: SampleFile[] = [];
  const lookAt = async (file: SampleFile): Promise<void> => {
    const failure = await lookAtFile(visit, file);
    if (failure === undefined) good.push(file);
    looked.set(file.path, observed(file, false, failure));
  };
  const look = async (count: number): Promise<void> => {
    for (let index = 0; index < count && !visit.spent; index++) {
      const file = drawSample(samples, new Set(looked.keys()), options.random);
      if (file === undefined) return;
      await lookAt(file);
    }
  };
  for (const file of options.again ?? []) if (!visit.spent) await lookAt(file);
  await look(options.files);
  if (good.length < looked.size) await look(moreFiles);
  const failure = failureOfAll([...looked.values()], samples.length);
  if (failure !== undefined || !options.content) return withFailure(failure, looked);
  return withFailure(await probeContent(visit, samples, good, looked, options), looked);
}

/** Compares bytes of a file that looked right, and of two more where they are wrong. */
async function probeContent(
  visit: Visit,
  samples: readonly SampleFile[],
  good: readonly SampleFile[],
  looked: Map<string, FileObservation>,
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

/** With nothing to compare, all that can be told is whether somebody answers: many mirrors list no folders. */
async function probeBase(visit: Visit): Promise<Failure | undefined> {
  const answer = await visit.ask({ method: "HEAD", path: "", maxBodyBytes: 0 });
  if ("failure" in answer) return answer.failure;
  return answer.reply.status >= 500 ? badStatus(answer) : undefined;
}

function warningsOf(visit: Visit, now: number): string[] {
  const warnings = visit.elsewhere.map((host) => `It redirects to ${host}.`);
  if (visit.ranges === false) {
    warnings.push("It answers no ranges: broken downloads begin again from the start.");
  }
  const { certificateUntil } = visit;
  if (certificateUntil !== undefined && certificateUntil - now < certificateWarningMs) {
    warnings.push(`Its certificate ends on ${dayOf(certificateUntil)}.`);
  }
  return warnings;
}

/** `2026-12-01`; the year is bounded, as a certificate may say anything. */
function dayOf(moment: number): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "an unreadable date" : date.toISOString().slice(0, 10);
}
