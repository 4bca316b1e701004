/** What a repository lists: known before its clients hear of it, extended as they use more of it, and never in the way. */
import { gzipSync } from "node:zlib";
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import type { Blobs } from "../../../../worker/blobs/blobs.ts";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import { contentsWaitMs } from "../../../../worker/repositories/chain/publish-snapshot.ts";
import type { SnapshotPresence } from "../../../../worker/repositories/chain/snapshot.ts";
import { presenceBlobs } from "../../../../worker/repositories/contents/presence/build-presence.ts";
import { makeKey } from "../../formats/openpgp/signing.ts";
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

/** Publishes a state of an archive and a minute later follows it. */
async function publish(archive: Archive, indexes: Record<string, Uint8Array>): Promise<boolean> {
  archive.now += 60_000;
  await archive.publish({ date: archive.now, signedAt: archive.now, indexes });
  return archive.follow();
}

/** An archive with one used index that lists `a` and `b`. */
async function listing(options: ArchiveOptions = {}): Promise<Archive> {
  const archive = new Archive(key, options);
  const index = packagesOf(["a", "b"]);
  await publish(archive, { [indexName]: index });
  expect(await archive.index(indexPath, index)).toBe("stored");
  await archive.settle();
  return archive;
}

function presenceOf(archive: Archive): SnapshotPresence {
  const { presence } = archive.current;
  if (presence === undefined) throw new Error("nothing is known of what it lists");
  return presence;
}

const files = (archive: Archive) =>
  Promise.all(["a", "b", "c"].map((n) => archive.present(poolPath(n))));

test("the first snapshot comes at once; what a client used is known soon after, in one of the same roots", async () => {
  const archive = new Archive(key);
  const [amd64, arm64] = [packagesOf(["a"]), packagesOf(["b"])];
  expect(await publish(archive, { [indexName]: amd64, [arm]: arm64 })).toBe(true);
  const first = archive.current;
  expect(first).toMatchObject({ generation: 1 });
  expect(first.presence).toBeUndefined();
  expect(archive.keeper.unfinished).toBe(false);
  // Several in a row make one.
  await archive.index(indexPath, amd64);
  await archive.index(armPath, arm64);
  expect(archive.keeper.unfinished).toBe(true);
  expect(await archive.settle()).toBe(1);
  expect(archive.current).toMatchObject({ generation: 2, roots: first.roots });
  expect(archive.current.id > first.id).toBe(true);
  expect(archive.current.presence).toMatchObject({ generation: 2, files: 2 });
  expect(await files(archive)).toEqual([[2, undefined], [2, undefined], undefined]);
  // Nothing more to do, also not for who asks again.
  await archive.index(indexPath, amd64);
  expect(archive.keeper.unfinished).toBe(false);
  expect(await archive.follow()).toBe(false);
});

test("the next state comes with what it lists; the generations tell what came and went", async () => {
  const archive = await listing();
  const before = archive.current.generation;
  expect(await publish(archive, { [indexName]: packagesOf(["b", "c"]) })).toBe(true);
  const now = archive.current.generation;
  expect(now).toBe(before + 1);
  expect(await files(archive)).toEqual([
    [before, before],
    [before, undefined],
    [now, undefined],
  ]);
  expect(archive.keeper.snapshots()[0]).toMatchObject({
    generation: now,
    payload: { files: 2, added: 1, removed: 1 },
  });
  // Another date, the same files: the same presence.
  const { presence } = archive.current;
  expect(await publish(archive, { [indexName]: packagesOf(["b", "c"]) })).toBe(true);
  expect(archive.current).toMatchObject({ generation: now + 1, presence });
});

test("an index is read once in its life", async () => {
  const read: string[] = [];
  const blobs = (stored: Map<string, Uint8Array>): Blobs => ({
    ...memoryBlobs(stored),
    get: (name, ...part) => {
      read.push(name);
      return memoryBlobs(stored).get(name, ...part);
    },
  });
  const archive = await listing({ blobs });
  const index = sha256(packagesOf(["a", "b"]));
  await publish(archive, { [indexName]: packagesOf(["a", "b"]), [arm]: packagesOf(["c"]) });
  archive.restart();
  await publish(archive, { [indexName]: packagesOf(["a", "b"]), [arm]: packagesOf(["d"]) });
  await archive.index(armPath, packagesOf(["d"]));
  await archive.settle();
  expect(read.filter((name) => name === index)).toHaveLength(1);
  expect(await archive.present(poolPath("d"))).toBeDefined();
});

