/** What every list is made of: a file, and where it can be had. */

/** One place that has the file, or the repository. */
export interface Source {
  /** Absolute, escapes as asked. Of a repository's list: its base there, ends in `/`. */
  url: string;
  /** From 1, the best. */
  priority: number;
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
  /** The mirror's name in the roster. */
  mirror: string;
}

export interface DescribedFile {
  /** Inside the repository, decoded, without a leading slash. */
  path: string;
  /** The last segment of the path: what the file is called where it is saved. */
  name: string;
  /** Bytes. */
  size?: number;
  /** Lower-case hex. */
  sha256?: string;
  /** SHA-256 of each piece in order, lower-case hex; all pieces but the last have `length` bytes. */
  pieces?: { length: number; sha256: string[] };
  /** As the origin sent it. */
  lastModified?: string;
}

/** Who made a list. No version: the same state gives the same bytes, whatever release made them. */
export const generator = "Nearmirror";

/** By priority, best first; equals stay as they came. */
export function inOrder<Of extends Source>(sources: readonly Of[]): readonly Of[] {
  if (isInOrder(sources)) return sources;
  return [...sources].sort((a, b) => a.priority - b.priority);
}

function isInOrder(sources: readonly Source[]): boolean {
  let before = 0;
  for (const { priority } of sources) {
    if (priority < before) return false;
    before = priority;
  }
  return true;
}

/** `https` or `http`. */
export function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(":"));
}
