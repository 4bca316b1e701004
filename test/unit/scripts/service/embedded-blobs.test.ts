/** R2 by the embedded stores, in real workerd: what `worker/blobs/r2-blobs.ts` needs, and the faults of others. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeUnfinishedBlobs } from "../../../../scripts/service/unfinished-blobs.ts";
import { type EmbeddedWorkerd, startEmbedded, storeFolder } from "./embedded-workerd.ts";

const { folder, remove } = storeFolder();
const blobs = join(folder, "blobs");
let stores: EmbeddedWorkerd;

beforeAll(async () => {
  stores = await startEmbedded(folder);
});
afterAll(async () => {
  await stores.end();
  remove();
});

/** All files below `blobs/`, half-written ones too. */
function files(): string[] {
  return readdirSync(blobs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(blobs.length + 1))
    .sort();
}

const wrongName = "0".repeat(64);

test.each([
  ["SHA-256", "bytes", 5_000_000],
  ["SHA-256", "stream", 5_000_001],
  ["SHA-512", "stream", 3_000_000],
  ["SHA-256", "bytes", 0],
  ["SHA-256", "stream", 1],
])("a blob by its %s, from %s of %i bytes, is a file of its name", async (algorithm, how, size) => {
  const name = String(await stores.run("blobsStore", [algorithm, size, how]));
  const bytes = readFileSync(join(blobs, "debian", name));
  const hash = createHash(algorithm.replace("-", "").toLowerCase());
  expect(bytes.byteLength).toBe(size);
  expect(hash.update(bytes).digest("hex")).toBe(name);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  expect(await stores.run("blobsGet", [name])).toEqual({ size, count: size, sha256 });
  expect(await stores.run("blobsHas", name)).toBe(true);
  if (size > 2000) {
    const part = createHash("sha256").update(bytes.subarray(1000, 2000)).digest("hex");
    expect(await stores.run("blobsGet", [name, { offset: 1000, length: 1000 }])).toEqual({
      size: 1000,
      count: 1000,
      sha256: part,
    });
  }
  await stores.run("blobsDelete", [name, wrongName]);
  expect(await stores.run("blobsGet", [name])).toBeNull();
  expect(files()).toEqual([]);
});

/** Below and above what `worker/embedded/judged-blob.ts` holds. */
test.each([
  ["SHA-256", 100_000],
  ["SHA-512", 100_000],
  ["SHA-256", 3_000_000],
  ["SHA-512", 3_000_000],
])(
  "other bytes in the file of a %s, as many (%i): never a whole answer, then not there, then stored anew",
  async (algorithm, size) => {
    const store = () => stores.run("blobsStore", [algorithm, size, "bytes"]);
    const name = String(await store());
    const file = join(blobs, "debian", name);
    const right = readFileSync(file);
    const wrong = Buffer.from(right);
    wrong[size - 1] = (wrong.at(-1) ?? 0) ^ 1;
    writeFileSync(file, wrong);
    const got = await stores.run("blobsGet", [name]).catch(() => "broke off");
    expect(got).toBe(size > 1_048_576 ? "broke off" : null);
    expect(await stores.run("blobsHas", name)).toBe(false);
    expect(files()).toEqual([]);
    expect(await store()).toBe(name);
    expect(readFileSync(file)).toEqual(right);
    expect(await stores.run("blobsGet", [name])).toMatchObject({ count: size });
    await stores.run("blobsDelete", [name]);
  },
);

const hashDiffers =
  /^put: The SHA-256 checksum you specified did not match what we received\. .* \(10037\)$/;

test.each([
  ["other bytes", "blobsPutWrong", [wrongName, 100_000, "bytes"], hashDiffers],
  ["another stream", "blobsPutWrong", [wrongName, 3_000_000, "stream"], hashDiffers],
  ["one byte", "blobsPutWrong", [wrongName, 1, "stream"], hashDiffers],
  ["more bytes", "blobsPutOtherLength", [wrongName, 100_000, 100_001], /too many bytes/],
  ["fewer bytes", "blobsPutOtherLength", [wrongName, 100_000, 99_999], /all expected bytes/],
  ["a break", "blobsPutBroken", [wrongName, 100_000, 50_000], /the origin broke off/],
  ["a break at once", "blobsPutBroken", [wrongName, 100_000, 0], /the origin broke off/],
  [
    "a break without hash",
    "r2PutBroken",
    ["debian/other", 100_000, 50_000],
    /the origin broke off/,
  ],
])("%s: the put rejects, and there is no file", async (_name, scenario, given, reason) => {
  expect(await stores.run(scenario, given)).toMatch(reason);
  expect(files()).toEqual([]);
});

test("what is replaced by wrong bytes stays", async () => {
  const name = String(await stores.run("blobsStore", ["SHA-256", 1000, "bytes"]));
  expect(await stores.run("blobsPutWrong", [name, 2000, "stream"])).toMatch(hashDiffers);
  expect(readFileSync(join(blobs, "debian", name)).byteLength).toBe(1000);
  await stores.run("blobsDelete", [name]);
});

test("a list has at most a thousand names, and goes on behind the last one", async () => {
  const names = Array.from({ length: 1203 }, (_, number) => `${number}`.padStart(64, "0"));
  await stores.run("r2Put", ["debian/first", "x"]);
  for (const name of names) writeFileSync(join(blobs, "debian", name), "x");
  await stores.run("r2Put", ["debian-cd/x", "x"]);
  const first = Object(await stores.run("blobsList"));
  expect(first).toEqual({ names: names.slice(0, 1000), after: names[999] });
  expect(await stores.run("blobsList", first.after)).toEqual({
    names: [...names.slice(1000), "first"],
  });
  await stores.run("blobsDelete", [...names, "first"]);
  await stores.run("r2Delete", "debian-cd/x");
  expect(files()).toEqual([]);
});

