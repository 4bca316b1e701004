/** Compares bytes of a mirror's file with the index's hash or with the origin. */

import type { Reply } from "../../outbound/ask.ts";
import type { Failure } from "../../outbound/failure.ts";
import { badStatus, type Visit } from "../../outbound/visit.ts";
import type { SampleFile } from "../../repositories/baseline/baseline.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { headerSize, judgeFile, totalSize } from "./sample-file.ts";

/** Bytes compared at a time, and the grid they are taken from: enough to be timed, little enough to be polite. */
export const blockBytes = 64 * 1024;
/**
 * A file up to this size is read to its end where a server gives all of it in place of a range: more would be impolite,
 * and a body that tells no length and doesn't end is found out by the smaller files.
 */
const mostWholeBytes = 512 * 1024;
/**
 * Where the origin's bytes are others, a file up to this size is read whole, to tell by its hash who is wrong: an origin
 * in foul hands mustn't talk all mirrors down. Nearly all packages are smaller, and it comes once in a while.
 */
const mostHashedBytes = 32 * 1024 * 1024;
/** The same while the origin can't be had at all, which may last: most packages are smaller still. */
const mostHashedAloneBytes = 8 * 1024 * 1024;
/** Fewer bytes than this come in one or two packets, and their time tells nothing of the throughput. */
const leastTimedBytes = 16 * 1024;

/**
 * Bytes `first` to `last` (both counted) of the origin's file, or undefined where it can't give them just now.
 */
export type OriginRange = (
  path: string,
  first: number,
  last: number,
) => Promise<Uint8Array | undefined>;

export interface ContentVerdict {
  failure?: Failure;
  /** There was something to compare with. */
  compared: boolean;
}

/**
 * Reads up to 64 KiB of a file and compares. A small file with a known hash is read whole and hashed; of
 * another, a random aligned block is compared with the origin's, and where it differs, or the origin can't give it, the
 * whole file's hash decides, if it isn't too large. The body has to end where it should: one byte more is
 * waited for. Whether ranges work and how fast the body came is noted on the visit.
 */
export async function compareContent(
  visit: Visit,
  file: SampleFile,
  originRange: OriginRange,
  random: () => number,
): Promise<ContentVerdict> {
  // An empty file has no bytes to ask for; its size was all there is.
  if (file.size === 0) return { compared: false };
  const hash = file.size <= blockBytes ? file.sha256 : undefined;
  const block = Math.floor(random() * Math.ceil(file.size / blockBytes));
  let first = block * blockBytes;
  let last = Math.min(first + blockBytes, file.size) - 1;
  const answer = await visit.ask({
    method: "GET",
    path: file.path,
    headers: { Range: `bytes=${first}-${last}` },
    // One more than there may be: a body that goes on behind its right beginning isn't the file.
    maxBodyBytes: (file.size <= mostWholeBytes ? file.size : last - first + 1) + 1,
  });
  if ("failure" in answer) return { failure: answer.failure, compared: false };
  const { reply } = answer;
  if (reply.status === 200 || reply.status === 206) visit.ranges = reply.status === 206;
  if (reply.status === 200) {
    // All of it is on its way: what is compared is its beginning.
    last = Math.min(last - first, file.size - 1);
    first = 0;
  }
  const expected = last - first + 1;
  const failure =
    judgeAnswer(answer, file, first, last) ??
    judgeEnd(answer, expected, reply.status === 206 ? expected : file.size);
  if (failure !== undefined) return { failure, compared: false };
  noteSpeed(visit, reply);

  const body = reply.body.subarray(0, expected);
  const same =
    hash === undefined
      ? await sameAsOrigin(body, () => originRange(file.path, first, last))
      : sha256Of(body) === hash.toLowerCase();
  const alone = same === undefined;
  if (alone && (file.sha256 === undefined || file.size > mostHashedAloneBytes)) {
    return { compared: false };
  }
  const right = same === true || (hash === undefined && (await isWholeRight(visit, file)));
  if (right === undefined) return { compared: false };
  if (right) return { compared: true };
  const detail =
    hash === undefined && !alone
      ? `Bytes ${first} to ${last} are others than the origin's.`
      : "The bytes have another SHA-256 than listed.";
  return {
    compared: true,
    failure: {
      kind: "content",
      detail,
      url: answer.url,
      status: reply.status,
      ms: reply.totalMs,
      expectedSize: file.size,
    },
  };
}

