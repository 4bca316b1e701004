/** What a keeper asks, makes and gives, where nothing is wrong; and the small rules. */
import { readFileSync } from "node:fs";
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import { suiteFault } from "../../../../worker/formats/apt/read-apt-root.ts";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { day, makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packages, sha256 } from "./archive.ts";

const root = "dists/trixie/InRelease";
let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

test("a first snapshot: all of the suite, as the origin has it", async () => {
  const archive = new Archive(key);
  const bytes = packages("one");
  await archive.publish({ validUntil: noon + 7 * day, indexes: { [indexName]: bytes } });
  expect(archive.keeper.current()).toBeUndefined();
  expect(await archive.follow()).toBe(true);
  const inRelease = String(archive.origin.files.get(root)?.body);
  expect(archive.current).toMatchObject({
    repository: "r",
    id: expect.stringMatching(/^20261122T120000Z-[0-9a-f]{8}$/),
    at: noon,
  });
  const [first] = archive.current.roots;
  expect(first).toMatchObject({
    path: root,
    date: noon,
    validUntil: noon + 7 * day,
    signedBy: key.getFingerprint().toUpperCase(),
  });
  expect(first?.files[0]).toEqual({
    path: root,
    size: Buffer.byteLength(inRelease),
    sha256: sha256(inRelease),
    lastModified: "Sun, 22 Nov 2026 12:00:00 GMT",
  });
  expect(archive.rootText()).toBe(inRelease);
  expect(archive.manifest()).toEqual({
    root,
    byHash: true,
    files: { [indexPath]: { size: bytes.byteLength, sha256: sha256(bytes) } },
  });
  // The index itself comes when somebody asks for it.
  expect(archive.stored.has(sha256(bytes))).toBe(false);
});

test("what the origin confirms costs one question; servers that tell other times are no new state", async () => {
  const archive = new Archive(key);
  await archive.publish();
  await archive.follow();
  archive.origin.asked.length = 0;
  expect(await archive.follow()).toBe(false);
  expect(archive.origin.asked.map(({ headers }) => headers)).toEqual([
    expect.objectContaining({ "If-None-Match": expect.any(String) }),
  ]);
  const file = archive.origin.files.get(root);
  archive.origin.put(root, file?.body ?? "", {
    etag: '"other"',
    "last-modified": "Sun, 22 Nov 2026 12:00:05 GMT",
  });
  expect(await archive.follow()).toBe(false);
  expect(archive.keeper.snapshots()).toHaveLength(1);
  // Keys expire meanwhile: now and then all is verified anew.
  archive.now += 7 * 3_600_000;
  archive.origin.asked.length = 0;
  await archive.follow();
  expect(archive.origin.asked[0]?.headers).not.toHaveProperty("If-None-Match");
});

test("many who follow at once ask once", async () => {
  const archive = new Archive(key);
  await archive.publish();
  const moved = await Promise.all([1, 2, 3].map(() => archive.follow()));
  expect(moved).toEqual([true, true, true]);
  expect(archive.origin.paths().filter((path) => path === root)).toHaveLength(1);
});

test("an index is pulled once for all who ask, then no more; of kept snapshots too", async () => {
  const archive = new Archive(key);
  const [old, young] = [packages("old"), packages("young")];
  await archive.publish({ indexes: { [indexName]: old } });
  await archive.follow();
  const olds = `dists/trixie/main/binary-amd64/by-hash/SHA256/${sha256(old)}`;
  archive.now += 1000;
  await archive.publish({ date: noon + 1000, indexes: { [indexName]: young } });
  await archive.follow();
  archive.origin.asked.length = 0;
  const all = await Promise.all([1, 2, 3].map(() => archive.index(indexPath, old)));
  expect(all).toEqual(["stored", "stored", "stored"]);
  expect(archive.origin.paths()).toEqual([olds]);
  expect(await archive.index(indexPath, old)).toBe("stored");
  expect(archive.origin.paths()).toEqual([olds]);
  // Without by-hash the plain name is all there is.
  expect(await archive.index(indexPath, young)).toBe("stored");
  expect(archive.stored.get(sha256(young))).toEqual(young);
  // What no manifest names is nothing to ask the origin for.
  archive.origin.asked.length = 0;
  expect(await archive.index(indexPath, "other")).toBe("absent");
  expect(await archive.index("dists/trixie/constructor", young)).toBe("absent");
  expect(await archive.index("pool/x", young)).toBe("absent");
  expect(archive.origin.asked).toEqual([]);
});