test("keys are listed in their order, whatever is folder or file", async () => {
  const keys = ["../ü//.x/%41", "a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a0"];
  for (const key of [...keys].reverse()) expect(await stores.run("r2Put", [key, key])).toBe("done");
  expect(await stores.run("r2List", {})).toMatchObject({ keys, truncated: false });
  const page = Object(await stores.run("r2List", { limit: 3 }));
  expect(page).toMatchObject({ keys: keys.slice(0, 3), truncated: true });
  expect(await stores.run("r2List", { cursor: page.cursor })).toMatchObject({
    keys: keys.slice(3),
  });
  expect(await stores.run("r2List", { prefix: "a/", startAfter: "a/b" })).toMatchObject({
    keys: ["a/b-c", "a/c/d"],
    sizes: [5, 5],
  });
  expect(await stores.run("r2Head", "../ü//.x/%41")).toEqual({ key: "../ü//.x/%41", size: 13 });
  expect(existsSync(join(folder, "ü"))).toBe(false);
  expect(await stores.run("r2Delete", keys)).toBe("done");
  expect(files()).toEqual([]);
});

test("a folder of keys is no key: neither had nor removed", async () => {
  await stores.run("r2Put", ["a/b", "text"]);
  expect(await stores.run("r2Head", "a")).toBeNull();
  expect(await stores.run("r2Get", ["a"])).toBeNull();
  expect(await stores.run("r2Delete", "a")).toBe("done");
  expect(await stores.run("r2Put", ["a", "text"])).toMatch(/^put: There are keys below "a\/"/);
  expect(await stores.run("r2Put", ["a/b/c", "text"])).toMatch(/^put: There is a key "a\/b"/);
  expect(files()).toEqual(["a/b"]);
  await stores.run("r2Delete", "a/b");
});

const unsatisfiable = "get: The requested range is not satisfiable (10039)";

test.each([
  [{ offset: 3 }, "3456789"],
  [{ offset: 8, length: 10 }, "89"],
  [{ length: 2 }, "01"],
  [{ suffix: 3 }, "789"],
  [{ suffix: 30 }, "0123456789"],
  [{ offset: 20 }, unsatisfiable],
  [{ suffix: 0 }, unsatisfiable],
  ["bytes=3-", "3456789"],
  ["bytes=-3", "789"],
  // miniflare gives all of it for these (findings/miniflare-r2-range-header.sh).
  ["bytes=20-30", unsatisfiable],
  ["bytes=-0", unsatisfiable],
])("range %j", async (range, expected) => {
  await stores.run("r2Put", ["digits", "0123456789"]);
  const got =
    typeof range === "string"
      ? await stores.run("r2GetByHeader", ["digits", range])
      : await stores.run("r2Get", ["digits", { range }]);
  if (typeof range === "string" || expected === unsatisfiable) expect(got).toBe(expected);
  else expect(got).toMatchObject({ text: expected, size: 10 });
  await stores.run("r2Delete", "digits");
});

test.each([
  ["customMetadata", { customMetadata: { a: "b" } }],
  ["httpMetadata", { httpMetadata: { contentType: "text/plain" } }],
  ["onlyIf", { onlyIf: { etagMatches: "x" } }],
  ["md5", { md5: "0".repeat(32) }],
])("%s isn't ignored", async (_name, options) => {
  expect(await stores.run("r2Put", ["x", "text", options])).toMatch(
    /^put: A put with \w+ is not supported by the embedded store\. \(10004\)$/,
  );
  expect(await stores.run("r2Head", "x")).toBeNull();
});

test("uploads in parts aren't there", async () => {
  expect(await stores.run("r2Multipart", "x")).toMatch(/not supported by the embedded store/);
});

test("below the disk's margin nothing is stored, and what is there is given", async () => {
  await stores.run("r2Put", ["before", "text"]);
  const told = { diskFreeBytes: 1000, diskMarginBytes: 2000, openFiles: 7 };
  expect((await stores.control("PUT", "/machine", JSON.stringify(told))).status).toBe(204);
  expect(await stores.run("machine")).toEqual(told);
  expect(await stores.run("r2Put", ["during", "text"])).toBe(
    "put: The disk has 1000 bytes left, less than the margin of 2000: nothing more is stored. Free some space. (10001)",
  );
  expect(await stores.run("blobsPutBroken", [wrongName, 3_000_000, 50_000])).not.toBe("done");
  expect(await stores.run("r2Get", ["before"])).toMatchObject({ text: "text" });
  await stores.control("PUT", "/machine", JSON.stringify({ ...told, diskFreeBytes: 3000 }));
  expect(await stores.run("r2Put", ["during", "text"])).toBe("done");
  expect((await stores.control("PUT", "/machine", '{"diskFreeBytes":"much"}')).text).toMatch(
    /^"diskFreeBytes" has to be a number of bytes/,
  );
  await stores.run("r2Delete", ["before", "during"]);
});

test("killed while a blob comes: no blob is there, and the rest is removed at the start", async () => {
  const begun = new Promise<void>((resolve) => {
    const watcher = watch(blobs, { recursive: true }, (_event, name) => {
      if (!String(name).endsWith(".tmp")) return;
      watcher.close();
      resolve();
    });
  });
  const put = stores.run("r2PutSlow", ["slow/blob", 1_000_000]).catch(() => "cut off");
  await begun;
  await stores.end("SIGKILL");
  expect(await put).toBe("cut off");
  expect(removeUnfinishedBlobs(blobs)).toBe(1);
  stores = await startEmbedded(folder);
  expect(await stores.run("r2Head", "slow/blob")).toBeNull();
  expect(files()).toEqual([]);
});
