/** What changes of a state say of a span of time: parts of a bar, and the share of it that was well. Pure. */
import type { BarPart } from "../frame/bars.ts";

/** A change from one word to another. */
export interface Change {
  /** Unix ms. */
  at: number;
  from: string;
  to: string;
}

/** Unix ms. */
export interface Span {
  from: number;
  until: number;
}

/** A word and the time through which it held, Unix ms. */
export interface Stretch {
  word: string;
  from: number;
  until: number;
}

/**
 * The stretches of a span. Before the first change its `from` held; without changes the present word, since the moment
 * that is told.
 *
 * @param changes in any order; those outside of the span count for what held at its ends
 * @param present what holds now, and since when it is known to (Unix ms)
 * @param span Unix ms
 */
export function stretches(
  changes: readonly Change[],
  present: { word: string; since: number } | undefined,
  span: Span,
): Stretch[] {
  const sorted = changes.toSorted((a, b) => a.at - b.at);
  const found: Stretch[] = [];
  const add = (word: string, from: number, until: number) => {
    const stretch = { word, from: Math.max(from, span.from), until: Math.min(until, span.until) };
    if (stretch.until > stretch.from && word !== "") found.push(stretch);
  };
  const [first] = sorted;
  if (first === undefined) {
    if (present !== undefined) add(present.word, present.since, span.until);
    return found;
  }
  // Older changes are dropped after a time: what held before the first that is kept, held for a while at least.
  add(first.from, span.from, first.at);
  for (const [at, change] of sorted.entries()) {
    add(change.to, change.at, sorted[at + 1]?.at ?? span.until);
  }
  return found;
}

/** The share of the known time in which the word was one of these, 0 to 1; undefined: nothing is known. */
export function shareOf(all: readonly Stretch[], words: readonly string[]): number | undefined {
  const known = all.filter(({ word }) => word !== "unknown");
  const sum = (some: readonly Stretch[]) =>
    some.reduce((total, { from, until }) => total + until - from, 0);
  const total = sum(known);
  return total === 0 ? undefined : sum(known.filter(({ word }) => words.includes(word))) / total;
}

/** A picture has this at least, ms: of what was found a minute ago. */
const shortestMs = 3_600_000;

/** The end of a span in which something is known: a mirror that is new has no month of nothing before. */
export function knownSpan(all: readonly Stretch[], { from, until }: Span): Span {
  const known = all.filter(({ word }) => word !== "unknown").map((one) => one.from);
  const first = Math.min(until - shortestMs, ...known);
  return { from: Math.max(from, first), until };
}

/** Those outside of the span are left out. @param lookOf how a word is drawn, and what is said of it */
export function partsOf(
  all: readonly Stretch[],
  span: Span,
  lookOf: (stretch: Stretch) => Pick<BarPart, "look" | "title">,
): BarPart[] {
  const length = span.until - span.from;
  return all.flatMap((stretch) => {
    const from = Math.max(stretch.from, span.from);
    if (stretch.until <= from) return [];
    const part = { from: (from - span.from) / length, length: (stretch.until - from) / length };
    return [{ ...lookOf(stretch), ...part }];
  });
}
