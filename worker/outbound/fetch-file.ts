/** Opens a file at an origin or a mirror. */
import type { Asker } from "../outbound/asker.ts";
import { comingThrough, type Fetch } from "../outbound/cdn-loop.ts";
import { followRedirects } from "../outbound/follow-redirects.ts";
import { JustUnreachable, type ReachableFetch } from "../outbound/reachable-fetch.ts";
import { asStored, unpacked } from "../outbound/stored-bytes.ts";

/** What asking takes of the world. */
export interface Fetching {
  fetch: Fetch;
  /** As in `Own`. */
  ownHosts: readonly string[];
  /** Absent: servers that could not be reached a moment ago are waited for again. */
  reachable?: ReachableFetch;
}

export interface FileQuestion {
  method: "GET" | "HEAD";
  /** The client's request that it is fetched for. */
  asker: Asker;
  headers?: Headers;
  /** For the headers, ms; a body may take as long as the client reads. */
  deadlineMs: number;
}

/** An answer, whatever its status; or a few words on why there is none. */
export type FileAnswer = { response: Response } | { failed: string };

/**
 * One request, following redirects as far as `judgeRedirect` lets it; none to the same path as a folder, which is the
 * answer. A file comes as it is stored; a folder's page, which a server makes, comes unpacked. Never rejects.
 */
export async function fetchFile(
  { fetch, ownHosts, reachable }: Fetching,
  url: string,
  { method, asker, headers = new Headers(), deadlineMs }: FileQuestion,
): Promise<FileAnswer> {
  // Bytes are passed on as they are: a compressed transfer of a .gz file would change its length and hash.
  headers.set("Accept-Encoding", "identity");
  headers.set("User-Agent", "Nearmirror");
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  const { signal } = deadline;
  const asking = comingThrough(reachable?.by(fetch, deadlineMs) ?? fetch, asker.cdnLoop);
  const isPage = url.endsWith("/");
  const ask = async (at: string): Promise<Response | { failed: string }> => {
    try {
      const init = { method, headers, redirect: "manual", signal } as const;
      return isPage ? unpacked(await asking(at, init)) : await asking(at, { ...init, ...asStored });
    } catch (error) {
      return { failed: signal.aborted ? `no answer in ${deadlineMs / 1000} s` : reasonOf(error) };
    }
  };
  try {
    const ended = await followRedirects<Response, { failed: string }>({
      url,
      ownHosts: [...ownHosts, asker.host],
      ask,
      drop: (response) => response.body?.cancel(),
      isAnswer: (to) => to === `${url}/`,
    });
    if ("none" in ended) return ended.none;
    return "refused" in ended ? { failed: `it ${ended.reason}` } : { response: ended.answer };
  } catch (error) {
    return { failed: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong, without addresses or stack traces. */
function reasonOf(error: unknown): string {
  if (error instanceof JustUnreachable) return "it could not be reached a moment ago";
  return error instanceof Error && /refused/i.test(error.message)
    ? "connection refused"
    : "connection failed";
}
