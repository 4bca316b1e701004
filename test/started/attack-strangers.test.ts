/** What a stranger at another address can do to `npm start`: name no other client, reach nothing behind the Worker. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, startLab } from "../lab/lab.ts";
import { npmStart } from "../lab/npm-start.ts";
import { makeTinyTrees } from "../unit/lab/tiny-trees.ts";
import { listFolder } from "../unit/scripts/mirrors/list.ts";
import { exchange } from "../unit/scripts/service/raw-http.ts";
import { speak, traced } from "../unit/scripts/service/speak.ts";
import { temporaryFolder } from "../unit/temporary-folder.ts";
import { type Attacked, startAttacked } from "./attacked.ts";

let attacked: Attacked;
beforeAll(async () => {
  attacked = await startAttacked();
}, 60_000);
afterAll(() => attacked?.stop());

const file = "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
/** A stranger, to a service that listens at 127.0.0.1. */
const stranger = "127.0.0.2";
const answerDeadlineMs = 10_000;

/** First line and body of what comes back for a target and a Host. */
async function answered(target: string, host = "near.test", method = "GET") {
  const text = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const received = await exchange(
    attacked.service.port,
    Buffer.from(text, "latin1"),
    answerDeadlineMs,
  );
  return {
    status: received.heads[0]?.status,
    location: received.heads[0]?.headers.get("location")?.[0],
    body: received.text.slice(received.text.indexOf("\r\n\r\n") + 4),
  };
}

/** Everything by which a client could be named. 8.8.8.8 is in the US by every database. */
const names: (readonly [string, string])[] = [
  ...(["CF-Connecting-IP", "True-Client-IP", "X-Real-IP", "X-Client-IP"] as const).map(
    (name) => [name, "8.8.8.8"] as const,
  ),
  ["X-Forwarded-For", "8.8.8.8"],
  ["x-forwarded-for", "8.8.8.8, 127.0.0.1"],
  ["X-Forwarded-Proto", "https"],
  ["X-Forwarded-Host", "evil.example"],
  ["Forwarded", "for=8.8.8.8;proto=https;host=evil.example"],
  ["CF-IPCountry", "US"],
  ["CF-Visitor", '{"scheme":"https"}'],
  ["MF-CF-Blob", '{"clientIp":"8.8.8.8:1","country":"US"}'],
  ["MF-Original-URL", "https://evil.example/"],
  ["CF-Blob", '{"clientIp":"8.8.8.8:1"}'],
];

test("a client is who opened the connection, whatever it writes", async () => {
  for (const from of [stranger, "127.0.0.1"]) {
    for (const lines of [...names.map((line) => [line]), names]) {
      const client = await traced(`${attacked.service.url}${file}?trace`, lines, from);
      expect(client, lines.join()).toMatchObject({
        address: from,
        scheme: "http",
        country: "DE",
        placeFrom: "own place",
      });
    }
  }
});

test("routes of development servers, stores and platforms are paths like any other", async () => {
  const absent = (await answered("/nothing/here")).body.replace("/nothing/here", "PATH");
  for (const path of [
    "/cdn-cgi/local/explorer",
    "/cdn-cgi/local/r2/public/blobs/x",
    "/cdn-cgi/local/platform-proxy",
    "/cdn-cgi/handler/scheduled",
    "/cdn-cgi/mf/scheduled",
    "/cdn-cgi/trace",
    "/__cf_local/stream",
    "/__scheduled",
    "/core/inspector",
    "/json/list",
    // Of the service's own parts.
    "/keys/views",
    "/usage",
    "/machine",
  ]) {
    const { status, body } = await answered(path);
    expect([status, body.replace(path, "PATH")], path).toEqual([404, absent]);
    for (const method of ["PUT", "POST", "DELETE"]) {
      expect((await answered(path, "near.test", method)).status, `${method} ${path}`).toBe(405);
    }
    const lines = names.concat([
      ["MF-Op", "GET"],
      ["MF-Custom-Fetch-Service", "x"],
      ["MF-Route-Override", "core"],
      ["Upgrade", "websocket"],
    ]);
    const asked = await speak(attacked.service.url.slice(0, -1) + path, lines, stranger);
    expect([asked.status, asked.text.replace(path, "PATH")], path).toEqual([404, absent]);
  }
});

