/** What a check of a mirror learns beyond HEAD: which small file is fetched there, and whether its bytes are right. Pure. */

import { architectureOf } from "../formats/classify.ts";
import { type Gaps, leavesOut } from "../mirrors/eligible.ts";
import { provenByGeneration } from "../mirrors/proof.ts";
import type { Failure } from "../outbound/failure.ts";
import type { Answer } from "../outbound/visit.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { Canary } from "../repositories/chain/snapshot.ts";
import { sha256Of } from "../runtime/sha256.ts";

/** What a check said of a mirror. `silent`: no answer in time, or none whole. */
export type Check = "right" | "wrong" | "silent";

/** A check's outcome, or that of one of its questions. */
export interface CheckResult {
  found: Check;
  /** It sent a body, which was wrong or too slow: no HEAD would show that it is mended. */
  inBody?: true;
  /** What went wrong, for people; follows "its last look:". */
  said?: string;
}

/** Bytes of a small file, judged. */
export interface CheckedBody extends CheckResult {
  /** Bytes of body that came. */
  read: number;
}

/** Kinds of failure that are no answer. */
export const unansweredKinds: ReadonlySet<Failure["kind"]> = new Set([
  "unreachable",
  "timeout",
  "tls",
  "broken",
]);

/** A snapshot's files to check by, and in which of its repository's generations they are. */
export interface Canaries {
  files: readonly Canary[];
  repository: Pick<Repository, "kind" | "architectures">;
  /** Of the snapshot. */
  served: number;
}

/**
 * A file that the mirror must have by its generation; undefined: there is none.
 *
 * @param turn counts: another one each time, so that one damaged file doesn't stand for its mirror for long
 */
export function canaryFor(
  { files, repository, served }: Canaries,
  gaps: Gaps,
  turn: number,
): Canary | undefined {
  for (let step = 0; step < files.length; step++) {
    const file = files[(turn + step) % files.length];
    if (file === undefined || !provenByGeneration(gaps.carried, file, served)) continue;
    if (!leavesOut(gaps, file.path) && hasArchitecture(repository, gaps, file)) return file;
  }
  return undefined;
}

function hasArchitecture(
  { kind, architectures }: Canaries["repository"],
  { carried }: Gaps,
  { path }: Canary,
): boolean {
  if (carried.architectures === undefined) return true;
  const architecture = architectureOf(kind, path, architectures);
  return architecture === "" || carried.architectures.includes(architecture);
}

/** Judges the whole file, as a mirror gave it; of a longer one at least one byte more was read. */
export function judgeBytes(answer: Answer, { path, size, sha256 }: Canary): CheckedBody {
  if ("failure" in answer) {
    const found = unansweredKinds.has(answer.failure.kind) ? "silent" : "wrong";
    return { found, read: 0, said: `${answer.failure.detail} (GET ${path})` };
  }
  const { status, body, whole, late } = answer.reply;
  const read = body.byteLength;
  if (status !== 200) return { found: "wrong", read, said: `It answers ${status} to GET ${path}.` };
  if (read > size) return wrong(read, `The body of ${path} goes on after its ${size} bytes.`);
  if (!whole) {
    const how = late ? "came too slowly" : "ended early";
    const said = `The body of ${path} ${how}: ${read} of ${size} bytes.`;
    return { found: late ? "silent" : "wrong", read, inBody: true, said };
  }
  if (read < size) return wrong(read, `The body of ${path} has ${read} of ${size} bytes.`);
  if (sha256Of(body) !== sha256) {
    return wrong(read, `The bytes of ${path} are others than listed.`);
  }
  return { found: "right", read };
}

function wrong(read: number, said: string): CheckedBody {
  return { found: "wrong", read, inBody: true, said };
}

/**
 * The first outcome that isn't right, as soon as it comes; right once all are.
 *
 * @param asked rejects: so does this
 */
export function firstWrong(asked: readonly Promise<CheckResult>[]): Promise<CheckResult> {
  const settled = Promise.withResolvers<CheckResult>();
  for (const one of asked) {
    one.then((seen) => {
      if (seen.found !== "right") settled.resolve(seen);
    }, settled.reject);
  }
  Promise.all(asked).then(() => settled.resolve({ found: "right" }), settled.reject);
  return settled.promise;
}
