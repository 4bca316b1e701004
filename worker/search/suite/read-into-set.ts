/** Reads gathered indexes into a set that is being built. */
import type { Blobs } from "../../blobs/blobs.ts";
import { algorithmOf } from "../../blobs/stored-name.ts";
import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import type { IndexReader } from "../../formats/index-reader.ts";
import { leftOutSaid } from "../../formats/left-out.ts";
import type { PackageIndex, PackageReading } from "../../formats/package-reading.ts";
import { type IndexLimits, readIndexStream } from "../../formats/read-index-stream.ts";
import type { FileSetBuild, PackageSetBuild } from "../package-set.ts";
import type { ToldIndex } from "../suite.ts";
import { type GatheredIndex, toldOf } from "./gather-indexes.ts";
import { fileRole } from "./suite-store.ts";
import type { KnownVersions } from "./version-changes.ts";

/** Counts what was taken of an index. */
interface Taken {
  entries: number;
}

/** Makes the reader of an index; undefined: the kind has none for its role. */
export type ReaderOf = (index: PackageIndex, taken: Taken) => IndexReader | undefined;

export interface ReadingInto {
  blobs: Blobs;
  readerOf: ReaderOf;
  limits: IndexLimits;
  xz: XzModule | undefined;
  /** As `ReadingIndex.between`. */
  between(bytes: number): Promise<void> | undefined;
}

/**
 * An index that turned out to be no good after some of it was taken. The set is worth nothing: it is built anew without
 * that form of the index.
 */
export class TaintedSet extends Error {
  /** Of the form that was read. */
  readonly sha256: string;

  constructor(path: string, sha256: string, why: string) {
    super(`${path} can't be read: ${why}.`);
    this.sha256 = sha256;
  }
}

/**
 * @returns what is told of each
 * @throws TaintedSet, and what the store of the set throws
 */
export async function readIntoSet(
  gathered: readonly GatheredIndex[],
  on: ReadingInto,
): Promise<ToldIndex[]> {
  const told: ToldIndex[] = [];
  for (const one of gathered) {
    told.push("variant" in one ? await readOne(one, on) : { ...toldOf(one.index), why: one.why });
  }
  return told;
}

async function readOne(
  { index, variant: { path, sha256 } }: Extract<GatheredIndex, { variant: unknown }>,
  { blobs, readerOf, limits, xz, between }: ReadingInto,
): Promise<ToldIndex> {
  const taken: Taken = { entries: 0 };
  const reader = readerOf(index, taken);
  if (reader === undefined) {
    return { ...toldOf(index), why: "Indexes of its kind aren't read here." };
  }
  const stored = await blobs.get(sha256);
  if (stored === null) throw new TaintedSet(path, sha256, "it isn't stored any more");
  const read = await readIndexStream(stored.body, reader, { xz, limits, between });
  if ("refused" in read) throw new TaintedSet(path, sha256, read.refused);
  // What a SHA-512 names was held to it when it was stored; here only SHA-256 is counted.
  if (algorithmOf(sha256) === "sha256" && read.sha256 !== sha256) {
    throw new TaintedSet(path, sha256, "the stored bytes aren't those of its name");
  }
  return {
    ...toldOf(index),
    entries: taken.entries,
    ...(read.leftOut && { why: leftOutSaid(read.leftOut) }),
  };
}

/** Readers for a package set. @param root path of it */
export function packageReaders(
  root: string,
  reading: PackageReading,
  { build, versions }: { build: PackageSetBuild; versions: KnownVersions },
): ReaderOf {
  return (index, taken) => {
    switch (index.role) {
      case "packages":
        return reading.packages(root, index, (record) => {
          taken.entries++;
          if (versions.add(record, index.name)) build.add(record, index.component);
          return undefined;
        });
      case "descriptions":
        return reading.descriptions?.(root, index, (name, description, digest) => {
          taken.entries++;
          build.describe(name, description, digest);
        });
      case "commands":
        return reading.commands?.(
          root,
          index,
          counted(taken, (one) => build.commands(one)),
        );
      case "advisories":
        return reading.advisories?.(
          root,
          index,
          counted(taken, (one) => build.advisory(one)),
        );
      case "groups":
        return reading.groups?.(
          root,
          index,
          counted(taken, (one) => build.group(one)),
        );
      case fileRole:
        return undefined;
    }
  };
}

/** Readers for a file set. @param root path of it */
export function fileReaders(root: string, reading: PackageReading, build: FileSetBuild): ReaderOf {
  return (index, taken) =>
    reading.files?.(
      root,
      index,
      (path, owners) => {
        taken.entries++;
        build.add(path, owners);
        return undefined;
      },
      (bytes, from, to, owners) => {
        taken.entries++;
        build.addPlain(bytes, from, to, owners);
        return undefined;
      },
    );
}

function counted<One>(taken: Taken, take: (one: One) => void): (one: One) => void {
  return (one) => {
    taken.entries++;
    take(one);
  };
}
