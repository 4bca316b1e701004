import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/lab.ts";
import { ask } from "./ask.ts";
import { big, dateOf, makeTinyTrees } from "./tiny-trees.ts";

const trees = makeTinyTrees();
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 0 });
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});

const file = "/pool/big.deb";
const date = dateOf(1).toUTCString();
const get = (headers: Record<string, string> = {}, path = file) =>
  ask(lab.origin.url, { path, headers });

test("a whole file has its size, date and type", async () => {
  const reply = await get();
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({
    "content-length": "200000",
    "last-modified": date,
    "accept-ranges": "bytes",
    "content-type": "application/vnd.debian.binary-package",
  });
  expect(reply.body.equals(big)).toBe(true);
});

test("HEAD has the same headers and no body, even with a Range", async () => {
  const reply = await ask(lab.origin.url, {
    method: "HEAD",
    path: file,
    headers: { range: "bytes=0-9" },
  });
  expect(reply.status).toBe(200);
  expect(reply.headers["content-length"]).toBe("200000");
  expect(reply.body.length).toBe(0);
});

test.each([
  ["bytes=0-9", 0, 10],
  ["bytes=199990-", 199_990, 200_000],
  ["bytes=-10", 199_990, 200_000],
  ["bytes=199990-999999", 199_990, 200_000],
])("%s gives 206 with just those bytes", async (range, start, end) => {
  const reply = await get({ range });
  expect(reply.status).toBe(206);
  expect(reply.headers["content-range"]).toBe(`bytes ${start}-${end - 1}/200000`);
  expect(reply.headers["content-length"]).toBe(String(end - start));
  expect(reply.body.equals(big.subarray(start, end))).toBe(true);
});

test.each(["bytes=200000-", "bytes=-0"])("%s gives 416 with the size", async (range) => {
  const reply = await get({ range });
  expect(reply.status).toBe(416);
  expect(reply.headers["content-range"]).toBe("bytes */200000");
});

test.each(["bytes=0-1,5-6", "bytes=9-3", "lines=1-2", "bytes=-"])(
  "%s is ignored",
  async (range) => {
    expect((await get({ range })).status).toBe(200);
  },
);

test("If-Range decides between the range and the whole file", async () => {
  const etag = String((await get()).headers.etag);
  const status = async (condition: string) =>
    (await get({ range: "bytes=5-", "if-range": condition })).status;
  expect(await status(date)).toBe(206);
  expect(await status(etag)).toBe(206);
  expect(await status(dateOf(2).toUTCString())).toBe(200);
  expect(await status('"other"')).toBe(200);
});

test("conditional requests: 304 for the same date or tag, the tag deciding alone", async () => {
  const etag = String((await get()).headers.etag);
  expect((await get({ "if-modified-since": date })).status).toBe(304);
  expect((await get({ "if-modified-since": dateOf(0).toUTCString() })).status).toBe(200);
  expect((await get({ "if-none-match": `"x", ${etag}` })).status).toBe(304);
  expect((await get({ "if-none-match": '"x"', "if-modified-since": date })).status).toBe(200);
});

test("names with + ~ % are found by any valid encoding", async () => {
  for (const path of ["/pool/a+b~1_%253a.deb", "/pool/a%2bb%7e1_%253a.deb"]) {
    expect((await get({}, path)).body.toString()).toBe("odd name");
  }
});

test.each([
  ["/nothing", 404],
  ["/pool", 301],
  ["/pool/", 200],
  ["/empty", 200],
  ["/%2e%2e/%2e%2e/etc/hostname", 400],
  ["/%zz", 404],
])("%s gives %i", async (path, status) => {
  expect((await get({}, path)).status).toBe(status);
});

test("other methods give 405", async () => {
  expect((await ask(lab.origin.url, { method: "POST", path: file })).status).toBe(405);
});
