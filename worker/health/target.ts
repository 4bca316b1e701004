/** What is probed: one repository on one mirror, over one scheme. */
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";

/** `any` where the platform chooses the family and doesn't tell which. */
export type ProbedFamily = Family | "any";

/** What has a state of its own. */
export interface TargetName {
  mirror: string;
  repository: string;
  scheme: Scheme;
  family: ProbedFamily;
}

/** One repository on one mirror over one scheme and family. */
export interface Target extends TargetName {
  /** Base URL of the repository there; ends in `/`. */
  base: string;
  /** Architectures it carries, in the repository's words. Absent: all. */
  architectures?: string[];
  /** Path prefixes inside the repository that it leaves out. */
  exclude?: string[];
}

/** Names a target among all; no part of it may hold a space. */
export function targetKey({ mirror, repository, scheme, family }: TargetName): string {
  return `${mirror} ${repository} ${scheme} ${family}`;
}

/**
 * Whether a path isn't to be expected at a target.
 *
 * @param path decoded, inside the repository
 * @param architecture the path's own, as `architectureOf` gives it; empty: for all
 */
export function isLeftOut(target: Target, path: string, architecture: string): boolean {
  const { architectures, exclude } = target;
  if (exclude?.some((prefix) => path.startsWith(prefix)) ?? false) return true;
  return (
    architecture !== "" && architectures !== undefined && !architectures.includes(architecture)
  );
}
