/** Torrents through the routes and the object that makes them, with real storage, alarms and streams. */
import { env, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TorrentsAtEdge } from "../../worker/delivery/torrents-at-edge.ts";
import type { TorrentAnswer, TorrentQuestion } from "../../worker/torrents/torrent-answer.ts";
import type { Torrents } from "../../worker/watchers/torrents.ts";
import { carrier, type ListEdge, listEdge } from "./list-services.ts";
import { listedFiles } from "./services.ts";
import { frankfurt } from "./views.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      TORRENTS: DurableObjectNamespace<Torrents>;
    }
  }
}

/** `yes nearmirror | head -c 41943040`: two ranges. */
const image = new Uint8Array(40 * 1024 ** 2);
const line = new TextEncoder().encode("nearmirror\n");
image.set(line);
for (let at = line.length; at < image.length; at *= 2) image.copyWithin(at, 0, at);
/** What sha256sum says of it. */
const sha256 = "ba31e035296ee680ac404e2951ddaed7a1a4b582ea2e1374936f4d1d8161efb8";
/** `mktorrent -d -l 18 near.iso; transmission-show near.torrent`. */
const infoHash = "6bb3253f37642bb29a1f04f828d906354990edcc";

/** By host; the others don't exist. */
let servers: Map<string, (first: number, last: number) => Promise<Response>>;
let asked: string[];

async function rightly(first: number, last: number): Promise<Response> {
  return new Response(image.slice(first, last + 1), {
    status: 206,
    headers: { "Content-Range": `bytes ${first}-${last}/${image.byteLength}` },
  });
}

beforeEach(() => {
  servers = new Map([
    ["frankfurt.example", rightly],
    ["origin.example", rightly],
  ]);
  asked = [];
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { host } = new URL(url);
    const range = new Headers(init.headers).get("Range") ?? "";
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    if (last !== "0") asked.push(`${host} ${Number(first) / 1024 ** 2}`);
    const server = servers.get(host);
    if (server === undefined) throw new TypeError("connection refused");
    return server(Number(first), Number(last));
  });
});
afterEach(() => vi.unstubAllGlobals());

const stubOf = (name: string) => env.TORRENTS.get(env.TORRENTS.idFromName(name));

const question = (more: Partial<TorrentQuestion> = {}): TorrentQuestion => ({
  repository: "cd",
  path: "13/near.iso",
  sha256,
  origin: "http://origin.example/cd/13/near.iso",
  sources: ["http://frankfurt.example/cd/13/near.iso"],
  isMarked: true,
  network: 1,
  ...more,
});

/** Asks until there is a torrent. */
async function torrentOf(name: string): Promise<TorrentAnswer> {
  const { network: _, ...look } = question();
  return vi.waitFor(
    async () => {
      const answer = await stubOf(name).ask(look);
      if (!("torrent" in answer)) throw new Error(`still ${answer.none}`);
      return answer;
    },
    { timeout: 50_000, interval: 20 },
  );
}

test("the object reads a marked image by its alarms, and its torrent outlives it", async () => {
  expect(await stubOf("whole").ask(question())).toEqual({ none: "queued" });
  await torrentOf("whole");
  expect(asked).toEqual(["frankfurt.example 0", "frankfurt.example 32"]);
  await evictDurableObject(stubOf("whole"));
  expect(await stubOf("whole").ask(question())).toHaveProperty("torrent.size", image.byteLength);
  expect(asked).toHaveLength(2);
});

test("an object that is evicted in the middle of an image begins again", async () => {
  // A minute later the alarm is over, and the next one would ring a minute after it: the object stands still between them.
  const real = Date.now.bind(Date);
  servers.set("frankfurt.example", (first, last) => {
    vi.spyOn(Date, "now").mockImplementation(() => real() + 61_000);
    return rightly(first, last);
  });
  await stubOf("evicted").ask(question());
  await vi.waitFor(async () => {
    const answer = await stubOf("evicted").ask(question());
    expect(answer).toMatchObject({ done: 32 * 1024 ** 2 });
  });
  vi.mocked(Date.now).mockRestore();
  await evictDurableObject(stubOf("evicted"));
  expect(await stubOf("evicted").ask(question())).toEqual({
    none: "reading",
    done: 0,
    size: image.byteLength,
  });
  expect(asked).toEqual(["frankfurt.example 0"]);
  servers.set("frankfurt.example", rightly);
  await runDurableObjectAlarm(stubOf("evicted"));
  await torrentOf("evicted");
  expect(asked.slice(1)).toEqual(["frankfurt.example 0", "frankfurt.example 32"]);
});

