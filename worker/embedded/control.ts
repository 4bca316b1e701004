/** What the launcher asks of the stores: keys, what it tells of the machine, and what the stores use. */
import { reasonOf } from "../runtime/reason.ts";
import { blobUsage } from "./blob-usage.ts";
import { DiskFiles } from "./disk-files.ts";
import { type EmbeddedEnv, objectName } from "./env.ts";
import { metadataHeader } from "./key-protocol.ts";
import { machine } from "./machine.ts";

/**
 * `GET|PUT|DELETE /keys/<key>`, the key percent-encoded, a put with `?expiration=` (Unix seconds) and metadata as JSON
 * in `CF-KV-Metadata` where it has these; `PUT /machine` with JSON; `POST /minute`, which the platform's cron does elsewhere; `GET /usage`. Errors are sentences.
 */
export async function answerControl(request: Request, env: EmbeddedEnv): Promise<Response> {
  try {
    const { pathname } = new URL(request.url);
    const key = /^\/keys\/(.+)$/.exec(pathname)?.[1];
    if (key !== undefined) return await askKeys(request, key, env);
    if (pathname === "/machine" && request.method === "PUT") return await tell(request);
    if (pathname === "/minute" && request.method === "POST" && env.MINUTE !== undefined) {
      return await env.MINUTE.fetch("http://edge/", { method: "POST" });
    }
    if (pathname === "/usage" && request.method === "GET") return await usage(env);
    return new Response(`There is no ${request.method} ${pathname}.\n`, { status: 404 });
  } catch (error) {
    return new Response(`The embedded store failed: ${reasonOf(error)}.\n`, { status: 500 });
  }
}

/** As the binding asks it. */
async function askKeys(request: Request, key: string, env: EmbeddedEnv): Promise<Response> {
  const url = new URL(`http://keys/${key}?urlencoded=true`);
  const expiration = new URL(request.url).searchParams.get("expiration");
  if (expiration !== null) url.searchParams.set("expiration", expiration);
  const metadata = request.headers.get(metadataHeader);
  const { method, body } = request;
  const length = Number(request.headers.get("Content-Length") ?? "NaN");
  const fixed =
    body !== null && !Number.isNaN(length) ? body.pipeThrough(new FixedLengthStream(length)) : body;
  return await env.KEY_STORE.getByName(objectName).fetch(url, {
    method,
    headers: metadata === null ? {} : { [metadataHeader]: metadata },
    ...(fixed !== null && { body: fixed }),
  });
}

async function tell(request: Request): Promise<Response> {
  try {
    machine.tell(await request.json());
    return new Response(null, { status: 204 });
  } catch (error) {
    return new Response(`${reasonOf(error)}.\n`, { status: 400 });
  }
}

async function usage(env: EmbeddedEnv): Promise<Response> {
  const [keys, cache, blobs] = await Promise.all([
    env.KEY_STORE.getByName(objectName).usage(),
    env.CACHE_STORE.getByName(objectName).usage(),
    blobUsage(new DiskFiles(env.BLOB_FILES)),
  ]);
  return Response.json({ keys, cache, blobs });
}
