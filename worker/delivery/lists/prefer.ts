/** What a client's wish does to the candidates ranked for it. Pure. */

import { noWish, type Wish } from "../../clients/wish.ts";
import type { MirrorCandidate } from "../../mirrors/mirror-offer.ts";

/** What is left, or why nothing is, for the person who asked. */
export type Preferred = { candidates: readonly MirrorCandidate[] } | { error: string };

/**
 * The candidates as the wish has them, in rank order within each group.
 *
 * - `avoid`: gone. Where none is left the edge serves the bytes, as ever when no mirror can.
 * - `family`: mirrors known not to have it are gone.
 * - `countries`: those in them first, then the others: who wishes for a country wants the file, and a package
 *   manager stops at an error. Drained ones stay behind all others.
 * - `mirror`: that one alone, and an error where it isn't among the candidates. Falling back would answer another
 *   question: who names a mirror wants to know whether that one works, or has a reason (a firewall, a tariff) for
 *   which every other is wrong.
 *
 * @param ranked all candidates that have the file, in rank order: not only the first few
 * @param whyNot why a mirror is not among them, in words that follow its name (`?trace` has them)
 */
export function prefer(
  ranked: readonly MirrorCandidate[],
  wish: Wish,
  whyNot: (mirror: string) => string,
): Preferred {
  if (wish === noWish) return { candidates: ranked };
  const { avoid, countries, mirror, family } = wish;
  const left = ranked.filter(({ open: { resource: one } }) => {
    const lacks = family !== undefined && one.families?.includes(family) === false;
    return !lacks && !avoid.includes(one.name);
  });
  if (mirror !== undefined) {
    const named = left.filter(({ open }) => open.resource.name === mirror);
    if (named.some(({ offer }) => !offer.drained)) return { candidates: named };
    const why = namedButNot(mirror, ranked, wish) ?? whyNot(mirror);
    return { error: `${mirror} can't serve this: it ${why}. Without mirror= another one does.` };
  }
  if (countries === undefined) return { candidates: left };
  const group = ({ open, offer }: MirrorCandidate) =>
    offer.drained ? 2 : countries.includes(open.resource.country ?? "") ? 0 : 1;
  const groups: MirrorCandidate[][] = [[], [], []];
  for (const candidate of left) groups[group(candidate)]?.push(candidate);
  return { candidates: groups.flat() };
}

/** Why the mirror that is wished for is a candidate, but none to be sent to. */
function namedButNot(
  mirror: string,
  ranked: readonly MirrorCandidate[],
  { family, avoid }: Wish,
): string | undefined {
  if (avoid.includes(mirror)) return "is among those to avoid";
  const found = ranked.find(({ open }) => open.resource.name === mirror);
  if (found === undefined) return undefined;
  if (found.offer.drained) return "is drained";
  return `is not reachable over ${family}`;
}
