/** A repository's folders built from what its indexes list: all of it, in any state, in bounded memory, and no more often than it changes. */
import { expect, test } from "vitest";
import { headBytes, IndexHead } from "../../../../../worker/blobs/segmented/head.ts";
import { partsHeadBytes } from "../../../../../worker/blobs/segmented/parts-blob.ts";
import { DamagedBlob } from "../../../../../worker/blobs/segmented/stored-bytes.ts";
import type { IndexedFile } from "../../../../../worker/formats/indexed-file.ts";
import {
  buildFolders,
  foldersBlobs,
  foldersLimits,
} from "../../../../../worker/repositories/contents/folders/build-folders.ts";
import { maxFolderEntries } from "../../../../../worker/repositories/contents/folders/folder-record.ts";
import { foldersCodec } from "../../../../../worker/repositories/contents/folders/folders-codec.ts";
import {
  IndexFolders,
  maxNamesBytes,
} from "../../../../../worker/repositories/contents/folders/index-folders.ts";
import { namesBlob } from "../../../../../worker/repositories/contents/folders/names-blob.ts";
import { IndexContentsBuilder } from "../../../../../worker/repositories/contents/index-contents.ts";
import { names as oddNames } from "../../directory-page/odd-names.ts";
import { seeded } from "../../origin.ts";
import { hex, NotedBlobs, path } from "../presence/stored-presence.ts";
import { keptNames, namesOf, shownFolder } from "./stored-folders.ts";

type Tree = Map<string, Map<string, object>>;

/** Every folder with all that is in it, told without the code under test. */
function treeOf(files: readonly IndexedFile[]): Tree {
  const tree: Tree = new Map([["", new Map()]]);
  for (const { path, ...told } of files) {
    const steps = path.split("/");
    const name = steps.pop() ?? "";
    let folder = "";
    for (const step of steps) {
      tree.get(folder)?.set(step, { type: "folder" });
      folder += `${step}/`;
      if (!tree.has(folder)) tree.set(folder, new Map());
    }
    tree.get(folder)?.set(name, { type: "file", ...told });
  }
  return tree;
}

const keep = (blobs: NotedBlobs, files: readonly IndexedFile[]) => blobs.keep(keptNames(files));

async function expectTree(blobs: NotedBlobs, head: string, tree: Tree): Promise<void> {
  for (const [folder, entries] of tree) {
    expect(await shownFolder(blobs.stored, head, folder)).toEqual(Object.fromEntries(entries));
  }
}

