/** A payload file at its own URL, by what the client's headers ask for: rpm's clients, and who downloads images. */

import { fileKey } from "../../clients/history.ts";
import { kinds } from "../../formats/kinds.ts";
import { type FileRequest, minSizeOf, newFile, rememberSent } from "../file-request.ts";
import { type PayloadServices, servePayload } from "../payload.ts";
import { withoutFirst } from "../redirect.ts";
import { negotiatedMetalink, type PlainLists } from "./answers.ts";
import { metalink4Type } from "./metalink4.ts";
import { negotiate, sharesOut, varyByAccept } from "./negotiate.ts";
import { findFile } from "./places.ts";
import { forNegotiation } from "./serve-file-list.ts";

/** The redirect or the bytes, and where the kind's clients read them, what they want beside or in place of that. */
export function servePayloadFor(
  asked: FileRequest,
  services: PayloadServices,
): Response | Promise<Response> {
  const { atFile } = kinds[asked.opened.repository.kind].lists;
  if (atFile === "negotiated") return afterwards(negotiated(asked, services), vary);
  const served = servePayload(asked, services);
  if (atFile === undefined) return served;
  return afterwards(served, (response) => describedBy(response, asked));
}

/** A redirect that needs to await nothing goes on doing so. */
function afterwards(
  served: Response | Promise<Response>,
  then: (response: Response) => Response,
): Response | Promise<Response> {
  return served instanceof Response ? then(served) : served.then(then);
}

function vary(response: Response): Response {
  response.headers.set("Vary", varyByAccept.Vary);
  return response;
}

/**
 * RFC 6249 section 6: who downloads from several places at once finds all of them, and the hash, there. A relative
 * reference (RFC 8288 section 3.1): the request's own URL is its base, whatever the client's Host header holds.
 *
 * Not for aria2: workerd joins links into one line, which aria2 1.36 takes for one link, the last `rel` being its own
 * (observed): duplicates would be lost on it. For the same reason its line begins with another mirror than `Location`'s.
 */
function describedBy(response: Response, { opened, path, request }: FileRequest): Response {
  if (response.status !== 302) return response;
  const duplicates = response.headers.get("Link");
  if (request.headers.get("User-Agent")?.startsWith("aria2/")) {
    if (duplicates !== null) response.headers.set("Link", withoutFirst(duplicates));
    return response;
  }
  const link = `</${opened.repository.name}/${path}.meta4>; rel=describedby; type="${metalink4Type}"`;
  response.headers.set("Link", duplicates === null ? link : `${duplicates}, ${link}`);
  return response;
}

function negotiated(asked: FileRequest, services: PayloadServices): Response | Promise<Response> {
  const { method, request } = asked;
  if (method !== "GET") return servePayload(asked, services);
  const userAgent = request.headers.get("User-Agent");
  const wanted = negotiate(request.headers.get("Accept"), userAgent);
  if (wanted === "redirect") return servePayload(asked, services);
  if (wanted === "bytes") return bytesFirst(asked, services);
  return metalinkFirst(wanted, asked, userAgent, services);
}

/**
 * For a client that has just tried the mirrors: from the origin by way of here, or any mirror by way of here where the
 * file's hash is known; a redirect only where that fails.
 */
export async function bytesFirst(asked: FileRequest, services: PayloadServices): Promise<Response> {
  const served = await servePayload({ ...asked, only: "bytes" }, services);
  if (served.status < 400) return served;
  await served.body?.cancel();
  return servePayload(asked, services);
}

/** A metalink where there would be a redirect; the bytes of what is small, or what no mirror has. */
async function metalinkFirst(
  version: "metalink4" | "metalink3",
  asked: FileRequest,
  userAgent: string | null,
  services: PayloadServices,
): Promise<Response> {
  const found = await findFile(asked, services);
  const isLarge = found.size !== undefined && found.size >= minSizeOf(asked);
  const lists = isLarge ? await forNegotiation(asked, found, services) : undefined;
  if (lists === undefined) return servePayload(asked, services);
  if (!sharesOut(userAgent)) rememberFirst(asked, lists);
  return negotiatedMetalink(version, lists, userAgent);
}

/** Who asks for the bytes next had no luck with the only mirror named, and is judged as if redirected there. */
function rememberFirst(
  asked: FileRequest,
  { sources: [first] }: Pick<PlainLists, "sources">,
): void {
  const { opened, path, rankedClient, roster, wish } = asked;
  const named = roster.mirrors.find(({ resource }) => resource.name === first?.mirror);
  if (named === undefined || rankedClient.key === 0 || wish?.mirror !== undefined) return;
  const file = fileKey(opened.repository.name, path);
  rememberSent(asked, { file, newFiles: newFile(asked) }, named.nameHash);
}
