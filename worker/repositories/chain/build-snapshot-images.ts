/**
 * Makes the images of a snapshot from its own roots, and stores them with it: never in the way of its publication. Sizes
 * that no list tells are asked for afterwards, and a later snapshot of the same roots has them.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import { readStream } from "../../blobs/memory-blobs.ts";
import { directoryOf } from "../../formats/index-reader.ts";
import type { ListedFile } from "../../formats/kind-reading.ts";
import { readings } from "../../formats/readings.ts";
import { wordsVersion } from "../../images/filter/image-words.ts";
import { rulesOf } from "../../images/genisolist/image-rules.ts";
import type { Image } from "../../images/image.ts";
import { rulesVersion } from "../../images/image-of.ts";
import { orderVersion } from "../../images/image-order.ts";
import { imagesBlob, maxImagesBlobBytes, readImagesBlob } from "../../images/images-blob.ts";
import type { Releases } from "../../images/releases.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { reasonOf } from "../../runtime/reason.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Repository } from "../catalogue.ts";
import { askImageSizes, type ImageSize } from "./image-sizes.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import type { Snapshot, SnapshotImages, SnapshotRoot } from "./snapshot.ts";
import { type ImageList, imagesOf } from "./snapshot-images.ts";
import { parseSnapshot, type SnapshotStore } from "./snapshot-store.ts";

export interface SnapshotImagesContext {
  access: OriginAccess;
  blobs: Blobs;
  store: Pick<SnapshotStore, "current">;
  holds: RetentionHolds;
  /** Facts of releases. Absent: of none anything is known. */
  releaseFacts?: Releases;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
}

/** Sizes that the origin didn't tell, and images that couldn't be made, are tried again after this, ms. */
export const imagesAgainMs = 3_600_000;
/** Sizes found step by step make a snapshot at most so often, ms, but for the last ones. */
export const sizesPublishedEveryMs = 600_000;
/** The largest list read back, bytes: as large as a root may be. */
const maxListBytes = 2 * 1024 * 1024;

/** A store that hiccups must not leave a repository that is seldom published without images. */
const triesAtOnce = 3;

export class SnapshotImagesBuilder {
  readonly #context: SnapshotImagesContext;
  /** What the origin told since images were last made, by digest; as many as a snapshot has images. */
  readonly #told = new Map<string, ImageSize>();
  /** Paths that it was asked for, answered or not. */
  readonly #asked = new Set<string>();
  /** Images that couldn't be made are made again then, Unix ms. */
  #againAt = Number.NEGATIVE_INFINITY;
  /** Sizes are asked for from then on, Unix ms. */
  #sizesAt = Number.NEGATIVE_INFINITY;
  #builtAt = Number.NEGATIVE_INFINITY;

  constructor(context: SnapshotImagesContext) {
    this.#context = context;
  }

  /**
   * The images of these roots; undefined where the kind has none, or they can't be made. Never rejects, and asks nobody.
   *
   * @param releases gets what ends the hold on the blob
   */
  async build(
    listed: Repository,
    roots: readonly SnapshotRoot[],
    releases: (() => void)[],
  ): Promise<SnapshotImages | undefined> {
    if (readings[listed.kind].imagesIn === undefined) return undefined;
    const { log, now } = this.#context;
    for (let tries = triesAtOnce; tries > 0; tries--) {
      try {
        return await this.#build(listed, roots, releases);
      } catch (error) {
        log(`${listed.name}: its images can't be listed: ${reasonOf(error)}.`);
      }
    }
    this.#againAt = now() + imagesAgainMs;
    return undefined;
  }

