/** Which files that a root names list payload, and how each is read. Pure. */

import { storedName } from "../../blobs/stored-name.ts";
import type { ReadIndex } from "../../formats/kind-reading.ts";
import type { Kind } from "../../formats/kinds.ts";
import { readings } from "../../formats/readings.ts";
import type { Repository } from "../catalogue.ts";
import type { AheadFile } from "./pull-ahead.ts";
import type { Manifest, SnapshotRoot } from "./snapshot.ts";

/** An index that lists payload files, in all compressions that its root names. */
export interface ContentsIndex {
  /** The same in each state: without the compression's ending, for rpm without the hash. */
  name: string;
  /** Path of the root that names it, or is it. */
  root: string;
  /** The ones that take least to unpack first. */
  variants: AheadFile[];
  /** It is the root: stored in any case. */
  isRoot: boolean;
  reader: ReadIndex;
}

/** gzip takes a fifth of xz's time; plain ones are named by roots more often than they are there. */
const endings = [".gz", ".xz", ".zst", ".zck", ""] as const;

/** The indexes of a root that list payload. */
export function contentsIndexesOf(
  kind: Kind,
  root: SnapshotRoot,
  manifest: Manifest,
): ContentsIndex[] {
  const itself = rootListing(kind, root);
  if (itself !== undefined) return [itself];
  const { named } = readings[kind].contents;
  if (named === undefined) return [];
  const found = new Map<string, ContentsIndex>();
  for (const ending of endings) {
    for (const [path, entry] of Object.entries(manifest.files)) {
      const sha256 = storedName(entry);
      const name = contentsName(kind, path);
      if (name === undefined || sha256 === undefined || endingOf(path) !== ending) continue;
      const known = found.get(name);
      if (known === undefined) {
        const reader = named.reader(root.path, name);
        found.set(name, {
          name,
          root: root.path,
          variants: [{ path, sha256 }],
          isRoot: false,
          reader,
        });
      } else known.variants.push({ path, sha256 });
    }
  }
  return [...found.values()];
}

/** What an index that lists payload is called in each state; undefined: the path is no such index's. */
export function contentsName(kind: Kind, path: string): string | undefined {
  const plain = path.slice(0, path.length - endingOf(path).length);
  return readings[kind].contents.named?.nameOf(plain);
}

/**
 * The indexes to have with each new state, each as its variants in the order of trying: of the architectures that the
 * list names, in the compressions that clients of the kind ask for.
 */
export function contentsAhead({ kind, ahead = [] }: Repository, manifest: Manifest): AheadFile[][] {
  const { named } = readings[kind].contents;
  if (named === undefined || ahead.length === 0) return [];
  const found = new Map<string, AheadFile[]>();
  for (const ending of named.aheadEndings ?? [undefined]) {
    for (const [path, entry] of Object.entries(manifest.files)) {
      if (ending !== undefined && endingOf(path) !== ending) continue;
      const sha256 = storedName(entry);
      const name = contentsName(kind, path);
      if (name === undefined || sha256 === undefined || !named.isAhead(name, ahead)) continue;
      found.set(name, [...(found.get(name) ?? []), { path, sha256 }]);
    }
  }
  return [...found.values()];
}

function endingOf(path: string): string {
  return /\.(?:gz|xz|zst|zck)$/.exec(path)?.[0] ?? "";
}

/** A root that lists payload itself: a list of images, a database of pacman's or apk's. */
function rootListing(kind: Kind, { path, files }: SnapshotRoot): ContentsIndex | undefined {
  const file = files.find((one) => one.path === path) ?? files[0];
  const reader = readings[kind].contents.rootReader?.(path);
  if (file === undefined || reader === undefined) return undefined;
  const variants = [{ path: file.path, sha256: file.sha256 }];
  return { name: path, root: path, variants, isRoot: true, reader };
}
