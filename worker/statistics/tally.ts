/**
 * Counts of one period by number: of mirrors or countries, each with repository and class. Packed as bytes, about ten
 * for each: sorted keys, each as the difference from the one before, with its three counts, all as varints (LEB128).
 */
import { type Counts, otherCountryNumber, otherNumber } from "./counted.ts";

/** What is told apart besides repository and class. */
export type View = "mirror" | "country";
export const views: readonly View[] = ["mirror", "country"];

/** Numbers that a key has room for. */
export const maxFirst = 16_383;
export const maxRepository = 1023;

export type Tally = Map<number, Counts>;

/** @param first the mirror's or the country's number */
export function keyOf(first: number, repository: number, fileClass: number): number {
  return (first * (maxRepository + 1) + repository) * 4 + fileClass;
}
export function firstOf(key: number): number {
  return key >>> 12;
}
export function repositoryOf(key: number): number {
  return (key >>> 2) & maxRepository;
}
export function classOf(key: number): number {
  return key & 3;
}

export function addTo(tally: Tally, key: number, { redirects, bytes, unsized }: Counts): void {
  const known = tally.get(key);
  if (known === undefined) {
    tally.set(key, { redirects, bytes, unsized });
    return;
  }
  known.redirects += redirects;
  known.bytes += bytes;
  known.unsized += unsized;
}

/**
 * At most so many counts: those with the most redirects. What the others had is counted at mirror or country `(other)`,
 * with repository and class as they were, so that sums by these stay exact.
 */
export function trimmed(tally: Tally, view: View, most: number): Tally {
  if (tally.size <= most) return tally;
  const other = view === "mirror" ? otherNumber : otherCountryNumber;
  const sorted = [...tally].sort(
    ([a, one], [b, two]) => two.redirects - one.redirects || two.bytes - one.bytes || a - b,
  );
  // The others take rows too: one for each repository and class that is among them.
  let kept = most;
  for (;;) {
    const small: Tally = new Map(sorted.slice(0, kept));
    for (const [key, counts] of sorted.slice(kept)) {
      const into = keyOf(other, repositoryOf(key), classOf(key));
      const known = small.get(into);
      small.set(into, known === undefined ? { ...counts } : sum(known, counts));
    }
    if (small.size <= most || kept === 0) return small;
    kept = Math.max(0, kept - (small.size - most));
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    redirects: a.redirects + b.redirects,
    bytes: a.bytes + b.bytes,
    unsized: a.unsized + b.unsized,
  };
}

export function pack(tally: Tally): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const [key, counts] of [...tally].sort(([a], [b]) => a - b)) {
    writeVarint(bytes, key - before);
    writeVarint(bytes, counts.redirects);
    writeVarint(bytes, counts.bytes);
    writeVarint(bytes, counts.unsized);
    before = key;
  }
  return Uint8Array.from(bytes);
}

/** Tells each of what `pack` packed. @param each gets the same object each time */
export function unpack(bytes: Uint8Array, each: (key: number, counts: Counts) => void): void {
  const counts: Counts = { redirects: 0, bytes: 0, unsized: 0 };
  let at = 0;
  const next = (): number => {
    let byte = bytes[at++] ?? 0;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
    }
    return value;
  };
  let key = 0;
  while (at < bytes.length) {
    key += next();
    counts.redirects = next();
    counts.bytes = next();
    counts.unsized = next();
    each(key, counts);
  }
}

/** The tally that was packed. */
export function tallyOf(bytes: Uint8Array | undefined): Tally {
  const tally: Tally = new Map();
  if (bytes !== undefined) unpack(bytes, (key, counts) => tally.set(key, { ...counts }));
  return tally;
}

/** Beyond 32 bits too: expected bytes of a day are. */
function writeVarint(to: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    to.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  to.push(rest);
}
