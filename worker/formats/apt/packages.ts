/** What apt's indexes tell of packages, and how. */
import type { PackageReading } from "../package-reading.ts";
import { aptBase, flatPath, isFlat } from "./apt-index.ts";
import { commandsReader } from "./commands-index.ts";
import { ContentsReader } from "./contents-reader.ts";
import { compareDpkgVersions } from "./dpkg-version.ts";
import { aptPackageIndexes } from "./package-indexes.ts";
import { packageRecords } from "./package-records.ts";
import { translationReader } from "./translation.ts";

export const aptPackages: PackageReading = {
  indexes: aptPackageIndexes,
  packages: (root, _, sink) => packageRecords(placing(root), sink),
  descriptions: (_, _index, sink) => translationReader(sink),
  commands: (_, _index, sink) => commandsReader(sink),
  files: (_, _index, sink, plain) => new ContentsReader(sink, plain),
  namesIn: namesInRelation,
  compareVersions: compareDpkgVersions,
  untold: [
    "Names that packages make when they are installed are in no index: alternatives as vim, awk and java, and what maintainer scripts write.",
  ],
};

/** Where a `Filename` of an index of this root is inside the repository. */
function placing(root: string): (name: string) => string {
  const base = aptBase(root);
  return isFlat(root) ? (name) => flatPath(base, base + name) : (name) => base + name;
}

/** `a (>= 1) | b:any` has `a` and `b` (Debian policy 7.1). */
export function namesInRelation(entry: string): string[] {
  const names = entry.split("|").map((one) => /^\s*([^\s:()[\]<>=]+)/.exec(one)?.[1] ?? "");
  return [...new Set(names)].filter((name) => name !== "");
}
