/** The list of servers that pacman reads. Pure. */

import type { ListedPlace } from "../kind-format.ts";

/**
 * pacman's mirrorlist. Ours is the first server, which answers databases from one state and redirects packages to
 * a mirror that has them; the next are what pacman goes on with when it has given us up, after three errors.
 *
 * @param own our base URL of the repository, ends in `/`
 * @param places the best first
 */
export function pacmanList(own: string, places: readonly ListedPlace[]): string {
  const lines = [
    "## Best first, for the place that asked. Packages from the first server come from the nearest mirror anyway.",
    serverLine(own),
  ];
  let country: string | undefined;
  for (const { url, country: at = "Worldwide" } of places) {
    if (at !== country) lines.push("", `## ${at}`);
    country = at;
    lines.push(serverLine(url));
  }
  return `${lines.join("\n")}\n`;
}

function serverLine(base: string): string {
  return `Server = ${base}$repo/os/$arch`;
}
