/** What follows from all entries of the table of kinds. */

import { type Kind, kinds } from "./kinds.ts";

/** Whether a kind has this name. */
export function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name);
}

/** All names, in the table's order. */
export function kindNames(): Kind[] {
  return Object.keys(kinds).filter(isKind);
}

/** Mirrors a redirect names at most. */
export const offersPerRedirect =
  1 + Math.max(...Object.values(kinds).map(({ duplicates }) => duplicates));
