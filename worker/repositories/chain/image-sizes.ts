/** Asks an origin for sizes and dates of images, which most lists of sums don't tell. */

import type { Image } from "../../images/image.ts";
import { askOrigin, type OriginAccess } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";

/**
 * Asked for in one step: Debian's netinst images of all architectures are ten, Ubuntu's of a release twenty. The others
 * wait for the next step, so that a poll of the origin never waits long.
 */
export const sizesPerStep = 60;
/** Asked at a time: half of what a Worker may have waiting. */
const sizesAtOnce = 3;
/** None is begun after this, ms. */
const beginsForMs = 10_000;
/** An origin that fails so often, one after the other, is left alone till the next step. */
const failuresInARow = 3;

/**
 * By how much a file may be newer than the list that names it, ms: copies without times have the list first, and take
 * minutes for the rest. One that is newer by more took the listed file's place, and its size is that of another state.
 */
export const newerThanListMs = 3_600_000;

/** What the origin tells of a file. */
export interface ImageSize {
  size: number;
  /** Unix ms; absent: the origin doesn't tell. */
  date?: number;
}

/** What came of one step. */
export interface AskedSizes {
  /** By path. */
  sizes: Map<string, ImageSize>;
  /** Paths that were asked for, answered or not. */
  asked: string[];
  /** The origin failed too often, and the rest wasn't asked for. */
  broke: boolean;
}

/** How an origin is asked. */
export interface SizesContext {
  access: OriginAccess;
  /** Unix ms. */
  now(): number;
}

/** An image without a size. */
export interface UnsizedImage extends Pick<Image, "path"> {
  /** When its list was published, Unix ms; absent: nobody knows. */
  listedAt?: number | undefined;
}

/**
 * Sizes and dates by `HEAD`: directory pages round what is larger than a megabyte (Apache, lighttpd). Never rejects.
 */
export async function askImageSizes(
  images: readonly UnsizedImage[],
  repository: Repository,
  { access, now }: SizesContext,
): Promise<AskedSizes> {
  const waiting = images.slice(0, sizesPerStep);
  const sizes = new Map<string, ImageSize>();
  const asked: string[] = [];
  const until = now() + beginsForMs;
  let failed = 0;
  const askNext = async () => {
    while (failed < failuresInARow && now() < until) {
      const image = waiting.shift();
      if (image === undefined) return;
      asked.push(image.path);
      const answer = await sizeOf(image, repository, access);
      failed = answer === "failed" ? failed + 1 : 0;
      if (typeof answer === "object") sizes.set(image.path, answer);
    }
  };
  await Promise.all(Array.from({ length: sizesAtOnce }, askNext));
  return { sizes, asked, broke: failed >= failuresInARow };
}

async function sizeOf(
  { path, listedAt }: UnsizedImage,
  repository: Repository,
  access: OriginAccess,
): Promise<ImageSize | "failed" | undefined> {
  const answer = await askOrigin(access, repository, path, { method: "HEAD", maxBodyBytes: 0 });
  if ("failed" in answer || answer.status >= 500) return "failed";
  const type = answer.headers.get("Content-Type") ?? "";
  const length = answer.headers.get("Content-Length") ?? "";
  if (answer.status !== 200 || !/^\d{1,15}$/.test(length) || /^text\/html/i.test(type)) {
    return undefined;
  }
  const changed = Date.parse(answer.headers.get("Last-Modified") ?? "");
  if (Number.isNaN(changed)) return { size: Number(length) };
  if (listedAt !== undefined && changed > listedAt + newerThanListMs) return undefined;
  return { size: Number(length), date: changed };
}
