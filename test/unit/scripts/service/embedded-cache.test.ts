/** The Cache API by the embedded stores, in real workerd, as Cloudflare documents it. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedWorkerd, startEmbedded, storeFolder } from "./embedded-workerd.ts";

const { folder, remove } = storeFolder();
const databases = join(folder, "embedded/embedded-cache");
/** Bytes that the cache may have here. */
const cacheMaxBytes = 8 * 1024 * 1024;
let stores: EmbeddedWorkerd;

beforeAll(async () => {
  stores = await startEmbedded(folder, { cacheMaxBytes });
});
afterAll(async () => {
  await stores.end();
  remove();
});

let keys = 0;
const newUrl = () => `https://cache.invalid/${keys++}`;
const minute = { "Cache-Control": "max-age=60" };

async function cacheUsage(): Promise<{ count: number; bytes: number; databaseBytes: number }> {
  return JSON.parse((await stores.control("GET", "/usage")).text).cache;
}

test("a response comes back with its headers, by its key alone", async () => {
  const url = newUrl();
  const headers = { ...minute, ETag: '"e"', "X-Own": "ü" };
  expect(await stores.run("cacheMatch", [url])).toBeNull();
  await stores.run("cachePut", { url, body: "0123456789", headers });
  const found = {
    status: 200,
    text: "0123456789",
    headers: {
      "cf-cache-status": "HIT",
      age: "0",
      "cache-control": "max-age=60",
      "content-length": "10",
      etag: '"e"',
      "x-own": "ü",
    },
  };
  expect(await stores.run("cacheMatch", [url])).toMatchObject(found);
  expect(await stores.run("cacheMatch", [`${url}?other`])).toBeNull();
  expect(await stores.run("cacheDelete", url)).toBe(true);
  expect(await stores.run("cacheMatch", [url])).toBeNull();
  expect(await stores.run("cacheDelete", url)).toBe(false);
});

test.each([
  ["bytes=2-4", 206, "234", "bytes 2-4/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=8-", 206, "89", "bytes 8-9/10"],
  ["bytes=20-", 416, "", "bytes */10"],
  ["bytes=0-1,4-5", 200, "0123456789", undefined],
])("Range: %s", async (range, status, text, contentRange) => {
  const url = newUrl();
  await stores.run("cachePut", { url, body: "0123456789", headers: minute });
  const found = Object(await stores.run("cacheMatch", [url, { Range: range }]));
  expect(found).toMatchObject({ status, text });
  expect(found.headers["content-range"]).toBe(contentRange);
  if (status !== 416) expect(found.headers["content-length"]).toBe(String(text.length));
});

const date = "Mon, 30 Nov 2026 07:00:00 GMT";

test.each([
  [{ "If-None-Match": '"e"' }, 304],
  [{ "If-None-Match": '"x", W/"e"' }, 304],
  [{ "If-None-Match": "*" }, 304],
  [{ "If-None-Match": '"x"' }, 200],
  [{ "If-None-Match": '"x"', "If-Modified-Since": date }, 200],
  [{ "If-Modified-Since": date }, 304],
  [{ "If-Modified-Since": "Mon, 30 Nov 2026 06:59:59 GMT" }, 200],
])("%j", async (asked, status) => {
  const url = newUrl();
  const headers = { ...minute, ETag: '"e"', "Last-Modified": date };
  await stores.run("cachePut", { url, body: "text", headers });
  expect(await stores.run("cacheMatch", [url, asked])).toMatchObject({
    status,
    text: status === 304 ? "" : "text",
  });
});

test.each([
  ["Vary: *", { headers: { ...minute, Vary: "*" } }, /Vary: \*/],
  ["a part", { headers: minute, status: 206 }, /206/],
  ["304", { headers: minute, status: 304, body: "" }, /done/],
  ["Set-Cookie", { headers: { ...minute, "Set-Cookie": "a=b" } }, /done/],
  ["no-store", { headers: { "Cache-Control": "no-store" } }, /done/],
  ["stale", { headers: { ...minute, Age: "60" } }, /done/],
  ["too large", { headers: minute, body: cacheMaxBytes / 8 + 1 }, /done/],
])("%s isn't kept", async (_name, given, outcome) => {
  const url = newUrl();
  expect(await stores.run("cachePut", { url, body: "text", ...given })).toMatch(outcome);
  expect(await stores.run("cacheMatch", [url])).toBeNull();
});

test("a coded body stays coded, and one without bytes stays empty", async () => {
  const [coded, empty] = [newUrl(), newUrl()];
  const headers = { ...minute, "Content-Encoding": "gzip" };
  await stores.run("cachePut", { url: coded, body: "text", headers });
  expect(await stores.run("cacheMatch", [coded])).toMatchObject({ text: "text", status: 200 });
  await stores.run("cachePut", { url: empty, body: "", status: 204, headers: minute });
  expect(await stores.run("cacheMatch", [empty])).toMatchObject({ text: "", status: 204 });
});

test("caches by name have keys of their own", async () => {
  const url = newUrl();
  expect(await stores.run("cacheNamed", ["other", url])).toMatchObject([{ text: "other" }, null]);
});

