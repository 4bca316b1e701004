/** Files that their root proves by SHA-512 alone: in R2, and on their way to clients. */
import { env, reset } from "cloudflare:test";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { r2Blobs } from "../../worker/blobs/r2-blobs.ts";
import type { Manifest } from "../../worker/repositories/chain/snapshot.ts";
import {
  bytesOf,
  hashOf,
  plainPath,
  rootPath,
  SnapshotWorld,
  stable,
} from "./snapshot-services.ts";

const sha512 = (text: string) => createHash("sha512").update(bytesOf(text)).digest("hex");
const content = "Packages 1 of stable";
const byHash = (hash: string) => `dists/stable/main/binary-amd64/by-hash/SHA512/${hash}`;

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

/** A world whose one root gives SHA-512 and nothing else. */
async function worldWithSha512(): Promise<SnapshotWorld> {
  const world = new SnapshotWorld();
  const snapshot = await world.publish([stable(1)]);
  const manifest: Manifest = {
    root: rootPath,
    byHash: true,
    files: { [plainPath]: { size: content.length, sha512: sha512(content) } },
  };
  const text = JSON.stringify(manifest);
  world.stored.set(hashOf(text), bytesOf(text));
  world.current = {
    ...snapshot,
    roots: snapshot.roots.map((root) => ({ ...root, manifest: hashOf(text) })),
  };
  world.pullable.clear();
  world.pullable.set(sha512(content), content);
  return world;
}

it.each([plainPath, byHash(sha512(content))])("%s is pulled, and served", async (path) => {
  const world = await worldWithSha512();
  const { status, text, headers } = await world.get(path);
  expect([status, text]).toEqual([200, content]);
  expect(headers.get("ETag")).toBe(`"${sha512(content)}"`);
  expect(world.asked).toContain(`index ${plainPath}`);
  expect(world.originAsked).toEqual([]);
  // Another isolate finds it stored.
  world.newIsolate();
  world.pullFails = "It is asked for no more.";
  expect((await world.get(path)).text).toBe(content);
});

it("what can't be had verified isn't given otherwise", async () => {
  const world = await worldWithSha512();
  world.pullFails = "Its SHA-512 is another.";
  for (const path of [plainPath, byHash(sha512(content))]) {
    const { status, text } = await world.get(path);
    expect([status, text]).toEqual([503, expect.stringContaining("Its SHA-512 is another.")]);
  }
  expect(world.originAsked).toEqual([]);
});

it("by its hash it is found of a snapshot that isn't at hand any more", async () => {
  const world = await worldWithSha512();
  const old = "Packages of long ago";
  world.stored.set(sha512(old), bytesOf(old));
  expect((await world.get(byHash(sha512(old)))).text).toBe(old);
});

it("R2 holds bytes to a SHA-512 as to a SHA-256", async () => {
  const blobs = r2Blobs(env.BLOBS, "sha512");
  const bytes = bytesOf(content);
  const stream = () => ({ body: new Blob([bytes]).stream(), size: bytes.byteLength });
  await expect(blobs.put(sha512("other"), bytes)).rejects.toThrow();
  await expect(blobs.put(sha512("other"), stream())).rejects.toThrow();
  expect(await blobs.has(sha512("other"))).toBe(false);
  for (const given of [bytes, stream()]) {
    await blobs.put(sha512(content), given);
    const stored = await blobs.get(sha512(content));
    expect(await new Response(stored?.body ?? null).text()).toBe(content);
    await blobs.delete([sha512(content)]);
    expect(await blobs.has(sha512(content))).toBe(false);
  }
});
