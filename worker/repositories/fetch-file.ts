/** Opens a file at an origin or a mirror. */

/** `fetch`, as far as it is used. */
export interface Fetching {
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** Redirects followed before a server counts as broken. */
const maxRedirects = 4;

export interface FileQuestion {
  method: "GET" | "HEAD";
  headers?: Headers;
  /** For the headers, ms; a body may take as long as the client reads. */
  deadlineMs: number;
}

/** An answer, whatever its status; or a few words on why there is none. */
export type FileAnswer = { response: Response } | { failed: string };

/**
 * One request, following redirects that stay http(s); never one that leaves https, and none to the same path as a
 * folder, which is the answer. Never rejects.
 */
export async function fetchFile(
  { fetch }: Fetching,
  url: string,
  { method, headers = new Headers(), deadlineMs }: FileQuestion,
): Promise<FileAnswer> {
  // Bytes are passed on as they are: a compressed transfer of a .gz file would change its length and hash.
  headers.set("Accept-Encoding", "identity");
  headers.set("User-Agent", "Nearmirror");
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  try {
    let at = url;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const response = await fetch(at, {
        method,
        headers,
        redirect: "manual",
        signal: deadline.signal,
      });
      const location = response.headers.get("Location");
      if (
        response.status < 300 ||
        response.status >= 400 ||
        response.status === 304 ||
        location === null
      ) {
        return { response };
      }
      const next = new URL(location, at).href;
      if (next === `${url}/`) return { response };
      if (!next.startsWith("https:") && !(next.startsWith("http:") && at.startsWith("http:"))) {
        await response.body?.cancel();
        return { failed: "it redirects from https to something else" };
      }
      await response.body?.cancel();
      at = next;
    }
    return { failed: `it redirects more than ${maxRedirects} times` };
  } catch (error) {
    return {
      failed: deadline.signal.aborted ? `no answer in ${deadlineMs / 1000} s` : reasonOf(error),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong, without addresses or stack traces. */
function reasonOf(error: unknown): string {
  return error instanceof Error && /refused/i.test(error.message)
    ? "connection refused"
    : "connection failed";
}
