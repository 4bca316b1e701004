/** What a client is told that asks for a torrent: what the object that reads images answers, and how it is said. Pure. */
import type { Pieces } from "./metainfo.ts";
import { askedEnough } from "./wanted.ts";

/** A client asks for the torrent of an image. */
export interface TorrentQuestion {
  repository: string;
  /** Inside the repository, decoded. */
  path: string;
  /** As its signed list has it, lower-case hex. */
  sha256: string;
  /** Bytes; absent: nobody has told. */
  size?: number;
  /** URL at the origin. */
  origin: string;
  /** URLs at mirrors that are proven to have it, the best first. */
  sources: readonly string[];
  /** The operator wants a torrent of it. */
  isMarked: boolean;
  /** As `networkMark` has it; absent: the question isn't counted. */
  network?: number;
}

/** A torrent that is there. */
export interface ReadTorrent extends Pieces {
  /** When it was read whole, Unix ms. */
  readAt: number;
}

/** Why there is none. */
export type NoTorrent =
  /** It hasn't been asked for enough. */
  | { none: "unasked"; asks: number }
  /** It is read when its turn comes. */
  | { none: "queued" }
  /** It is being read. */
  | { none: "reading"; done: number; size: number }
  /** Today's budget is used up. */
  | { none: "tomorrow"; seconds: number }
  /** It was read, or couldn't be, and is not tried again for a while. */
  | { none: "refused"; why: string; seconds: number }
  /** It has more bytes than a day's budget, or than a torrent. */
  | { none: "large" }
  /** No torrents are made here. */
  | { none: "off" };

export type TorrentAnswer = { torrent: ReadTorrent } | NoTorrent;

/** Why a client gets none. */
export type WhyNoTorrent =
  | NoTorrent
  /** No signed list tells the file's SHA-256. */
  | { none: "unlisted" }
  /** Nothing of its repository has been read yet. */
  | { none: "unread" }
  /** What makes torrents can't be asked. */
  | { none: "silent" };

/** What is known of all torrents, for pages that link them. By the image's SHA-256, lower-case hex. */
export interface KnownTorrents {
  /** Are there. */
  made: readonly string[];
  /** Are asked for enough, and made in their turn. */
  coming: readonly string[];
  /** None is made here any more. */
  isOff: boolean;
}

/** For a program that gets no torrent. */
export interface SaidOfTorrent {
  /** 503: waiting helps. */
  status: 404 | 503;
  text: string;
  /** Seconds; with 503. */
  retryAfter?: number;
}

/** Seconds after which a client may ask again for what is being read, or waits for its turn. */
const againSeconds = 60;
/** Seconds after which what makes torrents may be asked again: it, or its repository, is being started mostly. */
const silentSeconds = 5;

/** How many more questions it takes until a torrent is made. @param asks so far */
export function asksLeft(asks: number): number {
  return Math.max(1, askedEnough - asks);
}

/** How much of the image is read, whole per cent. */
export function percentRead({ done, size }: { done: number; size: number }): number {
  return Math.floor((100 * done) / Math.max(1, size));
}

export function saidOfTorrent(answer: WhyNoTorrent): SaidOfTorrent {
  switch (answer.none) {
    case "unasked": {
      const left = asksLeft(answer.asks);
      const more = left === 1 ? "one more time" : `${left} more times`;
      return {
        status: 404,
        text: `There is no torrent of it yet: it is made once it was asked for ${more} (of ${askedEnough}).`,
      };
    }
    case "queued":
      return waiting("Its torrent is made in its turn. Ask again later.", againSeconds);
    case "reading": {
      return waiting(
        `Its torrent is being made: ${percentRead(answer)} % of the file is read. Ask again later.`,
        againSeconds,
      );
    }
    case "tomorrow":
      return waiting(
        "Its torrent is made tomorrow (UTC): what may be read for torrents today is used up.",
        answer.seconds,
      );
    case "refused":
      return {
        status: 404,
        text: `There is no torrent of it: ${answer.why} It is tried again in ${Math.ceil(answer.seconds / 3600)} h when somebody asks for it.`,
      };
    case "large":
      return {
        status: 404,
        text: "There is no torrent of it: it is larger than what may be read for torrents in a day.",
      };
    case "unlisted":
      return {
        status: 404,
        text: "There is no torrent of it: no signed list of its repository tells its SHA-256.",
      };
    case "unread":
      return waiting(
        "The signed lists of its repository are being read. Ask again shortly.",
        silentSeconds,
      );
    case "silent":
      return waiting("Torrents can't be had just now. Ask again shortly.", silentSeconds);
    case "off":
      return { status: 404, text: "There is no torrent of it, and this service makes none." };
  }
}

function waiting(text: string, seconds: number): SaidOfTorrent {
  return { status: 503, text, retryAfter: Math.max(1, Math.ceil(seconds)) };
}
