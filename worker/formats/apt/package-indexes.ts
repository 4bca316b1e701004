/** apt: which files that a `Release` names tell of packages. Pure. */
import { directoryOf } from "../index-reader.ts";
import type { NamedFiles } from "../kind-reading.ts";
import { indexesAmong, type KnownIndex } from "../package-indexes.ts";
import type { PackageIndex, PackageRoot, WantedPackages } from "../package-reading.ts";
import { isFlat } from "./apt-index.ts";

/** The architecture of packages that run on each. */
const forAll = "all";

/**
 * The indexes of a suite, or of a flat repository. Never the installer's, those of sources, nor descriptions in other
 * languages. Of `binary-all/Packages`, none where the root says that each architecture's index has the same packages
 * (`No-Support-for-Architecture-all: Packages`), as apt reads it.
 */
export function aptPackageIndexes(
  root: PackageRoot,
  named: NamedFiles,
  wanted: WantedPackages,
): PackageIndex[] {
  const directory = directoryOf(root.path);
  const isKnown = isFlat(root.path) ? flatIndex : suiteIndex;
  const isWithoutAll = hasNoIndexOfAll(root.text);
  return indexesAmong(named, (plain) => {
    const index = plain.startsWith(directory)
      ? isKnown(plain, plain.slice(directory.length))
      : undefined;
    if (index === undefined || (index.role === "files" && !wanted.files)) return undefined;
    const { role, architecture = forAll } = index;
    if (architecture === forAll)
      return role === "packages" && isWithoutAll && index.architecture === forAll
        ? undefined
        : index;
    const isWanted =
      wanted.architectures.length === 0 || wanted.architectures.includes(architecture);
    return isWanted ? index : undefined;
  });
}

/** @param text the root's own; undefined: nobody knows, and an index too many costs nothing but time */
function hasNoIndexOfAll(text: string | undefined): boolean {
  const [, value = ""] = /^No-Support-for-Architecture-all:(.*)$/im.exec(text ?? "") ?? [];
  return value.split(/\s+/).includes("Packages");
}

const packagesPath = /^(?:.*\/)?([^/]+)\/binary-([a-z0-9-]+)\/Packages$/;
const descriptionsPath = /^(?:.*\/)?([^/]+)\/i18n\/Translation-en$/;
const commandsPath = /^(?:.*\/)?([^/]+)\/cnf\/Commands-([a-z0-9-]+)$/;
/** Of each component, or as in Ubuntu's suites of all together. `Contents-udeb-...` is the installer's. */
const filesPath = /^(?:(?:.*\/)?([^/]+)\/)?Contents-(?!source$|udeb-)([a-z0-9-]+)$/;

/** @param name inside the suite */
function suiteIndex(path: string, name: string): KnownIndex | undefined {
  if (name.split("/").includes("debian-installer")) return undefined;
  const roles = [
    ["packages", packagesPath.exec(name)],
    ["descriptions", descriptionsPath.exec(name)],
    ["commands", commandsPath.exec(name)],
    ["files", filesPath.exec(name)],
  ] as const;
  const [role, found] = roles.find(([, match]) => match !== null) ?? [];
  if (role === undefined || !found) return undefined;
  const [, component, architecture] = found;
  return {
    role,
    name: path,
    ...(component !== undefined && { component }),
    ...(architecture !== undefined && { architecture }),
  };
}

/** As apt looks for them in a repository without suites: `en` is what it takes for descriptions. */
function flatIndex(path: string, name: string): KnownIndex | undefined {
  if (name === "Packages") return { role: "packages", name: path };
  if (name === "en") return { role: "descriptions", name: path };
  const [, architecture] = /^Contents-(?!source$|udeb-)([a-z0-9-]+)$/.exec(name) ?? [];
  return architecture === undefined ? undefined : { role: "files", name: path, architecture };
}
