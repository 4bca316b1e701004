/** Which names the folders of each snapshot have: with the state itself, for good, and never in its way. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import type { Blobs } from "../../../../worker/blobs/blobs.ts";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import type { Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import { makeKey } from "../../formats/openpgp/signing.ts";
import { shownFolder } from "../contents/folders/stored-folders.ts";
import {
  Archive,
  type ArchiveOptions,
  indexName,
  indexPath,
  packagesOf,
  poolPath,
  sha256,
} from "./archive.ts";

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});

const arm = "main/binary-arm64/Packages.gz";
const armPath = `dists/trixie/${arm}`;
const odd = ["a+b", "c&d", "e<f", "100%", "ü"];

async function publish(archive: Archive, indexes: Record<string, Uint8Array>): Promise<boolean> {
  archive.now += 60_000;
  await archive.publish({ date: archive.now, signedAt: archive.now, indexes });
  return archive.follow();
}

/** An archive with one used index that lists these. */
async function listing(names: readonly string[], options: ArchiveOptions = {}): Promise<Archive> {
  const archive = new Archive(key, options);
  const index = packagesOf(names);
  await publish(archive, { [indexName]: index });
  expect(await archive.index(indexPath, index)).toBe("stored");
  await archive.settle();
  return archive;
}

/** A folder of a snapshot, the current one unless told. */
async function shown(archive: Archive, folder = "pool/", of: Snapshot = archive.current) {
  return of.folders && shownFolder(archive.stored, of.folders.head, folder);
}

/** As `packagesOf` lists them. */
const inPool = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [
      poolPath(name).slice("pool/".length),
      { type: "file", size: 1000 + name.length, sha256: sha256(name) },
    ]),
  );

test("a snapshot has the names that its indexes list, and keeps them", async () => {
  const archive = await listing(["a", ...odd]);
  const first = archive.current;
  expect(await shown(archive)).toEqual(inPool(["a", ...odd]));
  expect(await shown(archive, "")).toEqual({ pool: { type: "folder" } });
  expect(await shown(archive, "dists/")).toBeUndefined();
  await publish(archive, { [indexName]: packagesOf(["b", ...odd]), [arm]: packagesOf(["c"]) });
  expect(await shown(archive)).toEqual(inPool(["b", ...odd]));
  await archive.index(armPath, packagesOf(["c"]));
  await archive.settle();
  expect(await shown(archive)).toEqual(inPool(["b", "c", ...odd]));
  // A later date, the same indexes: the same folders.
  const { folders } = archive.current;
  await publish(archive, { [indexName]: packagesOf(["b", ...odd]), [arm]: packagesOf(["c"]) });
  expect(archive.current.folders).toEqual(folders);
  await archive.keeper.collect();
  expect(await shown(archive, "pool/", first)).toEqual(inPool(["a", ...odd]));
  expect(await shown(archive)).toEqual(inPool(["b", "c", ...odd]));
});

test("indexes that were read before names were kept have none, until they change", async () => {
  const archive = await listing(["a"]);
  archive.sqlite.sql.exec("DROP TABLE index_names");
  archive.restart();
  await publish(archive, { [indexName]: packagesOf(["a"]), [arm]: packagesOf(["b"]) });
  expect(archive.current.presence).toBeDefined();
  expect(archive.current.folders).toBeUndefined();
  await archive.index(armPath, packagesOf(["b"]));
  await archive.settle();
  expect(await shown(archive)).toEqual(inPool(["b"]));
  await publish(archive, { [indexName]: packagesOf(["a", "c"]), [arm]: packagesOf(["b"]) });
  expect(await shown(archive)).toEqual(inPool(["a", "b", "c"]));
});

test("names that are lost are told and left out; a head that is lost is made again", async () => {
  const archive = await listing(["a"]);
  await publish(archive, { [indexName]: packagesOf(["a"]), [arm]: packagesOf(["b"]) });
  await archive.index(armPath, packagesOf(["b"]));
  await archive.settle();
  const { folders } = archive.current;
  archive.stored.delete(folders?.head ?? "");
  await archive.keeper.collect();
  await archive.settle();
  expect(archive.current.folders).toEqual(folders);
  expect(await shown(archive)).toEqual(inPool(["a", "b"]));

  const names = archive.store.contents.all().get(sha256(packagesOf(["a"])))?.names ?? "";
  archive.stored.delete(names);
  archive.logged.length = 0;
  await publish(archive, { [indexName]: packagesOf(["a"]), [arm]: packagesOf(["c"]) });
  expect(archive.logged.join()).toContain(`the names ${names} isn't stored`);
  expect(archive.current.presence?.files).toBe(2);
  expect(await shown(archive)).toEqual(inPool(["c"]));
});

test.each([
  ["for a moment", 2, true],
  ["for long", 50, false],
])("a store that takes no folders %s doesn't keep the state back", async (_, times, made) => {
  let failing = 0;
  const blobs = (stored: Map<string, Uint8Array>): Blobs => {
    const memory = memoryBlobs(stored);
    return {
      ...memory,
      put: async (name, bytes) => {
        // What a head and a segment of folders begin with: `NMF1`, and the hash of `pool/` or of nothing.
        const isHead = bytes instanceof Uint8Array && bytes[0] === 0x4e && bytes[2] === 0x46;
        if (isHead && failing-- > 0) throw new Error("no room");
        await memory.put(name, bytes);
      },
    };
  };
  const archive = await listing(["a"], { blobs });
  failing = times;
  expect(await publish(archive, { [indexName]: packagesOf(["b"]) })).toBe(true);
  expect(await archive.present(poolPath("b"))).toBeDefined();
  expect(await shown(archive)).toEqual(made ? inPool(["b"]) : undefined);
  expect(archive.logged.join()).toContain("no room");
  failing = 0;
  await publish(archive, { [indexName]: packagesOf(["b"]) });
  expect(await shown(archive)).toEqual(inPool(["b"]));
});
