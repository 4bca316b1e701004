/**
 * A repository's images as the bytes that a snapshot keeps: JSON in columns, as an isolate reads 20,000 of them at its
 * first question. What repeats (series, architectures, folders) is written once, and digests are one text, of which
 * each image's is a slice.
 */

import { hexDigits } from "../formats/root-text.ts";
import { type Image, imageTypes } from "./image.ts";

/** Another shape has another number; bytes of another version are built anew. */
const version = 1;
/** Of one repository: all of Debian's images since 2005 are some 30,000. */
export const maxImages = 60_000;
/** The largest blob read, bytes: `maxImages` with both digests and paths of 100 characters. */
export const maxImagesBlobBytes = 24 * 1024 * 1024;

/**
 * Columns: one value an image. Numbers of tables count from 1, and 0 is absent; such a column is a text of a character a
 * number (`packed`), which is parsed in a fraction of the time that a list of numbers takes. A size, date or part of -1:
 * absent.
 */
interface Columns {
  version: number;
  count: number;
  /** Folders with their last slash; texts of all other fields. */
  folders: string[];
  texts: string[];
  /** End of support and the like, Unix ms. */
  times: number[];
  folder: string;
  /** Names in their folders, each followed by a line's end. */
  names: string;
  /** A digit an image: 1 has a SHA-256, 2 a SHA-512, 3 both. */
  has: string;
  sha256: string;
  sha512: string;
  size: number[];
  /** Unix ms. */
  date: number[];
  distribution: string;
  series: string;
  release: string;
  codename: string;
  architecture: string;
  type: string;
  edition: string;
  format: string;
  part: number[];
  /** A digit an image: 1 is a preview. */
  preview: string;
  released: string;
  endOfLife: string;
  endOfLongSupport: string;
}

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
 * The bytes of a list of images, in its order; of the same list the same bytes.
 * @throws Error above `maxImages`, and for a path with a line's end, which no repository can serve
 */
export function imagesBlob(images: readonly Image[]): Uint8Array {
  if (images.length > maxImages) throw new Error(`More than ${maxImages} images.`);
  const odd = images.find(({ path }) => path.includes("\n"));
  if (odd !== undefined) throw new Error(`A line's end in the path ${JSON.stringify(odd.path)}.`);
  const [folders, texts, times] = [new Table<string>(), new Table<string>(), new Table<number>()];
  const text = (of: (image: Image) => string | undefined) =>
    packed(images.map((image) => texts.numberOf(of(image))));
  const time = (of: (image: Image) => number | undefined) =>
    packed(images.map((image) => times.numberOf(of(image))));
  const columns = {
    version,
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
  const whole: Columns = { ...columns, ...tables };
  return new TextEncoder().encode(JSON.stringify(whole));
}

/**
 * The images of such bytes, in their order.
 * @throws Error where the bytes are none of this version, or more than `maxImagesBlobBytes`
 */
export function readImagesBlob(bytes: Uint8Array): Image[] {
  if (bytes.length > maxImagesBlobBytes) {
    throw new Error(`The images take more than ${maxImagesBlobBytes} bytes.`);
  }
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isColumns(value)) throw new Error("The stored images are none of this version.");
  const { folders, has, sha256, sha512, preview } = value;
  // An index of -1 would be looked up as a property's name, twenty times as slow.
  const texts = [undefined, ...value.texts];
  const times = [undefined, ...value.times];
  const names = value.names.split("\n");
  let [at256, at512] = [0, 0];
  const images: Image[] = [];
  for (let i = 0; i < value.count; i++) {
    const digests = has.charCodeAt(i) - digitZero;
    const [codename, edition] = [
      texts[numberAt(value.codename, i)],
      texts[numberAt(value.edition, i)],
    ];
    const [size = -1, date = -1, part = -1] = [value.size[i], value.date[i], value.part[i]];
    const released = times[numberAt(value.released, i)];
    const endOfLife = times[numberAt(value.endOfLife, i)];
    const endOfLongSupport = times[numberAt(value.endOfLongSupport, i)];
    const image: Image = {
      path: (folders[numberAt(value.folder, i) - 1] ?? "") + (names[i] ?? ""),
      distribution: texts[numberAt(value.distribution, i)] ?? "",
      version: texts[numberAt(value.release, i)] ?? "",
      series: texts[numberAt(value.series, i)] ?? "",
      architecture: texts[numberAt(value.architecture, i)] ?? "",
      type: imageTypes[numberAt(value.type, i)] ?? "other",
      format: texts[numberAt(value.format, i)] ?? "",
    };
    if (digests & 1) {
      image.sha256 = sha256.slice(at256, at256 + hexDigits.sha256);
      at256 += hexDigits.sha256;
    }
    if (digests & 2) {
      image.sha512 = sha512.slice(at512, at512 + hexDigits.sha512);
      at512 += hexDigits.sha512;
    }
    if (size >= 0) image.size = size;
    if (date >= 0) image.date = date;
    if (codename !== undefined) image.codename = codename;
    if (edition !== undefined) image.edition = edition;
    if (part >= 0) image.part = part;
    if (preview[i] === "1") image.isPreview = true;
    if (released !== undefined) image.released = released;
    if (endOfLife !== undefined) image.endOfLife = endOfLife;
    if (endOfLongSupport !== undefined) image.endOfLongSupport = endOfLongSupport;
    images.push(image);
  }
  return images;
}

const digitZero = 48;

function nameAt(path: string): number {
  return path.lastIndexOf("/") + 1;
}

/** The first character of a packed number: what JSON writes as it is. */
const firstCode = 0x30;
/** JSON would write it as two. */
const backslash = 0x5c;
/** From here on characters are halves of others. */
const surrogates = 0xd800;
const surrogateCount = 0x800;
/** The largest number that has a character. */
const maxPacked = 0xffff - firstCode - 1 - surrogateCount;

/** A character a number. @throws Error for one above `maxPacked` */
function packed(numbers: readonly number[]): string {
  return numbers
    .map((number) => {
      if (number > maxPacked) throw new Error(`More than ${maxPacked} different values.`);
      let code = number + firstCode;
      if (code >= backslash) code++;
      if (code >= surrogates) code += surrogateCount;
      return String.fromCharCode(code);
    })
    .join("");
}

function numberAt(column: string, index: number): number {
  const code = column.charCodeAt(index);
  const plain = code >= surrogates ? code - surrogateCount : code;
  return plain - firstCode - (plain > backslash ? 1 : 0);
}

const lists = ["size", "date", "part"] as const satisfies readonly (keyof Columns)[];
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
] as const satisfies readonly (keyof Columns)[];

/** Of what we wrote ourselves, under the name of its hash: version and lengths tell it from another's. */
function isColumns(value: unknown): value is Columns {
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
