/** Where rpm's metadata is: `repodata/` in each directory of packages (createrepo_c). */

/** The root's name, the last segment of its path. */
export const repomdName = "repomd.xml";

/** The root of a directory of packages. @param directory its path or URL: ends in `/`, or is empty */
export function repomdIn(directory: string): string {
  return `${directory}repodata/${repomdName}`;
}
