/** Answers that say why something isn't done, for programs and people: problem details (RFC 9457). */

/** One of several faults of what was sent. */
export interface Fault {
  /** The entry of the list, where the fault is one's. */
  entry?: string;
  /** JSON pointer (RFC 6901) to the place. */
  pointer: string;
  detail: string;
}

/** What a problem says besides its status. */
export interface ProblemDetails {
  /** A sentence: what, where and what to do. */
  detail: string;
  errors?: readonly Fault[];
  /** Members of its own, by kind of problem. */
  more?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/** Of the statuses that are used; `type` is `about:blank`, whose title is the status' (RFC 9457, section 4.2.1). */
const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** A problem as an answer. */
export function problem(
  status: number,
  { detail, errors, more, headers }: ProblemDetails,
): Response {
  const body = {
    type: "about:blank",
    title: titles[status] ?? "Problem",
    status,
    detail,
    ...(errors && { errors }),
    ...more,
  };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
  });
}
