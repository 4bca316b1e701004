/** What pacman's databases tell of packages, and how. */
import { directoryOf } from "../index-reader.ts";
import type { NamedFiles } from "../kind-reading.ts";
import type {
  IndexVariant,
  PackageIndex,
  PackageReading,
  PackageRoot,
  WantedPackages,
} from "../package-reading.ts";
import { isWantedArchitecture, pathArchitecture } from "../path-architecture.ts";
import { databaseRecords } from "./db-records.ts";
import { filesReader } from "./files-db.ts";
import { comparePacmanVersions } from "./vercmp.ts";

export const pacmanPackages: PackageReading = {
  indexes,
  packages: (root, _, sink) => databaseRecords(directoryOf(root), sink),
  files: (_, _index, sink) => filesReader(sink),
  namesIn: namesInPacmanRelation,
  compareVersions: comparePacmanVersions,
  untold: [
    "Files of packages are in NAME.files, which is there only where it fits the database: where databases are signed, one of more than 16 MiB isn't had (Arch's extra.files is larger).",
  ],
};

/**
 * The database, which is the root, and `NAME.files` beside it. No root names that, so what is read is what was taken with
 * the root: verified by its own signature and held with it, or where nothing is signed, named by its hash.
 */
function indexes(
  { path: root, files }: PackageRoot,
  named: NamedFiles,
  wanted: WantedPackages,
): PackageIndex[] {
  const architecture = pathArchitecture(root);
  if (!isWantedArchitecture(architecture, wanted.architectures)) return [];
  const of = { ...(architecture !== undefined && { architecture }) };
  const found: PackageIndex[] = [];
  const database = files.find(({ path }) => path === root) ?? files[0];
  if (database !== undefined) {
    found.push({
      role: "packages",
      name: root,
      ...of,
      variants: [variantOf(database)],
      isRoot: true,
    });
  }
  const path = root.replace(/\.db$/, ".files");
  const { sha256, size } = named[path] ?? {};
  const listed = files.find((one) => one.path === path);
  const isNamed = sha256 !== undefined && size !== undefined;
  const variant = listed ? variantOf(listed) : isNamed ? { path, sha256, size } : undefined;
  if (wanted.files && variant !== undefined && path !== root) {
    found.push({ role: "files", name: path, ...of, variants: [variant] });
  }
  return found;
}

function variantOf({ path, sha256, size }: PackageRoot["files"][number]): IndexVariant {
  return { path, sha256, size };
}

/** `lib=1.2` has `lib`, and so has `lib: for what` of optional ones. */
export function namesInPacmanRelation(entry: string): string[] {
  const at = entry.search(/[<>=]|:\s/);
  const name = (at < 0 ? entry : entry.slice(0, at)).trim().replace(/:$/, "");
  return name === "" ? [] : [name];
}
