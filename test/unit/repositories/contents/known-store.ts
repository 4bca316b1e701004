/**
 * A store as builders make it of fixed files over three generations: what `stored-before.json` has, which the version
 * of the code before there was one index for both built.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { IndexedFile } from "../../../../worker/formats/indexed-file.ts";
import type { SnapshotPresence } from "../../../../worker/repositories/chain/snapshot.ts";
import {
  buildFolders,
  foldersBlobs,
  foldersLimits,
} from "../../../../worker/repositories/contents/folders/build-folders.ts";
import {
  buildPresence,
  presenceBlobs,
  presenceLimits,
} from "../../../../worker/repositories/contents/presence/build-presence.ts";
import { keptNames } from "./folders/stored-folders.ts";
import { hex, NotedBlobs } from "./presence/stored-presence.ts";

/** What a snapshot of the store names. */
export interface KnownState {
  presence: SnapshotPresence;
  /** SHA-256 of the folders' head. */
  folders: string;
  /** SHA-256 of what it was made of. */
  listings: string[];
  names: string[];
  /** SHA-256 of the blobs that presence and folders have. */
  blobs: string[];
}

export interface KnownStore {
  states: KnownState[];
  /** By SHA-256. */
  stored: ReadonlyMap<string, Uint8Array>;
}

/** As it is in `stored-before.json`: blobs deflated, in Base64. */
export interface StoredText {
  states: KnownState[];
  blobs: Record<string, string>;
}

const groupBytes = 5000;
export const knownLimits = {
  presence: { ...presenceLimits, groupBytes, segmentRecords: 12 },
  folders: { ...foldersLimits, groupBytes, segmentBytes: 2000 },
};

function file(at: number): IndexedFile {
  const folder = ["pool/main/", "pool/contrib/ä/", "", "dists/\ufeffx/y/"][at % 4];
  const path = `${folder}p${at % 7}/p${at}_1.0-1_amd64.deb`;
  return {
    path,
    ...(at % 5 !== 0 && { size: at * 2 ** (at % 30) }),
    ...(at % 3 !== 0 && { sha256: hex(at + 1) }),
  };
}

const files = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => file(from + at));
const changed = (list: readonly IndexedFile[]) =>
  list.map((one, at) => (at % 11 === 0 ? { ...one, size: 7, sha256: hex(900 + at) } : one));
const named = (list: readonly IndexedFile[]) => list.map(({ path }) => ({ path }));

/** Of each generation, what its indexes list. The last two contradict each other about some. */
export const knownGenerations = [
  { generation: 5, oldestKept: 5, indexes: [files(0, 60), named(files(40, 90))] },
  { generation: 6, oldestKept: 5, indexes: [changed(files(0, 60)), files(30, 90)] },
  {
    generation: 9,
    oldestKept: 6,
    indexes: [files(10, 60), files(70, 260), changed(files(100, 130))],
  },
];

/** Builds it, each generation after the one before. */
export async function buildKnownStore(): Promise<KnownStore> {
  const blobs = new NotedBlobs();
  const states: KnownState[] = [];
  for (const { generation, oldestKept, indexes } of knownGenerations) {
    const last = states.at(-1);
    const listings = await Promise.all(indexes.map((index) => blobs.list(index)));
    const names = indexes.map((index) => blobs.keep(keptNames(index)));
    const presence = await buildPresence(
      { blobs, listings, previous: last?.presence, generation, oldestKept },
      knownLimits.presence,
    );
    const folders = await buildFolders(
      { blobs, names, previous: last?.folders },
      knownLimits.folders,
    );
    const all = [
      ...(await presenceBlobs(blobs, presence)),
      ...(await foldersBlobs(blobs, { head: folders, of: "" })),
    ];
    states.push({ presence, folders, listings, names, blobs: all });
  }
  return { states, stored: blobs.stored };
}

export function textOf({ states, stored }: KnownStore): StoredText {
  const blobs = Object.fromEntries(
    [...stored].map(([name, bytes]) => [name, deflateRawSync(bytes).toString("base64")]),
  );
  return { states, blobs };
}

export function storeOf({ states, blobs }: StoredText): KnownStore {
  const stored = Object.entries(blobs).map(([name, text]): [string, Uint8Array] => [
    name,
    new Uint8Array(inflateRawSync(Buffer.from(text, "base64"))),
  ]);
  return { states, stored: new Map(stored) };
}
