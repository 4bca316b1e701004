/**
 * The Worker of the front, which `front.ts` runs. It alone sees a client's connection: what it says of it goes in, and
 * what a client says in the words that are said inside does not.
 */

/** Paths that miniflare answers itself, with its stores and its means for developing. */
const miniflarePaths = ["/cdn-cgi/", "/__cf_local/"];

/** Headers that miniflare takes for its own: another URL, another `request.cf`, another way in. Lower case. */
const miniflareHeaders = "mf-";

/** What the front knows of a request besides what the client says. */
export interface Seen {
  /** As the front was asked: with its own scheme, whatever `X-Forwarded-Proto` says. */
  url: string;
  /** `request.cf.clientIp`, as workerd tells it: address and port. */
  clientIp: string;
  /** By which the Worker inside knows the front. */
  secret: string;
}

/** Whether that path is miniflare's own; `pathname` is that of a URL, without dots to resolve. */
export function isMiniflares(pathname: string): boolean {
  return miniflarePaths.some((prefix) => pathname.startsWith(prefix));
}

/**
 * The headers with which a request goes in. `MF-CF-Blob` becomes `request.cf` of the Worker inside: what workerd says
 * of a connection where nothing stands in front, and the secret. `MF-Original-URL` keeps miniflare from making up
 * a URL by `X-Forwarded-Proto`, which only the Worker knows whether to believe.
 */
export function inwardHeaders(headers: Headers, { url, clientIp, secret }: Seen): Headers {
  const inward = new Headers(headers);
  for (const name of headers.keys()) if (name.startsWith(miniflareHeaders)) inward.delete(name);
  inward.set("MF-Original-URL", url);
  inward.set("MF-CF-Blob", JSON.stringify({ clientIp, secret }));
  return inward;
}

interface FrontEnv {
  /** miniflare's entry. */
  INSIDE: { fetch(request: Request): Promise<Response> };
  SECRET: string;
}

export default {
  async fetch(request: Request, { INSIDE, SECRET }: FrontEnv): Promise<Response> {
    const url = URL.parse(request.url);
    if (url === null) return refusal(400, "The Host header names no host.");
    if (isMiniflares(url.pathname)) return refusal(404, "There is nothing for clients here.");
    const clientIp: unknown = Reflect.get(Object(Reflect.get(request, "cf")), "clientIp");
    const seen = { url: url.href, clientIp: String(clientIp ?? ""), secret: SECRET };
    const headers = inwardHeaders(request.headers, seen);
    const ask = () => INSIDE.fetch(new Request(request, { headers, redirect: "manual" }));
    try {
      return await ask();
    } catch (error) {
      // A connection that lay idle may be closed inside at the moment in which it is used again.
      if (request.method === "GET" || request.method === "HEAD") return await ask();
      throw error;
    }
  },
};

function refusal(status: number, reason: string): Response {
  return new Response(`${reason}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}
