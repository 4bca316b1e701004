/** The Durable Object that keeps snapshots, with R2, SQLite, KV and alarms in workerd; an origin in place of the internet. */
import {
  env,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import * as openpgp from "openpgp";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { r2Blobs } from "../../worker/blobs/r2-blobs.ts";
import { sqlBlobs } from "../../worker/blobs/sql-blobs.ts";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";
import type { Snapshot } from "../../worker/repositories/chain/snapshot.ts";
import { rememberedForMs } from "../../worker/repositories/follow-policy.ts";
import { durableSql } from "../../worker/runtime/durable-sql.ts";
import { viewsKey } from "../../worker/views/views-key.ts";
import type { Repository } from "../../worker/watchers/repository.ts";
import { blobsContract } from "../unit/blobs/blobs-contract.ts";
import { ToldObject } from "./told-object.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      REPOSITORY: DurableObjectNamespace<Repository>;
      BLOBS: R2Bucket;
      VIEWS: KVNamespace;
    }
  }
}

const origin = "http://origin.example/r/";
const root = "dists/trixie/InRelease";
const indexPath = "dists/trixie/main/binary-amd64/Packages";
let key: openpgp.PrivateKey;
let files: Map<string, string | Uint8Array | (() => Response)>;
let asked: string[];

beforeAll(async () => {
  const { privateKey } = await openpgp.generateKey({
    userIDs: [{ name: "Archive" }],
    date: new Date(Date.now() - 86_400_000),
    format: "object",
  });
  key = privateKey;
  // For good: an alarm that fires between two tests must not reach the internet either.
  vi.stubGlobal("fetch", async (url: string) => {
    const path = decodeURIComponent(url.slice(origin.length));
    asked.push(path);
    const body = url.startsWith(origin) ? files.get(path) : undefined;
    if (body === undefined) return new Response("none", { status: 404 });
    return typeof body === "function" ? body() : new Response(body);
  });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
beforeEach(async () => {
  files = new Map();
  asked = [];
  const text = btoa(String.fromCharCode(...key.toPublic().write()));
  await env.VIEWS.put(viewsKey, JSON.stringify({ keys: { "a.gpg": text } }));
});
afterEach(() => reset());

const listed = (more: Partial<Listed> = {}): Listed => ({
  name: "r",
  kind: "apt",
  title: "Test",
  origin,
  architectures: ["amd64"],
  roots: [root],
  keys: [{ file: "a.gpg", fingerprints: [key.getFingerprint().toUpperCase()] }],
  setup: {},
  ...more,
});
const object = () => env.REPOSITORY.get(env.REPOSITORY.idFromName("r"));
const told = new ToldObject(object);
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Publishes a suite with one index; gives the index's hash. */
async function publish(date: number, index: Uint8Array): Promise<string> {
  const hash = await sha256(index);
  const text = [
    "Suite: stable",
    "Codename: trixie",
    `Date: ${new Date(date).toUTCString()}`,
    "SHA256:",
    ` ${hash} ${index.byteLength} main/binary-amd64/Packages`,
    "",
  ].join("\n");
  const message = await openpgp.createCleartextMessage({ text: text.trimEnd() });
  files.set(root, (await openpgp.sign({ message, signingKeys: key })).replaceAll("\r", ""));
  files.set(indexPath, index);
  return hash;
}

/** Asks for the repository, and lets the alarm that this sets have its way. */
async function followed(more: Partial<Listed> = {}): Promise<Snapshot> {
  await told.snapshot(listed(more), "");
  await runDurableObjectAlarm(object());
  const json = await vi.waitFor(async () => {
    const found = await told.snapshot(listed(more), "");
    expect(found).not.toBeNull();
    return found;
  }, 10_000);
  const snapshot: Snapshot = JSON.parse(json ?? "");
  return snapshot;
}

const alarmAt = () => runInDurableObject(object(), (_, state) => state.storage.getAlarm());
const blobs = () => r2Blobs(env.BLOBS, "r");

test("being asked has it followed; the snapshot is in R2, in KV and survives a restart", async () => {
  const index = bytesOf("Package: a\n");
  const hash = await publish(Date.now() - 5000, index);
  expect(await alarmAt()).toBeNull();
  const before = Date.now();
  const snapshot = await followed();
  expect(snapshot.roots[0]?.signedBy).toBe(key.getFingerprint().toUpperCase());
  const [file] = snapshot.roots[0]?.files ?? [];
  const stored = await blobs().get(file?.sha256 ?? "");
  expect(await new Response(stored?.body ?? null).text()).toBe(files.get(root));
  // One chain: the next look is a poll away.
  const next = (await alarmAt()) ?? 0;
  expect(next).toBeGreaterThanOrEqual(before + 60_000);
  expect(next).toBeLessThanOrEqual(Date.now() + 60_000);
  await vi.waitFor(
    async () => expect(await env.VIEWS.get("snapshot/r")).toBe(JSON.stringify(snapshot)),
    10_000,
  );
  expect(await told.snapshot(listed(), snapshot.id)).toBeNull();

  await evictDurableObject(object());
  expect(await object().kept(snapshot.id)).toBe(JSON.stringify(snapshot));
  expect(await object().kept("2100-01-01")).toBe(JSON.stringify(snapshot));
  expect((await object().snapshots()).map(({ id }) => id)).toEqual([snapshot.id]);
  expect(await told.index(listed(), indexPath, hash)).toBe("stored");
  expect(await new Response((await blobs().get(hash))?.body ?? null).text()).toBe("Package: a\n");
});

test("what is forged is kept out and told, and the last good one goes on", async () => {
  await publish(Date.now() - 5000, bytesOf("a"));
  const good = await followed();
  files.set(root, String(files.get(root)).replace("Suite: stable", "Suite: sid"));
  await told.refresh(listed());
  await runDurableObjectAlarm(object());
  await vi.waitFor(async () => expect(await object().alarms()).toHaveLength(1), 10_000);
  const [alarm] = await object().alarms();
  expect(alarm).toMatchObject({ kind: "root", root, file: root });
  expect(alarm?.said).toContain("doesn't fit the content");
  expect(await told.snapshot(listed(), good.id)).toBeNull();
});

test.each(Object.entries(blobsContract))("R2: %s", (_, promise) => promise(blobs()));

test.each(Object.entries(blobsContract))("the object's SQLite: %s", (_, promise) =>
  runInDurableObject(object(), (_instance, { storage }) => promise(sqlBlobs(durableSql(storage)))),
);

test("R2 lists and deletes a repository's own alone", async () => {
  const bytes = bytesOf("x");
  const name = await sha256(bytes);
  await blobs().put(name, bytes);
  await r2Blobs(env.BLOBS, "r-other").put(name, bytes);
  await blobs().delete([name]);
  expect((await blobs().list()).names).toEqual([]);
  expect(await r2Blobs(env.BLOBS, "r-other").has(name)).toBe(true);
});

test("an index of many pieces streams through, and wrong bytes are never stored", async () => {
  const index = new Uint8Array(8 * 1024 * 1024).map((_, at) => (at * 31) & 0xff);
  const hash = await publish(Date.now() - 5000, index);
  await followed();
  const wrong = index.slice();
  wrong[wrong.length - 1] = 1;
  files.set(indexPath, wrong);
  expect(await told.index(listed(), indexPath, hash)).toContain("Its SHA-256 is");
  expect(await blobs().has(hash)).toBe(false);
  // As many pieces as come, and no Content-Length to tell how much it will be.
  files.set(indexPath, () => new Response(new Blob([index, index]).stream()));
  expect(await told.index(listed(), indexPath, hash)).toContain("more than the 8388608 bytes");
  files.set(indexPath, () => new Response(new Blob([index]).stream()));
  expect(await told.index(listed(), indexPath, hash)).toBe("stored");
  const stored = await blobs().get(hash);
  expect(await sha256(new Uint8Array(await new Response(stored?.body ?? null).arrayBuffer()))).toBe(
    hash,
  );
});

test("an update through KV that fails is tried at the next alarm", async () => {
  await publish(Date.now() - 5000, bytesOf("a"));
  await runInDurableObject(object(), async (instance) => {
    const put = vi.spyOn(env.VIEWS, "put").mockRejectedValue(new Error("429"));
    const caller = new ToldObject(() => instance);
    await caller.snapshot(listed(), "");
    await instance.alarm();
    expect(put).toHaveBeenCalled();
    put.mockRestore();
    expect(await caller.snapshot(listed(), "")).not.toBeNull();
    await instance.alarm();
  });
  expect(await env.VIEWS.get("snapshot/r")).not.toBeNull();
});

test("nobody asks for it in weeks: it isn't followed any further, unless the list says always", async () => {
  await publish(Date.now() - 5000, bytesOf("a"));
  await followed();
  const later = Date.now() + rememberedForMs;
  const clock = vi.spyOn(Date, "now").mockReturnValue(later);
  try {
    await runDurableObjectAlarm(object());
    expect(await alarmAt()).toBeNull();
    await runInDurableObject(object(), async (instance) => {
      await told.refresh(listed({ follow: "always" }));
      await instance.alarm();
    });
    expect(await alarmAt()).not.toBeNull();
  } finally {
    clock.mockRestore();
  }
});

test("what the list doesn't say how to verify is never asked for, nor anything without a place for blobs", async () => {
  await publish(Date.now() - 5000, bytesOf("a"));
  expect(await told.snapshot(listed({ keys: [] }), "")).toBeNull();
  expect(await alarmAt()).toBeNull();
  await told.refresh(listed({ keys: [] }));
  await runDurableObjectAlarm(object());
  expect(asked).toEqual([]);
});
