/** Patterns with `*` and `?`. Pure. */

/**
 * Whether a text is what a pattern says: `*` is any number of characters, `?` is one. A text of n characters takes at most
 * n times as many steps as the pattern has characters, whatever the pattern: a regular expression could take many more.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  /** Behind the last `*`, and where in the text it ends. */
  let star = -1;
  let end = 0;
  while (from < text.length) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = ++at;
      end = from;
    } else if (wanted === "?" || wanted === text[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star;
      from = ++end;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** The same segment by segment: neither stands for a slash. */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const segments = path.split("/");
  return (
    wanted.length === segments.length &&
    wanted.every((one, at) => matchesWildcard(one, segments[at] ?? ""))
  );
}

/** What stands before the first `*` or `?`. */
export function plainBeginning(pattern: string): string {
  return /^[^*?]*/.exec(pattern)?.[0] ?? "";
}