test("a body of many pieces comes back whole, and by range", async () => {
  const [url, size] = [newUrl(), 1_000_000];
  await stores.run("cachePut", { url, body: size, headers: minute });
  const whole = { same: true, status: 200, length: "1000000" };
  expect(await stores.run("cacheMatchHash", [url, size])).toEqual(whole);
  const part = { same: true, status: 206, length: "500001" };
  expect(await stores.run("cacheMatchHash", [url, size, "bytes=262144-762144"])).toEqual(part);
  const edge = { same: true, status: 206, length: "2" };
  expect(await stores.run("cacheMatchHash", [url, size, "bytes=262143-262144"])).toEqual(edge);
});

test.each([
  ["sized, small", 3000, 1000, true],
  ["sized, large", 1_000_000, 600_000, true],
  ["unsized, small", 0, 1000, false],
  ["unsized, large", 0, 600_000, false],
])("a body that breaks off (%s) leaves no entry, and no rows", async (_name, ...given) => {
  const url = newUrl();
  const before = await cacheUsage();
  expect(await stores.run("cachePutStream", [url, ...given])).toBe("the origin broke off");
  expect(await stores.run("cacheMatch", [url])).toBeNull();
  expect((await cacheUsage()).bytes).toBe(before.bytes);
  expect((await cacheUsage()).databaseBytes).toBeLessThanOrEqual(before.databaseBytes + 8 * 4096);
});

test("two puts of a key at once leave one of the two, not a mixture", async () => {
  const put = await stores.run("cachePutTogether", [newUrl(), 1_000_000]);
  expect(put).toEqual({ size: 1_000_000, mixed: false });
});

test("what is read while it is replaced is read to its end", async () => {
  const read = await stores.run("cacheReplaceWhileRead", [newUrl(), 1_000_000]);
  expect(read).toEqual({ count: 1_000_000, next: 2 });
});

test.each([true, false])(
  "who reads no further holds no rows (cancelled: %s)",
  async (isCancelled) => {
    const url = newUrl();
    const { databaseBytes } = await cacheUsage();
    await stores.run("cachePut", { url, body: 1_000_000, headers: minute });
    expect(await stores.run("cacheReadSome", [url, isCancelled])).toBeGreaterThan(0);
    await stores.run("cacheDelete", url);
    await expect
      .poll(async () => (await cacheUsage()).databaseBytes)
      .toBeLessThan(databaseBytes + 200_000);
  },
);

test("below the disk's margin nothing is cached, and what is there is given", async () => {
  const [before, during] = [newUrl(), newUrl()];
  await stores.run("cachePut", { url: before, body: "text", headers: minute });
  await stores.control("PUT", "/machine", '{"diskFreeBytes":1,"diskMarginBytes":2}');
  expect(await stores.run("cachePut", { url: during, body: "text", headers: minute })).toBe("done");
  await stores.run("cachePut", { url: during, body: 1_000_000, headers: minute });
  expect(await stores.run("cacheMatch", [during])).toBeNull();
  expect(await stores.run("cacheMatch", [before])).toMatchObject({ text: "text" });
  await stores.control("PUT", "/machine", "{}");
});

test("made-up names for twice the room stay within it, on disk with the log", async () => {
  const [count, size] = [2000, 5500];
  await stores.run("cacheFill", { from: 0, count, size, together: 50 });
  // The newest are there, the oldest are not.
  const newest = { from: count - 300, count: 300, together: 50 };
  expect(await stores.run("cacheCount", newest)).toBe(300);
  expect(await stores.run("cacheCount", { from: 0, count: 300, together: 50 })).toBe(0);
  expect((await cacheUsage()).databaseBytes).toBeLessThanOrEqual(cacheMaxBytes);
  const files = readdirSync(databases).filter((name) => /\.sqlite(-wal)?$/.test(name));
  const bytes = files.reduce((sum, name) => sum + statSync(join(databases, name)).size, 0);
  // SQLite writes its log into the database at every 1,000 pages of 4 KiB; a batch of puts comes on top.
  expect(bytes).toBeLessThan(cacheMaxBytes + 8 * 1024 * 1024);
});

test("after a kill: what was written is there, half a body is not, and its rows are gone", async () => {
  const [kept, slow] = [newUrl(), newUrl()];
  await stores.run("cachePut", { url: kept, body: 400_000, headers: minute });
  const half = stores.run("cachePutSlow", [slow, 600_000]).catch(() => "cut off");
  // Another put behind it is answered when its rows are there.
  await stores.run("cachePut", { url: newUrl(), body: 400_000, headers: minute });
  await stores.end("SIGKILL");
  expect(await half).toBe("cut off");
  stores = await startEmbedded(folder, { cacheMaxBytes });
  expect(await stores.run("cacheMatchHash", [kept, 400_000])).toMatchObject({ same: true });
  expect(await stores.run("cacheMatch", [slow])).toBeNull();
  await stores.end("SIGTERM");
  const [file = ""] = readdirSync(databases).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name));
  const database = new DatabaseSync(join(databases, file));
  const orphans =
    "SELECT count(*) AS count FROM entry_piece WHERE entry NOT IN (SELECT id FROM entry)";
  expect(database.prepare(orphans).get()).toEqual({ count: 0 });
  expect(database.prepare("SELECT count(*) AS count FROM entry WHERE whole = 0").get()).toEqual({
    count: 0,
  });
  database.close();
  stores = await startEmbedded(folder, { cacheMaxBytes });
});
