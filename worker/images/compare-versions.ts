/** The order of images of one distribution: by release, then by version. Pure. */

import type { Image } from "./image.ts";

/** A number, a word, or nothing any more. */
type Piece = { number: string } | { word: string } | undefined;

const pieces = /(\d+)|([a-z]+)/gi;
const previewWord = /^(?:alpha|beta|rc|pre|preview|daily|weekly|nightly|dev|testing|milestone|ms)$/;

function piecesOf(version: string): Piece[] {
  return [...version.toLowerCase().matchAll(pieces)].map(([, number, word = ""]) =>
    number === undefined ? { word } : { number: number.replace(/^0+(?=\d)/, "") },
  );
}

/** A preview is below nothing, another word above it (`3.1r0a`), a number above both: `24.04` is below `24.04.1`. */
function rankOf(piece: Piece): number {
  if (piece === undefined) return 1;
  if ("number" in piece) return 3;
  return previewWord.test(piece.word) ? 0 : 2;
}

/**
 * Compares versions as names have them: `9` is below `11`, `24.04` below `24.04.1`, `13-rc1` below `13`, `20251116` below
 * `20251117-2299`.
 *
 * @returns below 0 where `a` is the older one
 */
export function compareVersions(a: string, b: string): number {
  const [ofA, ofB] = [piecesOf(a), piecesOf(b)];
  for (let at = 0; at < Math.max(ofA.length, ofB.length); at++) {
    const [one, other] = [ofA[at], ofB[at]];
    const byRank = rankOf(one) - rankOf(other);
    if (byRank !== 0) return byRank;
    const by = compareAlike(one, other);
    if (by !== 0) return by;
  }
  return 0;
}

function compareAlike(one: Piece, other: Piece): number {
  if (one === undefined || other === undefined) return 0;
  if ("number" in one && "number" in other) {
    const byLength = one.number.length - other.number.length;
    return byLength !== 0 ? byLength : compareTexts(one.number, other.number);
  }
  return "word" in one && "word" in other ? compareTexts(one.word, other.word) : 0;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Compares images of one distribution: by when their series was released, where that is known of both, then by series and
 * version, a preview below what it precedes.
 *
 * @returns below 0 where `a` is the older one
 */
export function compareImages(
  a: Pick<Image, "released" | "series" | "version" | "isPreview">,
  b: Pick<Image, "released" | "series" | "version" | "isPreview">,
): number {
  if (a.series !== b.series) {
    const byDate = (a.released ?? 0) - (b.released ?? 0);
    if (a.released !== undefined && b.released !== undefined && byDate !== 0) return byDate;
    return compareVersions(a.series, b.series) || compareVersions(a.version, b.version);
  }
  const byVersion = compareVersions(a.version, b.version);
  return byVersion !== 0 ? byVersion : (b.isPreview ? 1 : 0) - (a.isPreview ? 1 : 0);
}
