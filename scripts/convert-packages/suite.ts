import type { DebPackage } from "./deb-package.ts";
import type { FileLists } from "./file-lists.ts";

/** What a conversion reads: the suite's packages in their order, and the files of each by its index. */
export interface Suite {
  packages: readonly DebPackage[];
  files: FileLists;
  /** Of what it was converted, for people: `/srv/bookworm`. */
  from: string;
  /** Name of the repository that is written, for pacman's database. */
  name: string;
  /** Of the index it was made of, Unix seconds. */
  date: number;
  /** Names and versions of packages that came by a security suite, `name version`. */
  security: ReadonlySet<string>;
}

/** Writes one kind's indexes into a folder; tells how far it is, 0 to 1. Gives the paths that it wrote. */
export type Conversion = (
  suite: Suite,
  folder: string,
  progress: (done: number) => void,
) => Promise<string[]>;

/** What each index says of itself, where its form has a place. */
export function toldOrigin(suite: Suite): string {
  return `Converted from apt's indexes in ${suite.from} for tests; no package of this kind exists.`;
}

/** Shared libraries of a package by their files in the linker's folders: `libx.so.1`. */
export function sharedLibraries(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const name = /^(?:usr\/)?lib\/(?:[a-z0-9_]+-linux-gnu\/)?(lib[^/ ]+\.so\.\d+)$/.exec(path)?.[1];
    if (name !== undefined) found.add(name);
  }
  return [...found];
}

/** Names of commands: files in folders of commands. */
export function commandsOf(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const name = /^(?:usr\/)?(?:s?bin|games)\/([^/]+)$/.exec(path)?.[1];
    if (name !== undefined && !path.startsWith("games/")) found.add(name);
  }
  return [...found];
}
