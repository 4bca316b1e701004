/** An image's torrent, with the web seeds that are best for the client that asks. */
import { plain } from "../../http/errors.ts";
import { fileUrl } from "../../outbound/file-url.ts";
import { hex } from "../../runtime/hex.ts";
import { isMarked } from "../../torrents/marked.ts";
import { metainfo } from "../../torrents/metainfo.ts";
import {
  saidOfTorrent,
  type TorrentQuestion,
  type WhyNoTorrent,
} from "../../torrents/torrent-answer.ts";
import { networkMark } from "../../torrents/wanted.ts";
import type { FileRequest } from "../file-request.ts";
import type { PayloadServices } from "../payload.ts";
import { acceptOf, shownAs } from "./asked-list.ts";
import { ownUrl } from "./own-url.ts";
import { findFile, placesOf, urlsAt } from "./places.ts";

/** Mirrors that a torrent names: clients ask all of them at once. */
const maxWebSeeds = 4;

const torrentType = "application/x-bittorrent";

/** An image that there is no torrent of. */
export interface Untorrented {
  /** The image's own URL; its other lists are behind it. */
  own: string;
  name: string;
  /** Bytes; absent: nobody has told. */
  size?: number;
  why: WhyNoTorrent;
}

/** What people get in place of a torrent: made where pages are. */
export type TorrentPage = (file: Untorrented) => Response;

/**
 * The torrent of the file that is asked for. Where there is none, 404 or 503 with a sentence, or a page for who names
 * `text/html`: why, and how the file is had meanwhile. What says so counts the question. `undefined`: there is no such
 * file, or no torrents are made here.
 *
 * @param asked for the image itself, without `.torrent`
 */
export async function serveTorrent(
  asked: FileRequest,
  services: PayloadServices,
  page: TorrentPage,
): Promise<Response | undefined> {
  const { torrents } = services;
  if (torrents === undefined) return undefined;
  const found = await findFile(asked, services);
  if (found.lacks === "absent") return undefined;
  const own = ownUrl(asked);
  const name = asked.decoded.slice(asked.decoded.lastIndexOf("/") + 1);
  const { size } = found;
  const without = (why: WhyNoTorrent) =>
    withoutTorrent(asked, { own, name, why, ...(size !== undefined && { size }) }, page);
  const sha256 = found.listed?.sha256;
  if (sha256 === undefined) {
    return without({ none: found.asking.facts.served === 0 ? "unread" : "unlisted" });
  }
  const { mirrors, unproven } = await placesOf(found);
  const sources = unproven ? [] : urlsAt(mirrors, asked.path).map(({ url }) => url);
  const question = questionOf(asked, hex(sha256), sources, size);
  const answer = await torrents.ask(question, asked.now, asked.background);
  if (answer === undefined) return without({ none: "silent" });
  if ("none" in answer) return without(answer);
  const { torrent } = answer;
  const about = {
    name,
    // Our own URL is the last: mirrors come and go while a torrent is kept, and it goes on leading to one.
    webSeeds: [...sources.slice(0, maxWebSeeds), own],
    comment: own,
    readAt: torrent.readAt,
  };
  return new Response(metainfo(torrent, about), {
    headers: {
      "Content-Type": torrentType,
      // The web seeds are the asking client's.
      "Cache-Control": "private, no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

function withoutTorrent({ request }: FileRequest, file: Untorrented, page: TorrentPage): Response {
  const { status, text, retryAfter } = saidOfTorrent(file.why);
  const more = {
    ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
    Vary: "Accept",
  };
  if (shownAs(acceptOf(request.headers)) !== "html") {
    const meanwhile = `Meanwhile: ${file.own}.meta4 names its mirrors and its hash for downloaders such as aria2; the file itself is ${file.own}`;
    return plain(status, `${text}\n${meanwhile}`, more);
  }
  const shown = page(file);
  // Where the language that is asked for is none, the page is what says so.
  if (shown.status !== 200) return shown;
  const headers = new Headers(shown.headers);
  if (retryAfter !== undefined) headers.set("Retry-After", String(retryAfter));
  return new Response(shown.body, { status, headers });
}

function questionOf(
  { opened: { repository }, decoded, method, rankedClient }: FileRequest,
  sha256: string,
  sources: readonly string[],
  size: number | undefined,
): TorrentQuestion {
  return {
    repository: repository.name,
    path: decoded,
    sha256,
    ...(size !== undefined && { size }),
    origin: fileUrl(repository.origin, decoded),
    sources,
    isMarked: isMarked(repository.torrents ?? [], decoded),
    // A look by HEAD asks for nothing.
    ...(method === "GET" && { network: networkMark(rankedClient.client.networkHash) }),
  };
}
