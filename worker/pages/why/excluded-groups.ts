/** Mirrors that can't serve a request, by the reason why. Pure. */
import type { Verdict } from "../../mirrors/explain.ts";

/** Why mirrors are left out, as the page sums it up: a key of its texts. */
export type ExcludedBecause =
  | "carries"
  | "down"
  | "disabled"
  | "scheme"
  | "stale"
  | "corrupt"
  | "family"
  | "architecture"
  | "scope"
  | "path"
  | "file"
  | "other";

/** Mirrors that are left out for one reason. */
export interface ExcludedGroup {
  because: ExcludedBecause;
  /** What the reason names, such as an architecture; for `other` the whole reason. Empty: nothing. */
  what: string;
  /** In the order given. */
  mirrors: string[];
}

/** By the words of `demandExclusion`, `pathExclusion` and `scopeExclusion`. The group is what a reason names. */
const reasons: readonly (readonly [RegExp, ExcludedBecause])[] = [
  [/^does not carry the repository$/, "carries"],
  [/^is down$/, "down"],
  [/^is disabled$/, "disabled"],
  [/^is not listed with (\w+)$/, "scheme"],
  [/^is stale$/, "stale"],
  [/^did not give several files rightly$/, "corrupt"],
  [/^is not reachable over (\w+)$/, "family"],
  [/^leaves this path out$/, "path"],
  [/^was found not to have this file rightly$/, "file"],
  // Each names other countries or networks: one group, or there were as many as mirrors.
  [/^(?:only serves .*|is private)$/, "scope"],
  // Behind what it would take as well.
  [/^does not carry (.+)$/, "architecture"],
];

/** The groups, the largest first; equals by reason. Mirrors without a reason are left out. */
export function excludedGroups(verdicts: readonly Verdict[]): ExcludedGroup[] {
  const groups = new Map<string, ExcludedGroup>();
  for (const { mirror, excluded } of verdicts) {
    if (excluded === undefined) continue;
    const { because, what } = summedUp(excluded);
    const key = `${because} ${what}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { because, what, mirrors: [mirror] });
    else group.mirrors.push(mirror);
  }
  return [...groups]
    .sort(([key, one], [otherKey, other]) => {
      return other.mirrors.length - one.mirrors.length || (key < otherKey ? -1 : 1);
    })
    .map(([, group]) => group);
}

function summedUp(excluded: string): Pick<ExcludedGroup, "because" | "what"> {
  for (const [pattern, because] of reasons) {
    const found = pattern.exec(excluded);
    if (found !== null) return { because, what: found[1] ?? "" };
  }
  return { because: "other", what: excluded };
}
