/** Indexes that clients used are pulled before the pointer moves; others wait until they are asked for. */
import { join } from "node:path";
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { byUse, filesToPull, maxAhead } from "../../../../worker/repositories/chain/pull-ahead.ts";
import type { Manifest } from "../../../../worker/repositories/chain/snapshot.ts";
import { UsedIndexes, usedMs } from "../../../../worker/repositories/chain/used-indexes.ts";
import { makeKey, noon } from "../../formats/openpgp/signing.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { Archive, packages, sha256 } from "./archive.ts";

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});

const used = "main/binary-amd64/Packages.gz";
const unused = "main/binary-arm64/Packages.gz";
const hour = 3_600_000;

/** An archive whose first state is followed, with one of its two indexes asked for. */
async function followed(): Promise<Archive> {
  const archive = new Archive(key);
  const [amd64, arm64] = [packages("amd64 1"), packages("arm64 1")];
  await archive.publish({ indexes: { [used]: amd64, [unused]: arm64 } });
  await archive.follow();
  expect(await archive.index(`dists/trixie/${used}`, amd64)).toBe("stored");
  await archive.settle();
  return archive;
}

test("the next state has what was used of the one before, and nothing else", async () => {
  const archive = await followed();
  const [amd64, arm64] = [packages("amd64 2"), packages("arm64 2")];
  await archive.publish({ date: noon + hour, indexes: { [used]: amd64, [unused]: arm64 } });
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(sha256(amd64))).toBe(true);
  expect(archive.stored.has(sha256(arm64))).toBe(false);
});

test("a state whose used index is wrong is kept out until it is right, and the alarm says which", async () => {
  const archive = await followed();
  const before = archive.current.id;
  const right = packages("amd64 2");
  await archive.publish({ date: noon + hour, indexes: { [used]: right } });
  for (const path of [used, `main/binary-amd64/by-hash/SHA256/${sha256(right)}`]) {
    archive.origin.put(`dists/trixie/${path}`, packages("another"));
  }
  expect(await archive.follow()).toBe(false);
  expect(archive.current.id).toBe(before);
  expect(Object.keys(archive.alarms)).toEqual([`dists/trixie/${used}`]);

  archive.origin.put(`dists/trixie/${used}`, right);
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  expect(archive.stored.has(sha256(right))).toBe(true);
});

test("an index that one client asked for once holds nothing back, and is had after the pointer moved", async () => {
  const archive = new Archive(key);
  const first = packages("amd64 1");
  await archive.publish({ indexes: { [used]: first } });
  await archive.follow();
  expect(await archive.indexOnce(`dists/trixie/${used}`, first)).toBe("stored");
  await archive.settle();
  const [right, next] = [packages("amd64 2"), packages("amd64 3")];
  await archive.publish({ date: noon + hour, indexes: { [used]: right } });
  const byHash = `main/binary-amd64/by-hash/SHA256/${sha256(right)}`;
  for (const path of [used, byHash]) archive.origin.put(`dists/trixie/${path}`, packages("other"));
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(sha256(right))).toBe(false);
  await archive.settle();
  // Told, as when a client asks; it comes with the next state that has it rightly.
  expect(Object.keys(archive.alarms)).toEqual([`dists/trixie/${used}`]);
  for (const path of [used, byHash]) archive.origin.put(`dists/trixie/${path}`, right);
  expect(await archive.indexOnce(`dists/trixie/${used}`, right)).toBe("stored");
  // Asked for a second time it is usual, and had before.
  await archive.publish({ date: noon + 2 * hour, indexes: { [used]: next } });
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(sha256(next))).toBe(true);
});

test("an index that is seldom asked for is there without a client, once the pointer moved", async () => {
  const archive = new Archive(key);
  const first = packages("amd64 1");
  await archive.publish({ indexes: { [used]: first } });
  await archive.follow();
  await archive.indexOnce(`dists/trixie/${used}`, first);
  await archive.settle();
  const second = packages("amd64 2");
  await archive.publish({ date: noon + hour, indexes: { [used]: second } });
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(sha256(second))).toBe(false);
  await archive.settle();
  expect(archive.stored.has(sha256(second))).toBe(true);
});

test("an index that was there when a client asked for it first is usual at once", async () => {
  const archive = new Archive(key);
  const first = packages("amd64 1");
  await archive.publish({ indexes: { [used]: first } });
  await archive.follow();
  archive.stored.set(sha256(first), first);
  await archive.indexOnce(`dists/trixie/${used}`, first);
  const second = packages("amd64 2");
  await archive.publish({ date: noon + hour, indexes: { [used]: second } });
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(sha256(second))).toBe(true);
});

