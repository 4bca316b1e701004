/** The service takes a client for whom the connection says, or a trusted proxy, whatever the client writes. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileMirrorList } from "../../../scripts/mirrors/compile.ts";
import { type Service, startService } from "../../../scripts/service.ts";
import { type Nginx, startNginx } from "../../lab/nginx.ts";
import { makeScratch } from "../../lab/scratch.ts";
import { listFolder, siteText } from "../../unit/scripts/mirrors/list.ts";
import { speak, traced } from "../../unit/scripts/service/speak.ts";
import { childrenOf, start } from "./started.ts";

const file = "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb?trace";
const list = listFolder({ "a.example": siteText("a.example") });
const scratch = makeScratch("nginx-in-front");

/** The only address that is trusted; nginx asks from it. */
const proxy = "127.0.0.3";
const trusting = { TRUSTED_PROXIES: `${proxy}/32` };

/** Three services, two of them behind nginx, which passes on whatever it doesn't set itself. */
let services: Record<"plain" | "forwardedFor" | "realIp", Service>;
let nginx: Nginx;

beforeAll(async () => {
  const { views } = await compileMirrorList(list, Date.now());
  if (views === undefined) throw new Error("the list has errors");
  const startWith = (vars: Record<string, string>) =>
    startService({ views, vars: { OWN_PLACE: "DE 50.1 8.7", PROBING: "off", ...vars } });
  const [plain, forwardedFor, realIp] = await Promise.all([
    startWith({}),
    startWith(trusting),
    startWith({ ...trusting, PEER_ADDRESS_HEADER: "X-Real-IP" }),
  ]);
  services = { plain, forwardedFor, realIp };
  nginx = await startNginx(
    `proxy_bind ${proxy};
    location / {
      proxy_pass ${forwardedFor.url};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
    location /real-ip/ {
      proxy_pass ${realIp.url};
      proxy_set_header Host $http_host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }`,
    scratch.directory,
  );
}, 60_000);

afterAll(async () => {
  await nginx?.stop();
  await Promise.all(Object.values(services ?? {}).map((service) => service.stop()));
  scratch.remove();
});

/** The client itself, near the service. */
const own = (address: string) => ({
  address,
  scheme: "http",
  country: "DE",
  placeFrom: "own place",
});

/** 8.8.8.8 is in the US by every database. What only the platform or miniflare tells is here as well. */
const forged: [string, (readonly [string, string])[]][] = [
  ["as it is written", [["CF-Connecting-IP", "8.8.8.8"]]],
  ["in small letters", [["cf-connecting-ip", "8.8.8.8"]]],
  ["in capitals", [["CF-CONNECTING-IP", "8.8.8.8"]]],
  [
    "twice",
    [
      ["CF-Connecting-IP", "8.8.8.8"],
      ["cf-connecting-ip", "8.8.4.4"],
    ],
  ],
  [
    "empty, then not",
    [
      ["CF-Connecting-IP", ""],
      ["CF-Connecting-IP", "8.8.8.8"],
    ],
  ],
  [
    "with what proxies write",
    [
      ["CF-Connecting-IP", "8.8.8.8"],
      ["X-Forwarded-For", "8.8.8.8"],
      ["X-Forwarded-Proto", "https"],
      ["X-Real-IP", "8.8.8.8"],
      ["True-Client-IP", "8.8.8.8"],
      ["Forwarded", "for=8.8.8.8;proto=https"],
    ],
  ],
  [
    "with what the platform writes",
    [
      ["CF-Connecting-IP", "8.8.8.8"],
      ["CF-Connecting-IPv6", "2001:4860:4860::8888"],
      ["CF-IPCountry", "US"],
      ["CF-Visitor", '{"scheme":"https"}'],
    ],
  ],
  ["as the platform's object", [["MF-CF-Blob", '{"clientIp":"8.8.8.8:1","country":"US"}']]],
  ["as an object that is none", [["mf-cf-blob", "{"]]],
  ["by another URL", [["MF-Original-URL", `https://mirror.example/${file}`]]],
  ["by another scheme", [["X-Forwarded-Proto", "https"]]],
  ["with a secret that is none", [["MF-Proxy-Shared-Secret", "x"]]],
  ["by another way in", [["MF-Route-Override", "core"]]],
];

test("a client is who opened the connection, whatever it writes", async () => {
  // Two addresses: what is told comes from the connection, and is no constant.
  for (const from of ["127.0.0.1", "127.0.0.7"]) {
    for (const [name, lines] of forged) {
      const client = await traced(services.plain.url + file, lines, from);
      expect(client, `${name}, from ${from}`).toMatchObject(own(from));
    }
  }
});

