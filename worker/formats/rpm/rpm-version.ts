/** rpm's order of versions (rpm-version(7), rpm 4.15 and later with `^`). Pure. */

/**
 * Below 0 where `one` is older. `epoch:version-release`: a missing epoch is 0; where the rest is the same, what has no
 * release is older.
 */
export function compareRpmVersions(one: string, other: string): number {
  if (one === other) return 0;
  const [epoch, text] = withoutEpoch(one);
  const [otherEpoch, otherText] = withoutEpoch(other);
  if (epoch !== otherEpoch) return epoch - otherEpoch;
  const [at, otherAt] = [text.lastIndexOf("-"), otherText.lastIndexOf("-")];
  return (
    compareSegments(
      at < 0 ? text : text.slice(0, at),
      otherAt < 0 ? otherText : otherText.slice(0, otherAt),
    ) ||
    Number(at >= 0) - Number(otherAt >= 0) ||
    compareSegments(text.slice(at + 1), otherText.slice(otherAt + 1))
  );
}

function withoutEpoch(version: string): [epoch: number, rest: string] {
  const [prefix = "", digits] = /^(\d+):/.exec(version) ?? [];
  return [Number(digits ?? 0), version.slice(prefix.length)];
}

/** What can be told apart: a number, a word, a tilde, a caret. All else only divides these. */
const segments = /[0-9]+|[A-Za-z]+|[~^]/g;

/** Segment by segment: `~` is before the end, `^` behind the end and before all else, words are before numbers. */
function compareSegments(one: string, other: string): number {
  if (one === other) return 0;
  const [mine, others] = [one.match(segments) ?? [], other.match(segments) ?? []];
  for (let at = 0; ; at++) {
    const [segment, otherSegment] = [mine[at], others[at]];
    if (segment === otherSegment) {
      if (segment === undefined) return 0;
      continue;
    }
    const differs = rankOf(segment) - rankOf(otherSegment);
    if (differs !== 0) return differs;
    const order = compareSame(segment ?? "", otherSegment ?? "");
    if (order !== 0) return order;
  }
}

function rankOf(segment: string | undefined): number {
  if (segment === undefined) return 1;
  if (segment === "~") return 0;
  if (segment === "^") return 2;
  return /^[0-9]/.test(segment) ? 4 : 3;
}

/** Two numbers of any length, or two words. */
function compareSame(one: string, other: string): number {
  const [mine, others] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  if (/^[0-9]/.test(one) && mine.length !== others.length) return mine.length - others.length;
  return mine === others ? 0 : mine < others ? -1 : 1;
}
