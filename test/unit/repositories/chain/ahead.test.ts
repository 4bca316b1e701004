/** Indexes that clients used are pulled before the pointer moves; others wait until they are asked for. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { filesToPull, maxAhead } from "../../../../worker/repositories/chain/pull-ahead.ts";
import type { Manifest } from "../../../../worker/repositories/chain/snapshot.ts";
import { makeKey, noon } from "../../formats/openpgp/signing.ts";
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
