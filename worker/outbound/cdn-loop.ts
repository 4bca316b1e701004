/**
 * `CDN-Loop` (RFC 8586): our requests say that they are ours, and one that comes back to us is not answered again.
 *
 * Redirects back to us are refused before they are followed; this ends what no judge of URLs sees: another name of this
 * service, and forwarding at the other end (an origin that is a proxy of ours).
 */
import { plain } from "../http/errors.ts";

/** `fetch`, as far as it is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Services that a request has come through, at most. Chains of two or three are real; where each member has a new name
 * every time (a wildcard in DNS), this ends the loop.
 */
export const maxLoopMembers = 10;

/** Characters of the header that are passed on; ten names with parameters take a few hundred. */
const maxLoopLength = 2000;

/**
 * The same `fetch`, whose requests tell one member more that they come through, behind those that they tell already.
 *
 * @param member a `cdn-id`, or a whole `CDN-Loop` as it came in; `null`: no service
 */
export function comingThrough(fetch: Fetch, member: string | null): Fetch {
  if (member === null) return fetch;
  return (url, init) => {
    return fetch(url, { ...init, headers: withMember(init.headers ?? {}, member) });
  };
}

/** A plain object stays one: a check of a mirror, one in twenty redirects, spends a good part of its time on a `Headers`. */
function withMember(headers: HeadersInit, member: string): HeadersInit {
  if (Symbol.iterator in headers) {
    const added = new Headers(headers);
    added.append("CDN-Loop", member);
    return added;
  }
  // Only code of ours writes plain objects, and this header in this spelling.
  const { "CDN-Loop": before } = headers;
  return { ...headers, "CDN-Loop": before === undefined ? member : `${before}, ${member}` };
}

/**
 * 508 where a request has come through this service before, or through too many others; else `undefined`.
 *
 * @param ownId our own `cdn-id`, lower case
 */
export function refuseLoop(
  { headers }: Pick<Request, "headers">,
  ownId: string,
): Response | undefined {
  const told = headers.get("CDN-Loop");
  if (told === null) return undefined;
  const ids = told.length > maxLoopLength ? undefined : cdnIds(told);
  if (ids?.includes(ownId)) {
    return plain(
      508,
      `This request has come back to us: CDN-Loop names ${ownId}, which is this service. One of the servers that we ask redirects or forwards to us. Take it out of the mirror list, or correct it.`,
    );
  }
  if (ids !== undefined && ids.length <= maxLoopMembers) return undefined;
  return plain(
    508,
    `This request has come through more than ${maxLoopMembers} services (CDN-Loop), which must be a loop. Ask one of them directly.`,
  );
}

/** Names in the header, lower case; parameters are left out, and commas in their quotes. */
function cdnIds(header: string): string[] {
  return header
    .replace(/"(?:[^"\\]|\\.)*"/g, "")
    .split(",")
    .map((info) => (info.split(";")[0] ?? "").trim().toLowerCase())
    .filter((id) => id !== "");
}
