/** Questions about packages go from the edge to the watchers' script, which asks the suites: none of that is loaded here. */
import { noPackages } from "../api/packages/no-packages.ts";
import { baseHeader } from "../http/caller-header.ts";
import { plain, retryAfterSeconds } from "../http/errors.ts";
import { problem } from "../http/problem.ts";
import { inTime, Late } from "../runtime/deadline.ts";
import type { Asked } from "./page-route.ts";

/** What an answer may take, ms: suites themselves are waited for a second and a half, some questions ask them thrice. */
const deadlineMs = 10_000;

/** Headers that mean something there. Nothing of who asks goes with a question. */
const passed = ["Accept", "Accept-Language", "Content-Length", "Content-Type", "If-None-Match"];

/** Asks the entrypoint; rejects where it can't be reached. */
export type AskPackages = (request: Request) => Promise<Response>;

/** Its answer. @param packages absent: no packages are read here */
export async function forwardToPackages(
  { path, query, base, list: { request } }: Pick<Asked, "path" | "query" | "base" | "list">,
  packages: AskPackages | undefined,
): Promise<Response> {
  if (packages === undefined) return noPackages(path);
  const headers = new Headers({ [baseHeader]: base });
  for (const name of passed) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  // HEAD is answered as GET, and loses its body on the way out.
  const method = request.method === "HEAD" ? "GET" : request.method;
  const forwarded = new Request(
    `https://packages.invalid${path}${query === "" ? "" : `?${query}`}`,
    {
      method,
      headers,
      redirect: "manual",
      ...(method !== "GET" && request.body !== null && { body: request.body }),
    },
  );
  try {
    const answer = await inTime(packages(forwarded), deadlineMs);
    // Headers of what comes from another script can't be changed, and the edge sets some.
    return new Response(answer.body, answer);
  } catch (error) {
    const why = error instanceof Late ? "no answer in time" : "could not be reached";
    console.warn(`packages: ${why}`);
    const detail = "What searches packages can't be reached just now. Ask again shortly.";
    const retry = { "Retry-After": String(retryAfterSeconds) };
    return isOfApi(path) ? problem(503, { detail, headers: retry }) : plain(503, detail, retry);
  }
}

function isOfApi(path: string): boolean {
  return path.startsWith("/api/");
}
