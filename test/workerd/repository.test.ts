/** The Durable Object with the real storage, in workerd, with an origin in place of the internet. */
import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";
import type { Repository } from "../../worker/watchers/repository.ts";
import { ToldObject } from "./told-object.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      REPOSITORY: DurableObjectNamespace<Repository>;
    }
  }
}

const origin = "http://origin.example/r/";
let files: Map<string, Uint8Array>;
let asked: Request[];

beforeEach(() => {
  files = new Map();
  asked = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const request = new Request(url, init);
    asked.push(request);
    const body = files.get(decodeURIComponent(url.slice(origin.length)));
    if (body === undefined) return new Response("none", { status: 404 });
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("Range") ?? "") ?? [];
    if (first === undefined) return new Response(body);
    return new Response(body.slice(Number(first), Number(last) + 1), {
      status: 206,
      headers: { "Content-Range": `bytes ${first}-${last}/${body.byteLength}` },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

/** A Durable Object of its own for each test. */
const stubOf = (name: string) => env.REPOSITORY.get(env.REPOSITORY.idFromName(name));
const objectOf = (name: string) => new ToldObject(() => stubOf(name));
const listed = (more: Partial<Listed> = {}): Listed => ({
  name: "r",
  kind: "apt",
  title: "Test",
  origin,
  architectures: ["amd64"],
  roots: ["dists/stable/InRelease"],
  keys: [],
  setup: { components: "main" },
  ...more,
});
const text = (body: string) => new TextEncoder().encode(body);

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function publish(date: string, numbers: readonly number[]): Promise<void> {
  const stanzas = numbers.map(
    (k) =>
      `Package: p${k}\nFilename: pool/p${k}.deb\nSize: ${k}\nDescription: Ž${"x".repeat(300)}\n\n`,
  );
  const packed = new Blob(stanzas).stream().pipeThrough(new CompressionStream("gzip"));
  const packages = new Uint8Array(await new Response(packed).arrayBuffer());
  const hash = await sha256(packages);
  files.set("dists/stable/main/binary-amd64/Packages.gz", packages);
  files.set(
    "dists/stable/InRelease",
    text(`Date: ${date}\nSHA256:\n ${hash} ${packages.byteLength} main/binary-amd64/Packages.gz\n`),
  );
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

test("reads an index of many pieces, once for all who ask, and survives a restart with what it knew", async () => {
  const object = objectOf("restart");
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(20_000));
  const answers = await Promise.all(upTo(10).map(() => object.reference(listed(), 60_000)));
  expect(asked).toHaveLength(2);
  expect(asked[0]?.headers.get("User-Agent")).toMatch(/^Nearmirror/);
  const [first] = answers;
  expect(first?.withoutSamples).toBeUndefined();
  expect(first?.samples).toHaveLength(64);
  for (const { path, size } of first?.samples ?? []) expect(path).toBe(`pool/p${size}.deb`);

  await evictDurableObject(stubOf("restart"));
  expect(await object.reference(listed(), 60_000)).toEqual(first);
  expect(asked).toHaveLength(2);

  await evictDurableObject(stubOf("restart"));
  await publish("Tue, 03 Nov 2026 06:00:00 UTC", upTo(20_003));
  const second = await object.reference(listed(), 0);
  expect(second.roots[0]?.generations).toHaveLength(2);
  const recent = second.samples.filter((file) => file.recent).map(({ size }) => size);
  expect(recent.sort()).toEqual([20_000, 20_001, 20_002]);
});

test("an origin that is gone: what was known, with the reason", async () => {
  const object = objectOf("gone");
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(5));
  const first = await object.reference(listed(), 0);
  vi.stubGlobal("fetch", () => Promise.reject(new Error("Network connection lost.")));
  await evictDurableObject(stubOf("gone"));
  const second = await object.reference(listed(), 0);
  expect(second.samples).toEqual(first.samples);
  expect(second.askedAt).toBe(first.askedAt);
  expect(second.failed).toMatch(/^dists\/stable\/InRelease: /);
});

test("what is wrong at an origin that is only watched is told, and is asked for again at once", async () => {
  const object = objectOf("watched-alarms");
  const alarmsOf = async () =>
    (await stubOf("watched-alarms").alarms()).map(({ file, said }) => `${file}: ${said}`);
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(3));
  await object.reference(listed(), 0);
  expect(await alarmsOf()).toEqual([]);
  files.set("dists/stable/InRelease", text(""));
  await object.reference(listed(), 0);
  expect(await alarmsOf()).toEqual(["dists/stable/InRelease: It is empty."]);

  await publish("Tue, 03 Nov 2026 06:00:00 UTC", upTo(4));
  asked.length = 0;
  await object.refresh(listed());
  await expect.poll(alarmsOf, { timeout: 5000, interval: 50 }).toEqual([]);
  expect(asked.length).toBeGreaterThan(0);
  // Of another origin nothing is known yet.
  files.set("dists/stable/InRelease", text(""));
  await object.reference(listed(), 0);
  await object.refresh(listed({ origin: "http://origin.example/other/" }));
  expect(await alarmsOf()).toEqual([]);
});

test("a range of a sample, and of nothing else", async () => {
  const object = objectOf("range");
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", [10]);
  files.set("pool/p10.deb", text("0123456789"));
  await object.reference(listed(), 0);
  const bytes = await object.range(listed(), "pool/p10.deb", 3, 6);
  expect(new TextDecoder().decode(bytes)).toBe("3456");
  expect(await object.range(listed(), "dists/stable/InRelease", 0, 3)).toBeUndefined();
});

/** A primary.xml with one package, by `zstd`. */
const primary =
  "KLUv/WA4ANUFAGJLJR9Aa+pDqIu69rv5ExkMeF9lwFAEQpAZYasWpMnwoMYFpQ2XNtxG4Ui4kQh7Gj4qdW9NR49xm38shaJresZ8Srd0GQJ7PmJJbsMO700wYNiTFpJAXYIBhivZHGSCXiE27P3NHfc2GPc8hJjKpXexRz7iCXKoPj35/MalG1sAcKCwsAdxKz3kXjdAsdjj3pLxH8raQ4MDDAAJS4jZkkCNLbea8IrYZqGijEA0EM1yUhiV8kq7gLgzCg==";

test("rpm's index by zstd", async () => {
  const bytes = Uint8Array.from(atob(primary), (character) => character.charCodeAt(0));
  const hash = await sha256(bytes);
  files.set("repodata/primary.xml.zst", bytes);
  files.set(
    "repodata/repomd.xml",
    text(
      `<repomd><data type="primary"><checksum type="sha256">${hash}</checksum><location href="repodata/primary.xml.zst"/><size>${bytes.byteLength}</size></data></repomd>`,
    ),
  );
  const rpm = listed({ kind: "rpm", roots: ["repodata/repomd.xml"], setup: {} });
  const { samples, withoutSamples } = await objectOf("zstd").reference(rpm, 0);
  expect(withoutSamples).toBeUndefined();
  expect(samples).toEqual([{ path: "Packages/a+b.rpm", size: 42, sha256: "ab".repeat(32) }]);
});

test("a damaged index ends as a refusal, and the object goes on", async () => {
  const object = objectOf("damaged");
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(5000));
  const path = "dists/stable/main/binary-amd64/Packages.gz";
  const whole = files.get(path) ?? new Uint8Array();
  files.set(path, whole.slice().fill(0, 100, 200));
  expect((await object.reference(listed(), 0)).withoutSamples).toMatch(/Packages\.gz: /);
  files.set(path, whole.slice(0, -100));
  await publish("Tue, 03 Nov 2026 06:00:00 UTC", upTo(6));
  expect((await object.reference(listed(), 0)).samples).toHaveLength(6);
});

