/**
 * A repository's images as the bytes that a snapshot keeps: JSON in columns, as an isolate reads 20,000 of them at its
 * first question. What repeats (series, architectures, folders) is written once, and digests are one text, of which
 * each image's is a slice.
 */

import { type ImageWords, imageWords } from "./filter/image-words.ts";
import { type Image, imageTypes } from "./image.ts";
import type { CatalogueImage } from "./image-catalogue.ts";
import { inCanonicalOrder, orderVersion } from "./image-order.ts";
import { packed } from "./packed-numbers.ts";
import { ImageTable, plainImage, type StoredColumns, StoredImage } from "./stored-image.ts";
import { isWords, readWords, storedWords } from "./stored-words.ts";

/** Another shape has another number; bytes of another version are built anew. */
const version = 1;
/** Of one repository: all of Debian's images since 2005 are some 30,000. */
export const maxImages = 60_000;
/** The largest blob read, bytes: `maxImages` with both digests and paths of 100 characters. */
export const maxImagesBlobBytes = 24 * 1024 * 1024;

/** Numbers what repeats, in the order of coming. */
class Table<T> {
  readonly #numbers = new Map<T, number>();

  numberOf(value: T | undefined): number {
    if (value === undefined) return 0;
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  values(): T[] {
    return [...this.#numbers.keys()];
  }
}

/**
 * The bytes of a list of images; of the same list the same bytes.
 * @param repository that they are of, which is a part of their order
 * @throws Error above `maxImages`, and for a path with a line's end, which no repository can serve
 */
export function imagesBlob(list: readonly Image[], repository: string): Uint8Array {
  if (list.length > maxImages) throw new Error(`More than ${maxImages} images.`);
  const images = inCanonicalOrder(list.map((one) => ({ ...one, repository })));
  const odd = images.find(({ path }) => path.includes("\n"));
  if (odd !== undefined) throw new Error(`A line's end in the path ${JSON.stringify(odd.path)}.`);
  const [folders, texts, times] = [new Table<string>(), new Table<string>(), new Table<number>()];
  const text = (of: (image: Image) => string | undefined) =>
    packed(images.map((image) => texts.numberOf(of(image))));
  const time = (of: (image: Image) => number | undefined) =>
    packed(images.map((image) => times.numberOf(of(image))));
  const columns = {
    version,
    order: orderVersion,
    count: images.length,
    folder: packed(images.map(({ path }) => folders.numberOf(path.slice(0, nameAt(path))))),
    names: images.map(({ path }) => `${path.slice(nameAt(path))}\n`).join(""),
    has: images.map(({ sha256, sha512 }) => (sha256 ? 1 : 0) + (sha512 ? 2 : 0)).join(""),
    sha256: images.map(({ sha256 = "" }) => sha256).join(""),
    sha512: images.map(({ sha512 = "" }) => sha512).join(""),
    size: images.map(({ size = -1 }) => size),
    date: images.map(({ date = -1 }) => date),
    distribution: text((image) => image.distribution),
    series: text((image) => image.series),
    release: text((image) => image.version),
    codename: text((image) => image.codename),
    architecture: text((image) => image.architecture),
    type: packed(images.map(({ type }) => imageTypes.indexOf(type))),
    edition: text((image) => image.edition),
    format: text((image) => image.format),
    part: images.map(({ part = -1 }) => part),
    preview: images.map(({ isPreview }) => (isPreview ? 1 : 0)).join(""),
    released: time((image) => image.released),
    endOfLife: time((image) => image.endOfLife),
    endOfLongSupport: time((image) => image.endOfLongSupport),
  };
  // Once all columns are made the tables are whole.
  const tables = { folders: folders.values(), texts: texts.values(), times: times.values() };
  const words = storedWords(imageWords(images));
  const whole: StoredColumns = { ...columns, ...tables, words };
  return new TextEncoder().encode(JSON.stringify(whole));
}

/** Images as they were stored. */
export interface OpenedImages {
  /** In their order; each is read out of the columns when it is looked at. */
  images: CatalogueImage[];
  /** Their words, unpacked when they are asked for; undefined: they weren't stored with them. */
  words: (() => ImageWords) | undefined;
  /** They are in the canonical order. */
  isOrdered: boolean;
}

/**
 * The images of such bytes with their words.
 * @param repository that they are of
 * @throws Error where the bytes are none of this version, or more than `maxImagesBlobBytes`
 */
export function openImagesBlob(bytes: Uint8Array, repository: string): OpenedImages {
  const columns = columnsIn(bytes);
  const { words } = columns;
  const table = new ImageTable(columns, repository);
  const images: StoredImage[] = [];
  for (let at = 0; at < columns.count; at++) images.push(new StoredImage(table, at));
  const isOrdered = columns.order === orderVersion;
  return { images, isOrdered, words: isWords(words) ? () => readWords(words) : undefined };
}

/** The same as plain values, without the words. */
export function readImagesBlob(bytes: Uint8Array): Image[] {
  return openImagesBlob(bytes, "").images.map(plainImage);
}

function columnsIn(bytes: Uint8Array): StoredColumns {
  if (bytes.length > maxImagesBlobBytes) {
    throw new Error(`The images take more than ${maxImagesBlobBytes} bytes.`);
  }
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isColumns(value)) throw new Error("The stored images are none of this version.");
  return value;
}

function nameAt(path: string): number {
  return path.lastIndexOf("/") + 1;
}

const lists = ["size", "date", "part"] as const satisfies readonly (keyof StoredColumns)[];
const characters = [
  "has",
  "preview",
  "folder",
  "distribution",
  "series",
  "release",
  "codename",
  "architecture",
  "type",
  "edition",
  "format",
  "released",
  "endOfLife",
  "endOfLongSupport",
] as const satisfies readonly (keyof StoredColumns)[];

/** Of what we wrote ourselves, under the name of its hash: version and lengths tell it from another's. */
function isColumns(value: unknown): value is StoredColumns {
  if (typeof value !== "object" || value === null || !("version" in value)) return false;
  if (value.version !== version || !("count" in value)) return false;
  const { count } = value;
  const texts = new Map<string, unknown>(Object.entries(value));
  const isText = (name: string) => typeof texts.get(name) === "string";
  const hasCount = (name: string) => {
    const column = texts.get(name);
    return (typeof column === "string" || Array.isArray(column)) && column.length === count;
  };
  return (
    typeof count === "number" &&
    count <= maxImages &&
    ["names", "sha256", "sha512", ...characters].every(isText) &&
    ["folders", "texts", "times", ...lists].every((name) => Array.isArray(texts.get(name))) &&
    [...lists, ...characters].every(hasCount)
  );
}
