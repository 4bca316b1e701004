/** From what roots list to the images of a snapshot. Pure. */

import type { ListedFile } from "../../formats/kind-reading.ts";
import type { Image } from "../../images/image.ts";
import { imageOf } from "../../images/image-of.ts";
import { maxImages } from "../../images/images-blob.ts";
import type { Releases } from "../../images/releases.ts";
import type { Rule } from "../../images/rules/rule.ts";
import type { ImageSize } from "./image-sizes.ts";

/** A list of sums of the snapshot. */
export interface ImageList {
  files: readonly ListedFile[];
  /** When it was signed, or its origin says that it changed, Unix ms. */
  date?: number | undefined;
}

export interface ImagesInput {
  /** The repository's name. */
  repository: string;
  lists: readonly ImageList[];
  releases: Releases;
  /** Asked where none of ours knows a file. */
  rules?: readonly Rule[];
  /** What is known of sizes, by path or digest. */
  sizeOf(file: ListedFile): ImageSize | undefined;
}

/** The images of a snapshot, and what of its lists couldn't be taken. */
export interface SnapshotsImages {
  /** By path. */
  images: Image[];
  /** Files of which two lists say different digests: their digest isn't known. */
  contradicted: string[];
  /** Files beyond `maxImages`. */
  leftOut: number;
}

/**
 * All files of all lists, each once. Debian has a list of SHA-256 and one of SHA-512 in a folder: such a file has both.
 * Where two lists contradict each other the file is listed without a digest.
 */
export function imagesOf({
  repository,
  lists,
  releases,
  rules = [],
  sizeOf,
}: ImagesInput): SnapshotsImages {
  const found = new Map<string, ListedFile & { date?: number | undefined }>();
  const contradicted = new Set<string>();
  for (const { files, date } of lists) {
    for (const file of files) {
      const known = found.get(file.path);
      if (known !== undefined && contradicts(known, file)) contradicted.add(file.path);
      const newest = Math.max(known?.date ?? 0, date ?? 0);
      found.set(file.path, { ...known, ...file, ...(newest > 0 && { date: newest }) });
    }
  }
  const all = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const images = all.slice(0, maxImages).map(({ path, sha256, sha512, size, date }) => {
    const isKnown = !contradicted.has(path);
    const digests = { ...(sha256 && { sha256 }), ...(sha512 && { sha512 }) };
    const asked = isKnown ? sizeOf({ path, ...digests }) : undefined;
    const bytes = size ?? asked?.size;
    const changed = asked?.date ?? date;
    const facts = {
      repository,
      path,
      ...(isKnown && digests),
      ...(isKnown && bytes !== undefined && { size: bytes }),
      ...(changed !== undefined && { date: changed }),
    };
    return imageOf(facts, releases, rules);
  });
  return { images, contradicted: [...contradicted], leftOut: all.length - images.length };
}

function contradicts(one: ListedFile, other: ListedFile): boolean {
  const differ = (a: unknown, b: unknown) => a !== undefined && b !== undefined && a !== b;
  return (
    differ(one.sha256, other.sha256) ||
    differ(one.sha512, other.sha512) ||
    differ(one.size, other.size)
  );
}
