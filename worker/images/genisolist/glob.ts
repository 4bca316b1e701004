/** Globs as Python's `pathlib` takes them, which genisolist uses. Pure. */

/** One expression a glob; a rule's are used for each file of a list. */
const made = new Map<string, RegExp>();
/** Kept at most: those of all rules of a file. */
const maxMade = 2000;

/** `*` and `?` stay within a folder, `**` is any number of folders, `[...]` is one character of a set. */
export function globPattern(glob: string): RegExp {
  const known = made.get(glob);
  if (known !== undefined) return known;
  const segments = glob.split("/");
  const last = segments.length - 1;
  const text = segments
    .map((segment, at) => {
      if (segment === "**") return at === last ? ".*" : "(?:[^/]+/)*";
      return segmentPattern(segment) + (at === last ? "" : "/");
    })
    .join("");
  const pattern = new RegExp(`^${text}$`);
  if (made.size >= maxMade) made.clear();
  made.set(glob, pattern);
  return pattern;
}

function segmentPattern(segment: string): string {
  return segment.replace(/\*+|\?|\[(!?)([^\]]+)\]|[^*?[]+|\[/g, (part, not = "", set = "") => {
    if (part.startsWith("*")) return "[^/]*";
    if (part === "?") return "[^/]";
    if (set !== "") return `[${not === "" ? "" : "^"}${set.replace(/[\\\]^]/g, "\\$&")}]`;
    return part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
}