test("what is stored of another version of this program is read anew, or taken over", async () => {
  const object = objectOf("version");
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(3));
  await object.reference(listed(), 0);
  await runInDurableObject(stubOf("version"), (_, { storage: { sql } }) => {
    sql.exec("UPDATE watched_snapshot_watch SET json = '{}'");
    sql.exec("CREATE TABLE reference (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT)");
    sql.exec("CREATE TABLE listing (path TEXT PRIMARY KEY, read_at INTEGER, hashes BLOB)");
    const generations = [{ hash: "a".repeat(64), date: Date.UTC(2026, 9, 1), seenAt: 1000 }];
    const reference = { origin, roots: [{ path: "dists/stable/InRelease", generations }] };
    sql.exec("INSERT INTO reference (id, json) VALUES (1, ?)", JSON.stringify(reference));
  });
  await evictDurableObject(stubOf("version"));
  const { samples, roots } = await object.reference(listed(), 0);
  expect(samples).toHaveLength(3);
  expect(roots[0]?.generations.map(({ seenAt }) => seenAt)[1]).toBe(1000);
  const left = await runInDurableObject(stubOf("version"), (_, { storage: { sql } }) =>
    sql.exec("SELECT name FROM sqlite_master WHERE name IN ('reference', 'listing')").toArray(),
  );
  expect(left).toEqual([]);
});

test("without R2 a repository that would be verified is watched, and served to nobody", async () => {
  const { BLOBS } = env;
  Reflect.deleteProperty(env, "BLOBS");
  try {
    const object = objectOf("no-r2");
    await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(3));
    const verified = listed({ verify: "checksums" });
    expect((await object.reference(verified, 0)).samples).toHaveLength(3);
    expect(await object.snapshot(verified, "")).toBeNull();
  } finally {
    env.BLOBS = BLOBS;
  }
});

test("what was watched is never served: a repository that comes to be verified begins anew", async () => {
  const object = objectOf("comes-to-be-verified");
  await publish("Mon, 02 Nov 2026 06:00:00 UTC", upTo(3));
  await object.reference(listed(), 0);
  expect(await object.snapshot(listed(), "")).toBeNull();
  // Its key is in no list: nothing can be verified.
  const verified = listed({ keys: [{ file: "a.gpg", fingerprints: ["A".repeat(40)] }] });
  expect(await object.snapshot(verified, "")).toBeNull();
  // Its mirrors are compared with what the origin has all the same.
  expect((await object.reference(verified, 0)).roots[0]?.generations).toHaveLength(1);
});