  async #build(
    listed: Repository,
    roots: readonly SnapshotRoot[],
    releases: (() => void)[],
  ): Promise<SnapshotImages> {
    const { blobs, holds, log, now, releaseFacts: facts = {} } = this.#context;
    const lists = await Promise.all(roots.map((root) => this.#list(listed, root)));
    const sizeOf = await this.#sizes();
    const rules = rulesOf(listed.images?.rules ?? []);
    const input = { repository: listed.name, lists, releases: facts, rules, sizeOf };
    const { images, contradicted, leftOut } = imagesOf(input);
    if (contradicted.length > 0) {
      const some = contradicted.slice(0, 3).join(", ");
      log(`${listed.name}: two of its lists contradict each other about ${some}.`);
    }
    if (leftOut > 0) log(`${listed.name}: ${leftOut} of its images are too many to be listed.`);
    const bytes = imagesBlob(images, listed.name);
    const blob = sha256Of(bytes);
    releases.push(await holds.hold([blob]));
    await blobs.put(blob, bytes);
    this.#told.clear();
    this.#asked.clear();
    this.#builtAt = now();
    this.#sizesAt = images.some(isUnsized) ? now() : Number.POSITIVE_INFINITY;
    return { blob, of: this.#of(listed, roots) };
  }

  /** Whether there is something to do though nothing was stored meanwhile: sizes to ask for, images to make again. */
  isDue(listed: Repository): boolean {
    const now = this.#context.now();
    const isOf = readings[listed.kind].imagesIn !== undefined;
    return isOf && now >= this.#againAt && now >= this.#sizesAt;
  }

  /**
   * Asks the origin for sizes of the current snapshot's images, some at a time. Rejects as the blobs do.
   * @returns whether the current roots have other images than the snapshot says, or more is known of them
   */
  async extend(listed: Repository, current: Snapshot): Promise<boolean> {
    const { now, access } = this.#context;
    if (readings[listed.kind].imagesIn === undefined || now() < this.#againAt) return false;
    if (current.images?.of !== this.#of(listed, current.roots)) return true;
    if (now() < this.#sizesAt) return false;
    const images = await this.#read(current.images);
    if (images === undefined) return true;
    const unsized = images.filter((image) => isUnsized(image) && !this.#told.has(digestOf(image)));
    const waiting = unsized.filter(({ path }) => !this.#asked.has(path));
    const dated = waiting.map(({ path }) => ({ path, listedAt: listedAt(path, current.roots) }));
    const { sizes, asked, broke } = await askImageSizes(dated, listed, { access, now });
    for (const image of waiting) {
      const size = sizes.get(image.path);
      if (size !== undefined) this.#told.set(digestOf(image), size);
    }
    for (const path of asked) this.#asked.add(path);
    const isLast = broke || asked.length === waiting.length;
    if (isLast) {
      const isWhole = unsized.every((image) => this.#told.has(digestOf(image)));
      this.#sizesAt = isWhole ? Number.POSITIVE_INFINITY : now() + imagesAgainMs;
      this.#asked.clear();
    }
    const isTime = isLast || now() - this.#builtAt >= sizesPublishedEveryMs;
    return this.#told.size > 0 && isTime;
  }

  /** Of the same roots, rules and facts it is the same. */
  #of({ images }: Repository, roots: readonly SnapshotRoot[]): string {
    const lists = roots.map(({ path, files }) => [path, files[0]?.sha256]);
    const of = [
      rulesVersion,
      wordsVersion,
      orderVersion,
      this.#context.releaseFacts ?? {},
      images?.rules ?? [],
      lists,
    ];
    return sha256Of(JSON.stringify(of)).slice(0, 32);
  }

  /** What a root lists. @throws Error where its bytes are lost or no list any more */
  async #list(listed: Repository, { path, files, date }: SnapshotRoot): Promise<ImageList> {
    const file = files[0];
    const stored = file === undefined ? null : await this.#context.blobs.get(file.sha256);
    if (file === undefined || stored === null) throw new Error(`the list ${path} isn't stored`);
    if (stored.size > maxListBytes) {
      await stored.body.cancel();
      throw new Error(`the list ${path} is larger than ${maxListBytes} bytes`);
    }
    const read = readings[listed.kind].imagesIn?.(path, await readStream(stored.body)) ?? [];
    if ("refused" in read) throw new Error(`the list ${path}: ${read.refused}`);
    const changed = Date.parse(file.lastModified ?? "");
    return { files: read, date: date ?? (Number.isNaN(changed) ? undefined : changed) };
  }

  /** Of the same digest the size is the same, wherever the file is. */
  async #sizes(): Promise<(file: ListedFile) => ImageSize | undefined> {
    const known = new Map<string, ImageSize>();
    const json = this.#context.store.current()?.json;
    const last = json === undefined ? undefined : parseSnapshot(json).images;
    for (const image of (last && (await this.#read(last))) ?? []) {
      const { size, date } = image;
      if (size !== undefined) known.set(digestOf(image), { size, ...(date && { date }) });
    }
    for (const [digest, size] of this.#told) known.set(digest, size);
    return (file) => known.get(digestOf(file));
  }

  /** Undefined where they are lost, or another version's. */
  async #read({ blob }: SnapshotImages): Promise<Image[] | undefined> {
    const stored = await this.#context.blobs.get(blob);
    if (stored === null) return undefined;
    if (stored.size > maxImagesBlobBytes) {
      await stored.body.cancel();
      return undefined;
    }
    const bytes = await readStream(stored.body);
    try {
      return readImagesBlob(bytes);
    } catch {
      return undefined;
    }
  }
}

/**
 * When the newest list that may name the file was signed or put to its origin, Unix ms: a copy made without times has
 * newer files than what was signed.
 */
function listedAt(path: string, roots: readonly SnapshotRoot[]): number | undefined {
  const times = roots
    .filter((root) => path.startsWith(directoryOf(root.path)))
    .flatMap(({ date, files }) => [date ?? Number.NaN, Date.parse(files[0]?.lastModified ?? "")])
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.max(...times);
}

/** A file without a digest has none that its size could be kept by. */
function isUnsized(image: Image): boolean {
  return image.size === undefined && digestOf(image) !== "";
}

function digestOf({ sha256, sha512 }: Pick<Image, "sha256" | "sha512">): string {
  return sha256 ?? sha512 ?? "";
}
