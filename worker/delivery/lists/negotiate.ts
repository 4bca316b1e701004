/** Whether a client gets a metalink in place of the file it asked for. Pure. */
import { readAccept } from "./asked-list.ts";
import { metalink3Type } from "./metalink3.ts";
import { metalink4Type } from "./metalink4.ts";

/**
 * `bytes`: a redirect would go to a mirror that the client has just tried without luck. Where we can't have them
 * either, it is better than an error.
 */
export type Negotiated = "redirect" | "metalink4" | "metalink3" | "bytes";

/** All answers at a URL that is negotiated say so, the redirects too. */
export const varyByAccept = { Vary: "Accept" };

/** `ZYpp 17.25.7 (curl 7.88.1)`, with what the distribution puts behind. */
const zyppAgent = /^ZYpp (\d+)\.(\d+)/;

/** libzypp's version as one number, `17.25` as 17025; `undefined`: it isn't libzypp. */
function zyppVersion(userAgent: string): number | undefined {
  const match = zyppAgent.exec(userAgent);
  return match === null ? undefined : Number(match[1]) * 1000 + Number(match[2]);
}

/** The first libzypp that never asks for a metalink at a file's own URL. */
const withoutMetalinks = 17_037;
/** The last that shares a file out among mirrors, a part each (observed: 17.25 does, 17.36 doesn't). */
const lastThatShares = 17_025;

/**
 * Whether a client of a repository's list is to get this service alone. libzypp 17.37 and newer takes repomd.xml of the
 * first place, and the indexes of all others before the first (observed with 17.38.16: five mirrors without the index
 * were asked, then the first; the first named twice is once to it; of another address of ours in the second place it
 * took the index, and packages of all mirrors, the farthest too). With one place it takes all of that, and packages by
 * our redirects.
 */
export function takesOnePlace(userAgent: string | null): boolean {
  const zypp = zyppVersion(userAgent ?? "");
  return zypp !== undefined && zypp >= withoutMetalinks;
}

/** What libzypp takes beside metalinks: anything, and from 17.36 on zsync's control files (observed). */
const besideMetalinks: readonly string[] = ["*/*", "application/x-zsync"];

/**
 * What a client gets with GET at a file's own URL.
 *
 * | `Accept` | who | gets |
 * |---|---|---|
 * | metalink types alone | somebody who wants nothing else | metalink |
 * | metalink types and `*\/*`, 17.36 zsync's as well | libzypp to 17.36 (`ZYpp ...`) | metalink |
 * | the same | aria2, which saves it under the file's name (observed) | redirect |
 * | `*\/*` | libzypp to 17.36, once all mirrors of its metalink failed (observed) | bytes |
 * | `*\/*`, other types, none | everybody else | redirect |
 *
 * aria2 can be told to send any User-Agent, so of those who take `*\/*` as well only libzypp is believed.
 */
export function negotiate(accept: string | null, userAgent: string | null): Negotiated {
  const agent = userAgent ?? "";
  const zypp = zyppVersion(agent);
  // The door of every redirect: nearly nobody names the type.
  if (accept === null || !accept.toLowerCase().includes("metalink")) {
    return zypp !== undefined && zypp < withoutMetalinks ? "bytes" : "redirect";
  }
  if (/\baria2\b/i.test(agent)) return "redirect";
  const accepted = readAccept(accept).filter(({ quality }) => quality > 0);
  const of = (wanted: string) =>
    Math.max(0, ...accepted.filter(({ type }) => type === wanted).map(({ quality }) => quality));
  const [four, three] = [of(metalink4Type), of(metalink3Type)];
  if (four === 0 && three === 0) return "redirect";
  const others = accepted.filter(({ type }) => type !== metalink4Type && type !== metalink3Type);
  const isZypp = zypp !== undefined && others.every(({ type }) => besideMetalinks.includes(type));
  if (others.length > 0 && !isZypp) return "redirect";
  return four >= three ? "metalink4" : "metalink3";
}

/**
 * Whether a negotiated metalink should name several mirrors, and pieces. libzypp 17.25 takes parts of a file from
 * several mirrors at once: without pieces one corrupt mirror ends the installation; with them it gives up the mirrors
 * and asks for the plain bytes. 17.36 fetches the whole file from three mirrors at once, with pieces most of it, and is
 * no sooner done (all observed). With one mirror it fetches it once, and where that fails with a status, a broken
 * connection or other bytes than the hash says, asks for the plain bytes as well.
 */
export function sharesOut(userAgent: string | null): boolean {
  const zypp = zyppVersion(userAgent ?? "");
  return zypp === undefined || zypp <= lastThatShares;
}
