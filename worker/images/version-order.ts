/** Which of two versions of one distribution is newer, by their texts alone. Pure. */

/** What makes a version one before its release, the earliest first. */
const previews = ["daily", "dev", "alpha", "beta", "pre", "preview", "rc"];

/** A part of a version: `24`, `04`, `rc`. */
type Part = number | string;

/** Digits and letters; all else separates them. */
function partsOf(version: string): Part[] {
  const parts = version.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? Number(part) : part));
}

/** What stands at one place of a version: a preview is before the end, the end before all else. */
function rankOf(part: Part | undefined): number {
  if (part === undefined) return 1;
  if (typeof part === "number") return 3;
  return previews.includes(part) ? 0 : 2;
}

function comparePart(one: Part | undefined, other: Part | undefined): number {
  const byRank = rankOf(one) - rankOf(other);
  if (byRank !== 0) return byRank;
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== "string" || typeof other !== "string" || one === other) return 0;
  const byPreview = previews.indexOf(one) - previews.indexOf(other);
  if (byPreview !== 0) return byPreview;
  return one < other ? -1 : 1;
}

/**
 * Above 0 where `one` is newer. `9` is before `11`, `24.04` before `24.04.1`, `13-rc1` before `13`: numbers count as
 * numbers, and what says that it comes before a release does.
 */
export function compareVersions(one: string, other: string): number {
  const ones = partsOf(one);
  const others = partsOf(other);
  for (let at = 0; at < Math.max(ones.length, others.length); at++) {
    const order = comparePart(ones[at], others[at]);
    if (order !== 0) return order;
  }
  return 0;
}
