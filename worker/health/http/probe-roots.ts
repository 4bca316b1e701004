/** A probe's questions for a mirror's roots: are they there, whole, and of which generation. */

import { dateInText, rootDate } from "../../formats/root-date.ts";
import { endBytes } from "../../formats/root-end.ts";
import { looksLikePage, maxRootBytes } from "../../formats/roots.ts";
import type { Reply } from "../../outbound/ask.ts";
import type { Failure } from "../../outbound/failure.ts";
import { badStatus, type Visit } from "../../outbound/visit.ts";
import type { RootBaseline } from "../../repositories/baseline/baseline.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { hex } from "../../runtime/hex.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { freshnessOf } from "../freshness.ts";
import { canBeTold } from "../generation.ts";
import type { FreshnessObservation, SeenRoot } from "../observation.ts";
import { lateness } from "./content.ts";
import { isLack } from "./origin-lacks.ts";
import type { ProbeOptions, ProbeSubject } from "./probe-options.ts";
import { chooseRoots, isBehind, mostRoots } from "./root-choice.ts";
import { headerSize, totalSize } from "./sample-file.ts";

/** What a probe found at a mirror's roots. */
export interface RootsFound {
  failure?: Failure;
  asked: number;
  /** What was known of the roots that weren't asked is kept. */
  seen: SeenRoot[];
  freshness: FreshnessObservation[];
}

/** Only roots that the origin is known to have: of another, a 404 would say nothing. */
export function rootsExpected({ repository, baseline, leavesOut }: ProbeSubject): RootBaseline[] {
  return baseline.roots.filter(
    ({ path, generations }) =>
      generations.length > 0 &&
      (repository.roots?.includes(path) ?? false) &&
      !(leavesOut?.(path) ?? false),
  );
}

/** Asks the chosen roots one after the other, up to the first that fails; one that the origin lacks as well is no failure. */
export async function probeRoots(
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
      known.delete(root.path);
      // A suite that its origin gave up: mirrors that have followed have it no more either.
      const isGone =
        isLack(seen.failure.status) && (await options.originLacks?.(root.file ?? root.path));
      if (isGone) continue;
      found.failure = seen.failure;
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
  const last = hex(reply.body);
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
    hash: sha256Of(reply.body),
    ...(date !== undefined && { date }),
    ...(textDate !== undefined && { textDate }),
  };
}
