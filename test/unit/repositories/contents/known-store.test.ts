/** A store written by a version before is taken over: what is in it is read, and built the same to the byte. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import type { IndexedFile } from "../../../../worker/formats/indexed-file.ts";
import {
  buildFolders,
  foldersBlobs,
} from "../../../../worker/repositories/contents/folders/build-folders.ts";
import {
  buildPresence,
  presenceBlobs,
} from "../../../../worker/repositories/contents/presence/build-presence.ts";
import { PresenceAtEdge } from "../../../../worker/repositories/contents/presence/presence-at-edge.ts";
import { shownFolder } from "./folders/stored-folders.ts";
import {
  buildKnownStore,
  knownGenerations,
  knownLimits,
  type StoredText,
  storeOf,
} from "./known-store.ts";
import { shown } from "./presence/stored-presence.ts";

const text: StoredText = JSON.parse(
  readFileSync(new URL("stored-before.json", import.meta.url), "utf8"),
);
const before = storeOf(text);
const background = { waitUntil: () => undefined };

test("every blob is built the same as before, to the byte", async () => {
  const { states, stored } = await buildKnownStore();
  expect(states).toEqual(before.states);
  expect([...stored.keys()].toSorted()).toEqual([...before.stored.keys()].toSorted());
  for (const [name, bytes] of before.stored) {
    expect(Buffer.from(stored.get(name) ?? []).equals(bytes)).toBe(true);
  }
});

/** Where all that indexes say of a path is the same. */
function agreed(indexes: readonly (readonly IndexedFile[])[], path: string): IndexedFile | null {
  const told = indexes.flat().filter((one) => one.path === path);
  const [sizes, hashes] = [told.map(({ size }) => size), told.map(({ sha256 }) => sha256)].map(
    (values) => new Set<unknown>(values.filter((value) => value !== undefined)),
  );
  if ((sizes?.size ?? 0) > 1 || (hashes?.size ?? 0) > 1) return null;
  return Object.assign({ path }, ...told);
}

test("what was stored before is read at the edge", async () => {
  for (const [at, { presence, folders }] of before.states.entries()) {
    const edge = new PresenceAtEdge(async (_, name) => before.stored.get(name));
    const indexes = knownGenerations[at]?.indexes ?? [];
    const paths = new Set(indexes.flat().map(({ path }) => path));
    expect(paths.size).toBeGreaterThan(80);
    for (const path of paths) {
      const expected = agreed(indexes, path);
      const found = await edge.find("r", presence, path, background);
      if (expected === null) expect(found).toBeNull();
      else {
        const { path: _, ...told } = expected;
        expect(shown(found ?? undefined)).toMatchObject(told);
      }
      const cut = path.lastIndexOf("/") + 1;
      const folder = await shownFolder(before.stored, folders, path.slice(0, cut));
      const { path: _, ...told } = expected ?? { path };
      expect(folder?.[path.slice(cut)]).toEqual({ type: "file", ...told });
    }
  }
});

test("the next state is built on what was stored before, and what stays is not stored again", async () => {
  const [, second, third] = before.states;
  const given = knownGenerations[2];
  if (second === undefined || third === undefined || given === undefined) throw new Error("none");
  // The store of a process that ended after the second state, with the indexes of the third.
  const had = new Set([...second.blobs, ...third.listings, ...third.names]);
  const blobs = memoryBlobs(new Map([...before.stored].filter(([name]) => had.has(name))));
  const puts: string[] = [];
  const noted = {
    get: blobs.get,
    put: async (name: string, bytes: Uint8Array) => {
      puts.push(name);
      await blobs.put(name, bytes);
    },
  };
  const { listings, names } = third;
  const { generation, oldestKept } = given;
  const presence = await buildPresence(
    { blobs: noted, listings, previous: second.presence, generation, oldestKept },
    knownLimits.presence,
  );
  expect(presence).toEqual(third.presence);
  const build = { blobs: noted, names, previous: second.folders };
  expect(await buildFolders(build, knownLimits.folders)).toBe(third.folders);
  expect([
    ...(await presenceBlobs(noted, presence)),
    ...(await foldersBlobs(noted, { head: third.folders, of: "" })),
  ]).toEqual(third.blobs);
  expect(puts.toSorted()).toEqual(
    third.blobs.filter((name) => !second.blobs.includes(name)).toSorted(),
  );
});
