/** Tells what a path in a repository is, by the repository's kind. Pure. */
import type { KindFormat } from "./kind-format.ts";
import { type Kind, kinds } from "./kinds.ts";
import { classifyBy, image, type PathClass, type PathRules } from "./path-rules.ts";

export type { PathClass } from "./path-rules.ts";

/** What a path is. `path` is decoded, inside the repository, without a leading slash. */
export function classify(kind: Kind, path: string): PathClass {
  return classifyBy(kinds[kind].paths, path);
}

/**
 * Whether a path's bytes can never change under that name: packages, whose names hold their version, and what
 * has its hash in its name. Images don't count (`AlmaLinux-10-latest-x86_64-dvd.iso`), nor does any payload of a kind
 * that says so (`payloadChanges`).
 */
export function immutable(kind: Kind, path: string): boolean {
  const { paths } = kinds[kind];
  if (paths.immutable.test(path)) return true;
  return !paths.payloadChanges && !image.test(path) && classifyBy(paths, path) === "payload";
}

/**
 * The architecture a payload is for, in the repository's words; empty where it is for all (`all`, `noarch`),
 * is source, or doesn't say.
 */
export function architectureOf(kind: Kind, path: string, known: readonly string[]): string {
  const { architecture, packageEnd, beforeArchitecture }: PathRules = kinds[kind].paths;
  // In every redirect's way: what a pattern finds is an object with its texts.
  if (beforeArchitecture !== undefined && packageEnd !== undefined && path.endsWith(packageEnd)) {
    const end = path.length - packageEnd.length;
    if (endsBefore(path, end, beforeArchitecture, "all")) return "";
    for (const one of known) if (endsBefore(path, end, beforeArchitecture, one)) return one;
  }
  const match = architecture?.exec(path);
  const named = match?.[1] ?? match?.[2] ?? "";
  return known.includes(named) ? named : "";
}

/** Whether what is before `end` ends in both. */
function endsBefore(path: string, end: number, before: string, name: string): boolean {
  return path.endsWith(name, end) && path.endsWith(before, end - name.length);
}

/** What a file that is redirected is. Metadata is none of these: it comes from the edge. */
export type FileClass = "package" | "image" | "other";

/** What a payload file is, for statistics: what a package manager installs, an image to boot or unpack, or neither. */
export function fileClassOf(kind: Kind, path: string): FileClass {
  const { hasImages, paths }: KindFormat = kinds[kind];
  if (hasImages) return "image";
  const { packageEnd } = paths;
  if (packageEnd !== undefined && path.endsWith(packageEnd)) return "package";
  if (image.test(path)) return "image";
  return paths.packages?.test(path) ? "package" : "other";
}
