/** One line of apt's `Contents`: `path<blanks>section/package[,section/package...]`. */

export interface ContentsLine {
  /** Without a leading slash; may have blanks. */
  path: string;
  /** Names of packages, in the line's order. */
  owners: string[];
}

/** The path ends before the last run of blanks, as paths have blanks and owners have none. Undefined: no such line. */
export function contentsLine(line: string): ContentsLine | undefined {
  let ownersAt = line.length;
  while (ownersAt > 0 && !isBlank(line.charCodeAt(ownersAt - 1))) ownersAt--;
  let end = ownersAt;
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--;
  if (end === 0 || ownersAt === line.length) return undefined;
  const owners = line
    .slice(ownersAt)
    .split(",")
    .map((owner) => owner.slice(owner.lastIndexOf("/") + 1));
  return { path: line.slice(0, end), owners };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
