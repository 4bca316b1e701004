/** What a question for a torrent changes of the image that it is of, and what it is answered with. Pure. */
import type { NoTorrent, TorrentQuestion } from "./torrent-answer.ts";
import { maxSources } from "./torrent-store.ts";
import {
  askedEnough,
  type Budget,
  fitsToday,
  isAskedEnough,
  isTooLarge,
  type WantedImage,
} from "./wanted.ts";

export const dayMs = 86_400_000;

/** Days since 1970 in UTC. @param at Unix ms */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

/** When the next day begins in UTC, Unix ms. @param at Unix ms */
export function tomorrow(at: number): number {
  return (dayOf(at) + 1) * dayMs;
}

/**
 * The image as it is after the question. One without a network isn't counted.
 *
 * @param before undefined: nobody asked for it lately
 * @param at Unix ms
 */
export function withQuestion(
  before: WantedImage | undefined,
  { network, sources, ...told }: TorrentQuestion,
  at: number,
): WantedImage {
  const { asks = 0, networks = [], firstAt = at, lastAt = 0, notBefore = 0 } = before ?? {};
  const isCounted = network !== undefined;
  const isNew = isCounted && networks.length < askedEnough && !networks.includes(network);
  return {
    ...before,
    ...told,
    sources: sources.slice(0, maxSources),
    asks: asks + Number(isCounted),
    networks: isNew ? [...networks, network] : networks,
    firstAt,
    lastAt: isCounted ? at : lastAt,
    notBefore,
  };
}

/** Why there is no torrent of an image that isn't being read. @param at Unix ms */
export function stateOf(file: WantedImage, budget: Budget, at: number): NoTorrent {
  if (file.notBefore > at) {
    const why = file.refusal ?? "It could not be read.";
    return { none: "refused", why, seconds: (file.notBefore - at) / 1000 };
  }
  if (isTooLarge(file.size, budget)) return { none: "large" };
  if (!isAskedEnough(file)) return { none: "unasked", asks: file.asks };
  if (fitsToday(file, budget)) return { none: "queued" };
  return { none: "tomorrow", seconds: (tomorrow(at) - at) / 1000 };
}

/** SHA-256 of those that are made in their turn: asked for enough, and not refused. @param at Unix ms */
export function comingOf(files: readonly WantedImage[], budget: Budget, at: number): string[] {
  return files
    .filter(({ notBefore, size }) => notBefore <= at && !isTooLarge(size, budget))
    .filter(isAskedEnough)
    .map(({ sha256 }) => sha256);
}
