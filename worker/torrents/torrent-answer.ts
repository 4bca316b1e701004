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

/** For a client that gets no torrent. */
export interface SaidOfTorrent {
  /** 503: waiting helps. */
  status: 404 | 503;
  text: string;
  /** Seconds; with 503. */
  retryAfter?: number;
}

/** Seconds after which a client may ask again for what is being read, or waits for its turn. */
const againSeconds = 60;

export function saidOfTorrent(answer: NoTorrent): SaidOfTorrent {
  switch (answer.none) {
    case "unasked":
      return {
        status: 404,
        text: `There is no torrent of it yet: it is made once it was asked for ${askedEnough} times, and it was asked for ${answer.asks} times so far. The file itself is here, without the ending .torrent.`,
      };
    case "queued":
      return waiting("Its torrent is made in its turn. Ask again later.", againSeconds);
    case "reading": {
      const percent = Math.floor((100 * answer.done) / Math.max(1, answer.size));
      return waiting(
        `Its torrent is being made: ${percent} % of the file is read. Ask again later.`,
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
    case "off":
      return { status: 404, text: "There is no torrent of it, and this service makes none." };
  }
}

function waiting(text: string, seconds: number): SaidOfTorrent {
  return { status: 503, text, retryAfter: Math.max(1, Math.ceil(seconds)) };
}
