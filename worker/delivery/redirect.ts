/** The redirect: 302 to the first candidate, with that and the next ones as `Link` duplicates. */
import { kinds } from "../formats/kinds.ts";
import type { Digests } from "../http/digest.ts";
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { FileRequest } from "./file-request.ts";

/**
 * The mirrors of a redirect as one header line (RFC 6249 section 3, RFC 8288 section 3), that of `Location` first: wget2
 * 2.2 goes to the first duplicate in place of `Location`, and to no other (observed).
 *
 * @param most named besides the first
 */
function duplicates(offers: readonly MirrorOffer[], path: string, most: number): string {
  let links = "";
  const last = Math.min(offers.length - 1, most);
  for (let at = 0; at <= last; at++) {
    const offer = offers[at];
    if (offer === undefined) break;
    const separator = at === 0 ? "" : ", ";
    links += separator + offer.linkHead + path + offer.linkTail + (at + 1);
  }
  return links;
}

/**
 * A redirect's `Link` without that of `Location`, for aria2: of links that workerd joins into one line it takes the
 * first alone (aria2 1.36, observed), which has to be another mirror than the one that it comes from.
 */
export function withoutFirst(link: string): string {
  const next = link.indexOf(", <");
  return next < 0 ? link : link.slice(next + 2);
}

/** What the client that is redirected asked for, and what its program reads. */
export type Redirected = Pick<FileRequest, "path" | "opened" | "agent">;

/**
 * The redirect to the first candidate. A program that reads `Location` alone gets no more: each `Link` duplicate costs a
 * fiftieth of a request, and the digests half of that each.
 *
 * 302, absolute, with the path's escapes as asked: apt takes `Location: ../x` and `//host/x` wrongly, and
 * compares escapes (observed). `private, no-store`: it depends on the client's place, and a platform cache
 * in front keys on the path alone.
 *
 * @param offers at least one, in rank order
 * @param digests of the file; absent: nobody has told its hash
 */
export function redirectTo(
  offers: readonly MirrorOffer[],
  { path, opened, agent }: Redirected,
  digests?: Digests,
): Response {
  const first = offers[0];
  if (first === undefined) throw new RangeError("a redirect needs an offer");
  if (agent.readsLocationAlone) {
    return new Response(null, new RedirectInit(first.base + path, "", undefined));
  }
  const links =
    offers.length === 1 ? "" : duplicates(offers, path, kinds[opened.repository.kind].duplicates);
  return new Response(null, new RedirectInit(first.base + path, links, digests));
}

/** The last resort's: to a mirror of which it isn't known that it has the file, which the answer says. */
export function redirectUnproven(offer: MirrorOffer, to: Redirected, digests?: Digests): Response {
  const response = redirectTo([offer], to, digests);
  response.headers.set("Nearmirror-Proof", "none");
  return response;
}

/** A few shapes that never change: reading the headers out of them is a good part of a redirect's time. */
class RedirectInit {
  readonly status = 302;
  readonly headers: Record<string, string>;

  /** @param links empty: no header */
  constructor(location: string, links: string, digests: Digests | undefined) {
    if (digests === undefined) {
      this.headers =
        links === ""
          ? { Location: location, "Cache-Control": "private, no-store" }
          : { Location: location, "Cache-Control": "private, no-store", Link: links };
      return;
    }
    const { repr, digest } = digests;
    this.headers =
      links === ""
        ? {
            Location: location,
            "Cache-Control": "private, no-store",
            "Repr-Digest": repr,
            Digest: digest,
          }
        : {
            Location: location,
            "Cache-Control": "private, no-store",
            Link: links,
            "Repr-Digest": repr,
            Digest: digest,
          };
  }
}
