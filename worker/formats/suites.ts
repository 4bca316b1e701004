/** How the kinds that have packages name their suites, and what of each is read. Pure. */
import { aptBase } from "./apt/apt-index.ts";
import { directoryOf } from "./index-reader.ts";
import type { Kind } from "./kinds.ts";

/** Of a list entry, what says which architectures are wanted. */
export interface ListedArchitectures {
  /** Those of the repository's file names. */
  architectures: readonly string[];
  /** Those whose indexes are had with each new state. */
  ahead?: readonly string[];
}

export interface SuiteNaming {
  /** What people call the suite of a root. @param root path of it */
  suite(root: string): string;
  /** As `WantedPackages.architectures`. */
  architectures(listed: ListedArchitectures): readonly string[];
}

/** What apt's suites are read of where the list says nothing: most hosts are of this architecture. */
const usualAptArchitecture = "amd64";

/** A root of these kinds is of one architecture, or its one index has several: all of it is read. */
const everyOne = () => [];

/** A kind without an entry has no packages. */
export const suiteNamings: Readonly<Record<Kind, SuiteNaming | undefined>> = {
  apt: { suite: aptSuite, architectures: aptArchitectures },
  rpm: { suite: (root) => folderOf(root.replace(/repodata\/[^/]*$/, "")), architectures: everyOne },
  pacman: { suite: pacmanSuite, architectures: everyOne },
  apk: { suite: folderOf, architectures: everyOne },
  images: undefined,
  files: undefined,
};

/** The folder below `dists/`; of a flat repository its folder. */
function aptSuite(root: string): string {
  const below = `${aptBase(root)}dists/`;
  return folderOf(root.startsWith(below) ? root.slice(below.length) : root);
}

/**
 * What is had ahead is what the operator's hosts are; else one: the files of all of Debian's nine architectures would be
 * nine times the reading, for what most hosts never ask.
 */
function aptArchitectures({ ahead = [], architectures }: ListedArchitectures): readonly string[] {
  if (ahead.length > 0) return ahead;
  if (architectures.includes(usualAptArchitecture)) return [usualAptArchitecture];
  return architectures.slice(0, 1);
}

/** The folder, with the database's name where the folder hasn't got it: `core/os/x86_64` of `core/os/x86_64/core.db`. */
function pacmanSuite(root: string): string {
  const name = root.slice(directoryOf(root).length).replace(/\.db(?:\.tar(?:\.[a-z0-9]+)?)?$/, "");
  const folder = folderOf(root);
  if (folder.split("/").includes(name)) return folder;
  return folder === "." ? name : `${folder}/${name}`;
}

/** Without its slash; at the top `.`, as apt's lists name it. */
function folderOf(path: string): string {
  return directoryOf(path).slice(0, -1) || ".";
}
