/** pacman's order of versions (vercmp(8), libalpm of pacman 6): rpm's of old, without `~` and `^`. Pure. */

/**
 * Below 0 where `one` is older. `epoch:version-release`: a missing epoch is 0, and a release counts only where both have
 * one: `1.0` is `1.0-1`.
 */
export function comparePacmanVersions(one: string, other: string): number {
  if (one === other) return 0;
  const [mine, others] = [partsOf(one), partsOf(other)];
  const order =
    compareSegments(mine.epoch, others.epoch) || compareSegments(mine.version, others.version);
  if (order !== 0 || mine.release === undefined || others.release === undefined) return order;
  return compareSegments(mine.release, others.release);
}

interface Parts {
  epoch: string;
  version: string;
  release?: string;
}

function partsOf(text: string): Parts {
  const [, digits, rest = text] = /^([0-9]*):(.*)$/s.exec(text) ?? [];
  const at = rest.lastIndexOf("-");
  const epoch = digits || "0";
  if (at < 0) return { epoch, version: rest };
  return { epoch, version: rest.slice(0, at), release: rest.slice(at + 1) };
}

/** A number or a word, with what divides it from the one before. */
const segments = /([^0-9A-Za-z]*)([0-9]+|[A-Za-z]+)/gy;

/**
 * Segment by segment: a longer divider is newer, words are before numbers. Where one has more, it is newer, unless what
 * it has more is a word: `1.0a` is before `1.0`, and `1.0.a` behind it.
 */
function compareSegments(one: string, other: string): number {
  if (one === other) return 0;
  const [mine, others] = [[...one.matchAll(segments)], [...other.matchAll(segments)]];
  let [at, otherAt] = [0, 0];
  for (let nth = 0; nth < mine.length && nth < others.length; nth++) {
    const [whole = "", divider = "", segment = ""] = mine[nth] ?? [];
    const [otherWhole = "", otherDivider = "", otherSegment = ""] = others[nth] ?? [];
    if (divider.length !== otherDivider.length) return divider.length - otherDivider.length;
    const order = compareSegment(segment, otherSegment);
    if (order !== 0) return order;
    at += whole.length;
    otherAt += otherWhole.length;
  }
  return compareRest(one.slice(at), other.slice(otherAt));
}

function compareSegment(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^[0-9]/.test(one), /^[0-9]/.test(other)];
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
  if (!isNumber) return one === other ? 0 : one < other ? -1 : 1;
  const [mine, others] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  if (mine.length !== others.length) return mine.length - others.length;
  return mine === others ? 0 : mine < others ? -1 : 1;
}

/** What is left when one of them has no segment more. */
function compareRest(one: string, other: string): number {
  // Where both go on, a divider alone is no more than the end.
  const both = one !== "" && other !== "";
  const [rest, otherRest] = both ? [undivided(one), undivided(other)] : [one, other];
  if (rest === "" && otherRest === "") return 0;
  return isWord(rest) || (rest === "" && !isWord(otherRest)) ? -1 : 1;
}

function undivided(text: string): string {
  return text.replace(/^[^0-9A-Za-z]+/, "");
}

function isWord(text: string): boolean {
  return /^[A-Za-z]/.test(text);
}
