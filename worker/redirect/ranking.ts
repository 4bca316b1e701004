/** A client's ranking for one demand, with what a redirect is made of already spelled out. */
import type { Candidate } from "../mirrors/rank.ts";

/** `Link` headers given besides `Location`; more only make the answer longer (aria2 uses at most five connections). */
export const maxDuplicates = 5;

/** One candidate's part of a redirect. */
interface Slot {
  candidate: Candidate;
  /** Base URL, ends in `/`. */
  base: string;
  /** What stands in a `Link` before and behind the path (RFC 6249 section 3). */
  head: string;
  tail: string;
}

/** Candidates in rank order. `selective` tells that some mirror leaves paths out, so the path must be looked at. */
export interface Ranking {
  slots: readonly Slot[];
  selective: boolean;
}

/** Spells out a ranking once, so that a redirect only joins strings. */
export function spellOut(ranked: readonly Candidate[], repository: string): Ranking {
  return {
    slots: ranked.map((candidate, at) => {
      const country = candidate.open.mirror.country?.toLowerCase();
      return {
        candidate,
        base: candidate.base,
        head: `<${candidate.base}`,
        tail: `>; rel=duplicate; pri=${at}${country === undefined ? "" : `; geo=${country}`}`,
      };
    }),
    selective: ranked.some(({ open }) => open.mirror.carries[repository]?.exclude !== undefined),
  };
}

/** `Link` of up to five duplicates behind the first slot, as one header line. */
function duplicates(slots: readonly Slot[], path: string): string {
  let links = "";
  const last = Math.min(slots.length - 1, maxDuplicates);
  for (let at = 1; at <= last; at++) {
    const slot = slots[at];
    if (slot === undefined) break;
    links += `${at === 1 ? "" : ", "}${slot.head}${path}${slot.tail}`;
  }
  return links;
}

/**
 * The redirect to the first slot.
 *
 * 302, absolute, with the path's escapes as asked: apt takes `Location: ../x` and `//host/x` wrongly, and
 * compares escapes (observed). `private, no-store`: it depends on the client's place, and a platform cache
 * in front keys on the path alone.
 *
 * @param slots at least one
 * @param path inside the repository, escapes as asked
 */
export function redirectTo(slots: readonly Slot[], path: string): Response {
  const first = slots[0];
  if (first === undefined) throw new RangeError("a redirect needs a candidate");
  const headers: Record<string, string> = {
    Location: first.base + path,
    "Cache-Control": "private, no-store",
  };
  if (slots.length > 1) headers["Link"] = duplicates(slots, path);
  return new Response(null, { status: 302, headers });
}
