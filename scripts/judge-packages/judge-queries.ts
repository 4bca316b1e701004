/** How well a search does on judged queries. Pure but for the search itself. */
import { type JudgedQuery, type QueryClass, queryClasses } from "./judged-queries.ts";

/** Results that a person looks at. */
export const lookedAt = 10;

export interface JudgedClass {
  class: QueryClass | "all";
  queries: number;
  /** Queries with an accepted package among the first ten. */
  success: number;
  /** Mean of one divided by the place of the first accepted package; 0 beyond the first ten. */
  meanReciprocalRank: number;
}

/** A query without an accepted package among the first ten, and what was found. */
export interface MissedQuery {
  query: JudgedQuery;
  found: readonly string[];
}

/**
 * Asks all queries, one after the other.
 *
 * @param search gives names of packages, the best first, each once
 */
export async function judgeQueries(
  queries: readonly JudgedQuery[],
  search: (q: string) => readonly string[] | Promise<readonly string[]>,
): Promise<{ classes: JudgedClass[]; missed: MissedQuery[] }> {
  const places: { class: QueryClass; place: number }[] = [];
  const missed: MissedQuery[] = [];
  for (const query of queries) {
    const found = (await search(query.q)).slice(0, lookedAt);
    const place = 1 + found.findIndex((name) => query.accepted.includes(name));
    places.push({ class: query.class, place });
    if (place === 0) missed.push({ query, found });
  }
  const of = (name: JudgedClass["class"]): JudgedClass => {
    const some = places.filter((one) => name === "all" || one.class === name);
    const count = Math.max(1, some.length);
    return {
      class: name,
      queries: some.length,
      success: some.filter(({ place }) => place > 0).length / count,
      meanReciprocalRank:
        some.reduce((sum, { place }) => sum + (place > 0 ? 1 / place : 0), 0) / count,
    };
  };
  return { classes: [...queryClasses, "all" as const].map(of), missed };
}
