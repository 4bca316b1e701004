/** apk's order of versions (apk-package(5) of apk-tools 3): `number{.number}{letter}{_suffix{number}}{~hash}{-r#}`. Pure. */

/**
 * Kinds of parts, in the order in which they may follow each other; what ends first is less than what goes on. `ended`:
 * there is no more; `invalid`: it is no version from here on.
 */
const kinds = {
  initial: 0,
  number: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  hash: 5,
  revision: 6,
  ended: 7,
  invalid: 8,
} as const;

interface Part {
  kind: number;
  text: string;
}

/** Suffixes in their order; those before the empty one are before a version without a suffix. */
const suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
const noSuffix = suffixes.indexOf("");

/** Below 0 where `one` is older. Of what is no version, only the part before counts that is. */
export function compareApkVersions(one: string, other: string): number {
  if (one === other) return 0;
  const [mine, others] = [partsOf(one), partsOf(other)];
  const last = { kind: kinds.ended, text: "" };
  for (let at = 0; ; at++) {
    const [part, otherPart] = [mine[at] ?? last, others[at] ?? last];
    if (part.kind !== otherPart.kind) return compareKinds(part, otherPart);
    if (part.kind >= kinds.ended) return 0;
    const order = compareParts(part, otherPart);
    if (order !== 0) return order;
  }
}

function compareKinds(one: Part, other: Part): number {
  if (isPrerelease(one)) return -1;
  if (isPrerelease(other)) return 1;
  return other.kind - one.kind;
}

function isPrerelease({ kind, text }: Part): boolean {
  return kind === kinds.suffix && suffixes.indexOf(text) < noSuffix;
}

function compareParts({ kind, text }: Part, { text: other }: Part): number {
  if (kind === kinds.suffix) return suffixes.indexOf(text) - suffixes.indexOf(other);
  // As in Gentoo's rule: a later number with a leading zero is a fraction.
  const isFraction = kind === kinds.number && (text.startsWith("0") || other.startsWith("0"));
  if (kind === kinds.letter || kind === kinds.hash || isFraction) return compareText(text, other);
  const [mine, others] = [text.replace(/^0+/, ""), other.replace(/^0+/, "")];
  return mine.length - others.length || compareText(mine, others);
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Any part, by what it begins with. */
const anyPart = /\.([0-9]+)|([0-9]+)|([a-z])|_([a-z]*)|~([0-9a-f]+)|-r([0-9]+)/y;

/** The parts of a version, and behind them one of the kind `invalid` where the rest is none. */
function partsOf(version: string): Part[] {
  const [digits = ""] = /^[0-9]*/.exec(version) ?? [];
  if (digits === "") return [{ kind: kinds.invalid, text: "" }];
  const parts: Part[] = [{ kind: kinds.initial, text: digits }];
  anyPart.lastIndex = digits.length;
  let at = digits.length;
  while (at < version.length) {
    const found = anyPart.exec(version);
    const part = found === null ? undefined : partOf(found, parts.at(-1)?.kind ?? 0);
    if (part === undefined) return [...parts, { kind: kinds.invalid, text: "" }];
    parts.push(part);
    at = anyPart.lastIndex;
  }
  return parts;
}

/** What was found, where it may stand behind a part of the kind `before`. */
function partOf(found: RegExpExecArray, before: number): Part | undefined {
  const [, dotted, digits, small, named, hex, build] = found;
  const part = (kind: number, text: string, mayFollow: boolean) =>
    mayFollow ? { kind, text } : undefined;
  const inNumbers = before <= kinds.number;
  if (dotted !== undefined) return part(kinds.number, dotted, inNumbers);
  if (digits !== undefined) return part(kinds.suffixNumber, digits, before === kinds.suffix);
  if (small !== undefined) return part(kinds.letter, small, inNumbers);
  if (named !== undefined) {
    const isKnown = named !== "" && suffixes.includes(named);
    return part(kinds.suffix, named, isKnown && before <= kinds.suffixNumber);
  }
  if (hex !== undefined) return part(kinds.hash, hex, before < kinds.hash);
  return part(kinds.revision, build ?? "", before < kinds.revision);
}
