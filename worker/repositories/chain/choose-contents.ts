/** Which files that a root names list payload, and how each is read. Pure. */

import { storedName } from "../../blobs/stored-name.ts";
import { apkReader } from "../../formats/apk/apk-index.ts";
import { aptBase } from "../../formats/apt/apt-index.ts";
import { packagesReader, sourcesReader } from "../../formats/apt/apt-packages.ts";
import { classify } from "../../formats/classify.ts";
import { directoryOf, type IndexReader } from "../../formats/index-reader.ts";
import type { FileSink } from "../../formats/indexed-file.ts";
import type { Kind } from "../../formats/kinds.ts";
import { pacmanReader } from "../../formats/pacman/pacman-db.ts";
import { rpmBase } from "../../formats/rpm/rpm-index.ts";
import { PrimaryReader } from "../../formats/rpm/rpm-primary.ts";
import { sumsKind } from "../../formats/sums/signed-sums.ts";
import { SumsReader } from "../../formats/sums/sums-reader.ts";
import type { Repository } from "../catalogue.ts";
import { type AheadFile, nameOf } from "./pull-ahead.ts";
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
  reader(sink: FileSink): IndexReader;
}

/** gzip takes a fifth of xz's time; plain ones are named by roots more often than they are there. */
const endings = [".gz", ".xz", ".zst", ""] as const;

/** The indexes of a root that list payload. */
export function contentsIndexesOf(
  kind: Kind,
  root: SnapshotRoot,
  manifest: Manifest,
): ContentsIndex[] {
  const itself = rootListing(kind, root);
  if (itself !== undefined) return [itself];
  const found = new Map<string, ContentsIndex>();
  for (const ending of endings) {
    for (const [path, entry] of Object.entries(manifest.files)) {
      const sha256 = storedName(entry);
      const name = contentsName(kind, path);
      if (name === undefined || sha256 === undefined || endingOf(path) !== ending) continue;
      const known = found.get(name);
      if (known === undefined) {
        const reader = readerOf(kind, root.path, name);
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
  if (kind === "apt") return /(?:^|\/)(?:Packages|Sources)$/.test(plain) ? plain : undefined;
  if (kind !== "rpm") return undefined;
  return /(?:^|\/)(?:[0-9a-f]{32,128}-)?primary\.xml$/.test(plain) ? nameOf(plain) : undefined;
}

/**
 * The indexes to have with each new state, each as its variants in the order of trying: of the architectures that the
 * list names. xz first: that is what clients ask for.
 */
export function contentsAhead({ kind, ahead = [] }: Repository, manifest: Manifest): AheadFile[][] {
  if (ahead.length === 0) return [];
  const found = new Map<string, AheadFile[]>();
  for (const ending of [".xz", ".gz"]) {
    for (const [path, entry] of Object.entries(manifest.files)) {
      const sha256 = storedName(entry);
      const name = contentsName(kind, path);
      if (name === undefined || sha256 === undefined) continue;
      // Of rpm's primary there is one, in whatever compression.
      if (kind === "apt" ? endingOf(path) !== ending : ending === ".gz") continue;
      if (!isAhead(kind, ahead, name)) continue;
      found.set(name, [...(found.get(name) ?? []), { path, sha256 }]);
    }
  }
  return [...found.values()];
}

function isAhead(kind: Kind, ahead: readonly string[], name: string): boolean {
  const steps = name.split("/");
  if (kind === "rpm") return steps.some((step) => ahead.includes(step));
  // The installer's own packages are asked for by installers, a few times in a machine's life.
  if (steps.includes("debian-installer")) return false;
  const architecture = steps.at(-2)?.replace(/^binary-/, "") ?? "";
  return steps.at(-1) === "Packages" && ["all", ...ahead].includes(architecture);
}

function endingOf(path: string): string {
  return /\.(?:gz|xz|zst)$/.exec(path)?.[0] ?? "";
}

/** A root that lists payload itself: a list of images, a database of pacman's or apk's. */
function rootListing(kind: Kind, { path, files }: SnapshotRoot): ContentsIndex | undefined {
  const file = files.find((one) => one.path === path) ?? files[0];
  const reader = rootReader(kind, path);
  if (file === undefined || reader === undefined) return undefined;
  const variants = [{ path: file.path, sha256: file.sha256 }];
  return { name: path, root: path, variants, isRoot: true, reader };
}

function rootReader(kind: Kind, path: string): ContentsIndex["reader"] | undefined {
  const base = directoryOf(path);
  switch (kind) {
    case "pacman":
      return (sink) => pacmanReader(base, sink);
    case "apk":
      return (sink) => apkReader(base, sink);
    case "images":
    case "files":
      if (sumsKind(path) === undefined) return undefined;
      // Lists of images have what describes them, too.
      return (sink) =>
        new SumsReader(path, (file) =>
          classify(kind, file.path) === "payload" ? sink(file) : undefined,
        );
    default:
      return undefined;
  }
}

function readerOf(kind: Kind, root: string, name: string): ContentsIndex["reader"] {
  if (kind === "rpm") return (sink) => new PrimaryReader(rpmBase(root), sink);
  const read = name.endsWith("Sources") ? sourcesReader : packagesReader;
  return (sink) => read(aptBase(root), sink);
}
