/** An origin with one file of 50 MB, and a small one at every other path. */
import { createServer } from "node:http";
import { incompressible } from "../../lab/bytes.ts";

/** Above the 5 MB up to which a proxy may be expected to keep an answer in memory. */
export const largeBytes = 50 * 1024 * 1024;

export interface LargeOrigin {
  /** Base URL, ends in `/`. */
  url: string;
  /** What the path that ends in `large.deb` has. */
  large: Buffer;
  stop(): void;
}

const headers = { ETag: '"one"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT" };

/** Starts it on loopback. */
export async function startLargeOrigin(): Promise<LargeOrigin> {
  const large = incompressible("large", largeBytes);
  const small = Buffer.from("0123456789abcdef\n");
  const server = createServer((request, response) => {
    const body = request.url?.endsWith("/large.deb") ? large : small;
    if (request.headers["if-none-match"] === headers.ETag) {
      response.writeHead(304, headers).end();
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from ?? 0);
    const end = to === undefined || to === "" ? body.length : Number(to) + 1;
    const part = body.subarray(start, end);
    response.writeHead(from === undefined ? 200 : 206, {
      ...headers,
      "Content-Length": part.length,
      ...(from !== undefined && { "Content-Range": `bytes ${start}-${end - 1}/${body.length}` }),
    });
    response.end(request.method === "HEAD" ? undefined : part);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the origin has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    large,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
