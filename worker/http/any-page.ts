/** Answers that scripts of other sites' pages may read (the Fetch standard's CORS protocol). */

const anyOrigin = { "Access-Control-Allow-Origin": "*" };
/** What a question needs besides what is always allowed: JSON in a body, and asking whether an answer has changed. */
const allowedHeaders = "Content-Type, If-None-Match";
/** How long a browser needn't ask again, s: Firefox takes a day at most, Chromium two hours. */
const maxAgeSeconds = 86_400;

/** Whether a browser asks for a page's script whether it may ask something. */
export function isPreflight({ method, headers }: Pick<Request, "method" | "headers">): boolean {
  return method === "OPTIONS" && headers.has("Access-Control-Request-Method");
}

/** @param allow methods of the path: `GET, HEAD, POST` */
export function preflightAnswer(allow: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...anyOrigin,
      "Access-Control-Allow-Methods": allow,
      "Access-Control-Allow-Headers": allowedHeaders,
      "Access-Control-Max-Age": String(maxAgeSeconds),
    },
  });
}

/** The answer, which says that it may be read: a script that may not read an error doesn't learn of it. */
export function readableByAnyPage(answer: Response): Response {
  for (const [name, value] of Object.entries(anyOrigin)) {
    if (!answer.headers.has(name)) answer.headers.set(name, value);
  }
  return answer;
}
