/** Tells what a path in a repository is, by the repository's kind. Pure. */
import { type Kind, kinds } from "./kinds.ts";
import { classifyBy, image, type PathClass } from "./path-rules.ts";

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
  const match = kinds[kind].paths.architecture?.exec(path);
  const named = match?.[1] ?? match?.[2] ?? "";
  return known.includes(named) ? named : "";
}
