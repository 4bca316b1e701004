/** Which images an operator wants torrents of. Pure. */

/**
 * Whether one of the patterns is of the whole path. `*` in a pattern stands for any characters but a slash.
 *
 * @param path inside the repository, decoded
 */
export function isMarked(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => {
    const wanted = pattern.split("/");
    const segments = path.split("/");
    return (
      wanted.length === segments.length &&
      wanted.every((one, at) => matches(one.split("*"), segments[at] ?? ""))
    );
  });
}

/** Each part where it is found first: as much is left for the next ones as can be, so that nothing is tried twice. */
function matches(parts: readonly string[], segment: string): boolean {
  const [begin = "", ...others] = parts;
  const end = others.pop();
  if (end === undefined) return segment === begin;
  if (segment.length < begin.length + end.length) return false;
  if (!segment.startsWith(begin) || !segment.endsWith(end)) return false;
  let at = begin.length;
  const until = segment.length - end.length;
  for (const part of others) {
    const found = segment.indexOf(part, at);
    if (found < 0 || found + part.length > until) return false;
    at = found + part.length;
  }
  return true;
}
