/** Checks payload files of a mirror: there, of the listed size, and no page in their place. */

import type { Reply } from "../../outbound/ask.ts";
import type { Failure } from "../../outbound/failure.ts";
import { badStatus, type Visit } from "../../outbound/visit.ts";
import type { SampleFile } from "../../repositories/baseline/baseline.ts";

/** Statuses with which servers refuse HEAD where they would answer GET: forbidden, not allowed, not implemented. */
const headRefused: ReadonlySet<number> = new Set([403, 405, 501]);

/** Chance that a sample is chosen among the recent files only: those are what a mirror lacks first. */
const recentShare = 0.5;

/** Draws a file that isn't in `taken`; half of the time a recent one, where there is any. Undefined: none is left. */
export function drawSample(
  samples: readonly SampleFile[],
  taken: ReadonlySet<string>,
  random: () => number,
): SampleFile | undefined {
  const left = samples.filter(({ path }) => !taken.has(path));
  const recent = left.filter((file) => file.recent === true);
  const from = recent.length > 0 && random() < recentShare ? recent : left;
  return from[Math.floor(random() * from.length)];
}

/** Why a mirror's copy of a file isn't right, by HEAD; undefined where it is. */
export async function checkFile(visit: Visit, file: SampleFile): Promise<Failure | undefined> {
  const answer = await visit.ask({ method: "HEAD", path: file.path, maxBodyBytes: 0 });
  if ("failure" in answer) return answer.failure;
  const { reply } = answer;
  const sizeTold = reply.status !== 200 || reply.headers.has("Content-Length");
  if (headRefused.has(reply.status) || !sizeTold) return checkByRange(visit, file);
  return judgeFile(answer, file, reply.status === 200 ? headerSize(reply) : undefined);
}

async function checkByRange(visit: Visit, file: SampleFile): Promise<Failure | undefined> {
  const answer = await visit.ask({
    method: "GET",
    path: file.path,
    headers: { Range: "bytes=0-0" },
    maxBodyBytes: 1,
  });
  if ("failure" in answer) return answer.failure;
  const { reply } = answer;
  // Of an empty file no range can be had (RFC 9110 section 15.5.17).
  if (reply.status === 416 && file.size === 0 && totalSize(reply) === 0) return undefined;
  if (reply.status === 206) return judgeFile(answer, file, totalSize(reply));
  return judgeFile(answer, file, reply.status === 200 ? headerSize(reply) : undefined);
}

/** Judges status, type and size of an answer with a file. */
export function judgeFile(
  answer: { reply: Reply; url: string },
  file: SampleFile,
  seenSize: number | undefined,
): Failure | undefined {
  const { reply, url } = answer;
  if (reply.status !== 200 && reply.status !== 206) return badStatus(answer);
  const type = reply.headers.get("Content-Type") ?? "";
  const evidence = { url, status: reply.status, ms: reply.totalMs, expectedSize: file.size };
  if (/^text\/html\b/i.test(type) && !/\.x?html?$/i.test(file.path)) {
    return {
      ...evidence,
      kind: "captive",
      detail: "It answers with a web page in place of the file.",
      ...(seenSize !== undefined && { seenSize }),
      header: `Content-Type: ${type.slice(0, 100)}`,
    };
  }
  if (seenSize === file.size) return undefined;
  if (seenSize === undefined) {
    return { ...evidence, kind: "size", detail: "It doesn't tell the file's size." };
  }
  const detail = `The file has ${seenSize} bytes, but is listed with ${file.size}.`;
  return { ...evidence, kind: "size", detail, seenSize };
}

/** Of a whole file. */
export function headerSize({ headers }: Reply): number | undefined {
  const text = headers.get("Content-Length") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Of a file whose part was asked: what stands behind the slash of `Content-Range` (RFC 9110 section 14.4). */
export function totalSize({ headers }: Reply): number | undefined {
  const text = /^bytes (?:\d{1,15}-\d{1,15}|\*)\/(\d{1,15})$/.exec(
    headers.get("Content-Range") ?? "",
  )?.[1];
  return text === undefined ? undefined : Number(text);
}
