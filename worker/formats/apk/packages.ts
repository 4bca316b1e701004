/** What Alpine's index tells of packages, and how. */
import { directoryOf } from "../index-reader.ts";
import type {
  PackageIndex,
  PackageReading,
  PackageRoot,
  WantedPackages,
} from "../package-reading.ts";
import { isWantedArchitecture, pathArchitecture } from "../path-architecture.ts";
import { apkRecords } from "./apk-records.ts";
import { compareApkVersions } from "./apk-version.ts";

export const apkPackages: PackageReading = {
  indexes: (root, _, wanted) => indexes(root, wanted),
  packages: (root, _, sink) => apkRecords(directoryOf(root), sink),
  namesIn: namesInApkRelation,
  compareVersions: compareApkVersions,
  untold: [
    "Alpine has no index of files: what is known are commands (cmd:), shared libraries (so:) and pkg-config files (pc:) that packages provide.",
  ],
};

/** The root alone, which is its own index. */
function indexes({ path: root, files }: PackageRoot, wanted: WantedPackages): PackageIndex[] {
  const architecture = pathArchitecture(root);
  const file = files.find(({ path }) => path === root) ?? files[0];
  if (file === undefined || !isWantedArchitecture(architecture, wanted.architectures)) return [];
  const { path, sha256, size } = file;
  return [
    {
      role: "packages",
      name: root,
      ...(architecture !== undefined && { architecture }),
      variants: [{ path, sha256, size }],
      isRoot: true,
    },
  ];
}

/** `so:libx.so.1=1.2` has `so:libx.so.1`, `a b=1` (of `install_if`) has both, `!c` has `c`, `d@edge` has `d`. */
export function namesInApkRelation(entry: string): string[] {
  const names = entry.split(/\s+/).map((one) => /^!?([^!<>=~@]+)/.exec(one)?.[1] ?? "");
  return [...new Set(names)].filter((name) => name !== "");
}
