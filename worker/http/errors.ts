/** Answers that are not a file: each has a status, and a plain-text body that says what to do. */

/** Plain text for people and for apt, which takes an empty 5xx as fatal but retries one with a body (observed, apt 2.6). */
export function plain(status: number, text: string, headers?: Record<string, string>): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
  });
}

/** The request line can't be taken. */
export function badRequest(status: 400 | 414, reason: string): Response {
  return plain(status, reason);
}

/** The host that the client says isn't this service (RFC 9110 section 15.5.20). */
export function misdirected(reason: string): Response {
  return plain(421, reason);
}

/** RFC 9110 section 15.5.6 wants `Allow`. @param allow what the path answers: `GET, HEAD` */
export function methodNotAllowed(method: string, allow: string): Response {
  const use = allow.replace(/, ([A-Z]+)$/, " or $1");
  return plain(405, `${method} is not answered here. Use ${use}.`, { Allow: allow });
}

/** Nothing is published under that path. */
export function notFound(path: string, hint: string): Response {
  return plain(404, `Nothing is published at ${path}. ${hint}`);
}

/** Seconds in `Retry-After` when neither a mirror nor the origin can serve; apt itself waits 1, 2, 4 s. */
export const retryAfterSeconds = 5;

/** Waiting helps: apt's hold signal is a 503 with a non-empty body (observed). */
export function unavailable(reason: string): Response {
  return plain(503, reason, { "Retry-After": String(retryAfterSeconds) });
}
