/** The answer to whatever operators ask: the API, the first sign-in, the console. */
import { baseHeader, callerHeader, readOnlyHeader } from "../http/caller-header.ts";
import { problem } from "../http/problem.ts";
import { answerApi, type Caller } from "./answer-api.ts";
import { answerApiPage, apiPagePath } from "./api-page.ts";
import { matchApi } from "./api-table.ts";
import { answerBootstrap, bootstrapPath } from "./bootstrap-route.ts";
import { answerConsole } from "./console/answer-console.ts";
import { answerFeed, feedOf } from "./mirror-feed.ts";
import type { Office } from "./office.ts";
import { openApi, openApiPath } from "./openapi.ts";

/** The API's, which grows without breaking who uses it. */
const apiVersion = "1.0.0";

/** The answer. Never rejects: a fault of ours is a problem that names the request in the log. */
export async function answerOperators(request: Request, office: Office): Promise<Response> {
  const caller: Caller = {
    address: request.headers.get(callerHeader) ?? "",
    isReadOnly: request.headers.get(readOnlyHeader) !== null,
  };
  try {
    const { pathname } = new URL(request.url);
    if (pathname === "/operate" || pathname.startsWith("/operate/")) {
      return await answerConsole(request, caller, office);
    }
    const base = request.headers.get(baseHeader) ?? "/";
    if (`${pathname}/` === apiPagePath || pathname === apiPagePath) {
      return answerApiPage(request, base, document().document);
    }
    const feed = feedOf(pathname);
    if (feed !== undefined) return await answerFeed(request, feed, { base, ...caller }, office);
    if (pathname === openApiPath) return openApiAnswer(request.method);
    if (pathname === bootstrapPath) return await answerBootstrap(request, caller, office);
    const matched = await matchApi(request.method, pathname);
    if (matched instanceof Response) return matched;
    return await answerApi(request, matched, caller, office);
  } catch (error) {
    office.log(
      `${request.method} ${new URL(request.url).pathname}: ${error instanceof Error ? error.stack : error}`,
    );
    const detail =
      "The service could not answer that, which is a fault of its own; its operator finds the reason in the log.";
    return problem(500, { detail });
  }
}

let written: { document: ReturnType<typeof openApi>; text: string } | undefined;

/** Written once: it is the same for everybody. */
function document() {
  written ??= writeDocument();
  return written;
}

function writeDocument() {
  const document = openApi(apiVersion);
  return { document, text: `${JSON.stringify(document)}\n` };
}

/** The same for everybody, so that it may be kept by caches for a while. */
function openApiAnswer(method: string): Response {
  if (method !== "GET") {
    return problem(405, {
      detail: `${method} is not answered here. Use GET.`,
      headers: { Allow: "GET, HEAD" },
    });
  }
  return new Response(document().text, {
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "public, max-age=300",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
