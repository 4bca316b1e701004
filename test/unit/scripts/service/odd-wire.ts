/**
 * Requests that break HTTP itself or speak to what may stand behind the Worker, made by a seeded hand: request lines,
 * hosts, line ends, bodies, pipelines, headers of platforms and proxies, routes of development servers.
 */
import { oneOf } from "../../../../scripts/random.ts";
import { hosts } from "./odd-headers.ts";
import type { OddRequest } from "./odd-requests.ts";
import { paths, pieces, wholeTargets } from "./odd-targets.ts";

type Random = () => number;

const versions = [
  ...["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3", "HTTP/1.1.1"],
  ...["HTTP/", "http/1.1", "HTP/1.1", "HTTP/1.1 x", "HTTP/11", "HTTP/-1.1", "ICY/1.0", ""],
];
const methods = [
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"],
  ...["PROPFIND", "PURGE", "M-SEARCH", "QUERY", "UNLOCK", "get", "GETT", "G ET", "GET\0", "\xff"],
  ...["-", "(GET)", "GET,HEAD", "A".repeat(5000), ""],
];
const authorities = [
  ...["evil.example:443", "evil.example", "127.0.0.1:22", "[::1]:80", "169.254.169.254:80", ":1"],
];
const wireHosts = [
  ...hosts,
  ...["a".repeat(4096), "near.test near.test", "near.test\tx", "[", "]", "[]", "[::1]x:80"],
  ...["[fe80::1%25eth0]", "near.test:99999", "near.test:-1", "near.test:0x50", "near.test:８０"],
  ...["user:pw@near.test", "@near.test", "near.test@evil.example", "ne\xe4r.test", "%6eear.test"],
  ...["near.test, evil.example", "near.test;evil.example", "http://near.test", "//near.test"],
];

/** Where development servers and platforms answer themselves: none of it may be there. */
const devPaths = [
  ...["/cdn-cgi/", "/cdn-cgi/trace", "/cdn-cgi/mf/scheduled", "/cdn-cgi/handler/scheduled"],
  ...["/cdn-cgi/local/explorer", "/cdn-cgi/local/r2/public/blobs/x", "/cdn-cgi/ProxyWorker/pause"],
  ...["/cdn-cgi/local/platform-proxy", "/__cf_local/stream", "/__scheduled", "/__debug"],
  ...[
    "/core/inspector",
    "/json/list",
    "/devtools",
    "/.well-known/",
    "/server-status",
    "/debug/pprof/",
  ],
  ...["/keys/views", "/usage", "/machine", "/.git/config", "/.env", "/blobs/", "/do/", "/run/"],
];

