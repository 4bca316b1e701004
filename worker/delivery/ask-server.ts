/** One server is asked for a listed file, and what it gives is judged by the size and hash that the index tells. */
import { type Expected, JudgedBytes, readJudged } from "../blobs/judged-bytes.ts";
import { bodyAsTold } from "../http/answer-whole.ts";
import { askerOf } from "../outbound/asker.ts";
import type { BytesContext } from "../outbound/bytes-context.ts";
import { fetchFile } from "../outbound/fetch-file.ts";
import { faultOf, type NotHad } from "../outbound/not-had.ts";
import { inTime } from "../runtime/deadline.ts";
import { hex } from "../runtime/hex.ts";
import { PieceReader } from "../runtime/piece-reader.ts";
import { type IndexedRequest, type SizedRequest, toldBy } from "./indexed-answer.ts";

/** One server's answer for a small file, body included, ms: three of them before apt gives up after 30 s. */
export const wholeDeadlineMs = 5000;
/** Bytes a second that a server has to give of a file that is read whole, beyond its `wholeDeadlineMs`. */
const leastSpeed = 4 * 1024 * 1024;

/** Where a file is asked for. */
export interface Server {
  /** The file's there. */
  url: string;
  /** For the headers, ms. */
  deadlineMs: number;
}

/** What is asked for where it isn't the file itself. */
export interface Part {
  method: "GET" | "HEAD";
  /** As in a `Range` header; undefined: all of it. */
  range: string | undefined;
}

/** A small file, or why there is none. Plain values: they are shared by the requests that wait for them. */
export type Whole =
  | { bytes: Uint8Array<ArrayBuffer>; lastModified?: string; contentType?: string }
  | NotHad;

const wholeFile: Part = { method: "GET", range: undefined };

/** An answer that may be the file, or a part of it, by its status and length. Never rejects. */
export async function askServer(
  context: BytesContext,
  { size, request }: IndexedRequest,
  { url, deadlineMs }: Server,
  { method, range }: Part = wholeFile,
): Promise<Response | NotHad> {
  const headers = new Headers(range === undefined ? {} : { Range: range });
  const asker = askerOf(request);
  const asked = await fetchFile(context, url, { method, asker, headers, deadlineMs });
  if ("failed" in asked) {
    return { kind: "unreachable", why: `It could not be reached (${asked.failed}).` };
  }
  const { response } = asked;
  const notHad = faultOf(response, size, range !== undefined);
  if (notHad !== undefined) await response.body?.cancel();
  return notHad ?? response;
}

/** The file read to its end: nothing of a wrong one is given on. Never rejects. */
export async function readWhole(
  context: BytesContext,
  file: SizedRequest,
  url: string,
): Promise<Whole> {
  const opened = await askServer(context, file, { url, deadlineMs: wholeDeadlineMs });
  if ("why" in opened) return opened;
  const reader = new PieceReader(opened.body ?? new Blob().stream());
  const deadlineMs = wholeDeadlineMs + (1000 * file.size) / leastSpeed;
  try {
    const read = await inTime(
      readJudged(reader, { ...expectedOf(file), size: file.size }),
      deadlineMs,
    );
    if ("bytes" in read) return { ...read, ...toldBy(opened.headers) };
    await reader.cancel();
    return { kind: "wrong", why: read.fault };
  } catch {
    await reader.cancel();
    return { kind: "unreachable", why: "The answer took too long." };
  }
}

/**
 * The answer's body, of which the last piece comes only where all is right.
 *
 * @param tell is told what was wrong
 * @param roomBytes for a piece at most
 */
export function judge(
  response: Response,
  file: IndexedRequest,
  tell: (fault: string) => void,
  roomBytes: number,
): JudgedBytes {
  // Without a listed size the server's own word is what there is to stop at.
  const body = file.size === undefined ? bodyAsTold(response) : response.body;
  return new JudgedBytes(body ?? new Blob().stream(), expectedOf(file), tell, roomBytes);
}

function expectedOf({ sha256, size }: IndexedRequest): Expected {
  return { hash: hex(sha256), ...(size !== undefined && { size }), toldBy: "its index" };
}
