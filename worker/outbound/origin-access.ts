/** How a repository's origin is asked: whole small answers, and streams of large ones. */

import { PieceReader } from "../runtime/piece-reader.ts";
import type { Ask, Reply } from "./ask.ts";
import { askFollowing } from "./ask-following.ts";
import { fileUrl } from "./file-url.ts";
import { asStored } from "./stored-bytes.ts";

/** An answer whose body is read as it comes; the caller reads the body to its end or cancels it. */
export interface Opened {
  status: number;
  headers: Headers;
  body: ReadableStream<Uint8Array>;
}

/** Opens one URL, following no redirect. Never rejects; the deadline, ms, is for the whole body. */
export type Open = (
  url: string,
  headers: Readonly<Record<string, string>>,
  deadlineMs: number,
) => Promise<Opened | { failed: string }>;

/** What reading an origin needs of the platform. */
export interface OriginAccess {
  ask: Ask;
  open: Open;
  userAgent: string;
  /** As in `Own`. */
  ownHosts: readonly string[];
}

/** A small answer, body included, comes within this, ms; apt itself gives up after 30 s. */
const askDeadlineMs = 15_000;
/** A whole index comes within this, ms: Debian's 12 MB at 1 Mbit/s. */
const openDeadlineMs = 100_000;

/** `Open` by workerd's `fetch`; bodies come as they are stored. */
export function openByFetch(fetcher: (url: string, init: RequestInit) => Promise<Response>): Open {
  return async (url, headers, deadlineMs) => {
    // Not AbortSignal.timeout: what waits keeps a Durable Object in memory, and paid for, to its end.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const ended = () => clearTimeout(timer);
    try {
      const { signal } = deadline;
      const response = await fetcher(url, { headers, redirect: "manual", signal, ...asStored });
      const body = response.body ?? new Blob().stream();
      return { status: response.status, headers: response.headers, body: watched(body, ended) };
    } catch {
      ended();
      return { failed: "It can't be reached, or not in time." };
    }
  };
}

/** The same stream, telling when it has ended in whichever way. */
function watched(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = new PieceReader(body);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const value = await reader.next();
        if (value !== undefined) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      ended();
    },
    cancel() {
      ended();
      return reader.cancel();
    },
  });
}

export interface OriginQuestion {
  method?: "GET" | "HEAD";
  headers?: Readonly<Record<string, string>>;
  /** Of the body, bytes. */
  maxBodyBytes: number;
}

/** The origin's answer for a file, redirects followed; or why there is none, for people. Never rejects. */
export async function askOrigin(
  access: OriginAccess,
  repository: { readonly origin: string },
  path: string,
  question: OriginQuestion,
): Promise<Reply | { failed: string }> {
  const { method = "GET", maxBodyBytes } = question;
  const url = fileUrl(repository.origin, path);
  const headers = { ...commonHeaders(access), ...question.headers };
  const asked = { method, url, headers, deadlineMs: askDeadlineMs, maxBodyBytes };
  const { end } = await askFollowing(access.ask, asked, access.ownHosts);
  return "failure" in end ? { failed: end.failure.detail } : end.reply;
}

/** The same with the body as a stream, of a GET. */
export async function openOrigin(
  access: OriginAccess,
  repository: { readonly origin: string },
  path: string,
): Promise<Opened | { failed: string }> {
  let last: Opened | undefined;
  // Redirects are judged in one place, whatever comes in the end.
  const askByOpening: Ask = async ({ url, headers = {}, deadlineMs }) => {
    await discard(last);
    last = undefined;
    const opened = await access.open(url, headers, deadlineMs);
    if ("failed" in opened) {
      return { failed: "unreachable", detail: opened.failed, totalMs: 0 };
    }
    last = opened;
    const times = { headersMs: 0, totalMs: 0 };
    return { ...times, status: opened.status, headers: opened.headers, body: nothing, whole: true };
  };
  const { end } = await askFollowing(
    askByOpening,
    {
      method: "GET",
      url: fileUrl(repository.origin, path),
      headers: commonHeaders(access),
      deadlineMs: openDeadlineMs,
      maxBodyBytes: 0,
    },
    access.ownHosts,
  );
  if (!("failure" in end) && last !== undefined) return last;
  await discard(last);
  return { failed: "failure" in end ? end.failure.detail : "It gives no answer." };
}

const nothing = new Uint8Array();

/** Cancels the body; that it had broken by itself doesn't matter any more. */
export async function discard(opened: Opened | undefined): Promise<void> {
  await opened?.body.cancel().catch(() => undefined);
}

function commonHeaders(access: OriginAccess): Record<string, string> {
  // Bytes are hashed as they are in the repository: no server on the way shall compress them.
  return { "User-Agent": access.userAgent, "Accept-Encoding": "identity" };
}
