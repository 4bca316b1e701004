/** What a client wishes of its mirrors, in the query or the host name, and what it does to the answer. */

import {
  bothWishes,
  type HostLabels,
  isWishError,
  noWish,
  readHostWish,
  readWish,
  type Wish,
  type WishError,
} from "../clients/wish.ts";
import { plain } from "../http/errors.ts";
import { pathExclusion } from "../mirrors/eligible.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
import { demandOf, type FileRequest, has } from "./file-request.ts";
import { prefer } from "./lists/prefer.ts";

/**
 * Reads both.
 *
 * @param query without its `?`
 * @param labels absent: host names say nothing
 */
export function wishOf(
  request: Request,
  query: string,
  roster: OpenRoster,
  labels: HostLabels | undefined,
): Wish | WishError {
  const isMirror = (name: string) => roster.mirrors.some(({ resource }) => resource.name === name);
  const byQuery = readWish(query, isMirror);
  if (labels === undefined || isWishError(byQuery)) return byQuery;
  const byHost = readHostWish(new URL(request.url).host, labels, isMirror);
  return isWishError(byHost) ? byHost : bothWishes(byHost, byQuery);
}

/** A wish that can't be read, for whoever wrote it. */
export function wrongWish({ error }: WishError): Response {
  return plain(400, error);
}

/**
 * The same request with its wish: which mirrors may be offered, and in which order. Where a mirror is named that can't
 * serve the file, 404 with the reason.
 */
export function withWish(asked: FileRequest, wish: Wish): FileRequest | Response {
  if (wish === noWish) return asked;
  const wishing = { ...asked, wish };
  const { roster } = asked;
  const { client } = asked.rankedClient;
  const demand = demandOf(wishing, client);
  const fits = has(asked.decoded);
  const ranked = roster.rankedWhole(demand, client).filter(({ offer }) => fits(offer));
  const preferred = prefer(ranked, wish, (name) => {
    const open = roster.mirrors.find(({ resource }) => resource.name === name);
    if (open === undefined) return "is not listed";
    const judged = roster.judge(open, demand, client);
    if (typeof judged === "string") return judged;
    return pathExclusion(judged.offer, asked.decoded) ?? "is not among the candidates";
  });
  if ("error" in preferred) return plain(404, preferred.error);
  const among = preferred.candidates;
  if (wish.mirror === undefined) return { ...wishing, among };
  // Who names a mirror wants to see it at work.
  return { ...wishing, among, only: "redirect" };
}

/** The answer to a wish for one mirror: the redirect there, or 404; never bytes, of which it says nothing. */
export async function ofNamedMirror(
  mirror: string,
  served: Response | Promise<Response>,
): Promise<Response> {
  const response = await served;
  if (response.status === 302 || response.status >= 400) return response;
  await response.body?.cancel();
  return plain(
    404,
    `${mirror} can't serve this: it was not found to have the file. Without mirror= another one does.`,
  );
}