test("an index that can't be read is told and left out, and the state goes on; the next one is read", async () => {
  const archive = await listing();
  const broken = new Uint8Array(gzipSync("Package: a\nFilename: /etc/passwd\nSize: 1\n\n"));
  expect(await publish(archive, { [indexName]: broken })).toBe(true);
  expect(archive.keeper.alarms()).toMatchObject([
    {
      kind: "index",
      file: indexPath,
      said: expect.stringMatching(/^Its files aren't listed: .*stanza 1 has a Filename that is no/),
    },
  ]);
  expect(await archive.present(poolPath("a"))).toEqual([2, 2]);
  // It stays told as long as that is so, and isn't read again.
  expect(await publish(archive, { [indexName]: broken })).toBe(true);
  expect(Object.keys(archive.alarms)).toEqual([indexPath]);
  expect(archive.logged.filter((line) => line.includes("aren't listed"))).toHaveLength(1);
  await publish(archive, { [indexName]: packagesOf(["a"]) });
  expect(archive.alarms).toEqual({});
  expect(await archive.present(poolPath("a"))).toEqual([archive.current.generation, undefined]);
});

test("where a state's indexes can't be read in time, it is published without what they list", async () => {
  let refuse = false;
  const blobs = (stored: Map<string, Uint8Array>): Blobs => {
    const all = memoryBlobs(stored);
    return {
      ...all,
      get: async (name, ...part) => {
        if (refuse && name === sha256(packagesOf(["c"]))) throw new Error("R2 is away");
        return all.get(name, ...part);
      },
    };
  };
  const archive = await listing({ blobs });
  const before = archive.current;
  refuse = true;
  await expect(publish(archive, { [indexName]: packagesOf(["c"]) })).rejects.toThrow("R2 is away");
  expect(archive.current).toEqual(before);
  archive.restart();
  // The origin confirms what was verified; it isn't asked for all anew.
  archive.now += contentsWaitMs;
  archive.origin.asked.length = 0;
  expect(await archive.follow()).toBe(true);
  expect(archive.origin.asked).toHaveLength(1);
  expect(archive.current.roots).not.toEqual(before.roots);
  expect(await files(archive)).toEqual([[2, 2], [2, 2], undefined]);
  refuse = false;
  await archive.settle();
  expect(await archive.present(poolPath("c"))).toEqual([archive.current.generation, undefined]);
});

const nextIndexes = { [indexName]: packagesOf(["b", "c"]) };

test.each(["head", "segment"])(
  "a presence whose %s is lost is built anew at once, and that is told",
  async (which) => {
    const archive = await listing();
    const [head = "", segment = ""] = await presenceBlobs(archive.blobs, presenceOf(archive));
    const gone = which === "head" ? head : segment;
    archive.stored.delete(gone);
    archive.restart();
    expect(await publish(archive, nextIndexes)).toBe(true);
    const { generation } = archive.current;
    expect(archive.current.presence).toMatchObject({ generation, files: 2, added: 2, removed: 0 });
    expect(await files(archive)).toEqual([
      undefined,
      [generation, undefined],
      [generation, undefined],
    ]);
    const said = `What was known of its files is lost, the presence ${which} ${gone} isn't stored: mirrors are known to have them from generation ${generation} on.`;
    expect(archive.keeper.alarms()).toEqual([
      { kind: "presence", root: "presence", file: "presence", since: archive.now, said },
    ]);
    expect(archive.logged.filter((line) => line.includes(said))).toHaveLength(1);
    // The next one is built on it: all is well.
    expect(await publish(archive, { [indexName]: packagesOf(["c", "d"]) })).toBe(true);
    expect(archive.keeper.alarms()).toEqual([]);
    expect(await files(archive)).toEqual([
      undefined,
      [generation, generation],
      [generation, undefined],
    ]);
  },
);

test("a lost head keeps nothing from being collected, and is found by that", async () => {
  const archive = await listing();
  const { roots, generation } = archive.current;
  archive.stored.delete(archive.current.presence?.head ?? "");
  const orphan = new TextEncoder().encode("orphan");
  await archive.blobs.put(sha256(orphan), orphan);
  archive.restart();
  await archive.keeper.collect();
  expect(archive.stored.has(sha256(orphan))).toBe(false);
  expect(archive.keeper.unfinished).toBe(true);
  await archive.settle();
  expect(archive.current).toMatchObject({ roots, generation: generation + 1 });
  expect((await files(archive))[0]).toEqual([generation + 1, undefined]);
  expect(archive.keeper.alarms()).toMatchObject([{ kind: "presence" }]);
  // The old snapshot's is lost still, which is no reason to build the current one's again.
  await archive.keeper.collect();
  expect(archive.keeper.unfinished).toBe(false);
});

test("a store that can't be asked is no lost presence: nothing is collected, and nothing begun anew", async () => {
  let refused = "";
  const blobs = (stored: Map<string, Uint8Array>): Blobs => {
    const all = memoryBlobs(stored);
    return {
      ...all,
      get: async (name, ...part) => {
        if (name === refused) throw new Error("R2 is away");
        return all.get(name, ...part);
      },
    };
  };
  const archive = await listing({ blobs });
  const before = archive.current;
  refused = before.presence?.head ?? "";
  const stored = archive.stored.size;
  await expect(archive.keeper.collect()).rejects.toThrow("R2 is away");
  expect(archive.stored.size).toBe(stored);
  await expect(publish(archive, nextIndexes)).rejects.toThrow("R2 is away");
  expect(archive.current).toEqual(before);
  refused = "";
  expect(await archive.follow()).toBe(true);
  expect((await files(archive))[1]).toEqual([before.generation, undefined]);
  expect(archive.keeper.alarms()).toEqual([]);
});

test("a listing that is lost is made again from its index", async () => {
  const archive = await listing();
  const steady = packagesOf(["s"]);
  expect(await publish(archive, { ...nextIndexes, [arm]: steady })).toBe(true);
  await archive.index(armPath, steady);
  await archive.settle();
  const { generation } = archive.current;
  const blob = archive.store.contents.all().get(sha256(steady))?.blob ?? "";
  expect(archive.stored.delete(blob)).toBe(true);
  archive.restart();
  await publish(archive, { [indexName]: packagesOf(["c"]), [arm]: steady });
  await archive.settle();
  expect(archive.stored.has(blob)).toBe(true);
  expect(archive.current.generation).toBe(generation + 1);
  expect(await archive.present(poolPath("s"))).toEqual([generation, undefined]);
  expect(await archive.present(poolPath("c"))).toBeDefined();
  expect(archive.keeper.alarms()).toEqual([]);
});

test("a presence that can't be built for another reason is begun anew after some time", async () => {
  let refused = "";
  const blobs = (stored: Map<string, Uint8Array>): Blobs => {
    const all = memoryBlobs(stored);
    return {
      ...all,
      get: async (name, ...part) => {
        if (name === refused) throw new Error("too much");
        return all.get(name, ...part);
      },
    };
  };
  const archive = await listing({ blobs });
  refused = archive.current.presence?.head ?? "";
  await expect(publish(archive, nextIndexes)).rejects.toThrow("too much");
  archive.now += contentsWaitMs;
  expect(await archive.follow()).toBe(true);
  expect(archive.current.presence).toBeUndefined();
  expect(archive.alarms).toEqual({ presence: expect.stringContaining("lost, too much:") });
  await archive.settle();
  const { generation } = archive.current;
  expect(await files(archive)).toEqual([
    undefined,
    [generation, undefined],
    [generation, undefined],
  ]);
});

test("what the list has pulled ahead: xz before gz, of all components, and no more", async () => {
  const archive = new Archive(key, { listed: { ahead: ["arm64"] } });
  // Stored, and told that there is no decoder for it here.
  const xz = new TextEncoder().encode("\u00fd7zXZ");
  const contrib = packagesOf(["c"]);
  const indexes = {
    "main/binary-arm64/Packages.xz": xz,
    [arm]: packagesOf(["a"]),
    "contrib/binary-arm64/Packages.gz": contrib,
    "contrib/binary-all/Packages.gz": packagesOf(["all"]),
    "main/debian-installer/binary-arm64/Packages.gz": packagesOf(["installer"]),
    [indexName]: packagesOf(["b"]),
  };
  await archive.publish({ indexes });
  for (const path of [...archive.origin.files.keys()]) {
    if (path.includes("binary-all")) archive.origin.files.delete(path);
  }
  expect(await archive.follow()).toBe(true);
  const stored = Object.entries(indexes).filter(([, bytes]) => archive.stored.has(sha256(bytes)));
  expect(stored.map(([path]) => path)).toEqual([
    "main/binary-arm64/Packages.xz",
    "contrib/binary-arm64/Packages.gz",
  ]);
  expect(archive.alarms).toEqual({});
  await archive.settle();
  expect(await archive.present(poolPath("c"))).toBeDefined();
});

test("a list of images is read as it is; sizes of samples come from the origin", async () => {
  const archive = new Archive(key, {
    listed: { kind: "images", roots: ["SHA256SUMS"], verify: "checksums", keys: [] },
  });
  archive.origin.put(
    "SHA256SUMS",
    `${sha256("a")}  a.iso\n${sha256("b")}  b.iso\n${sha256("t")}  t.txt\n`,
  );
  archive.origin.put("a.iso", "12345");
  expect(await archive.follow()).toBe(true);
  await archive.settle();
  expect(await archive.present("a.iso")).toEqual([2, undefined]);
  expect(await archive.present("t.txt")).toBeUndefined();
  expect(archive.keeper.samples()).toEqual([{ path: "a.iso", size: 5, sha256: sha256("a") }]);
});

test("samples are of the current snapshot, new files first; where mirrors are sampled an index is pulled for it", async () => {
  const archive = new Archive(key);
  await publish(archive, { [indexName]: packagesOf(["a", "b"]), [arm]: packagesOf(["c"]) });
  expect(archive.keeper.samples()).toEqual([]);
  // Clients use indexes here, but not these.
  archive.store.used.note("another", 1, archive.now);
  archive.keeper.wantSamples();
  await archive.keeper.advance(archive.listed);
  const paths = () => archive.keeper.samples().map(({ path, recent }) => [path, recent === true]);
  expect(paths()).toHaveLength(2);
  await publish(archive, { [indexName]: packagesOf(["a", "b", "n"]), [arm]: packagesOf(["c"]) });
  expect(paths()[0]).toEqual([poolPath("n"), true]);
  // New still as long as nothing newer crowds it out.
  await publish(archive, { [indexName]: packagesOf(["b", "n", "o"]), [arm]: packagesOf(["c"]) });
  expect(paths()).toEqual([
    [poolPath("o"), true],
    [poolPath("n"), true],
    [poolPath("b"), false],
  ]);
  expect(archive.keeper.samples()[0]).toMatchObject({ size: 1001, sha256: sha256("o") });
  // The index is had with each state: the first one alone was published a second time, when its files were known.
  expect(archive.keeper.snapshots()).toHaveLength(4);
});

test("what is remembered of indexes goes with the state that named them, and their blobs are collected", async () => {
  const archive = await listing({ retention: { keepMs: 0, keepCount: 1 } });
  const steady = packagesOf(["steady"]);
  await publish(archive, { [indexName]: packagesOf(["c"]), [arm]: steady });
  await archive.index(armPath, steady);
  await archive.settle();
  for (const name of ["d", "e"]) {
    await publish(archive, { [indexName]: packagesOf([name]), [arm]: steady });
  }
  const known = [packagesOf(["e"]), steady].map(sha256).sort();
  expect([...archive.store.contents.all().keys()].sort()).toEqual(known);
  archive.now += 1;
  const before = archive.stored.size;
  await archive.keeper.collect();
  expect(archive.stored.size).toBeLessThan(before);
  // What is kept is whole.
  archive.restart();
  expect(await archive.present(poolPath("e"))).toEqual([archive.current.generation, undefined]);
  expect(await archive.present(poolPath("zz"))).toBeUndefined();
  // What was read before is read no more, so that it has to be there.
  expect(await publish(archive, { [indexName]: packagesOf(["e", "f"]), [arm]: steady })).toBe(true);
  const { generation } = archive.current;
  expect(await archive.present(poolPath("e"))).toEqual([generation - 1, undefined]);
  expect(await archive.present(poolPath("f"))).toEqual([generation, undefined]);
  expect(await archive.present(poolPath("steady"))).toBeDefined();
});

test("snapshots of before there were generations count as the first of all", async () => {
  const archive = await listing();
  const { generation: _, presence: __, ...old } = archive.current;
  archive.sqlite.sql.exec("UPDATE snapshot SET json = ?", JSON.stringify({ ...old }));
  archive.sqlite.sql.exec("DELETE FROM snapshot_state WHERE name IN ('generation', 'listings')");
  archive.restart();
  expect(archive.current.generation).toBe(0);
  await publish(archive, { [indexName]: packagesOf(["a"]) });
  await archive.settle();
  expect(archive.current.generation).toBeGreaterThan(0);
  expect(await archive.present(poolPath("a"))).toBeDefined();
});

test("indexes are read a few at a time; the pointer waits for all of them, and nobody asks the origin again", async () => {
  const parts = ["a", "b", "c", "d", "e"];
  const indexes = (mark: string) =>
    Object.fromEntries(
      parts.map((part) => [`${part}/binary-amd64/Packages.gz`, packagesOf([part + mark])]),
    );
  const archive = new Archive(key, { readAtOnce: 1 });
  await publish(archive, indexes("1"));
  for (const [path, bytes] of Object.entries(indexes("1"))) {
    await archive.index(`dists/trixie/${path}`, bytes);
  }
  expect(await archive.settle()).toBe(parts.length);
  const before = archive.current;
  expect(before.presence).toMatchObject({ files: 5 });
  expect(await publish(archive, indexes("2"))).toBe(false);
  archive.origin.asked.length = 0;
  expect(archive.current).toEqual(before);
  archive.restart();
  expect(archive.current).toEqual(before);
  // What a restart forgets the next look finds again.
  expect(await archive.follow()).toBe(false);
  expect(await archive.settle()).toBe(parts.length - 2);
  expect(archive.origin.asked).toHaveLength(1);
  expect(archive.current.presence).toMatchObject({ files: 5, added: 5, removed: 5 });
  expect(archive.current.generation).toBe(before.generation + 1);
});
