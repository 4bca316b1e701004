/** In workerd: an index in xz that a client asked for is read by the object's alarm, and the snapshot tells its files. */
import { env, reset, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { r2Blobs } from "../../worker/blobs/r2-blobs.ts";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";
import type { Snapshot } from "../../worker/repositories/chain/snapshot.ts";
import { PresenceAtEdge } from "../../worker/repositories/contents/presence/presence-at-edge.ts";
import type { Repository } from "../../worker/watchers/repository.ts";
import { ToldObject } from "./told-object.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      REPOSITORY: DurableObjectNamespace<Repository>;
      BLOBS: R2Bucket;
    }
  }
}

const origin = "http://origin.example/l/";
const indexPath = "dists/trixie/main/binary-amd64/Packages.xz";
/** `pool/a.deb` with 5 bytes, packed by xz(1). */
const index = Uint8Array.from(
  atob(
    "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ABxAG5dACgYSGbb2jCF/hberuFGi/ZwV5p62qp45gRanoHVVU2F96t58dZdLxCdC7/TSNig79LPPp6O2WjoT0F2rEV+WGffVZUMa8ELGcdah5jXg8bRLcSf1Ruqe/9NS1kIwKwj1xrTsnawdMyunDDMp4AAAAAA84l/GQABhgFyAAAAv2Lq9z4wDYsCAAAAAAFZWg==",
  ),
  (character) => character.charCodeAt(0),
);
let hash: string;

const listed: Listed = {
  name: "l",
  kind: "apt",
  title: "Test",
  origin,
  architectures: ["amd64"],
  roots: ["dists/trixie/InRelease"],
  keys: [],
  verify: "checksums",
  setup: {},
};
const object = () => env.REPOSITORY.get(env.REPOSITORY.idFromName("l"));
const told = new ToldObject(object);

beforeAll(async () => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", index));
  hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const release = [
    "Suite: stable",
    "Codename: trixie",
    `Date: ${new Date(Date.now() - 5000).toUTCString()}`,
    "SHA256:",
    ` ${hash} ${index.byteLength} main/binary-amd64/Packages.xz`,
    "",
  ].join("\n");
  const files = new Map<string, string | Uint8Array>([
    ["dists/trixie/InRelease", release],
    [indexPath, index],
  ]);
  vi.stubGlobal("fetch", async (url: string) => {
    const body = files.get(decodeURIComponent(url.slice(origin.length)));
    return body === undefined ? new Response("none", { status: 404 }) : new Response(body);
  });
});
afterEach(() => reset());

async function current(): Promise<Snapshot> {
  const snapshot: Snapshot = JSON.parse((await told.snapshot(listed, "")) ?? "");
  return snapshot;
}

test("xz is unpacked in workerd, and presence comes soon after the client", async () => {
  await told.snapshot(listed, "");
  await runDurableObjectAlarm(object());
  await vi.waitFor(async () => expect((await current()).generation).toBe(1), 10_000);
  expect(await told.index(listed, indexPath, hash)).toBe("stored");
  // The platform's own alarm, a tenth of a second later.
  const { presence } = await vi.waitFor(
    async () => {
      const found = await current();
      expect(found.generation).toBe(2);
      return found;
    },
    { timeout: 5000 },
  );
  expect(presence).toMatchObject({ generation: 2, files: 1 });
  if (presence === undefined) throw new Error("there is no presence");
  const blobs = r2Blobs(env.BLOBS, "l");
  const edge = new PresenceAtEdge(async (_, name) => {
    const stored = await blobs.get(name);
    return stored === null
      ? undefined
      : new Uint8Array(await new Response(stored.body).arrayBuffer());
  });
  const background = { waitUntil: () => undefined };
  expect(await edge.find("l", presence, "pool/a.deb", background)).toMatchObject({
    size: 5,
    first: 2,
  });
  expect(await edge.find("l", presence, "pool/b.deb", background)).toBeNull();
  expect(await object().alarms()).toEqual([]);
});
