/** What a folder holds, as its origin's page tells it. */

export interface PageEntry {
  /** Decoded; one segment of a path, never `.` or `..`. */
  name: string;
  type: "file" | "folder";
  /** Of files, bytes. */
  size?: number;
  /** The size was told rounded: `12K`. */
  approximate?: true;
  /** Unix ms; in the zone of the server that told it, which is UTC for nearly all. */
  modified?: number;
}

/** Control characters, slashes and backslashes: the door refuses them in a path (`http/path.ts`). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const notInName = /[\u0000-\u001f\u007f/\\]/;

/** Whether it can be asked for here: one segment of a path that the door lets in. */
export function isName(name: string): boolean {
  return (
    name !== "" && name !== "." && name !== ".." && !notInName.test(name) && name.isWellFormed()
  );
}

/**
 * A name as a relative URL. All but unreserved characters are escaped: `+` is read as a space by some stores, and a
 * name with a colon would be taken for a scheme.
 */
export function hrefOf({ name, type }: Pick<PageEntry, "name" | "type">): string {
  return encodeURIComponent(name) + (type === "folder" ? "/" : "");
}
