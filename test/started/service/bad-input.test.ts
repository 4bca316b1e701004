/** Malformed requests, as bytes, against the Worker on plain workerd: no front repairs them on the way. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { bundleWorker } from "../../../scripts/service/bundle.ts";
import { type PlainWorkerd, startPlainWorkerd } from "../../../scripts/service/workerd.ts";
import { fault } from "../../unit/scripts/service/judge.ts";
import { oddRequest } from "../../unit/scripts/service/odd-requests.ts";
import { exchange } from "../../unit/scripts/service/raw-http.ts";
import {
  type SmallOrigin,
  smallViews,
  startSmallOrigin,
} from "../../unit/scripts/service/small-views.ts";

/** `FUZZ_SEED=7 npx vitest run ...` tries another ten thousand. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
const requests = 10_000;
/** Connections open at once. */
const lanes = 8;
const answerDeadlineMs = 5_000;
/** Failures told before the rest is only counted. */
const told = 10;

let origin: SmallOrigin;
let workerd: PlainWorkerd;

/**
 * Plain workerd has no cache of its own; this one keeps bodies as a location's cache does. And mirrors at names that
 * don't exist have what the origin has.
 */
const standIns = (originUrl: string) => `{
const ask = fetch;
Object.defineProperty(globalThis, "fetch", { value: (url, init) => {
  const { hostname, pathname } = new URL(url);
  return ask(hostname.endsWith(".example") ? "${originUrl}mirror" + pathname : url, init);
} });
const kept = new Map();
Object.defineProperty(globalThis, "caches", { value: { default: {
  async match(key) {
    const found = kept.get(key);
    return found && new Response(found.body, { headers: found.headers });
  },
  async put(key, response) {
    kept.set(key, { body: await response.arrayBuffer(), headers: [...response.headers] });
  },
} } });
}
`;

beforeAll(async () => {
  origin = await startSmallOrigin();
  workerd = await startPlainWorkerd({
    script: standIns(origin.url) + (await bundleWorker(smallViews(origin.url))),
    // The header is read, whatever comes in it; a request without it is a client of no known address, which is never
    // taken for one that asks again.
    vars: {
      CLIENT_PLACE: "database",
      PEER_ADDRESS_HEADER: "CF-Connecting-IP",
      TRUSTED_PROXIES: "any",
    },
  });
});

afterAll(async () => {
  await workerd?.stop();
  origin?.stop();
});

/** Asks with these header lines; `Host` is among them. */
async function ask(path: string, ...lines: string[]) {
  const text = [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  const { heads } = await exchange(workerd.port, Buffer.from(text, "latin1"), answerDeadlineMs);
  return heads[0];
}

test(`${requests} malformed requests: no 5xx, nothing thrown, no way out of the list`, async () => {
  const random = seeded(seed);
  const faults: string[] = [];
  const seen = new Map<number, number>();
  let next = 0;
  const lane = async () => {
    while (next < requests) {
      const index = next++;
      const request = oddRequest(random);
      const received = await exchange(workerd.port, request.bytes, answerDeadlineMs);
      for (const { status } of received.heads) seen.set(status, (seen.get(status) ?? 0) + 1);
      const found = fault(request, received);
      if (found === undefined) continue;
      const bytes = JSON.stringify(request.bytes.toString("latin1")).slice(0, 1000);
      faults.push(`${found}\n  seed ${seed}, request ${index}: ${bytes}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));

  expect(faults.slice(0, told).join("\n"), `${faults.length} of ${requests}`).toBe("");
  // The hand is not so heavy that everything ends at the door.
  for (const [status, atLeast] of [
    [200, 500],
    [206, 5],
    [301, 30],
    [302, 300],
    [304, 10],
    [400, 1000],
    [404, 300],
    [405, 300],
    [414, 50],
    [416, 5],
  ] as const) {
    expect(seen.get(status) ?? 0, `answers with ${status}`).toBeGreaterThanOrEqual(atLeast);
  }
  expect(await ask("/api/v1/health", "Host: near.test"), "still alive").toMatchObject({
    status: 200,
  });
  expect(workerd.said()).not.toMatch(/uncaught exception|fatal|Error:/i);
}, 60_000);

test("no header but the client's address has a say in where a redirect goes", async () => {
  // Another file each time: asking again for one would be taken for a failure of its mirror.
  let asked = 0;
  const baseOf = async (...lines: string[]) => {
    const file = `pool/main/a/apt/apt_2.6.${asked++}_amd64.deb`;
    const client = "CF-Connecting-IP: 8.8.8.8";
    const answer = await ask(`/debian/${file}`, ...lines, client);
    const [location = "", ...more] = answer?.headers.get("location") ?? [];
    expect(more).toEqual([]);
    expect(location.endsWith(`/${file}`), location).toBe(true);
    return location.slice(0, -file.length);
  };
  const plain = await baseOf("Host: near.test");
  for (const lines of [
    ["Host: evil.example"],
    ["Host: near.example:8080"],
    ["Host: near.test", "X-Forwarded-Host: evil.example"],
    ["Host: near.test", "X-Forwarded-Proto: gopher", "X-Forwarded-Port: 1"],
    ["Host: near.test", "X-Forwarded-For: 133.242.0.3"],
    ["Host: near.test", "Forwarded: for=133.242.0.3;host=evil.example"],
    ["Host: near.test", "X-Original-URL: /debian/pool/other.deb", "X-Rewrite-URL: /x"],
  ]) {
    expect(await baseOf(...lines), lines.join()).toBe(plain);
  }
});

test("without a cache on the platform, bytes still come from the origin", async () => {
  const bare = await startPlainWorkerd({
    script: await bundleWorker(smallViews(origin.url)),
    vars: { CLIENT_PLACE: "database" },
  });
  try {
    const answer = await fetch(`${bare.url}debian/dists/stable/InRelease`);
    expect({ status: answer.status, body: await answer.text() }).toMatchObject({ status: 200 });
  } finally {
    await bare.stop();
  }
});
