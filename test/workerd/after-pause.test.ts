/**
 * The first answer after a pause, through the whole chain in workerd: an edge, its location's cache, the real object
 * with its storage, and an origin whose state changes while nobody asks. The clock is the test's; no alarm comes up.
 */
import {
  createExecutionContext,
  env,
  reset,
  runDurableObjectAlarm,
  waitOnExecutionContext,
} from "cloudflare:test";
import * as openpgp from "openpgp";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { r2Blobs } from "../../worker/blobs/r2-blobs.ts";
import { defaultRules } from "../../worker/health/rules.ts";
import { repositoryAnswers } from "../../worker/repositories/ask-repository.ts";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";
import { SnapshotsAtEdge } from "../../worker/repositories/reader/snapshots-at-edge.ts";
import { answer } from "../../worker/routes/answer.ts";
import { openRepositories } from "../../worker/views/views.ts";
import { viewsKey } from "../../worker/views/views-key.ts";
import type { Repository } from "../../worker/watchers/repository.ts";
import { makeEdge, makePayload } from "./services.ts";
import { views } from "./views.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      REPOSITORY: DurableObjectNamespace<Repository>;
      BLOBS: R2Bucket;
      VIEWS: KVNamespace;
    }
  }
}

const origin = "http://origin.example/debian/";
const root = "dists/trixie/InRelease";
const index = "dists/trixie/main/binary-amd64/Packages";
/** A Release tells whole seconds. */
const start = Math.floor(Date.now() / 1000) * 1000;
let key: openpgp.PrivateKey;
let listed: Listed;
let now: number;
let files: Map<string, string>;
let asked: string[];
let unreachable: boolean;

beforeAll(async () => {
  const made = await openpgp.generateKey({
    userIDs: [{ name: "Archive" }],
    date: new Date(start - 86_400_000),
    format: "object",
  });
  key = made.privateKey;
  listed = {
    name: "debian",
    kind: "apt",
    title: "Test",
    origin,
    architectures: ["amd64"],
    roots: [root],
    keys: [{ file: "a.gpg", fingerprints: [key.getFingerprint().toUpperCase()] }],
    setup: {},
  };
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.spyOn(Date, "now").mockImplementation(() => now);
  // For good: an alarm that fires between two tests must not reach the internet either.
  vi.stubGlobal("fetch", async (url: string) => {
    const path = decodeURIComponent(url.slice(origin.length));
    asked.push(path);
    if (unreachable) throw new Error("Network connection lost.");
    const body = url.startsWith(origin) ? files.get(path) : undefined;
    return body === undefined ? new Response("none", { status: 404 }) : new Response(body);
  });
});
beforeEach(async () => {
  now = start;
  files = new Map();
  asked = [];
  unreachable = false;
  const text = btoa(String.fromCharCode(...key.toPublic().write()));
  await env.VIEWS.put(viewsKey, JSON.stringify({ keys: { "a.gpg": text } }));
});
afterEach(() => reset());

/** Publishes a state at the origin. @param validFor ms from then; undefined: it doesn't say */
async function publish(state: string, validFor?: number): Promise<void> {
  const content = `Package: ${state}\n`;
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content)),
  );
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = [
    "Suite: stable",
    "Codename: trixie",
    `Description: ${state}`,
    `Date: ${new Date(now).toUTCString()}`,
    ...(validFor === undefined ? [] : [`Valid-Until: ${new Date(now + validFor).toUTCString()}`]),
    "SHA256:",
    ` ${hash} ${content.length} main/binary-amd64/Packages`,
  ].join("\n");
  const message = await openpgp.createCleartextMessage({ text });
  const signed = await openpgp.sign({ message, signingKeys: key, date: new Date(start - 60_000) });
  files.set(root, signed.replaceAll("\r", ""));
  files.set(index, content);
}

