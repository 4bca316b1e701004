/** The redirect: 302 to the first candidate, with the next ones as `Link` duplicates. */
import type { Candidate } from "../mirrors/rank.ts";

/** Duplicates given beside `Location`; more only make the answer longer (aria2 opens five connections at most). */
export const maxDuplicates = 5;
/** Candidates one redirect names. */
export const candidatesPerRedirect = 1 + maxDuplicates;

/** Duplicates behind the first candidate, as one header line (RFC 6249 section 3, RFC 8288 section 3). */
function duplicates(ranked: readonly Candidate[], path: string): string {
  let links = "";
  const last = Math.min(ranked.length - 1, maxDuplicates);
  for (let at = 1; at <= last; at++) {
    const candidate = ranked[at];
    if (candidate === undefined) break;
    const separator = at === 1 ? "" : ", ";
    links += separator + candidate.linkHead + path + candidate.linkTail + at;
  }
  return links;
}

/**
 * The redirect to the first candidate.
 *
 * 302, absolute, with the path's escapes as asked: apt takes `Location: ../x` and `//host/x` wrongly, and
 * compares escapes (observed). `private, no-store`: it depends on the client's place, and a platform cache
 * in front keys on the path alone.
 *
 * @param ranked at least one candidate
 * @param path inside the repository, escapes as asked
 */
export function redirectTo(ranked: readonly Candidate[], path: string): Response {
  const first = ranked[0];
  if (first === undefined) throw new RangeError("a redirect needs a candidate");
  const headers: Record<string, string> = {
    Location: first.base + path,
    "Cache-Control": "private, no-store",
  };
  if (ranked.length > 1) headers.Link = duplicates(ranked, path);
  return new Response(null, { status: 302, headers });
}