test("an index that no client asked for in days isn't had any more", async () => {
  const archive = await followed();
  archive.now += usedMs;
  const second = packages("amd64 2");
  await archive.publish({ date: noon + hour, indexes: { [used]: second } });
  expect(await archive.follow()).toBe(true);
  await archive.settle();
  expect(archive.stored.has(sha256(second))).toBe(false);
});

test("what a store of an older version has is used, as nobody noted its use", async () => {
  const archive = await followed();
  archive.sqlite.sql.exec("DELETE FROM used_index");
  const second = packages("amd64 2");
  await archive.publish({ date: noon + hour, indexes: { [used]: second } });
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(sha256(second))).toBe(true);
});

test("names remembered are so many, and files had so many and so large", () => {
  const folder = temporaryFolder("used-");
  const sqlite = new BreakableSqlite(join(folder, "used.sqlite"));
  onTestFinished(() => sqlite.close());
  const names = new UsedIndexes(sqlite.sql, "", 4);
  for (let at = 0; at <= 4; at++) names.note(`f${at}`, 1, at);
  expect([names.of("f0", 5), names.of("f1", 5)]).toEqual(["unused", "seldom"]);
  names.note("f1", 1, 5);
  expect(names.of("f1", 5 + usedMs - 1)).toBe("usual");
  expect(names.of("f1", 5 + usedMs)).toBe("unused");

  const sized = (size: number): Manifest => ({
    root: "r",
    byHash: false,
    files: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, { size }])),
  });
  const files = Array.from({ length: 500 }, (_, at) => ({ path: `f${at}`, sha256: `${at}` }));
  const had = (size: number, use: "usual" | "seldom") => {
    const { usual, seldom } = byUse(files, sized(size), () => use);
    return [usual.length, seldom.length];
  };
  expect(had(1, "usual")).toEqual([maxAhead, 0]);
  expect(had(1, "seldom")).toEqual([0, 32]);
  expect(had(16 * 1024 * 1024, "usual")).toEqual([32, 0]);
  expect(had(16 * 1024 * 1024, "seldom")).toEqual([0, 4]);
});

test("an index that the archive gives up holds nothing back", async () => {
  const archive = await followed();
  const arm64 = packages("arm64 2");
  await archive.publish({ date: noon + hour, indexes: { [unused]: arm64 } });
  expect(await archive.follow()).toBe(true);
});

const entry = (sha: string) => ({ size: 1, sha256: sha });
const manifest = (files: Record<string, string>): Manifest => ({
  root: "r",
  byHash: false,
  files: Object.fromEntries(Object.entries(files).map(([path, sha]) => [path, entry(sha)])),
});

test("rpm's indexes are told by what follows the hash in their name; unchanged ones are left", async () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  const before = manifest({
    [`repodata/${a}-primary.xml.gz`]: "1",
    [`repodata/${a}-filelists.xml.gz`]: "2",
    "repodata/comps.xml": "3",
  });
  const next = manifest({
    [`repodata/${b}-primary.xml.gz`]: "4",
    [`repodata/${b}-filelists.xml.gz`]: "5",
    "repodata/comps.xml": "3",
  });
  const has = async (sha: string) => sha !== "2";
  expect(await filesToPull(before, next, { has })).toEqual([
    { path: `repodata/${b}-primary.xml.gz`, sha256: "4" },
  ]);
});

test("they are so many at most", async () => {
  const files = (mark: string) =>
    manifest(
      Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, `${mark}${at}`])),
    );
  const pulled = await filesToPull(files("a"), files("b"), { has: async () => true });
  expect(pulled).toHaveLength(maxAhead);
});

test("what is read to be searched isn't used by clients: the next state doesn't wait for it", async () => {
  const archive = new Archive(key);
  const contents = "main/Contents-amd64.gz";
  const [one, two, three] = ["one", "two", "three"].map((text) => packages(text));
  const publish = async (hours: number, bytes: string | Uint8Array) => {
    await archive.publish({ date: noon + hours * hour, indexes: { [contents]: bytes } });
    expect(await archive.follow()).toBe(true);
  };
  const path = `dists/trixie/${contents}`;
  await publish(0, one ?? "");
  const pulled = archive.keeper.index(archive.listed, path, sha256(one ?? ""), "search");
  expect(await pulled).toBe("stored");
  await publish(1, two ?? "");
  expect(archive.stored.has(sha256(two ?? ""))).toBe(false);
  // The same index, once clients ask for it.
  expect(await archive.index(path, two ?? "")).toBe("stored");
  await publish(2, three ?? "");
  expect(archive.stored.has(sha256(three ?? ""))).toBe(true);
});
