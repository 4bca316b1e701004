/** A few mirrors at names that don't exist, and a small origin on loopback that always has an answer. */
import { createServer, type Server } from "node:http";
import type { Kind } from "../../../../worker/formats/kinds.ts";
import type { Views } from "../../../../worker/mirrors/compiled-list.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";

/** Every base URL a redirect may lead to, by repository. */
export const bases: Readonly<Record<string, readonly string[]>> = {
  debian: [
    "http://near.example/debian/",
    "https://near.example/debian/",
    "http://far.example:8080/pub/linux/debian/",
    "http://excluding.example/d/",
    "https://excluding.example/d/",
  ],
  rpms: ["http://far.example:8080/almalinux/"],
  isos: ["http://near.example/cd/", "https://near.example/cd/"],
  files: ["http://near.example/files/"],
};

/** Views over `bases`; the repository `alone` has no mirror, so that its payload comes through the edge too. */
export function smallViews(originUrl: string): Views {
  const version = 1;
  const repository = (name: string, kind: Kind): Repository => ({
    name,
    kind,
    title: name,
    origin: `${originUrl}${name}/`,
    architectures: ["amd64", "x86_64"],
    keys: [],
    redirect: { minSize: 0 },
    setup: { suites: "stable", components: "main", channels: { base: "os/" } },
  });
  return {
    roster: {
      version,
      mirrors: [
        {
          name: "near.example",
          country: "DE",
          latitude: 50.1,
          longitude: 8.7,
          capacity: 1000,
          state: "up",
          carries: {
            debian: { http: "http://near.example/debian/", https: "https://near.example/debian/" },
            isos: { http: "http://near.example/cd/", https: "https://near.example/cd/" },
            files: { http: "http://near.example/files/" },
          },
        },
        {
          name: "far.example",
          country: "JP",
          latitude: 35.7,
          longitude: 139.7,
          capacity: 100,
          state: "unknown",
          carries: {
            debian: { http: "http://far.example:8080/pub/linux/debian/" },
            rpms: { http: "http://far.example:8080/almalinux/", architectures: ["x86_64"] },
          },
        },
        {
          name: "excluding.example",
          capacity: 500,
          families: ["ipv4"],
          state: "up",
          carries: {
            debian: {
              http: "http://excluding.example/d/",
              https: "https://excluding.example/d/",
              exclude: ["pool/non-free/"],
            },
          },
        },
      ],
    },
    catalogue: {
      version,
      repositories: [
        repository("debian", "apt"),
        repository("rpms", "rpm"),
        repository("isos", "images"),
        repository("files", "files"),
        repository("alone", "apt"),
      ],
    },
  };
}

/** A small origin. Nothing it answers is a reason for a 5xx. */
export interface SmallOrigin {
  /** Base URL, ends in `/`. */
  url: string;
  stop(): void;
}

const content = "0123456789abcdef\n";
const etag = '"small"';

/**
 * Answers by the path's end: `/folder` is moved to `/folder/`, what holds `missing` is not there (404), what
 * holds `secret` is refused (403), `.part` honours ranges with 206 and 416; all else is 17 bytes.
 *
 * @param host to listen at, 127.0.0.1 among what it stands for
 */
export async function startSmallOrigin(host = "127.0.0.1"): Promise<SmallOrigin> {
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    const headers = { ETag: etag, "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT" };
    const path = url.split("?")[0] ?? "";
    if (path.endsWith("/folder")) response.writeHead(301, { Location: `${base(server)}${path}/` });
    else if (path.includes("missing")) response.writeHead(404);
    else if (path.includes("secret")) response.writeHead(403);
    else if (request.headers["if-none-match"] === etag) response.writeHead(304, headers);
    else if (path.endsWith(".part") && request.headers.range !== undefined) {
      if (!request.headers.range.startsWith("bytes=0-3")) {
        response.writeHead(416, { "Content-Range": `bytes */${content.length}` });
      } else {
        const range = `bytes 0-3/${content.length}`;
        response.writeHead(206, { ...headers, "Content-Range": range, "Content-Length": 4 });
        return void response.end(content.slice(0, 4));
      }
    } else {
      response.writeHead(200, { ...headers, "Content-Length": content.length });
      return void response.end(request.method === "HEAD" ? undefined : content);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    url: `${base(server)}/`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function base(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the origin has no port");
  return `http://127.0.0.1:${address.port}`;
}