/** An isolate in a location of its own. */
class Location {
  readonly #kept = new Map<string, { bytes: ArrayBuffer; headers: Headers; until: number }>();
  readonly #cache = {
    match: async (url: string) => {
      const found = this.#kept.get(url);
      if (found === undefined || now >= found.until) return undefined;
      return new Response(found.bytes, { headers: found.headers });
    },
    put: async (url: string, response: Response) => {
      const { headers } = response;
      const age = /max-age=(\d+)/.exec(headers.get("Cache-Control") ?? "")?.[1] ?? 0;
      const bytes = await response.arrayBuffer();
      this.#kept.set(url, { bytes, headers, until: now + 1000 * Number(age) });
    },
  };
  readonly #snapshots = new SnapshotsAtEdge({
    cache: this.#cache,
    blobs: (repository) => r2Blobs(env.BLOBS, repository),
    object: repositoryAnswers(
      (repository) => env.REPOSITORY.get(env.REPOSITORY.idFromName(repository)),
      (name) => ({ name, version: 1, entry: listed }),
    ),
    store: env.VIEWS,
  });
  readonly #edge = makeEdge();
  readonly #views = { ...views(), ...openRepositories([listed]) };
  readonly #payload = makePayload({
    fetch: (url, init) => fetch(url, init),
    cache: this.#cache,
    ownHosts: [],
  });

  /** What a client gets: the status and the text. */
  async get(path: string): Promise<[number, string]> {
    const ctx = createExecutionContext();
    const request = new Request(`http://near.example/debian/${path}`);
    const response = await answer(
      request,
      {
        views: this.#views,
        clients: this.#edge.clients,
        history: this.#edge.history,
        now: () => now,
        rules: defaultRules,
        ownId: "near.example",
        payload: this.#payload,
        snapshots: this.#snapshots,
      },
      ctx,
    );
    const text = new TextDecoder().decode(await response.arrayBuffer());
    await waitOnExecutionContext(ctx);
    return [response.status, text];
  }

  /** The state that an `apt-get update` gets: that of the root, and the index that goes with it. */
  async update(): Promise<string> {
    const [status, release] = await this.get(root);
    expect(status).toBe(200);
    const state = /^Description: (.*)$/m.exec(release)?.[1] ?? "";
    expect(await this.get(index)).toEqual([200, `Package: ${state}\n`]);
    return state;
  }
}

/** A location whose clients have had a snapshot for some seconds, told by KV as well. */
async function inUse(): Promise<Location> {
  const location = new Location();
  await location.update();
  await runDurableObjectAlarm(env.REPOSITORY.get(env.REPOSITORY.idFromName("debian")));
  await vi.waitFor(async () => {
    expect(await env.VIEWS.get("snapshot/debian")).not.toBeNull();
  }, 10_000);
  for (let second = 0; second < 3; second++) {
    now += 1000;
    await location.update();
  }
  asked.length = 0;
  await location.update();
  expect(asked).toEqual([]);
  return location;
}

it("the very first answer is of the first snapshot", async () => {
  await publish("one");
  const location = new Location();
  const [status, release] = await location.get(root);
  expect([status, release]).toEqual([200, files.get(root)]);
  // Had it come from the origin itself, a signature could be changed beside it.
  const asks = asked.length;
  expect((await location.get(root))[0]).toBe(200);
  expect((await location.get("dists/trixie/Release"))[0]).toBe(404);
  expect(asked.length).toBe(asks);
});

it.each([
  ["says that the state before was valid for 70 s", 70_000, 86_400_000],
  ["says nothing of that", undefined, undefined],
])(
  "85 s later the first update gets the state that came meanwhile: the origin %s",
  async (_, one, two) => {
    await publish("one", one);
    const location = await inUse();
    now += 30_000;
    await publish("two", two);
    now += 55_000;
    asked.length = 0;
    expect(await location.update()).toBe("two");
    expect(asked.filter((path) => path === root)).toHaveLength(1);
  },
);

it("a host with one update a day is never a state behind, wherever others ask", async () => {
  await publish("day 0");
  const [one, other] = [await inUse(), await inUse()];
  for (let day = 1; day <= 3; day++) {
    now += 43_200_000;
    await publish(`day ${day}`);
    now += 43_200_000;
    expect(await one.update()).toBe(`day ${day}`);
    expect(await other.update()).toBe(`day ${day}`);
  }
});

it("with the origin unreachable the state at hand is given, and it isn't asked at each request", async () => {
  await publish("one", 70_000);
  const location = await inUse();
  unreachable = true;
  now += 60_000;
  asked.length = 0;
  for (let second = 0; second < 9; second++) {
    expect(await location.update()).toBe("one");
    now += 1000;
  }
  expect(asked.filter((path) => path === root)).toHaveLength(1);
  unreachable = false;
  await publish("two", 86_400_000);
  now += 20_000;
  expect(await location.update()).toBe("two");
});