test.each([
  ["/debian/../etc/passwd", /a \. or \.\. segment/],
  ["/debian/./dists/stable/InRelease", /a \. or \.\. segment/],
  ["/debian/%2e%2e/x", /a \. or \.\. segment/],
  ["/debian/.%2E/x", /a \. or \.\. segment/],
  ["/debian/%2fx", /an escaped control character, slash or backslash/],
  ["/debian/x%00", /an escaped control character, slash or backslash/],
  ["/debian/%5c..%5cx", /an escaped control character, slash or backslash/],
  ["/debian\\..\\x", /a backslash/],
  ["/debian/%", /a % that is not followed by two hexadecimal digits/],
  ["/debian/%c0%ae%c0%ae/x", /escapes are not UTF-8/],
  ["/debian/%ed%a0%80", /escapes are not UTF-8/],
  // workerd's own word.
  ["/debian/<x>", /invalid URI/],
  ["/debian/x|y", /must be percent-encoded/],
])("nothing is made of a path that has two readings: %s", async (target, reason) => {
  const { status, body } = await answered(target);
  expect([status, body]).toEqual([400, expect.stringMatching(reason)]);
});

test.each([
  "a b",
  "user@near.test",
  "near.test:0x50",
  "near.test:999999",
  "[::1",
  "\xff",
  "near.test, evil.example",
  "",
])("a Host that is none is refused with a sentence: %j", async (host) => {
  const { status, body, location } = await answered(`/${file}`, host);
  expect({ status, location }).toEqual({ status: 400, location: undefined });
  // workerd's own, where it can't make a URL of it, or ours.
  expect(body).toMatch(
    /^(?:Bad Request|The Host header is not a host name with an optional port\.\n)$/,
  );
});

test("no host that a client makes up is named in a redirect, a list or a script", async () => {
  const host = "evil.example:8080";
  const redirect = await answered(`/${file}`, host);
  const bases = attacked.bases.debian ?? [];
  expect(bases.some((base) => redirect.location?.startsWith(base))).toBe(true);
  // A relative redirect names no host at all (RFC 9110, section 10.2.2).
  expect((await answered("/debian", host)).location).toBe("./debian/");
  expect((await answered("//evil.example/debian", host)).status).toBe(404);
});

const sixMirrors = 6;
/** The issue of old showed within seconds: strangers' repeats alone made mirrors degraded. */
const floodMs = Number(process.env.FLOOD_MS ?? 15_000);
const everyMs = 100;

test("ten requests a second from one stranger keep no healthy mirror degraded", async () => {
  const trees = makeTinyTrees();
  const lab: Lab = await startLab({ trees, mirrors: sixMirrors });
  const list = listFolder(
    Object.fromEntries(
      lab.mirrors.map(({ name, url }) => [
        name,
        `name: ${name}\ncountry: DE\nbase:\n  http: ${url}\nrepositories:\n  tiny:\n    path: ""\n`,
      ]),
    ),
    {
      tiny: `name: tiny\nkind: apt\ntitle: Tiny\norigin: ${lab.origin.url}\nroots: [dists/Release]\nredirect:\n  minSize: 0KiB\n`,
    },
  );
  const service = await npmStart({
    args: [
      ...["--port", "0", "--list", list, "--store", temporaryFolder("nearmirror-flooded-")],
      ...["--place", "DE 50.1 8.7", "--set", "PROBING=all", "--set", "PROBE_SECONDS=3"],
      ...["--set", "PROBE_CHANGING_SECONDS=1", "--set", "VIEWS_REFRESH_SECONDS=0.5"],
    ],
  });
  try {
    const states = async () => {
      const told: { mirrors: { targets: { state: string }[] }[] } = await (
        await fetch(`${service.url}api/v1/mirrors`)
      ).json();
      return told.mirrors.flatMap(({ targets }) => targets.map(({ state }) => state));
    };
    await expect
      .poll(states, { timeout: 45_000, interval: 300 })
      .toEqual(Array.from({ length: sixMirrors }, () => "up"));

    const seen = new Map<string, number>();
    const until = Date.now() + floodMs;
    for (let count = 0; Date.now() < until; count++) {
      // Another client each time by its own word, and the same file again and again: as if all had had no luck.
      const claimed = `81.${count % 250}.${(count * 7) % 250}.9`;
      const url = `${service.url}tiny/pool/${count % 3 === 0 ? "big" : "only-1"}.deb`;
      const { status } = await speak(
        url,
        [
          ["CF-Connecting-IP", claimed],
          ["X-Forwarded-For", claimed],
        ],
        stranger,
      );
      expect([200, 302]).toContain(status);
      if (count % 5 === 0) {
        for (const state of await states()) seen.set(state, (seen.get(state) ?? 0) + 1);
      }
      await pause(everyMs);
    }
    expect([...seen.keys()]).toEqual(["up"]);
  } finally {
    await service.stop();
    await lab.stop();
    trees.remove();
  }
}, 120_000);