/** What workerd, miniflare, Cloudflare and proxies say in headers. */
const innerHeaders = [
  ...["MF-Op: GET", "MF-Op: PUT", "MF-CF-Blob: {", 'MF-CF-Blob: {"clientIp":"8.8.8.8:1"}'],
  ...[
    "MF-Original-URL: http://evil.example/",
    "MF-Custom-Fetch-Service: x",
    "MF-Route-Override: core",
  ],
  ...["MF-Proxy-Shared-Secret: x", "MF-Disable-Pretty-Error: true", "MF-Loopback-Secret: x"],
  ...["CF-Connecting-IP: 8.8.8.8", "CF-Connecting-IPv6: ::1", "CF-Worker: evil.example"],
  ...[
    "CF-EW-Via: 15",
    "CF-Ray: x",
    "CF-Visitor: {",
    "CF-IPCountry: T1",
    "CF-Blob: {",
    "CF-Cache-Namespace: x",
  ],
  ...[
    "CF-KV-FLAGS: 1",
    "cf-r2-request: {",
    "cf-r2-metadata-size: 99999999",
    "CF-Cache-Status: HIT",
  ],
  ...[
    "CDN-Loop: cloudflare",
    "CDN-Loop: nearmirror",
    `CDN-Loop: ${"a, ".repeat(9)}a`,
    "CDN-Loop: ,,;;",
  ],
  ...["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: ,,,", "X-Forwarded-Proto: https"],
  ...["X-Forwarded-Host: evil.example", "X-Forwarded-Port: 0", "X-Real-IP: ::1", "Via: 1.1 x"],
  ...[
    "Forwarded: for=_x;host=evil.example",
    "X-HTTP-Method-Override: DELETE",
    "X-Original-URL: /x",
  ],
  ...["Upgrade: websocket", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk", "Connection: Upgrade"],
  ...[
    "Connection: Host",
    "Connection: Transfer-Encoding",
    "Proxy-Connection: keep-alive",
    "TE: trailers",
  ],
  ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"],
  ...[
    "Expect: 100-continue",
    "Expect: x",
    "Max-Forwards: 0",
    "Trailer: Host",
    "Keep-Alive: timeout=9e9",
  ],
];

/** Lines that are no header lines, or say of one what can't be. */
const brokenLines = [
  ...[
    "nocolon",
    ": novalue",
    " : x",
    "X : y",
    "X\t: y",
    "X(Y): z",
    "X\xe9: y",
    "X: a\0b",
    "X: a\rb",
  ],
  ...[
    "X: a\r\n folded",
    "X: a\r\n\tfolded",
    " folded first: x",
    "\tx",
    "X: \x01\x02",
    "X: \x7f",
    "\0\0",
  ],
  ...[
    "Content-Length:",
    "Content-Length: +5",
    "Content-Length: 0x5",
    "Content-Length: 5,5",
    "Host",
  ],
  ...["Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding:\x0bchunked"],
];

const lengths = [
  ...[
    "0",
    "5",
    "-1",
    "-3",
    "abc",
    "5 5",
    "5, 6",
    "99999999999999999999",
    "9999999999",
    "1e3",
    "05",
  ],
];

const chunks = [
  ...["ZZ\r\nhello\r\n0\r\n\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello0\r\n\r\n", "-1\r\n\r\n"],
  ...["ffffffffffffffff\r\nx\r\n0\r\n\r\n", "fffffffffffffffff\r\nx", "0x5\r\nhello\r\n0\r\n\r\n"],
  ...[
    '5;ext="\r\nhello\r\n0\r\n\r\n',
    "5\nhello\n0\n\n",
    "0\r\nX: y\r\nHost: evil\r\n\r\n",
    "0\r\n",
  ],
  ...[
    "1\r\n\0\r\n0\r\n\r\n",
    "\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: y\r\n\r\n",
  ],
];

const overlong = [
  "%c0%af",
  "%c0%ae%c0%ae",
  "%e0%80%af",
  "%f0%80%80%af",
  "%c1%9c",
  "\xc0\xaf",
  "%f8%80%80%80%af",
];

const lineOf = (method: string, target: string, version = "HTTP/1.1") =>
  `${method} ${target} ${version}\r\n`;
const plainHost = "Host: near.test\r\n";

/** Each makes one message; the text is a character per byte. */
const makers: Record<string, (random: Random) => string> = {
  version: (random) =>
    `${lineOf("GET", oneOf(random, paths), oneOf(random, versions))}${plainHost}\r\n`,
  method: (random) => `${lineOf(oneOf(random, methods), oneOf(random, paths))}${plainHost}\r\n`,
  authority: (random) =>
    `${lineOf(oneOf(random, ["GET", "CONNECT", "POST", "HEAD"]), oneOf(random, authorities))}${plainHost}\r\n`,
  absolute: (random) =>
    `${lineOf("GET", oneOf(random, ["http://", "https://", "HTTP://", "ws://", "//"]) + oneOf(random, wireHosts) + oneOf(random, paths))}${plainHost}\r\n`,
  target: (random) => `${lineOf("GET", oneOf(random, wholeTargets))}${plainHost}\r\n`,
  host: (random) =>
    `${lineOf("GET", oneOf(random, paths))}Host: ${oneOf(random, wireHosts)}\r\n\r\n`,
  "two hosts": (random) =>
    `${lineOf("GET", oneOf(random, paths))}Host: ${oneOf(random, wireHosts)}\r\nhost: ${oneOf(random, wireHosts)}\r\n\r\n`,
  "no host": (random) =>
    `${lineOf("GET", oneOf(random, paths), oneOf(random, versions.slice(0, 2)))}\r\n`,
  "line ends": (random) =>
    `${lineOf("GET", oneOf(random, paths))}${plainHost}X: y\r\n\r\n`.replaceAll(
      "\r\n",
      oneOf(random, ["\n", "\r", "\n\r", "\r\r\n", "\r\n ", "\0\n", "\u000b"]),
    ),
  "broken line": (random) =>
    `${lineOf("GET", oneOf(random, paths))}${oneOf(random, ["", plainHost])}${oneOf(random, brokenLines)}\r\n${plainHost}\r\n`,
  "huge header": (random) =>
    `${lineOf("GET", oneOf(random, paths))}${plainHost}X: ${"h".repeat(oneOf(random, [8000, 70_000, 400_000, 600_000]))}\r\n\r\n`,
  "many headers": (random) =>
    `${lineOf("GET", oneOf(random, paths))}${plainHost}${"X: y\r\n".repeat(oneOf(random, [100, 1000, 10_000, 100_000]))}\r\n`,
  "huge target": (random) =>
    `${lineOf("GET", oneOf(random, paths) + "/a".repeat(oneOf(random, [1100, 8000, 33_000, 300_000])))}${plainHost}\r\n`,
  chunked: (random) =>
    `${lineOf(oneOf(random, ["POST", "GET", "PUT"]), oneOf(random, ["/api/v1/repositories/debian/refresh", ...paths]))}${plainHost}Transfer-Encoding: chunked\r\n\r\n${oneOf(random, chunks)}`,
  length: (random) =>
    `${lineOf(oneOf(random, ["POST", "GET", "HEAD"]), oneOf(random, paths))}${plainHost}Content-Length: ${oneOf(random, lengths)}\r\n${random() < 0.5 ? `Content-Length: ${oneOf(random, lengths)}\r\n` : ""}\r\nabcde`,
  smuggled: (random) =>
    `${lineOf("POST", oneOf(random, paths))}${plainHost}Content-Length: ${oneOf(random, lengths)}\r\nTransfer-Encoding: ${oneOf(random, ["chunked", "xchunked", " chunked", "chunked, identity", "gzip"])}\r\n\r\n${oneOf(random, chunks)}`,
  path: (random) =>
    `${lineOf("GET", oneOf(random, paths) + oneOf(random, [...pieces, ...overlong]) + oneOf(random, ["", "/", "x", "/../x"]))}${plainHost}\r\n`,
  "double slash": (random) =>
    `${lineOf("GET", oneOf(random, ["//evil.example", "///evil.example", "/\\evil.example", "//debian", "/.//evil.example"]) + oneOf(random, paths))}${plainHost}\r\n`,
  tabs: (random) =>
    `GET\t${oneOf(random, paths)} ${oneOf(random, ["\t", "", " "])}HTTP/1.1\r\n${plainHost}\r\n`,
  fragment: (random) =>
    `${lineOf("GET", `${oneOf(random, paths)}#${oneOf(random, pieces)}`)}${plainHost}\r\n`,
  development: (random) =>
    `${lineOf(oneOf(random, ["GET", "POST", "PUT", "DELETE"]), oneOf(random, devPaths))}${plainHost}${oneOf(random, innerHeaders)}\r\n\r\n`,
  "inner headers": (random) =>
    `${lineOf("GET", oneOf(random, paths))}${plainHost}${Array.from({ length: 1 + Math.floor(random() * 6) }, () => `${oneOf(random, innerHeaders)}\r\n`).join("")}\r\n`,
  pipeline: (random) =>
    Array.from({ length: 2 + Math.floor(random() * 8) }, () => {
      const at = oneOf(random, [...paths, ...devPaths]);
      return `${lineOf(oneOf(random, methods.slice(0, 7)), at)}Host: ${oneOf(random, wireHosts)}\r\n\r\n`;
    }).join(oneOf(random, ["", "\r\n", "x"])),
  noise: (random) =>
    Array.from({ length: 1 + Math.floor(random() * 400) }, () =>
      String.fromCharCode(Math.floor(random() * 256)),
    ).join(""),
  "other protocols": (random) =>
    oneOf(random, [
      ...[
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "SSH-2.0-x\r\n",
      ],
      ...[
        "EHLO x\r\n",
        "*1\r\n$4\r\nPING\r\n",
        "GET /\r\n",
        "\x05\x01\x00",
        "\0\0\0\x01",
        "stats\r\n",
      ],
    ]),
};

const kinds = Object.keys(makers);

/** The next request of the random sequence, and what it is an attack of. */
export function oddWire(random: Random): OddRequest & { kind: string } {
  const kind = oneOf(random, kinds);
  const text = makers[kind]?.(random) ?? "";
  const [method = "", target = ""] = text.split(/[ \r\n]/);
  return {
    kind,
    bytes: Buffer.from(text, "latin1"),
    method,
    target,
    host: undefined,
    whole: false,
  };
}