test.each([
  [1, 1, 500],
  [2, 3000, 4000],
  [3, foldersLimits.groupBytes, 20_000],
  [4, foldersLimits.groupBytes, 1e7],
])(
  "seed %i, groups of %i bytes, segments of %i: over many states, against a map",
  async (seed, groupBytes, segmentBytes) => {
    const random = seeded(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const blobs = new NotedBlobs();
    const part = () => oddNames[below(oddNames.length)] ?? "";
    const folders = Array.from({ length: 60 }, () =>
      Array.from({ length: below(4) }, () => `${part()}${below(3)}/`).join(""),
    );
    let files = new Map<string, IndexedFile>();
    let previous: string | undefined;
    for (let round = 0; round < 8; round++) {
      files = new Map([...files].filter(() => random() < 0.9));
      for (let count = below(200); count > 0; count--) {
        const path = `${folders[below(folders.length)]}${part()}${below(20)}.deb`;
        const size = random() < 0.1 ? undefined : below(2 ** 30) * 2 ** below(10);
        const told = {
          ...(size !== undefined && { size }),
          ...(random() < 0.9 && { sha256: hex(below(1e9)) }),
        };
        files.set(path, { path, ...told });
      }
      const all = [...files.values()];
      const indexes: IndexedFile[][] = [[], [], []];
      for (const file of all) {
        const which = below(3);
        indexes[which]?.push(file);
        if (random() < 0.5) indexes[(which + 1) % 3]?.push({ path: file.path });
        if (random() < 0.5) indexes[(which + 2) % 3]?.push(file);
      }
      const names = indexes.map((index) => keep(blobs, index));
      const before =
        previous === undefined ? [] : await foldersBlobs(blobs, { head: previous, of: "" });
      blobs.puts = [];
      const limits = { groupBytes, segmentBytes };
      const head = await buildFolders({ blobs, names, previous }, limits);
      const named = await foldersBlobs(blobs, { head, of: "" });
      expect(blobs.puts.toSorted()).toEqual(
        [...new Set(named.filter((name) => !before.includes(name)))].toSorted(),
      );
      expect(blobs.mostAtOnce).toBeLessThanOrEqual(6);
      await expectTree(blobs, head, treeOf(all));
      expect(await shownFolder(blobs.stored, head, "no such/")).toBeUndefined();
      // From nothing it is the same, unless there were other segments before.
      const anew = await buildFolders(
        { blobs, names: names.toReversed(), previous: undefined },
        limits,
      );
      await expectTree(blobs, anew, treeOf(all));
      previous = head;
    }
  },
);

test("what looks like a mark of the order of bytes is kept", async () => {
  const blobs = new NotedBlobs();
  const files = [{ path: "\ufeffa/\ufeffb", size: 1 }, { path: "\ufeffa/c" }];
  const head = await buildFolders({ blobs, names: [keep(blobs, files)], previous: undefined });
  await expectTree(blobs, head, treeOf(files));
});

test("what didn't change is neither read nor stored again", async () => {
  const blobs = new NotedBlobs();
  const files = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ path: path(at), size: at, sha256: hex(at + 1) }));
  const other = keep(blobs, [{ path: "pool/main/x/x_1.deb", size: 1 }]);
  const limits = { ...foldersLimits, segmentBytes: 2000 };
  const first = [keep(blobs, files(3000)), other];
  const previous = await buildFolders({ blobs, names: first, previous: undefined }, limits);
  const segments = IndexHead.read(
    blobs.stored.get(previous) ?? new Uint8Array(),
    foldersCodec.head,
  )?.segments;
  expect(segments).toBe(256);
  blobs.puts = [];
  blobs.gets = [];
  expect(await buildFolders({ blobs, names: first.toReversed(), previous }, limits)).toBe(previous);
  expect(blobs.puts).toEqual([]);
  // Heads only.
  expect(Math.max(...blobs.gets.map(({ bytes }) => bytes))).toBeLessThanOrEqual(
    Math.max(partsHeadBytes, headBytes(foldersCodec.head)),
  );
  expect(blobs.gets).toHaveLength(3);

  blobs.gets = [];
  const names = [keep(blobs, files(3001)), other];
  const head = await buildFolders({ blobs, names, previous }, limits);
  // The folder of the file, and the one in which that folder is; and the head.
  expect(blobs.puts).toHaveLength(3);
  expect(blobs.gets.length).toBeLessThanOrEqual(3 + 2 * 2);
  expect(await shownFolder(blobs.stored, head, "pool/main/p/p3000/")).toEqual({
    "p3000_1.0-1_amd64.deb": { type: "file", size: 3000, sha256: hex(3001) },
  });
});

test("what is in memory at a time doesn't grow with the repository", async () => {
  const blobs = new NotedBlobs();
  const names = [0, 1, 2, 3].map((index) =>
    keep(
      blobs,
      Array.from({ length: 20_000 }, (_, at) => ({
        path: path(4 * at + index),
        size: at,
        sha256: hex(at),
      })),
    ),
  );
  const limits = { groupBytes: 1_200_000, segmentBytes: 50_000 };
  let [held, most] = [0, 0];
  const counted = {
    get: async (name: string, part?: { offset: number; length: number }) => {
      if (part !== undefined && part.length !== partsHeadBytes) {
        held += part.length;
        most = Math.max(most, held);
      }
      return blobs.get(name, part);
    },
    // What comes of a group is stored when all of it was read, and before the next is: they have one room.
    put: async (name: string, bytes: Uint8Array) => {
      held = 0;
      await blobs.put(name, bytes);
    },
  };
  const all = names.reduce((sum, name) => sum + (blobs.stored.get(name)?.byteLength ?? 0), 0);
  expect(all).toBeGreaterThan(6 * limits.groupBytes);
  await buildFolders({ blobs: counted, names, previous: undefined }, limits);
  expect(most).toBeLessThanOrEqual(limits.groupBytes);
  expect(most).toBeGreaterThan(limits.groupBytes / 2);
});

