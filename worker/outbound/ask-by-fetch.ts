/**
 * An `Ask` for workerd.
 *
 * What its `fetch` says of a failure was found by trying (workerd of November 2026; a test against the real one
 * holds it): a connection that is refused or reset is "Network connection lost.", also inside a body; everything
 * that goes wrong in a TLS handshake (an untrusted or outdated certificate, another name, a reset) and a name that
 * doesn't resolve is "internal error; reference = ...", with the reason in the runtime's log only.
 */
import { Sha256 } from "../runtime/sha256.ts";
import type { Ask, NoReply, Question, Reply } from "./ask.ts";
import { asStored } from "./stored-bytes.ts";

/** The little of `fetch` that is needed. */
export type Fetcher = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Statuses that Cloudflare's network answers with in the server's place, with what they stand for
 * (developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors).
 */
const platformStatuses: ReadonlyMap<number, [NoReply["failed"], string]> = new Map([
  [520, ["broken", "the server's answer was empty or no HTTP"]],
  [521, ["unreachable", "the connection was refused"]],
  [522, ["timeout", "the connection timed out"]],
  [523, ["unreachable", "the server can't be reached"]],
  [524, ["timeout", "the server accepted the connection and didn't answer"]],
  [525, ["tls", "the TLS handshake failed"]],
  [526, ["tls", "the certificate isn't valid"]],
  [530, ["unreachable", "the name doesn't resolve"]],
]);

/** Asks by `fetch`. @param now Unix ms; only differences are used */
export function askByFetch(fetcher: Fetcher, now: () => number = Date.now): Ask {
  return async (question) => {
    const begun = now();
    const ending = new AbortController();
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), question.deadlineMs);
    const spent = () => now() - begun;
    let isOver = false;
    try {
      // Awaited beside the deadline: a fetcher that doesn't heed its signal must not hold up the answer.
      const asked = fetcher(question.url, init(question, ending.signal));
      asked.catch(() => undefined);
      const response = await Promise.race([asked, late.promise]);
      if (response === "late") {
        asked.then((much) => much.body?.cancel()).catch(() => undefined);
        return noReply("timeout", `No answer within ${question.deadlineMs} ms.`, spent());
      }
      const headersMs = spent();
      const instead = insteadOfServer(response);
      if (instead !== undefined) {
        response.body?.cancel().catch(() => undefined);
        const [failed, detail] = instead;
        return noReply(failed, `No answer: ${detail}.`, spent());
      }
      const read = await readBody(response, question, late.promise);
      isOver = response.body === null;
      return {
        status: response.status,
        headers: response.headers,
        ...read,
        headersMs,
        totalMs: spent(),
      } satisfies Reply;
    } catch (error) {
      return classify(error, question.url, spent());
    } finally {
      clearTimeout(timer);
      // Ends what is still open, at the deadline as well. An answer without a body, as to HEAD, leaves nothing open, and
      // aborting is a tenth of what such a question costs.
      if (!isOver) ending.abort();
    }
  };
}

function init(question: Question, signal: AbortSignal): RequestInit {
  return {
    method: question.method,
    headers: { ...question.headers },
    redirect: "manual",
    ...asStored,
    // Cloudflare's own cache would answer for the mirror. The `no-cache` that goes out with it is ignored by
    // the usual caches in front of mirrors, which are part of what clients get.
    cache: "no-store",
    signal,
  };
}

function insteadOfServer(response: Response): [NoReply["failed"], string] | undefined {
  if (response.headers.get("Server")?.toLowerCase() !== "cloudflare") return undefined;
  return platformStatuses.get(response.status);
}

/** Reads up to the cap and cancels the rest. A body that fails or is late is given as far as it came. */
async function readBody(
  response: Response,
  { method, maxBodyBytes, hashed }: Question,
  late: Promise<"late">,
): Promise<Pick<Reply, "body" | "sha256" | "whole" | "late">> {
  const stream = response.body;
  if (stream === null) return { body: new Uint8Array(), whole: true };
  if (method === "HEAD" || maxBodyBytes <= 0) {
    stream.cancel().catch(() => undefined);
    return { body: new Uint8Array(), whole: true };
  }
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  const hash = hashed ? new Sha256() : undefined;
  let size = 0;
  let whole = true;
  let isLate = false;
  try {
    while (size < maxBodyBytes) {
      const read = await Promise.race([reader.read(), late]);
      if (read === "late") {
        whole = false;
        isLate = true;
        break;
      }
      if (read.done) break;
      if (hash === undefined) chunks.push(read.value);
      else hash.add(read.value.subarray(0, maxBodyBytes - size));
      size += read.value.length;
    }
  } catch {
    whole = false;
  }
  // Not awaited: a server that stalls may hold up even this.
  reader.cancel().catch(() => undefined);
  const body = joined(chunks, hash === undefined ? Math.min(size, maxBodyBytes) : 0);
  return {
    body,
    ...(hash !== undefined && { sha256: hash.end() }),
    whole,
    ...(isLate && { late: true }),
  };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, size - at);
    body.set(part, at);
    at += part.length;
  }
  return body;
}

function classify(error: unknown, url: string, totalMs: number): NoReply {
  const message = error instanceof Error ? error.message : "";
  if (/^internal error/i.test(message)) {
    return url.startsWith("https:")
      ? noReply("tls", "The TLS handshake failed, or the name doesn't resolve.", totalMs)
      : noReply("unreachable", "The name doesn't resolve, or the address isn't allowed.", totalMs);
  }
  if (/certificate|tls|ssl/i.test(message)) {
    return noReply("tls", "The TLS handshake failed.", totalMs);
  }
  return noReply("unreachable", "The connection was refused or lost.", totalMs);
}

function noReply(failed: NoReply["failed"], detail: string, totalMs: number): NoReply {
  return { failed, detail, totalMs };
}
