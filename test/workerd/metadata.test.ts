/** What clients get from verified snapshots, with every part behind the edge in every mood. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import {
  type Answered,
  bytesOf,
  dateOf,
  hashOf,
  otherRootPath,
  plainPath,
  rootPath,
  SnapshotWorld,
  type State,
  stable,
} from "./snapshot-services.ts";

let world: SnapshotWorld;

beforeEach(() => {
  world = new SnapshotWorld();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const packages = (n: number) => `Packages ${n} of stable`;
const byHash = (hash: string, algorithm = "SHA256") =>
  `dists/stable/main/binary-amd64/by-hash/${algorithm}/${hash}`;

async function text(path: string, init: RequestInit & { from?: string } = {}): Promise<string> {
  const response = await world.get(path, init);
  expect(response.status, path).toBe(200);
  return response.text;
}

describe("a path that a snapshot covers", () => {
  it.each([
    [rootPath, "InRelease 1 of stable"],
    ["dists/stable/Release", "Release 1 of stable"],
    ["dists/stable/Release.gpg", "Release.gpg 1 of stable"],
    [plainPath, packages(1)],
    [byHash(hashOf(packages(1))), packages(1)],
    [byHash(hashOf(packages(1), "sha512"), "SHA512"), packages(1)],
    [byHash(hashOf(packages(1), "sha1"), "SHA1"), packages(1)],
    [byHash(hashOf(packages(1), "md5"), "MD5Sum"), packages(1)],
  ])("%s comes from the store, with validators, 304, ranges and HEAD", async (path, content) => {
    await world.publish([stable(1)]);
    const immutable = path.includes("by-hash");
    const whole = await world.get(path);
    expect([whole.status, whole.text]).toEqual([200, content]);
    const told = {
      ETag: `"${hashOf(content)}"`,
      "Last-Modified": dateOf(1),
      "Content-Length": String(content.length),
      "Cache-Control": immutable ? "public, max-age=31536000, immutable" : "public, no-cache",
    };
    const expectTold = (response: Answered, left: readonly string[] = []) => {
      for (const [name, value] of Object.entries(told)) {
        expect(response.headers.get(name), name).toBe(left.includes(name) ? null : value);
      }
    };
    expectTold(whole);

    const head = await world.get(path, { method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    expectTold(head);

    for (const headers of [
      { "If-None-Match": told.ETag },
      { "If-Modified-Since": told["Last-Modified"] },
    ]) {
      const same = await world.get(path, { headers });
      expect([same.status, same.text]).toEqual([304, ""]);
      expectTold(same, ["Content-Length"]);
    }
    for (const headers of [{ "If-None-Match": '"x"' }, { "If-Modified-Since": dateOf(2) }]) {
      expect((await world.get(path, { headers })).status).toBe(200);
    }

    const part = await world.get(path, { headers: { Range: "bytes=2-4", "If-Range": dateOf(1) } });
    expect([part.status, part.text]).toEqual([206, content.slice(2, 5)]);
    expect(part.headers.get("Content-Range")).toBe(`bytes 2-4/${content.length}`);
    const other = await world.get(path, { headers: { Range: "bytes=2-", "If-Range": dateOf(2) } });
    expect([other.status, other.text]).toEqual([200, content]);
    const behind = await world.get(path, { headers: { Range: "bytes=1000-" } });
    expect(behind.status).toBe(416);
    expect(world.originAsked).toEqual([]);
  });

  it("is answered to HEAD and to a part alone before anybody had the whole", async () => {
    await world.publish([stable(1)]);
    const head = await world.get(plainPath, { method: "HEAD" });
    expect([head.status, head.headers.get("Content-Length")]).toEqual([200, "20"]);
    world.newIsolate();
    world.stored.delete(hashOf(packages(1)));
    const part = await world.get(plainPath, { headers: { Range: "bytes=0-3" } });
    expect([part.status, part.text]).toEqual([206, "Pack"]);
  });

  it("is pulled once, also for many at once, and then read once per location", async () => {
    await world.publish([stable(1)]);
    await world.get(rootPath);
    const sha256 = hashOf(packages(1));
    const { promise, resolve } = Promise.withResolvers<void>();
    world.pullGate = promise;
    const asking = Promise.all(Array.from({ length: 5 }, () => text(plainPath)));
    // All five have found that it isn't stored.
    await vi.waitFor(() => {
      expect(world.blobsRead.filter((one) => one === sha256)).toHaveLength(5);
    }, 10_000);
    resolve();
    const all = await asking;
    expect(new Set(all)).toEqual(new Set([packages(1)]));
    expect(world.asked.filter((one) => one.startsWith("index"))).toEqual([`index ${plainPath}`]);
    world.blobsRead.length = 0;
    world.newIsolate();
    await text(plainPath);
    await text(byHash(sha256));
    expect(world.blobsRead).not.toContain(sha256);
  });

  it("that is small is held by the isolate that gave it, and no bytes of another state in its place", async () => {
    await world.publish([stable(1)]);
    const [first, second] = [1, 2].map((n) => hashOf(`InRelease ${n} of stable`));
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    world.cached.clear();
    world.blobsRead.length = 0;
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    const part = await world.get(rootPath, { headers: { Range: "bytes=-6" } });
    expect([part.status, part.text]).toEqual([206, "stable"]);
    expect(world.blobsRead).not.toContain(first);
    await world.publish([stable(2)]);
    world.now += 3000;
    expect(await text(rootPath)).toBe("InRelease 2 of stable");
    expect(world.blobsRead).toContain(second);
  });

  it("that is large is streamed each time, whole or in part", async () => {
    const long = "0123456789".repeat(30_000);
    await world.publish([{ ...stable(1), indexes: { [plainPath]: long } }]);
    expect(await text(plainPath)).toBe(long);
    const part = await world.get(plainPath, { headers: { Range: "bytes=299998-" } });
    expect([part.status, part.text]).toEqual([206, "89"]);
    expect(part.headers.get("Content-Range")).toBe("bytes 299998-299999/300000");
    world.cached.clear();
    world.blobsRead.length = 0;
    expect(await text(plainPath)).toBe(long);
    expect(world.blobsRead).toContain(hashOf(long));
  });

  it("is told to be used at a client's second question, then twice a day, whatever state it is of", async () => {
    const told = () => world.asked.splice(0).filter((one) => one.startsWith("index"));
    await world.publish([stable(1)]);
    expect(await text(plainPath)).toBe(packages(1));
    expect(told()).toEqual([`index ${plainPath}`]);
    await text(plainPath);
    expect(told()).toEqual([`index ${plainPath}`]);
    for (const path of [plainPath, byHash(hashOf(packages(1)))]) await text(path);
    expect(told()).toEqual([]);
    world.now += 12 * 3_600_000;
    const known = { "If-None-Match": `"${hashOf(packages(1))}"` };
    expect((await world.get(plainPath, { headers: known })).status).toBe(304);
    expect(told()).toEqual([`index ${plainPath}`]);
  });

  it("is never given unverified: a pull that fails, and bytes of another length, are 503", async () => {
    await world.publish([stable(1)]);
    world.pullFails = "Its SHA-256 is another than the list's.";
    for (const path of [plainPath, byHash(hashOf(packages(1)))]) {
      const response = await world.get(path);
      expect(response.status).toBe(503);
      expect(response.headers.get("Retry-After")).not.toBeNull();
      expect(response.text).toContain("another than the list's");
    }
    world.stored.set(hashOf(packages(1)), bytesOf("cut"));
    expect((await world.get(plainPath)).status).toBe(503);
    world.blobsGone = true;
    expect((await world.get(rootPath)).status).toBe(503);
    expect(world.originAsked).toEqual([]);
  });

  it("is 404 with a sentence where the origin lacks it, and isn't asked for again at once", async () => {
    await world.publish([stable(1)]);
    world.pullable.clear();
    for (let times = 0; times < 2; times++) {
      const response = await world.get(plainPath);
      expect(response.status).toBe(404);
      expect(response.text).toContain("names it");
    }
    expect(world.asked.filter((one) => one.startsWith("index"))).toHaveLength(1);
    world.now += 60_000;
    await world.get(plainPath);
    expect(world.asked.filter((one) => one.startsWith("index"))).toHaveLength(2);
  });

  it("is 503 when the manifest isn't what the snapshot says", async () => {
    const snapshot = await world.publish([stable(1)], { storeIndexes: true });
    const forged = JSON.stringify({ root: rootPath, byHash: true, files: {} });
    world.stored.set(snapshot.roots[0]?.manifest ?? "", bytesOf(forged));
    const response = await world.get(plainPath);
    expect(response.status).toBe(503);
    expect(world.originAsked).toEqual([]);
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
  });
});

describe("a path that no snapshot covers", () => {
  it.each(["dists/stable/main/unlisted", "dists/unfollowed/InRelease", "dists/stable/", "README"])(
    "%s comes from the origin as ever",
    async (path) => {
      await world.publish([stable(1)]);
      expect(await text(path)).toContain("the origin's own");
      expect(world.originAsked).toEqual([path]);
    },
  );

  it("comes from the origin where nothing is followed, or nothing could be verified", async () => {
    expect(await text(rootPath)).toContain("the origin's own");
    expect(await text(plainPath)).toContain("the origin's own");
    expect(await text(byHash("a".repeat(64)))).toContain("the origin's own");
  });

  it("is 404 where it would mix a state of the origin with the snapshot", async () => {
    const { "dists/stable/Release": _, "dists/stable/Release.gpg": __, ...files } = stable(1).files;
    await world.publish([{ ...stable(1), files }]);
    for (const path of ["dists/stable/Release", "dists/stable/Release.gpg"]) {
      const response = await world.get(path);
      expect(response.status).toBe(404);
      expect(response.text).toContain(`Ask for ${rootPath}`);
    }
    expect(world.originAsked).toEqual([]);
  });
});

describe("payload", () => {
  const path = "pool/main/a/a_1_all.deb";
  const large = "x".repeat(defaultMinSize);

  it("that the snapshot lists is redirected, and read of the store once", async () => {
    await world.publish([stable(1)], { payload: { [path]: large } });
    const first = await world.get(path);
    expect([first.status, first.headers.get("Location")?.endsWith(path)]).toEqual([302, true]);
    const digest = Buffer.from(hashOf(large), "hex").toString("base64");
    expect(first.headers.get("Repr-Digest")).toBe(`sha-256=:${digest}:`);
    expect(first.headers.get("Digest")).toBe(`SHA-256=${digest}`);
    expect(first.headers.get("Nearmirror-Proof")).toBeNull();
    world.blobsRead.length = 0;
    expect((await world.get(path, { from: "3.1.2.3" })).status).toBe(302);
    world.newIsolate();
    expect((await world.get(path, { from: "1.2.3.4" })).status).toBe(302);
    expect([world.blobsRead, world.originAsked]).toEqual([[], []]);
  });

  it("that no mirror's generation has comes from the origin, and not unless it is right", async () => {
    await world.publish([stable(1)], { payload: { "pool/old_1_all.deb": large } });
    await world.get(rootPath);
    // The mirrors have the first generation.
    await world.publish([stable(2)], { payload: { "pool/old_1_all.deb": large, [path]: large } });
    await world.later(2);
    await world.later(2);
    expect((await world.get("pool/old_1_all.deb")).status).toBe(302);
    await expect(world.get(path), "the body breaks off").rejects.toThrow();
    expect(world.originAsked).toContain(path);
  });

  it("is served as unlisted where the store can't be read", async () => {
    await world.publish([stable(1)], { payload: { [path]: large } });
    await world.get(rootPath);
    world.blobsGone = true;
    expect((await world.get(path)).text).toContain("the origin's own");
  });
});

describe("a publication", () => {
  it("reaches clients that ask for the root, within seconds and with nobody waiting", async () => {
    await world.publish([stable(1)]);
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    world.now += 1500;
    await world.publish([stable(2)]);
    // Looked for in the background: this one still gets what was at hand.
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    expect(await text(rootPath)).toBe("InRelease 2 of stable");
  });

  it.each([rootPath, plainPath, "dists/stable/Release.gpg"])(
    "after a pause is what the first request gets, for %s too",
    async (path) => {
      await world.publish([stable(1)]);
      await text(rootPath, { from: "3.1.2.3" });
      const before = await text(path, { from: "9.9.9.9" });
      world.now += 60_000;
      await world.publish([stable(2)]);
      expect(await text(path)).toBe(before.replace("1", "2"));
    },
  );

  it("after a pause has its files known to the first who asks for one, and doesn't hold up others", async () => {
    const [old, added] = ["pool/main/a/a_1_all.deb", "pool/main/a/a_2_all.deb"];
    const large = "x".repeat(defaultMinSize);
    await world.publish([stable(1)], { payload: { [old]: large } });
    for (const path of [rootPath, old]) await world.get(path);
    world.now += 60_000;
    await world.publish([stable(2)], { payload: { [old]: large, [added]: `${large}y` } });
    let answered: () => void = () => undefined;
    world.objectGate = new Promise((resolve) => {
      answered = resolve;
    });
    // A package that was listed is the same in any state.
    const fetching = world.begin(`/debian/${old}`);
    expect((await fetching.response).status).toBe(302);
    answered();
    await fetching.ended();
    world.now += 60_000;
    await world.get(added).catch(() => undefined);
    expect(world.served).toBe(2);
  });

  it("of an image in place of another under the same name is waited for", async () => {
    const image = "images/near-latest.iso";
    const bytes = (n: number) => `${n}${"x".repeat(defaultMinSize)}`;
    await world.publish([stable(1)], { payload: { [image]: bytes(1) } });
    const digest = async () => (await world.get(image)).headers.get("Digest");
    const of = (n: number) => `SHA-256=${Buffer.from(hashOf(bytes(n)), "hex").toString("base64")}`;
    expect(await digest()).toBe(of(1));
    world.now += 60_000;
    await world.publish([stable(2)], { payload: { [image]: bytes(2) } });
    world.origin = () => new Response(bytes(2));
    expect(await digest()).toBe(of(2));
  });

  it("leaves a client the plain indexes of the root it has, and what signs it", async () => {
    await world.publish([stable(1)]);
    await text("dists/stable/Release", { from: "5.1.2.3" });
    for (const n of [2, 3]) {
      world.now += 20_000;
      await world.publish([stable(n)]);
      await world.later(2);
    }
    await text(rootPath, { from: "3.1.2.3" });
    expect(await text(plainPath, { from: "5.1.2.3" })).toBe(packages(1));
    expect(await text("dists/stable/Release.gpg", { from: "5.1.2.3" })).toContain("Release.gpg 1");
    expect(await text(plainPath, { from: "3.1.2.3" })).toBe(packages(3));
    expect(await text(plainPath, { from: "9.9.9.9" }), "never asked for a root").toBe(packages(3));
    // HEAD reads no root.
    await world.get(rootPath, { method: "HEAD" });
    expect(await text(plainPath)).toBe(packages(1));
    // A root asked for anew, be it unchanged for the client, begins anew.
    const headers = { "If-None-Match": `"${hashOf("InRelease 3 of stable")}"` };
    expect((await world.get(rootPath, { headers })).status).toBe(304);
    expect(await text(plainPath)).toBe(packages(3));
  });

  it("leaves it them for five minutes, also when they are no longer at hand", async () => {
    await world.publish([stable(1)]);
    await text(rootPath);
    for (const n of [2, 3, 4, 5, 6]) {
      world.now += 40_000;
      await world.publish([stable(n)]);
      await world.later(2);
    }
    expect(await text(plainPath)).toBe(packages(1));
    expect(world.asked.some((one) => one.startsWith("kept "))).toBe(true);
    world.now += 120_000;
    expect(await text(plainPath)).toBe(packages(6));
  });

  it("is kept apart by root: one suite of before and another of after", async () => {
    const other = (n: number): State => ({
      root: otherRootPath,
      files: { [otherRootPath]: `InRelease ${n} of other` },
      indexes: { "dists/other/main/Packages": `Packages ${n} of other` },
      lastModified: dateOf(n),
    });
    await world.publish([stable(1), other(1)]);
    await text(rootPath);
    world.now += 10_000;
    await world.publish([stable(2), other(2)]);
    await world.later(2);
    expect(await text(otherRootPath)).toBe("InRelease 2 of other");
    expect(await text("dists/other/main/Packages")).toBe("Packages 2 of other");
    expect(await text(plainPath)).toBe(packages(1));
  });

  it("doesn't mix with what a client had from the origin before the first one", async () => {
    expect(await text(rootPath)).toContain("the origin's own");
    await world.publish([stable(1)]);
    await world.later(2);
    expect(await text(plainPath)).toContain("the origin's own");
    expect(await text(plainPath, { from: "3.1.2.3" })).toBe(packages(1));
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    expect(await text(plainPath)).toBe(packages(1));
  });

  it("keeps by-hash paths of older snapshots, at hand or only stored", async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) {
      world.now += 60_000;
      await world.publish([stable(n)], { storeIndexes: n === 1 });
      await world.later(2);
    }
    world.cached.clear();
    expect(await text(byHash(hashOf(packages(1))))).toBe(packages(1));
    // Never stored, but named by one that is at hand.
    expect(await text(byHash(hashOf(packages(4), "md5"), "MD5Sum"))).toBe(packages(4));
    expect(world.originAsked).toEqual([]);
  });

  it("that is older than what is at hand is refused", async () => {
    await world.publish([stable(1)]);
    const old = world.current;
    world.now += 60_000;
    await world.publish([stable(2)]);
    await world.later(2);
    world.current = old;
    await world.later(2);
    await world.later(2);
    expect(await text(rootPath)).toBe("InRelease 2 of stable");
  });
});

describe("an rpm repository", () => {
  const repomd = "9/os/repodata/repomd.xml";
  const primary = (n: number) => `9/os/repodata/${hashOf(`primary ${n}`)}-primary.xml.gz`;
  const state = (n: number): State => ({
    root: repomd,
    files: { [repomd]: `repomd ${n}`, [`${repomd}.asc`]: `signature ${n}` },
    indexes: { [primary(n)]: `primary ${n}`, "9/os/repodata/comps.xml": `comps ${n}` },
    lastModified: dateOf(n),
  });

  beforeEach(() => {
    world = new SnapshotWorld("rpm", [repomd]);
  });

  it("gives a client root, signature and indexes of one snapshot", async () => {
    await world.publish([state(1)]);
    expect(await text(repomd)).toBe("repomd 1");
    world.now += 10_000;
    await world.publish([state(2)]);
    await world.later(2);
    expect(await text(`${repomd}.asc`)).toBe("signature 1");
    expect(await text("9/os/repodata/comps.xml")).toBe("comps 1");
    const named = await world.get(primary(1));
    expect([named.status, named.text]).toEqual([200, "primary 1"]);
    expect(named.headers.get("Cache-Control")).toContain("immutable");
    expect(await text(`${repomd}.asc`, { from: "3.1.2.3" })).toBe("signature 2");
  });

  it("keeps indexes that have their hash in their name", async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) {
      world.now += 60_000;
      await world.publish([state(n)], { storeIndexes: n === 1 });
      await world.later(2);
    }
    world.cached.clear();
    expect(await text(primary(1)), "only stored").toBe("primary 1");
    expect(await text(primary(4)), "at hand").toBe("primary 4");
    expect(await text(primary(9))).toContain("the origin's own");
  });

  it("never mixes in the origin's signature", async () => {
    await world.publish([{ ...state(1), files: { [repomd]: "repomd 1" } }]);
    expect((await world.get(`${repomd}.asc`)).status).toBe(404);
    expect(await text(`${repomd}.key`)).toContain("the origin's own");
    expect(world.originAsked).toEqual([`${repomd}.key`]);
  });
});

describe("with the object gone", () => {
  it("the snapshot at hand goes on, and a new isolate takes KV's", async () => {
    await world.publish([stable(1)], { storeIndexes: true });
    await text(rootPath);
    world.objectGone = true;
    world.now += 60_000;
    for (let times = 0; times < 2; times++) {
      expect(await text(rootPath)).toBe("InRelease 1 of stable");
      expect(await text(plainPath)).toBe(packages(1));
    }
    world.cached.clear();
    world.newIsolate();
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    // KV gone as well: what is at hand goes on.
    world.kv.clear();
    world.now += 60_000;
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
    expect(await text(rootPath)).toBe("InRelease 1 of stable");
  });

  it("an index that isn't stored is 503, never the origin's", async () => {
    await world.publish([stable(1)]);
    await text(rootPath);
    world.objectGone = true;
    const response = await world.get(plainPath);
    expect(response.status).toBe(503);
    expect(response.text.length).toBeGreaterThan(20);
    expect(world.originAsked).toEqual([]);
  });

  it("KV's older snapshot doesn't take clients back", async () => {
    await world.publish([stable(1)]);
    const before = world.kv.get("snapshot/debian") ?? "";
    world.now += 60_000;
    await world.publish([stable(2)]);
    await text(rootPath);
    world.objectGone = true;
    world.kv.set("snapshot/debian", before);
    await world.later(5);
    await world.later(5);
    expect(await text(rootPath)).toBe("InRelease 2 of stable");
  });
});

describe("the object", () => {
  it("is asked once per second and location, however many ask", async () => {
    await world.publish([stable(1)]);
    await Promise.all(Array.from({ length: 10 }, () => text(rootPath)));
    world.newIsolate();
    await text(rootPath);
    expect(world.asked).toEqual(["snapshot "]);
    world.now += 1000;
    await text(rootPath);
    await text(rootPath);
    expect(world.asked).toEqual(["snapshot ", `snapshot ${world.current?.id}`]);
  });
});
