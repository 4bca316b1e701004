/** Answers about packages as they go out: the same for every client, conditional, readable from any page. */
import { notModified } from "../../http/conditional.ts";
import { problem } from "../../http/problem.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { QuestionRefused } from "./question-refused.ts";

/** Pages of others ask from browsers, as they ask Arch's, Fedora's and Repology's. */
const anyPage = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Link, ETag",
};

/** A text, with the tag by which a client asks again. Kept by whomever, and asked about each time. */
export function sendText(request: Request, text: string, contentType: string): Response {
  const etag = `"${sha256Of(text).slice(0, 32)}"`;
  const headers = {
    "Content-Type": contentType,
    "Cache-Control": "public, no-cache",
    ETag: etag,
    "X-Content-Type-Options": "nosniff",
    ...anyPage,
  };
  if (notModified(request.headers, { etag, lastModified: null })) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(text, { headers });
}

export function sendJson(request: Request, value: unknown): Response {
  return sendText(request, JSON.stringify(value), "application/json");
}

/**
 * Lines for scripts; none at all is an empty text.
 *
 * @param next URL of the page behind, which `Link` names (RFC 8288): lines have no place for it
 */
export function sendLines(request: Request, lines: readonly string[], next?: string): Response {
  const text = lines.map((line) => `${line}\n`).join("");
  const answer = sendText(request, text, "text/plain; charset=utf-8");
  if (next !== undefined) answer.headers.set("Link", `<${next}>; rel="next"`);
  return answer;
}

/** Where something is. @param path of this service, begins with `/`: behind a proxy nobody but the client knows the scheme */
export function sendTo(status: 302 | 303, path: string): Response {
  const headers = { Location: path, "Cache-Control": "no-cache", ...anyPage };
  return new Response(null, { status, headers });
}

export function sendRefusal({ status, message, retryAfter }: QuestionRefused): Response {
  return problem(status, {
    detail: message,
    headers: { ...anyPage, ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }) },
  });
}