test.each(["forwardedFor", "realIp"] as const)(
  "a client that comes around the trusted proxy is who opened the connection (%s)",
  async (which) => {
    for (const [name, lines] of forged) {
      const client = await traced(services[which].url + file, lines, "127.0.0.7");
      expect(client, name).toMatchObject(own("127.0.0.7"));
    }
  },
);

test("behind a trusted proxy, the client is whom the proxy names, on the right", async () => {
  const behind = (...lines: [string, string][]) =>
    traced(services.forwardedFor.url + file, lines, proxy);
  expect(await behind(["X-Forwarded-For", "8.8.8.8, 127.0.0.7"])).toMatchObject(own("127.0.0.7"));
  expect(
    await behind(
      ["CF-Connecting-IP", "8.8.8.8"],
      ["X-Forwarded-For", "8.8.4.4"],
      ["x-forwarded-for", "127.0.0.7"],
      ["X-Forwarded-Proto", "https"],
    ),
  ).toMatchObject({ ...own("127.0.0.7"), scheme: "https" });
  // A proxy that names nobody is itself the client.
  expect(await behind(["CF-Connecting-IP", "8.8.8.8"])).toMatchObject(own(proxy));
});

test.each([
  ["X-Forwarded-For", ""],
  ["X-Real-IP", "real-ip/"],
])("behind a real nginx, the client is whom nginx was asked by, in %s", async (_, prefix) => {
  for (const [name, lines] of forged) {
    const client = await traced(nginx.url + prefix + file, lines, "127.0.0.7");
    expect(client, name).toMatchObject(own("127.0.0.7"));
  }
});

test("nginx is believed whom a trusted proxy before it names", async () => {
  const lines = [["X-Forwarded-For", "8.8.8.8, 127.0.0.9"]] as const;
  expect(await traced(nginx.url + file, lines, proxy)).toMatchObject(own("127.0.0.9"));
  // From anybody else it is the client's own word.
  expect(await traced(nginx.url + file, lines, "127.0.0.7")).toMatchObject(own("127.0.0.7"));
});

test("npm start knows its clients by their connections, and its proxies by --trust-proxy", async () => {
  const started = start("--port", "0", "--list", list, "--trust-proxy", `${proxy}/32`);
  const [, url = ""] = await started.shows(/^Nearmirror serves at (http:\/\/\S+)$/m);
  for (const [name, lines] of forged) {
    expect(await traced(url + file, lines, "127.0.0.7"), name).toMatchObject(own("127.0.0.7"));
  }
  const named = await traced(url + file, [["X-Forwarded-For", "8.8.8.8, 127.0.0.7"]], proxy);
  expect(named).toMatchObject(own("127.0.0.7"));
});

test("paths that development servers answer themselves are files like any other", async () => {
  for (const path of [
    "cdn-cgi/local/r2/public/blobs/x",
    "cdn-cgi/local/platform-proxy",
    "cdn-cgi/local/scheduled",
    "cdn-cgi/local/explorer",
    "__cf_local/stream",
  ]) {
    const url = services.plain.url + path;
    const original: [string, string] = ["MF-Original-URL", url];
    const { status, text } = await speak(url, [["MF-Op", "GET"]]);
    expect({ status, text }, path).toMatchObject({
      status: 404,
      text: expect.stringContaining(`Nothing is published at /${path}`),
    });
    // The page at the path that was really asked for.
    expect((await speak(services.plain.url, [original])).text, path).toContain("<!doctype html>");
  }
});

// Which ports a process listens at is read from /proc.
test.runIf(platform() === "linux")("the service's own port is the only one", async () => {
  const known = [...Object.values(services), nginx].map(({ url }) => Number(new URL(url).port));
  const ports = childrenOf(process.pid).flatMap(listeningPorts);
  expect(ports.toSorted()).toEqual(known.toSorted());
});

/** Ports of IPv4 that a process listens at (proc(5): /proc/PID/net/tcp, state 0A; the inode is field 9). */
function listeningPorts(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).map((fd) => /^socket:\[(\d+)\]$/.exec(link(join(folder, fd)))?.[1]),
  );
  return readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && sockets.has(fields[9]))
    .map((fields) => Number.parseInt(fields[1]?.split(":")[1] ?? "", 16));
}

/** Where a link leads; empty for one that is gone meanwhile. */
function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
