/** Compares bytes of a mirror's file with the index's hash or with the origin. */
import type { SampleFile } from "../repositories/reference.ts";
import type { Reply } from "./ask.ts";
import type { Failure } from "./observation.ts";
import { headerSize, judgeFile, totalSize } from "./payload.ts";
import { badStatus, type Visit } from "./visit.ts";

/** Bytes compared at a time, and the grid they are taken from: enough to be timed, little enough to be polite. */
export const blockBytes = 64 * 1024;
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
 * another, a random aligned block is compared with the origin's. Whether ranges work and how fast the body came
 * is noted on the visit.
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
    maxBodyBytes: last - first + 1,
  });
  if ("failure" in answer) return { failure: answer.failure, compared: false };
  const { reply } = answer;
  if (reply.status === 200 || reply.status === 206) visit.ranges = reply.status === 206;
  if (reply.status === 200) {
    // All of it is on its way: what was read is its beginning.
    last = Math.min(last - first, file.size - 1);
    first = 0;
  }
  const failure = judgeAnswer(answer, file, first, last);
  if (failure !== undefined) return { failure, compared: false };
  noteSpeed(visit, reply);
  if (reply.status === 200 && !reply.whole) return broken(answer, last - first + 1);
  if (reply.body.length < last - first + 1) return broken(answer, last - first + 1);

  const same =
    hash === undefined
      ? await sameAsOrigin(reply.body, file.path, first, last, originRange)
      : (await sha256(reply.body)) === hash.toLowerCase();
  if (same === undefined) return { compared: false };
  if (same) return { compared: true };
  const detail =
    hash === undefined
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

function broken(answer: { reply: Reply; url: string }, expectedSize: number): ContentVerdict {
  const { reply, url } = answer;
  return {
    compared: false,
    failure: {
      kind: reply.late === true ? "timeout" : "broken",
      detail: `The body ended after ${reply.body.length} of ${expectedSize} bytes${lateness(reply)}.`,
      url,
      status: reply.status,
      ms: reply.totalMs,
      expectedSize,
      seenSize: reply.body.length,
    },
  };
}

/** What to say of a body that isn't whole because it was too slow. */
export function lateness({ late, totalMs }: Reply): string {
  return late === true ? `, when the deadline passed after ${Math.round(totalMs)} ms` : "";
}

/** Undefined: the origin can't tell. */
async function sameAsOrigin(
  body: Uint8Array,
  path: string,
  first: number,
  last: number,
  originRange: OriginRange,
): Promise<boolean | undefined> {
  const origin = await originRange(path, first, last).catch(() => undefined);
  if (origin === undefined || origin.length !== body.length) return undefined;
  return (await sha256(origin)) === (await sha256(body));
}

function noteSpeed(visit: Visit, reply: Reply): void {
  if (reply.body.length < leastTimedBytes) return;
  // A clock that stood still in between (it does while nothing is awaited) must not make it infinite.
  const ms = Math.max(1, reply.totalMs - reply.headersMs);
  visit.bytesPerSecond = Math.round((reply.body.length * 1000) / ms);
}

/** Lower-case hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  // A copy, as the digest takes no view of shared memory.
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
