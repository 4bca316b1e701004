/** Which files a mirror is proven to have by its generation alone. Pure. */
import type { Carried } from "./roster.ts";

/** In which generations of its repository a file is listed. */
export interface IndexedIn {
  first: number;
  /** Absent: it still is. */
  last?: number;
}

/**
 * Whether a mirror has a file because it has reached a generation that lists it. Files that it leaves out or was found
 * not to have rightly are not judged here: `pathExclusion` in `eligible.ts` excludes those.
 *
 * Of a file that isn't listed any more no generation tells: a mirror's is the least of what its roots show, and at
 * another root it may have gone on and removed the file. Nor where the mirror is ahead of what the edge serves: what
 * it has removed since isn't known here yet. One that lacks several files proves nothing.
 *
 * @param served generation of the snapshot that the file was looked up in
 */
export function provenByGeneration(
  { generation, patchy }: Pick<Carried, "generation" | "patchy">,
  { first, last }: IndexedIn,
  served: number,
): boolean {
  if (generation === undefined || patchy) return false;
  return first <= generation && generation <= served && last === undefined;
}
