/** Which allowed value a mistyped one of a query most likely stands for. Pure. */

/** Longer values than any parameter has are no slip of one: comparing costs the product of both lengths. */
const maxComparedLength = 64;

/**
 * The allowed value that is fewest slips away: insertions, deletions, replacements and swaps of neighbours (optimal
 * string alignment), capitals aside. `undefined`: none is within a third of the value's letters. Of equals, the first.
 *
 * @param value as it was asked for
 * @param allowed in the order of preference
 */
export function nearestValue(value: string, allowed: readonly string[]): string | undefined {
  if (value.length > maxComparedLength) return undefined;
  const asked = value.toLowerCase();
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(value.length / 3)) + 1;
  for (const candidate of allowed) {
    if (candidate.length > maxComparedLength) continue;
    const slips = slipsBetween(asked, candidate.toLowerCase());
    if (slips < fewest) {
      best = candidate;
      fewest = slips;
    }
  }
  return best;
}

/** Values named in a refusal: a line that people still read. */
const maxNamed = 40;

/**
 * The refusal of a query's parameter, as sentences: what was most likely meant, and what there is.
 *
 * @param value absent: the name itself is none
 * @param allowed what the value may be, or the name
 */
export function noneOf(
  name: string,
  value: string | undefined,
  allowed: readonly string[],
): string {
  const nearest = nearestValue(value ?? name, allowed);
  const hint =
    nearest === undefined ? "" : ` Did you mean ${nearest}${value === undefined ? "=" : ""}?`;
  const more = allowed.length > maxNamed ? `, and ${allowed.length - maxNamed} more` : "";
  const said =
    value === undefined ? `${name}= means nothing here.` : `${name}=${value} is not there.`;
  return `${said}${hint} There are: ${allowed.slice(0, maxNamed).join(", ")}${more}.`;
}

function slipsBetween(one: string, other: string): number {
  // Row by row of the table of distances between beginnings; a swap reaches two rows back.
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        at(above, j - 1) + (same ? 0 : 1),
        at(above, j) + 1,
        at(row, j - 1) + 1,
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, above] = [above, row];
  }
  return at(above, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
