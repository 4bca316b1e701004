/** An image's torrent, with the web seeds that are best for the client that asks. */
import { plain, unavailable } from "../../http/errors.ts";
import { fileUrl } from "../../outbound/file-url.ts";
import { hex } from "../../runtime/hex.ts";
import { isMarked } from "../../torrents/marked.ts";
import { metainfo } from "../../torrents/metainfo.ts";
import { saidOfTorrent, type TorrentQuestion } from "../../torrents/torrent-answer.ts";
import { networkMark } from "../../torrents/wanted.ts";
import type { FileRequest } from "../file-request.ts";
import type { PayloadServices } from "../payload.ts";
import { ownUrl } from "./own-url.ts";
import { findFile, placesOf, sourcesOf } from "./places.ts";

/** Mirrors that a torrent names: clients ask all of them at once. */
const maxWebSeeds = 4;

const torrentType = "application/x-bittorrent";

/**
 * The torrent of the file that is asked for; 404 or 503 with a sentence where there is none. What says so counts the
 * question. `undefined`: there is no such file, or no torrents are made here.
 *
 * @param asked for the image itself, without `.torrent`
 */
export async function serveTorrent(
  asked: FileRequest,
  services: PayloadServices,
): Promise<Response | undefined> {
  const { torrents } = services;
  if (torrents === undefined) return undefined;
  const found = await findFile(asked, services);
  if (found.lacks === "absent") return undefined;
  const sha256 = found.listed?.sha256;
  if (sha256 === undefined) {
    return plain(
      404,
      "There is no torrent of it: no signed list of its repository tells its SHA-256.",
    );
  }
  const { candidates, unproven } = await placesOf(found);
  const sources = unproven ? [] : sourcesOf(candidates, asked.path).map(({ url }) => url);
  const question = questionOf(asked, hex(sha256), sources, found.size);
  const answer = await torrents.ask(question, asked.now, asked.background);
  if (answer === undefined)
    return unavailable("Torrents can't be had just now. Ask again shortly.");
  if ("none" in answer) {
    const { status, text, retryAfter } = saidOfTorrent(answer);
    const headers = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    return plain(status, text, headers);
  }
  const { torrent } = answer;
  const own = ownUrl(asked);
  const about = {
    name: asked.decoded.slice(asked.decoded.lastIndexOf("/") + 1),
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