/** What is wrong before any byte is compared: status, type, size, or another range than asked. */
function judgeAnswer(
  answer: { reply: Reply; url: string },
  file: SampleFile,
  first: number,
  last: number,
): Failure | undefined {
  const { reply } = answer;
  if (reply.status === 200) return judgeFile(answer, file, headerSize(reply) ?? file.size);
  // Either may be left out by a sloppy server; the bytes themselves are compared.
  const failure = judgeFile(answer, file, totalSize(reply) ?? file.size);
  if (failure !== undefined) return failure;
  const range = reply.headers.get("Content-Range") ?? "";
  if (!/^bytes \d+-\d+\//.test(range) || range.startsWith(`bytes ${first}-${last}/`)) {
    return undefined;
  }
  return {
    ...badStatus(answer),
    detail: `It answers with another range than ${first}-${last}.`,
    header: `Content-Range: ${range.slice(0, 100)}`,
  };
}

/**
 * What is wrong with where the body ends.
 *
 * @param expected bytes that are compared
 * @param whole bytes that the body may have
 */
function judgeEnd(
  { reply, url }: { reply: Reply; url: string },
  expected: number,
  whole: number,
): Failure | undefined {
  const { body, status, totalMs: ms } = reply;
  const evidence = { url, status, ms, expectedSize: whole, seenSize: body.length };
  const inBody = true;
  if (body.length > whole) {
    const detail = `The body goes on after its ${whole} bytes.`;
    return { ...evidence, kind: "size", detail, inBody };
  }
  const isLate = reply.late === true;
  if (body.length < expected) {
    const detail = `The body ended after ${body.length} of ${expected} bytes${lateness(reply)}.`;
    const of = { ...evidence, expectedSize: expected, detail };
    // It trickles: a check of the size would find nothing wrong.
    return isLate ? { ...of, kind: "timeout", inBody } : { ...of, kind: "broken" };
  }
  if (reply.whole) return undefined;
  if (body.length === whole) {
    const detail = `The body doesn't end after its ${whole} bytes${lateness(reply)}.`;
    return { ...evidence, kind: isLate ? "timeout" : "broken", detail, inBody };
  }
  // What was asked for has come; of a whole file that was too much for the deadline, more wasn't wanted.
  if (isLate) return undefined;
  const detail = `The body ended after ${body.length} of ${whole} bytes.`;
  return { ...evidence, kind: "broken", detail };
}

/** What to say of a body that isn't whole because it was too slow. */
export function lateness({ late, totalMs }: Reply): string {
  return late === true ? `, when the deadline passed after ${Math.round(totalMs)} ms` : "";
}

/**
 * Whether the whole file is as it is listed. Undefined: it didn't come, or not in time, so that nobody is known to be
 * wrong. `false` as well where it can't be told by a hash: then the origin's word counts.
 */
async function isWholeRight(
  visit: Visit,
  { path, size, sha256: listed }: SampleFile,
): Promise<boolean | undefined> {
  if (listed === undefined || size > mostHashedBytes) return false;
  if (visit.spent) return undefined;
  const answer = await visit.ask({ method: "GET", path, maxBodyBytes: size + 1, hashed: true });
  if ("failure" in answer) return undefined;
  const { status, whole, sha256: found } = answer.reply;
  return status === 200 && whole ? found === listed.toLowerCase() : undefined;
}

/** Undefined: the origin can't tell. */
async function sameAsOrigin(
  body: Uint8Array,
  askOrigin: () => ReturnType<OriginRange>,
): Promise<boolean | undefined> {
  const origin = await askOrigin().catch(() => undefined);
  if (origin === undefined || origin.length !== body.length) return undefined;
  return sha256Of(origin) === sha256Of(body);
}

function noteSpeed(visit: Visit, reply: Reply): void {
  if (reply.body.length < leastTimedBytes) return;
  // A clock that stood still in between (it does while nothing is awaited) must not make it infinite.
  const ms = Math.max(1, reply.totalMs - reply.headersMs);
  visit.bytesPerSecond = Math.round((reply.body.length * 1000) / ms);
}
