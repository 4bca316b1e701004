/**
 * One tree that is served as two repositories: packages, and the images that lie beside them. A distribution's mirrors
 * copy the whole tree, so lists name them once, and so do our files: what the second repository's mirrors are follows.
 */
import { ownValue } from "../runtime/own-value.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile, Site, SiteRepository } from "./site.ts";
import type { Source } from "./source.ts";

/** What is wrong with a repository's `tree`; undefined where nothing is. @param known repositories by name */
export function treeProblem(
  source: Source,
  { tree, origin, title }: RepositoryFile,
  known: ReadonlyMap<string, RepositoryFile | undefined>,
): Problem | undefined {
  if (tree === undefined) return undefined;
  const problem = (said: string) => source.problemAt(["tree"], said);
  if (!known.has(tree)) {
    return problem(
      `There is no repository \`${tree}\`. Name the one whose tree ${title} is a part of.`,
    );
  }
  const whole = known.get(tree);
  // A file with a fault of its own is told of by itself.
  if (whole === undefined) return undefined;
  if (whole.tree !== undefined) {
    return problem(
      `\`${tree}\` is itself a part of the tree of \`${whole.tree}\`. Name that one here as well.`,
    );
  }
  if (whole.origin !== origin) {
    return problem(
      `The origin is another than that of \`${tree}\` (${whole.origin}), so their mirrors' paths differ too. Give both the same origin, with roots below it, or leave \`tree\` out.`,
    );
  }
  return undefined;
}

/** Whether two repositories are of one tree: then a site may have both at one URL. */
export function areOfOneTree(
  one: string,
  other: string,
  known: ReadonlyMap<string, RepositoryFile | undefined>,
): boolean {
  const treeOf = (name: string) => known.get(name)?.tree ?? name;
  return one !== other && treeOf(one) === treeOf(other);
}

/**
 * A site with all that it carries: also what is part of a tree that it carries, at the same path and in the same state.
 * A tree that is disabled there has no parts: they would be left alone as well, and the views are read by every isolate.
 */
export function withTrees(site: Site, repositories: readonly RepositoryFile[]): Site {
  const parts: Record<string, SiteRepository> = {};
  for (const { name, tree, architectures = [] } of repositories) {
    const whole = tree === undefined ? undefined : ownValue(site.repositories, tree);
    if (whole === undefined || name in site.repositories) continue;
    if (whole.state?.is === "disabled") continue;
    const { architectures: listed, ...carried } = whole;
    const shared = listed?.filter((one) => architectures.includes(one));
    parts[name] = { ...carried, ...(shared && shared.length > 0 && { architectures: shared }) };
  }
  if (Object.keys(parts).length === 0) return site;
  return { ...site, repositories: { ...site.repositories, ...parts } };
}
