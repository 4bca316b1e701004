/** A payload file's lists, from what is known of the file and its mirrors. */

import { classify } from "../../formats/classify.ts";
import { kinds } from "../../formats/kinds.ts";
import { notFound, unavailable } from "../../http/errors.ts";
import { orderReasons } from "../../mirrors/order-reasons.ts";
import { hex } from "../../runtime/hex.ts";
import { andThen, type NowOrLater } from "../../runtime/now-or-later.ts";
import { foundFile } from "../file-facts.ts";
import { type FileRequest, has, rankedFor } from "../file-request.ts";
import type { PayloadServices } from "../payload.ts";
import {
  explainedMirrorlist,
  type FileLists,
  type MirrorsPage,
  type PlainLists,
  plainList,
} from "./answers.ts";
import { type AskedList, acceptOf, askedList, type FileListForm, shownAs } from "./asked-list.ts";
import { ownUrl } from "./own-url.ts";
import { type HeldTells, toldByHeldBytes } from "./pieces.ts";
import {
  explainedPlacesOf,
  findFile,
  type ListedFile,
  type Places,
  placesOf,
  sourcesOf,
  urlsAt,
  type WantedFile,
} from "./places.ts";
import { serveTorrent, type TorrentPage } from "./serve-torrent.ts";
import type { DescribedFile } from "./source.ts";

/**
 * The list that a path names behind its file's name. `undefined`: the path is a file of its own, or what it would be a
 * list of is no payload, or isn't there.
 *
 * @param asked for the path as it is, with its suffix
 */
export function listBehindName(
  asked: FileRequest,
  services: PayloadServices,
  pages: { mirrors: MirrorsPage; torrent: TorrentPage },
): NowOrLater<Response | undefined> {
  const list = askedList(asked.decoded, asked.path);
  if (list === undefined || !isOfPayload(asked, list)) return undefined;
  const { form } = list;
  const of = { ...asked, decoded: list.path, path: list.asked };
  return andThen(foundFile(asked, services.files), ({ file: own }) => {
    if (own !== null) return undefined;
    if (form === "torrent") return serveTorrent(of, services, pages.torrent);
    return andThen(findFile(of, services), (found) =>
      found.lacks === "absent"
        ? undefined
        : listOf({ form, page: pages.mirrors }, of, found, services),
    );
  });
}

/** Whether a path may name a list of a payload file: looked at before anything is asked. */
export function namesList(asked: Pick<FileRequest, "opened" | "decoded" | "path">): boolean {
  const list = askedList(asked.decoded, asked.path);
  return list !== undefined && isOfPayload(asked, list);
}

function isOfPayload({ opened }: Pick<FileRequest, "opened">, { path, form }: AskedList): boolean {
  const { kind } = opened.repository;
  if (form === "torrent" && kinds[kind].lists.torrents === undefined) return false;
  return classify(kind, path) === "payload";
}

/** `?mirrorlist`: of payload where it can be had for certain, of all else who carries the repository. */
export function mirrorListOf(
  asked: FileRequest,
  services: PayloadServices,
  page: MirrorsPage,
): NowOrLater<Response> {
  const { opened, decoded, path } = asked;
  if (classify(opened.repository.kind, decoded) !== "payload") return carriersOf(asked, page);
  return andThen(findFile(asked, services), (found) => {
    if (found.lacks !== "absent") {
      return listOf({ form: "mirrorlist", page }, asked, found, services);
    }
    return notFound(`/${opened.repository.name}/${path}`, "No index lists it, nor has its origin.");
  });
}

/** Metadata and folders are answered here; who carries the repository is told to people who look for mirrors. */
function carriersOf(asked: FileRequest, page: MirrorsPage): Response {
  const ranked = rankedFor(asked, has(asked.decoded));
  const able = ranked.filter(({ offer }) => !offer.drained);
  const drained = able.length === 0 ? [] : ranked.filter(({ offer }) => offer.drained);
  const candidates = [...able, ...drained];
  const why = orderReasons(candidates, asked.rankedClient.client);
  const sources = sourcesOf(candidates, asked.path, { reasons: { why } });
  const file = described(asked, { listed: null });
  const lists = { ...about(asked, "?mirrorlist"), file, sources };
  const shown = shownAs(acceptOf(asked.request.headers));
  return shown === "text"
    ? plainList("mirrorlist", lists)
    : explainedMirrorlist(lists, shown, page);
}

