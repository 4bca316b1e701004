/** KV by the embedded stores, in real workerd, as Cloudflare documents it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedWorkerd, startEmbedded, storeFolder } from "./embedded-workerd.ts";

const { folder, remove } = storeFolder();
let stores: EmbeddedWorkerd;

beforeAll(async () => {
  stores = await startEmbedded(folder);
});
afterAll(async () => {
  await stores.end();
  remove();
});

const mostBytes = 25 * 1024 * 1024;

test("a value comes back in every type, with its metadata", async () => {
  const options = { metadata: { of: "ü" }, expirationTtl: 100 };
  expect(await stores.run("kvPut", ["a/b ü%2F", '{"x":1}', options])).toBe("done");
  expect(await stores.run("kvGetAll", "a/b ü%2F")).toMatchObject({
    text: '{"x":1}',
    json: { x: 1 },
    bytes: 7,
    stream: '{"x":1}',
    withMetadata: { value: '{"x":1}', metadata: { of: "ü" } },
  });
  expect(await stores.run("kvGetMany", ["a/b ü%2F", "none"])).toEqual({
    text: { "a/b ü%2F": '{"x":1}', none: null },
    json: { "a/b ü%2F": { value: { x: 1 }, metadata: { of: "ü" } }, none: null },
  });
});

test("25 MiB are taken, and a byte more is refused with a sentence", async () => {
  expect(await stores.run("kvPutBytes", ["large", mostBytes])).toBe("done");
  expect(await stores.run("kvGetHash", ["large", mostBytes])).toBe(true);
  expect(await stores.run("kvPutBytes", ["large", mostBytes + 1])).toBe(
    `KV PUT failed: 413 The value has more than ${mostBytes} bytes.`,
  );
  expect(await stores.run("kvGetHash", ["large", mostBytes])).toBe(true);
  expect(await stores.run("kvDelete", "large")).toBe("done");
  expect(await stores.run("kvGet", "large")).toBeNull();
});

test("a stream that breaks off leaves what was there", async () => {
  expect(await stores.run("kvPutStream", ["stream", 3_000_000])).toBe("done");
  expect(await stores.run("kvPutBroken", ["stream", 4_000_000, 2_000_000])).toBe(
    "the origin broke off",
  );
  expect(await stores.run("kvGetHash", ["stream", 3_000_000])).toBe(true);
  await stores.run("kvDelete", "stream");
});

test("a list comes in pages, by prefix, and tells ends and metadata", async () => {
  const expiration = Math.floor(Date.now() / 1000) + 3600;
  await stores.run("kvPut", ["list/b", "", { expiration, metadata: [1] }]);
  for (const name of ["list/a", "list/c", "list0"]) await stores.run("kvPut", [name, ""]);
  const first = await stores.run("kvList", { prefix: "list/", limit: 2 });
  expect(first).toMatchObject({
    keys: [{ name: "list/a" }, { name: "list/b", expiration, metadata: [1] }],
    list_complete: false,
    cursor: expect.any(String),
  });
  const cursor = Reflect.get(Object(first), "cursor");
  expect(await stores.run("kvList", { prefix: "list/", limit: 2, cursor })).toMatchObject({
    keys: [{ name: "list/c" }],
    list_complete: true,
  });
});

test("what has to be kept for less than a minute is refused", async () => {
  expect(await stores.run("kvPut", ["short", "x", { expirationTtl: 59 }])).toBe(
    "KV PUT failed: 400 A value is kept for at least 60 seconds.",
  );
});

test("the control socket has the same keys", async () => {
  const end = Math.floor(Date.now() / 1000) + 100;
  const put = await stores.control("PUT", `/keys/told%2Fkey?expiration=${end}`, "value");
  expect(put.status).toBe(204);
  expect(await stores.run("kvGet", "told/key")).toBe("value");
  expect(await stores.run("kvList", { prefix: "told/" })).toMatchObject({
    keys: [{ name: "told/key", expiration: end }],
  });
  expect(await stores.control("GET", "/keys/told%2Fkey")).toEqual({ status: 200, text: "value" });
  expect((await stores.control("DELETE", "/keys/told%2Fkey")).status).toBe(204);
  expect(await stores.run("kvGet", "told/key")).toBeNull();
  expect((await stores.control("GET", "/keys/told%2Fkey")).status).toBe(404);
  expect((await stores.control("GET", "/other")).status).toBe(404);
});

test("values are there after a kill", async () => {
  await stores.run("kvPut", ["kept", "value"]);
  await stores.end("SIGKILL");
  stores = await startEmbedded(folder);
  expect(await stores.run("kvGet", "kept")).toBe("value");
});