test("of a mirror that lies with a range nothing is published: the origin's bytes are", async () => {
  servers.set("frankfurt.example", async (first, last) => {
    const bytes = image.slice(first, last + 1);
    if (first > 0) bytes[7] = 0;
    const { headers } = await rightly(first, last);
    return new Response(bytes, { status: 206, headers });
  });
  await stubOf("lied").ask(question());
  await torrentOf("lied");
  expect(asked).toEqual([
    ...["frankfurt.example 0", "frankfurt.example 32"],
    ...["origin.example 0", "origin.example 32"],
  ]);
});

/** The edge over one of the objects, with an image of these bytes. */
function torrentEdge(name: string, more: ListEdge = {}) {
  const hash = Uint8Array.from(sha256.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const edge = listEdge({
    mirrors: [carrier("frankfurt.example", frankfurt)],
    listing: (path) =>
      path.endsWith(".iso") ? { size: image.byteLength, sha256: hash, first: 1 } : null,
    ...more,
  });
  edge.payload.torrents = new TorrentsAtEdge(() => stubOf(name), caches.default);
  return edge;
}

test("`FILE.torrent` counts ten questions, says what happens, and is the torrent with the client's mirror", async () => {
  const edge = torrentEdge("edge");
  for (let time = 1; time < 10; time++) {
    const response = await edge.get("cd/13/near.iso.torrent", { from: `5.1.${time}.3` });
    expect(response.status).toBe(404);
    const left = time === 9 ? "one more time" : `${10 - time} more times`;
    const text = await response.text();
    expect(text).toContain(`once it was asked for ${left} (of 10)`);
    expect(text).toContain("http://near.example/cd/13/near.iso.meta4 names its mirrors");
  }
  expect(await stubOf("edge").known()).toEqual({ made: [], coming: [], isOff: false });
  const head = await edge.get("cd/13/near.iso.torrent", { method: "HEAD" });
  expect(head.status).toBe(404);
  expect(asked).toEqual([]);
  const tenth = await edge.get("cd/13/near.iso.torrent");
  expect(tenth.status).toBe(503);
  expect(tenth.headers.get("Retry-After")).toBe("60");
  expect(await stubOf("edge").known()).toMatchObject({ coming: [sha256] });
  await torrentOf("edge");
  expect(await stubOf("edge").known()).toEqual({ made: [sha256], coming: [], isOff: false });
  const response = await edge.get("cd/13/near.iso.torrent", { scheme: "https" });
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("application/x-bittorrent");
  expect(response.headers.get("Cache-Control")).toBe("private, no-store");
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  const begin = text.indexOf("4:infod") + 6;
  const info = bytes.subarray(begin, text.indexOf("8:url-list"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", info));
  expect(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(infoHash);
  expect(text.slice(text.indexOf("8:url-list"))).toBe(
    "8:url-listl40:https://frankfurt.example/cd/13/near.iso35:https://near.example/cd/13/near.isoee",
  );
  // From the cache now, whatever becomes of the object.
  const without = torrentEdge("edge");
  without.payload.torrents = new TorrentsAtEdge(() => {
    throw new Error("no object");
  }, caches.default);
  expect((await without.get("cd/13/near.iso.torrent")).status).toBe(200);
});

const browser = {
  Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};

test("somebody who clicks a torrent that isn't made gets a page: when it is, and what there is meanwhile", async () => {
  // Of no other test, whose torrent the location's cache may have.
  const listing: ListEdge["listing"] = (path) =>
    path.endsWith(".iso")
      ? { size: 1024 ** 2, sha256: new Uint8Array(32).fill(7), first: 1 }
      : null;
  const edge = torrentEdge("clicked", { listing });
  const clicked = await edge.get("cd/13/near.iso.torrent", { headers: browser });
  expect(clicked.status).toBe(404);
  expect(clicked.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
  expect(clicked.headers.get("Vary")).toContain("Accept");
  const page = await clicked.text();
  expect(page).toContain("This one needs 9 more");
  for (const link of ["", ".meta4", ".mirrorlist"]) {
    expect(page).toContain(`href="http://near.example/cd/13/near.iso${link}"`);
  }
  const chinese = await edge.get("cd/13/near.iso.torrent?lang=zh", { headers: browser });
  expect(await chinese.text()).toContain("还差 8 次");
  const object = {
    ask: async () => ({ none: "reading", done: 400, size: 1000 }) as const,
    known: () => Promise.reject(new Error("not here")),
  };
  edge.payload.torrents = new TorrentsAtEdge(() => object, caches.default);
  const waiting = await edge.get("cd/13/near.iso.torrent", { headers: browser });
  expect([waiting.status, waiting.headers.get("Retry-After")]).toEqual([503, "60"]);
  expect(await waiting.text()).toContain("40 % of the image is read");
});

test("an isolate that has read nothing of the repository yet doesn't call the image unlisted", async () => {
  const world: ListEdge["world"] = ({ url }) =>
    url.includes(".torrent")
      ? new Response("no", { status: 404 })
      : new Response(null, { headers: { "Content-Length": String(1024 ** 2) } });
  const edge = torrentEdge("unread", { world, listing: () => null });
  const unlisted = await edge.get("cd/16/near.iso.torrent");
  expect([unlisted.status, await unlisted.text()]).toEqual([
    404,
    expect.stringContaining("no signed list of its repository tells its SHA-256"),
  ]);
  edge.payload.files = {
    ...listedFiles(() => null),
    fileAtHand: () => undefined,
    findFile: async () => ({ file: null, served: 0 }),
  };
  const unread = await edge.get("cd/16/near.iso.torrent");
  expect([unread.status, unread.headers.get("Retry-After")]).toEqual([503, "5"]);
});

test("which torrents there are is asked once a minute, and a page waits for it only at first", async () => {
  const kept: Promise<unknown>[] = [];
  const background = { waitUntil: (one: Promise<unknown>) => void kept.push(one) };
  let told = 0;
  const object = {
    ask: () => Promise.reject(new Error("not here")),
    known: async () => ({ made: [`${++told}`], coming: [], isOff: false }),
  };
  const torrents = new TorrentsAtEdge(() => object, caches.default);
  expect(await torrents.known(1_000_000, background)).toMatchObject({ made: ["1"] });
  expect(await torrents.known(1_059_999, background)).toMatchObject({ made: ["1"] });
  expect(await torrents.known(1_060_000, background)).toMatchObject({ made: ["1"] });
  await Promise.all(kept);
  expect(await torrents.known(1_060_001, background)).toMatchObject({ made: ["2"] });
  const broken = new TorrentsAtEdge(() => {
    throw new Error("no object");
  }, caches.default);
  expect(await broken.known(1_000_000, background)).toBeUndefined();
});

test("a torrent that the origin has itself is the origin's", async () => {
  const edge = torrentEdge("own", {
    world: ({ url }) =>
      url.endsWith(".iso.torrent") ? new Response("d4:infod") : new Response("no", { status: 404 }),
  });
  const response = await edge.get("cd/14/near.iso.torrent");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("d4:infod");
});

test("there are torrents of images alone, and of none that isn't there", async () => {
  const edge = torrentEdge("kinds");
  expect((await edge.get("debian/pool/a_1_amd64.deb.torrent")).status).toBe(404);
  const absent = await edge.get("cd/13/absent.img.torrent");
  expect(absent.status).toBe(404);
  expect(await absent.text()).toContain("Nothing is published at");
});

test("an object that can't be asked is waited for", async () => {
  const listing: ListEdge["listing"] = (path) =>
    path.endsWith(".iso") ? { size: 1024 ** 2, sha256: new Uint8Array(32), first: 1 } : null;
  const edge = torrentEdge("silent", { listing });
  edge.payload.torrents = new TorrentsAtEdge(() => {
    throw new Error("no object");
  }, caches.default);
  const response = await edge.get("cd/15/other.iso.torrent");
  expect(response.status).toBe(503);
  expect(response.headers.get("Retry-After")).toBe("5");
});