function listOf(
  { form, page }: { form: FileListForm; page: MirrorsPage },
  asked: FileRequest,
  found: WantedFile,
  services: PayloadServices,
): NowOrLater<Response> {
  // A metalink is the same for everybody.
  const shown = form === "mirrorlist" ? shownAs(acceptOf(asked.request.headers)) : "text";
  if (shown !== "text") return explainedList({ shown, page }, asked, found, services);
  return andThen(placesFor(form, asked, found, services), ({ mirrors, unproven }) => {
    if (found.lacks === "silent" && mirrors.length === 0) return cutOff(asked);
    const sources = urlsAt(mirrors, asked.path);
    const lists = { ...about(asked, `.${form}`), file: described(asked, found), sources };
    return marked(plainList(form, lists), unproven);
  });
}

async function explainedList(
  { shown, page }: { shown: "html" | "json"; page: MirrorsPage },
  asked: FileRequest,
  found: WantedFile,
  services: PayloadServices,
): Promise<Response> {
  const { mirrors, reasons, unproven } = await explainedPlacesOf(found);
  if (found.lacks === "silent" && mirrors.length === 0) return cutOff(asked);
  const file = described(asked, found);
  if (shown === "html") {
    const { lastModified } = await heldTells(asked, found, services);
    if (lastModified !== undefined) file.lastModified = lastModified;
  }
  const sources = sourcesOf(mirrors, asked.path, { reasons });
  const lists = { ...about(asked, ".mirrorlist"), file, sources, unproven };
  return marked(explainedMirrorlist(lists, shown, page), unproven);
}

function marked(answer: Response, unproven: boolean): Response {
  if (unproven) answer.headers.set("Nearmirror-Proof", "none");
  return answer;
}

/** Mirrors found to give a file wrongly before a metalink is given without comparing more. */
const maxCompared = 3;

/** The list's mirrors. What a metalink names first was checked last, the file's own bytes too where they are few. */
function placesFor(
  form: FileListForm,
  asked: FileRequest,
  found: WantedFile,
  { recheck }: PayloadServices,
): NowOrLater<Omit<Places, "redirects">> {
  if (form === "sha256") return { mirrors: [], unproven: false };
  const places = placesOf(found);
  if (recheck === undefined || (form !== "meta4" && form !== "metalink")) return places;
  const compared = (at: Places, times: number): NowOrLater<Places> => {
    const [first] = at.mirrors;
    if (first === undefined || at.unproven || first.drained || times === 0) return at;
    return andThen(recheck.compare(first, asked, found.listed), (outcome) =>
      outcome === "wrong" ? andThen(placesOf(found), (next) => compared(next, times - 1)) : at,
    );
  };
  return andThen(places, (at) => compared(at, maxCompared));
}

/** What a metalink at the file's own URL is made of; `undefined`: it is to be answered without one. */
export async function forNegotiation(
  asked: FileRequest,
  found: WantedFile,
  services: PayloadServices,
): Promise<PlainLists | undefined> {
  const { mirrors, redirects } = await placesOf(found);
  if (!redirects) return undefined;
  const file = { ...described(asked, found), ...(await heldTells(asked, found, services)) };
  const own = ownUrl(asked);
  return { own, origin: own, file, sources: urlsAt(mirrors, asked.path) };
}

/** What the bytes tell that are at hand here. */
async function heldTells(
  asked: FileRequest,
  found: ListedFile,
  services: PayloadServices,
): Promise<HeldTells> {
  const sha256 = found.listed?.sha256;
  if (sha256 === undefined) return {};
  const { request, scheme, opened, path, decoded } = asked;
  const { size } = found;
  const held = { request, scheme, repository: opened.repository, path, decoded, sha256 };
  const sized = { ...held, ...(size !== undefined && { size }) };
  return await toldByHeldBytes(sized, services.bytes.cache, asked.background);
}

function described({ decoded }: FileRequest, { listed, size }: ListedFile): DescribedFile {
  const sha256 = listed?.sha256;
  const file: DescribedFile = {
    path: decoded,
    name: decoded.slice(decoded.lastIndexOf("/") + 1),
  };
  if (size !== undefined) file.size = size;
  if (sha256 !== undefined) file.sha256 = hex(sha256);
  return file;
}

function about(
  asked: FileRequest,
  suffix: string,
): Pick<FileLists, "own" | "origin" | "isWished" | "client"> {
  const own = ownUrl(asked);
  const { client } = asked.rankedClient;
  return { own, origin: own + suffix, isWished: asked.wish !== undefined, client };
}

function cutOff({ opened, path }: FileRequest): Response {
  return unavailable(
    `Whether there is a /${opened.repository.name}/${path} can't be told: its origin can't be reached. Try again shortly.`,
  );
}
