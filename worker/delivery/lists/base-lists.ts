/** Lists of a repository's base URLs in the forms that apt and pacman read. */
import { inOrder, type Source } from "./source.ts";

/** apt reads no more of a list of mirrors than this, in bytes (observed). */
export const maxAptListBytes = 1024 * 1024;

/**
 * The list that apt's `mirror+https:` method reads: one URI a line, a tab, then what the place is for.
 *
 * Indexes come from us alone, as `type:deb` keeps them from the mirrors: they are one verified snapshot here, and by
 * the method's own rules each could come from another mirror. Packages, and sources, which have no type (observed,
 * apt 2.6), come from the mirrors in rank order, and from us where none has them: who asks for this list wants
 * mirrors without our redirect, and the method itself goes on to the next place after a 404, a wrong size or a 5xx.
 *
 * @param own our base URL of the repository, ends in `/`
 * @param sources base URLs at mirrors; what doesn't fit into a megabyte is left out from the end
 */
export function aptList(own: string, sources: readonly Source[]): string {
  const ranked = inOrder(sources);
  // Mirrors that share a number are tried in random order: each gets its own.
  const lines = ranked.map(({ url }, at) => `${url}\tpriority:${at + 1} type:deb\n`);
  const ours = `${own}\tpriority:${ranked.length + 1}\n`;
  let bytes = ours.length;
  const fitting = lines.filter((line) => {
    bytes += line.length;
    return bytes <= maxAptListBytes;
  });
  return fitting.join("") + ours;
}

/**
 * pacman's mirrorlist. Ours is the first server, which answers databases from one state and redirects packages to
 * a mirror that has them; the next are what pacman goes on with when it has given us up, after three errors.
 *
 * @param own our base URL of the repository, ends in `/`
 */
export function pacmanList(own: string, sources: readonly Source[]): string {
  const lines = [
    "## Best first, for the place that asked. Packages from the first server come from the nearest mirror anyway.",
    serverLine(own),
  ];
  let country: string | undefined;
  for (const source of inOrder(sources)) {
    const named = source.country ?? "Worldwide";
    if (named !== country) lines.push("", `## ${named}`);
    country = named;
    lines.push(serverLine(source.url));
  }
  return `${lines.join("\n")}\n`;
}

function serverLine(base: string): string {
  return `Server = ${base}$repo/os/$arch`;
}
