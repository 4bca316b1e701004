/** What rpm-md's indexes tell of packages, and how. */
import type { NamedFiles } from "../kind-reading.ts";
import { indexesAmong } from "../package-indexes.ts";
import type {
  PackageIndex,
  PackageIndexRole,
  PackageReading,
  PackageRoot,
  WantedPackages,
} from "../package-reading.ts";
import { isWantedArchitecture, pathArchitecture } from "../path-architecture.ts";
import { CompsReader } from "./comps.ts";
import { filelistsReader } from "./filelists.ts";
import { primaryRecords } from "./primary-records.ts";
import { namesInRpmRelation } from "./relation-names.ts";
import { rpmBase } from "./rpm-index.ts";
import { compareRpmVersions } from "./rpm-version.ts";
import { updateinfoReader } from "./updateinfo.ts";

export const rpmPackages: PackageReading = {
  indexes,
  packages: (root, _, sink) => primaryRecords(rpmBase(root), sink),
  files: (_, _index, sink) => filelistsReader(sink),
  advisories: (_, _index, sink) => updateinfoReader(sink),
  groups: (_, _index, sink) => new CompsReader(sink),
  namesIn: namesInRpmRelation,
  compareVersions: compareRpmVersions,
  untold: [
    "Which streams of modules there are isn't read: packages of all streams are listed.",
    "Names that alternatives make when a package is installed are listed only where the package owns them.",
  ],
};

/** What the files are for, by their names, as a manifest has no `data type`: createrepo_c puts a hash before them. */
const roles: readonly (readonly [name: RegExp, role: PackageIndexRole])[] = [
  [/^primary\.xml$/, "packages"],
  [/^comps[^/]*\.xml$/, "groups"],
  [/^updateinfo\.xml$/, "advisories"],
  [/^filelists\.xml$/, "files"],
];

/** Folders of packages that are built from: nobody installs these. */
const ofSources = /(?:^|\/)(?:SRPMS|source|src)\//i;

function indexes(
  { path: root }: PackageRoot,
  named: NamedFiles,
  wanted: WantedPackages,
): PackageIndex[] {
  const architecture = pathArchitecture(root);
  if (ofSources.test(root) || !isWantedArchitecture(architecture, wanted.architectures)) return [];
  return indexesAmong(named, (plain) => {
    const name = plain.replace(/(^|\/)[0-9a-f]{32,128}-([^/]+)$/, "$1$2");
    const file = name.slice(name.lastIndexOf("/") + 1);
    const [, role] = roles.find(([pattern]) => pattern.test(file)) ?? [];
    if (role === undefined || (role === "files" && !wanted.files)) return undefined;
    return { role, name, ...(architecture !== undefined && { architecture }) };
  });
}
