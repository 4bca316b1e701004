/** Images that somebody wants a torrent of: when one is read, and which is next. Pure. */
import { maxTorrentBytes } from "./metainfo.ts";

/** What is known of one of them. */
export interface WantedImage {
  /** As its signed list has it, lower-case hex. */
  sha256: string;
  repository: string;
  /** Inside the repository, decoded. */
  path: string;
  /** URL at the origin. */
  origin: string;
  /** URLs at mirrors that were proven to have it when it was last asked for, the best first. */
  sources: readonly string[];
  /** Bytes; absent: nobody has told yet. */
  size?: number;
  /** The operator wants a torrent of it. */
  isMarked: boolean;
  /** How often it was asked for. */
  asks: number;
  /** Networks that asked, as `networkMark` has them; at most `askedEnough`. */
  networks: readonly number[];
  /** Unix ms. */
  firstAt: number;
  lastAt: number;
  /** After a refusal it is read only where it was asked for at this moment or later, Unix ms; 0: it was never refused. */
  notBefore: number;
  /** Why it wasn't published the last time, a sentence. */
  refusal?: string;
}

/** A file is read when it was asked for so often, unless the operator marks it. */
export const askedEnough = 10;

/** A day's bytes. */
export interface Budget {
  /** May be read on one day, in UTC. */
  perDay: number;
  /** Were read today. */
  spent: number;
  /** Of these, of files that one network alone asked for. */
  spentAlone: number;
}

/** Share of a day's budget for files that one network alone asked for: a stranger can't use it up for all others. */
export const aloneShare = 0.5;

/** Bits of a network that are kept: ten networks can be told apart, and nobody can be found by them. */
const networkBits = 0xffff;

/** @param networkHash of the client's network */
export function networkMark(networkHash: number): number {
  return networkHash & networkBits;
}

export function isAskedEnough({ isMarked, asks }: Pick<WantedImage, "isMarked" | "asks">): boolean {
  return isMarked || asks >= askedEnough;
}

/** One network alone wants it. */
export function isAlone({
  isMarked,
  networks,
}: Pick<WantedImage, "isMarked" | "networks">): boolean {
  return !isMarked && networks.length < 2;
}

/** It can never be read: it has more bytes than a day's budget, or than a torrent. */
export function isTooLarge(size: number | undefined, { perDay }: Pick<Budget, "perDay">): boolean {
  return size !== undefined && size > Math.min(perDay, maxTorrentBytes);
}

/** Whether what is left of today lets it be read whole; of one whose size nobody knows, anything at all is enough. */
export function fitsToday(file: WantedImage, { perDay, spent, spentAlone }: Budget): boolean {
  const size = file.size ?? 1;
  if (spent + size > perDay) return false;
  return !isAlone(file) || spentAlone + size <= Math.max(perDay * aloneShare, size);
}

/**
 * The one that is read next: of those that are asked for enough and fit into today's budget, the marked ones first, then
 * what most networks want, then what was asked for first.
 */
export function nextOf(files: readonly WantedImage[], budget: Budget): WantedImage | undefined {
  const ready = files.filter(
    (file) =>
      isAskedEnough(file) &&
      file.notBefore <= file.lastAt &&
      !isTooLarge(file.size, budget) &&
      fitsToday(file, budget),
  );
  return ready.sort(
    (one, other) =>
      Number(other.isMarked) - Number(one.isMarked) ||
      other.networks.length - one.networks.length ||
      one.firstAt - other.firstAt,
  )[0];
}
