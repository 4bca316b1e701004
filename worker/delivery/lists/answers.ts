/** The lists as responses: which form, which headers. Everything they say is passed in. */

import type { Client } from "../../geo/client.ts";
import { plain } from "../../http/errors.ts";
import { type FileListForm, type ShownAs, shownAs } from "./asked-list.ts";
import { checksumLine, jsonList, type PricedSource, urlList } from "./file-lists.ts";
import { metalink3, metalink3Type } from "./metalink3.ts";
import { type AboutList, metalink4, metalink4Type } from "./metalink4.ts";
import {
  type Chosen,
  type ListQuestion,
  type ListRefusal,
  mirrorListText,
  zyppList,
} from "./mirror-manager.ts";
import { sharesOut, varyByAccept } from "./negotiate.ts";
import { noMetalink, type RepositoryMetalink, repositoryMetalink } from "./repository-metalink.ts";
import type { DescribedFile, Source } from "./source.ts";

/** Places are the asking client's: no cache may keep them for another. */
const forThisClient = {
  "Cache-Control": "private, no-store",
  "X-Content-Type-Options": "nosniff",
};

function answered(body: string, type: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { headers: { "Content-Type": type, ...forThisClient, ...headers } });
}

/** What a file's lists are made from that name URLs alone. */
export interface PlainLists extends AboutList {
  own: string;
  file: DescribedFile;
  /** All that can serve it to this client, ranked. */
  sources: readonly Source[];
}

/** The same, with what tells people and programs more. */
export interface FileLists extends PlainLists {
  sources: readonly PricedSource[];
  /** The client said which mirrors it wants. */
  isWished?: boolean;
  /** None of the sources could be asked whether it has the file. */
  unproven?: boolean;
  /** Whose places they are. */
  client: Client;
}

/** The page of a file's mirrors: made where pages are, of what the text and the JSON are made of. */
export type MirrorsPage = (lists: FileLists) => Response;

/** `FILE.meta4`, `FILE.metalink`, `FILE.sha256`, and as text `FILE.mirrorlist` and `FILE?mirrorlist`. */
export function plainList(form: FileListForm, lists: PlainLists): Response {
  if (form === "mirrorlist") {
    return answered(urlList(lists.sources), "text/plain; charset=utf-8", varyByAccept);
  }
  if (form !== "sha256") return metalink(form === "meta4" ? "metalink4" : "metalink3", lists);
  const { name, sha256 } = lists.file;
  if (sha256 === undefined) {
    return plain(404, `No index of the repository tells the SHA-256 of ${name}.`);
  }
  return answered(checksumLine(name, sha256), "text/plain; charset=utf-8");
}

/** A metalink at a URL of its own. */
function metalink(
  version: "metalink4" | "metalink3",
  lists: Pick<PlainLists, "file" | "sources"> & AboutList,
): Response {
  return version === "metalink4"
    ? answered(metalink4(lists.file, lists.sources, lists), metalink4Type)
    : answered(metalink3(lists.file, lists.sources, lists), metalink3Type);
}

/**
 * The metalink that `negotiate` found to be wanted, at the file's own URL. That URL is not in it, unless there is
 * no other: a client that had no luck with the mirrors asks there again by itself, and is told apart by it.
 */
export function negotiatedMetalink(
  version: "metalink4" | "metalink3",
  { file, own, ...lists }: PlainLists,
  userAgent: string | null,
): Response {
  const shared = sharesOut(userAgent);
  const answer = metalink(version, {
    ...lists,
    sources: shared ? lists.sources : lists.sources.slice(0, 1),
    file: shared ? inPieces(file) : withoutPieces(file),
    ...(lists.sources.length === 0 ? { own } : {}),
  });
  answer.headers.set("Vary", varyByAccept.Vary);
  return answer;
}

function withoutPieces({ pieces: _, ...file }: DescribedFile): DescribedFile {
  return file;
}

/** With its pieces; where they aren't known, with the whole file as the only one, as libzypp acts on no other hash. */
function inPieces(file: DescribedFile): DescribedFile {
  const { size = 0, sha256, pieces } = file;
  if (pieces !== undefined || sha256 === undefined || size === 0) return file;
  return { ...file, pieces: { length: size, sha256: [sha256] } };
}

/** `FILE.mirrorlist` and `FILE?mirrorlist` for people, and for programs that want more than URLs. */
export function explainedMirrorlist(
  lists: FileLists,
  shown: Exclude<ShownAs, "text">,
  page: MirrorsPage,
): Response {
  if (shown === "html") return page(lists);
  return answered(jsonList(lists.sources), "application/json", varyByAccept);
}

/** `/mirrorlist`: base URLs as text, or as libzypp's JSON where `Accept` names it. */
export function repositoryMirrorlist(
  asked: ListQuestion,
  own: string,
  chosen: Chosen<Source>,
  accept: string | null,
): Response {
  return shownAs(accept) === "json"
    ? answered(zyppList(own, chosen), "application/json", varyByAccept)
    : answered(mirrorListText(asked, own, chosen), "text/plain; charset=utf-8", varyByAccept);
}

/** What is typed into a client's list of places; always whole, whatever `Range` apt sends for an older copy. */
export function clientsListAnswer(list: string): Response {
  return answered(list, "text/plain; charset=utf-8");
}

/** `/metalink`. */
export function repositoryMetalinkAnswer(metalink: RepositoryMetalink): Response {
  return answered(repositoryMetalink(metalink), metalink3Type);
}

/** A list that can't be had: as text, or for `/metalink` as a document without files, as MirrorManager does. */
export function refusedList({ status, text }: ListRefusal, asMetalink: boolean): Response {
  if (!asMetalink) return plain(status, text);
  const headers = {
    "Content-Type": metalink3Type,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
  return new Response(noMetalink(text), { status, headers });
}