test("an index the origin lacks is absent, also where it has an empty one", async () => {
  const archive = new Archive(key);
  await archive.publish({ indexes: { [indexName]: packages("a"), "main/empty": "" } });
  await archive.follow();
  const folder = "dists/trixie/main/binary-amd64/";
  archive.origin.files.delete(indexPath);
  archive.origin.files.delete(`${folder}by-hash/SHA256/${sha256(packages("a"))}`);
  expect(await archive.index(indexPath, packages("a"))).toBe("absent");
  expect(await archive.index("dists/trixie/main/empty", "")).toBe("stored");
  expect(archive.alarms).toEqual({});
});

test("an answer that breaks off is told, and stores nothing", async () => {
  const archive = new Archive(key);
  const bytes = new Uint8Array(5000).fill(7);
  await archive.publish({ byHash: false, indexes: { [indexName]: bytes } });
  await archive.follow();
  archive.origin.files.set(indexPath, { body: bytes, breaksAfter: 2000 });
  expect(await archive.index(indexPath, bytes)).toContain("The origin's answer broke off.");
  expect(archive.stored.has(sha256(bytes))).toBe(false);
});

test("an index is never whole in memory: the origin is read no faster than it is stored", async () => {
  const pieces = 1000;
  let given = 0;
  let furthest = 0;
  const archive = new Archive(key, {
    access: (origin) => ({
      ...origin.access,
      open: async () => ({
        status: 200,
        headers: new Headers(),
        body: new ReadableStream<Uint8Array>({
          pull(controller) {
            if (given++ < pieces) controller.enqueue(new Uint8Array(100));
            else controller.close();
          },
        }),
      }),
    }),
    blobs: (stored) => ({
      ...memoryBlobs(stored),
      put: async (name, content) => {
        if (content instanceof Uint8Array) return memoryBlobs(stored).put(name, content);
        let taken = 0;
        for await (const _ of content.body) furthest = Math.max(furthest, given - ++taken);
        expect(taken).toBe(pieces);
      },
    }),
  });
  const bytes = new Uint8Array(100 * pieces);
  await archive.publish({ byHash: false, indexes: { [indexName]: bytes } });
  await archive.follow();
  expect(await archive.indexOnce(indexPath, bytes)).toBe("stored");
  // One held back until all is verified, and one waiting in each of the two streams.
  expect(furthest).toBeLessThanOrEqual(4);
});

test("kept snapshots by id and by time", async () => {
  const archive = new Archive(key);
  const ids: string[] = [];
  for (const hours of [0, 1, 2]) {
    archive.now = noon + hours * 3_600_000;
    await archive.publish({ date: archive.now });
    await archive.follow();
    ids.push(archive.current.id);
  }
  const at = (text: string) => {
    const json = archive.keeper.kept(text);
    return json === undefined ? undefined : JSON.parse(json).id;
  };
  expect(at(ids[1] ?? "")).toBe(ids[1]);
  for (const [time, id] of [
    ["2026-11-22T12:59:59Z", ids[0]],
    ["2026-11-22T13:00:00Z", ids[1]],
    ["2026-11-22T13:59", ids[1]],
    ["2026-11-22T15:00+02:00", ids[1]],
    ["20261122T1300Z", ids[1]],
    ["20261122T125959Z", ids[0]],
    ["2026-11-23", ids[2]],
    ["2026-11-22", undefined],
    ["2026-13-01", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ] as const) {
    expect([time, at(time)]).toEqual([time, id]);
  }
  expect(archive.keeper.snapshots().map(({ id }) => id)).toEqual(ids.toReversed());
});

test("ids sort by time, also within a second and with a clock that goes back", async () => {
  const archive = new Archive(key);
  const ids: string[] = [];
  for (const [step, now] of [noon, noon + 10, noon - day / 2].entries()) {
    archive.now = now;
    await archive.publish({ date: noon + step * 1000 });
    expect(await archive.follow()).toBe(true);
    ids.push(archive.current.id);
  }
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids.map((id) => id.slice(0, 16))).size).toBe(3);
});