test("what indexes contradict each other about is there, and no more is told of it", async () => {
  const blobs = new NotedBlobs();
  const names = [
    [
      { path: "a/size", size: 1 },
      { path: "a/hash", size: 1, sha256: hex(1) },
      { path: "a/fine", size: 3 },
    ],
    [
      { path: "a/size", size: 2 },
      { path: "a/hash", size: 1, sha256: hex(2) },
      { path: "a/fine", sha256: hex(3) },
    ],
    [
      { path: "a/size", size: 1, sha256: hex(1) },
      { path: "a/hash", size: 1 },
      { path: "a/fine/inside" },
    ],
  ].map((files) => keep(blobs, files));
  for (const order of [names, names.toReversed()]) {
    const head = await buildFolders({ blobs, names: order, previous: undefined });
    expect(await shownFolder(blobs.stored, head, "a/")).toEqual({
      size: { type: "file" },
      hash: { type: "file" },
      fine: { type: "folder" },
    });
  }
});

test("a folder of more than is kept isn't known; 15,000 in one are", async () => {
  const blobs = new NotedBlobs();
  const files = (folder: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      path: `${folder}/${at}.pkg`,
      size: at,
      sha256: hex(at),
    }));
  const half = maxFolderEntries / 2;
  const names = [
    keep(blobs, [...files("fits", 15_000), ...files("both", half), ...files("alone", 1)]),
    keep(blobs, [
      ...files("alone", maxFolderEntries + 1),
      ...files("both", half + 1).map((one) => ({ ...one, path: `${one.path}x` })),
    ]),
  ];
  const head = await buildFolders({ blobs, names, previous: undefined });
  expect(Object.keys((await shownFolder(blobs.stored, head, "fits/")) ?? {})).toHaveLength(15_000);
  expect(await shownFolder(blobs.stored, head, "both/")).toBeUndefined();
  expect(await shownFolder(blobs.stored, head, "alone/")).toBeUndefined();
  expect(Object.keys((await shownFolder(blobs.stored, head, "")) ?? {}).sort()).toEqual([
    "alone",
    "both",
    "fits",
  ]);
});

test("what an index contradicts itself about is there, and no more is told of it", async () => {
  const blobs = new NotedBlobs();
  const builder = new IndexContentsBuilder();
  const names = new IndexFolders();
  for (const path of ["a/one", "a/other"]) {
    builder.add({ path, size: 1, sha256: hex(1) });
    names.add(path);
  }
  const { records } = builder.listing();
  // As where two paths have one hash.
  records.leaveOut(1);
  const bytes = namesBlob(names, records)?.slice() ?? new Uint8Array();
  const head = await buildFolders({ blobs, names: [blobs.keep(bytes)], previous: undefined });
  expect(await shownFolder(blobs.stored, head, "a/")).toEqual({
    one: { type: "file", size: 1, sha256: hex(1) },
    other: { type: "file" },
  });
});

test("of an index with more names than are kept, none is", () => {
  const long = "x".repeat(900);
  // Gathered and stored.
  const count = Math.ceil(maxNamesBytes / (2 * 900)) + 1;
  const files = Array.from({ length: count }, (_, at) => ({ path: `${at}${long}` }));
  expect(namesOf(files.slice(0, count / 2))).toBeDefined();
  expect(namesOf(files)).toBeUndefined();
  // Folders in folders count as well.
  const deep = Array.from({ length: 5000 }, (_, at) => ({ path: `${at}/${"y/".repeat(400)}z` }));
  expect(namesOf(deep)).toBeUndefined();
});

test("names that are missing or changed are told, and a head that is lost is made again", async () => {
  const blobs = new NotedBlobs();
  const files = Array.from({ length: 100 }, (_, at) => ({ path: path(at), size: at }));
  const name = keep(blobs, files);
  const head = await buildFolders({ blobs, names: [name], previous: undefined });
  const bytes = blobs.stored.get(name) ?? new Uint8Array();
  expect(await buildFolders({ blobs, names: [name], previous: hex(1) })).toBe(head);
  for (const at of [0, 40, partsHeadBytes + 30, bytes.byteLength - 1]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    blobs.stored.set(name, changed);
    await expect(buildFolders({ blobs, names: [name], previous: undefined })).rejects.toThrow(
      DamagedBlob,
    );
  }
  blobs.stored.set(name, bytes.slice(0, -1));
  await expect(buildFolders({ blobs, names: [name], previous: undefined })).rejects.toThrow(
    DamagedBlob,
  );
  blobs.stored.delete(name);
  await expect(buildFolders({ blobs, names: [name], previous: undefined })).rejects.toThrow(
    "isn't stored",
  );
});