test("a root taken off the list is in no further snapshot, one put on it is", async () => {
  const archive = new Archive(key);
  await archive.publish();
  await archive.publish({ directory: "sid", suite: "unstable", codename: "sid" });
  await archive.follow();
  const sid = { ...archive.listed, roots: ["dists/sid/InRelease"] };
  archive.now += 1000;
  expect(await archive.keeper.follow(sid)).toBe(true);
  expect(archive.current.roots.map(({ path }) => path)).toEqual(sid.roots);
});

test("the suite of a directory: Debian's codenames, Ubuntu's suites, and none in a flat repository", () => {
  for (const [directory, suite, codename, good] of [
    ["dists/trixie/", "stable", "trixie", true],
    ["dists/stable/", "stable", "trixie", true],
    ["dists/trixie-updates/", "stable-updates", "trixie-updates", true],
    ["dists/trixie-security/", "stable-security", "trixie-security", true],
    ["dists/noble/", "noble", "noble", true],
    ["dists/noble-security/", "noble-security", "noble", true],
    ["deeper/dists/noble/", "noble", "noble", true],
    // As Ubuntu's are: the codename is that of the release, in each pocket.
    ["dists/noble/", "noble-proposed", "noble", false],
    ["dists/noble-security/", "noble-proposed", "noble", false],
    ["dists/trixie/", "stable-updates", "trixie-updates", false],
    ["dists/trixie/", "unstable", "sid", false],
    // apt warns, and goes on.
    ["dists/trixie/", undefined, undefined, true],
    ["dists/trixie/", undefined, "sid", false],
    ["", undefined, undefined, true],
    ["amd64/", "x", "y", true],
  ] as const) {
    const fault = suiteFault(directory, suite, codename);
    expect([directory, suite, fault === undefined]).toEqual([directory, suite, good]);
  }
});

test("what Debian signed, under the key of the mirror list; by the key of another suite it is kept out", async () => {
  const path = "dists/bookworm-security/InRelease";
  const fixture = new URL(
    "../../formats/openpgp/fixtures/bookworm-security-InRelease",
    import.meta.url,
  );
  const keys = new URL("../../../../mirror-list/keys/", import.meta.url);
  const pinned = (file: string, fingerprint: string) =>
    readKeys([{ file, bytes: readFileSync(new URL(file, keys)), fingerprints: [fingerprint] }]);
  const archive = new Archive(key, { listed: { roots: [path] } });
  archive.keyring = () =>
    pinned("debian-archive-bookworm-stable.gpg", "4D64FEC119C2029067D6E791F8D2585B8783D481");
  const text = readFileSync(fixture, "utf8");
  archive.origin.put(path, text);
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[path]).toMatch(/^No good signature by a pinned key/);
  archive.keyring = () =>
    pinned(
      "debian-archive-bookworm-security-automatic.gpg",
      "05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0",
    );
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  // As many as lines of hashes, counted without the reader.
  const listed = text.match(/^ [0-9a-f]{64} +\d+ \S+$/gm)?.length;
  expect(Object.keys(archive.manifest(path).files)).toHaveLength(listed ?? 0);
  expect(archive.manifest(path).byHash).toBe(true);
});
