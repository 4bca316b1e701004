/**
 * Images in the columns in which they are stored: each is a place, and what is asked of it is read there. 20,000 of them are
 * open in the time that making as many objects takes for 2,000.
 */
import { hexDigits } from "../formats/root-text.ts";
import { titleOfDistribution } from "./distribution-titles.ts";
import { type Image, type ImageType, imageTypes } from "./image.ts";
import type { CatalogueImage } from "./image-catalogue.ts";
import { unpacked } from "./packed-numbers.ts";
import type { StoredWords } from "./stored-words.ts";

/**
 * Columns: one value an image. Numbers of tables count from 1, and 0 is absent; such a column is a text of a character a
 * number (`packed`), which is parsed in a fraction of the time that a list of numbers takes. A size, date or part of -1:
 * absent.
 */
export interface StoredColumns {
  version: number;
  /** By which the images are in order, as `orderVersion`. Absent: they were stored by path. */
  order?: number;
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
  /** Absent in what was stored before there were words in it: a reader that doesn't know them passes them over. */
  words?: StoredWords;
}

const digitZero = 48;

export type NumbersOf =
  | "folder"
  | "distribution"
  | "series"
  | "release"
  | "codename"
  | "architecture"
  | "type"
  | "edition"
  | "format"
  | "released"
  | "endOfLife"
  | "endOfLongSupport";

/** What is made once of all columns. */
export class ImageTable {
  readonly columns: StoredColumns;
  readonly repository: string;
  /** Columns of numbers, by what they are of. */
  readonly numbers: Readonly<Record<NumbersOf, Uint16Array>>;
  readonly names: readonly string[];
  /** By number, which counts from 1: an index of -1 would be looked up as a property's name, twenty times as slow. */
  readonly texts: readonly (string | undefined)[];
  readonly times: readonly (number | undefined)[];
  /** Of the distribution of that text. */
  readonly titles: (string | undefined)[] = [];
  /** Where an image's digests begin. */
  readonly sha256: Uint32Array;
  readonly sha512: Uint32Array;

  constructor(columns: StoredColumns, repository: string) {
    this.columns = columns;
    this.repository = repository;
    this.numbers = {
      folder: unpacked(columns.folder),
      distribution: unpacked(columns.distribution),
      series: unpacked(columns.series),
      release: unpacked(columns.release),
      codename: unpacked(columns.codename),
      architecture: unpacked(columns.architecture),
      type: unpacked(columns.type),
      edition: unpacked(columns.edition),
      format: unpacked(columns.format),
      released: unpacked(columns.released),
      endOfLife: unpacked(columns.endOfLife),
      endOfLongSupport: unpacked(columns.endOfLongSupport),
    };
    this.names = columns.names.split("\n");
    this.texts = [undefined, ...columns.texts];
    this.times = [undefined, ...columns.times];
    this.sha256 = startsOf(columns.has, 1, hexDigits.sha256);
    this.sha512 = startsOf(columns.has, 2, hexDigits.sha512);
  }
}

function startsOf(has: string, bit: number, digits: number): Uint32Array {
  const starts = new Uint32Array(has.length);
  let at = 0;
  for (let image = 0; image < has.length; image++) {
    starts[image] = at;
    if ((has.charCodeAt(image) - digitZero) & bit) at += digits;
  }
  return starts;
}

export class StoredImage implements CatalogueImage {
  readonly table: ImageTable;
  readonly at: number;

  constructor(table: ImageTable, at: number) {
    this.table = table;
    this.at = at;
  }

  get repository(): string {
    return this.table.repository;
  }

  get title(): string {
    const { titles, texts, numbers } = this.table;
    const number = numbers.distribution[this.at] ?? 0;
    const title = titles[number] ?? titleOfDistribution(texts[number] ?? "");
    titles[number] = title;
    return title;
  }

  get path(): string {
    const { columns, names, numbers } = this.table;
    const folder = columns.folders[(numbers.folder[this.at] ?? 0) - 1] ?? "";
    return folder + (names[this.at] ?? "");
  }

  get sha256(): string | undefined {
    const { columns, sha256 } = this.table;
    return this.#digest(1, columns.sha256, sha256, hexDigits.sha256);
  }

  get sha512(): string | undefined {
    const { columns, sha512 } = this.table;
    return this.#digest(2, columns.sha512, sha512, hexDigits.sha512);
  }

  #digest(bit: number, all: string, starts: Uint32Array, digits: number): string | undefined {
    const has = this.table.columns.has.charCodeAt(this.at) - digitZero;
    const start = starts[this.at] ?? 0;
    return has & bit ? all.slice(start, start + digits) : undefined;
  }

  get size(): number | undefined {
    return known(this.table.columns.size[this.at]);
  }

  get date(): number | undefined {
    return known(this.table.columns.date[this.at]);
  }

  get part(): number | undefined {
    return known(this.table.columns.part[this.at]);
  }

  get distribution(): string {
    return this.#text(this.table.numbers.distribution) ?? "";
  }

  get version(): string {
    return this.#text(this.table.numbers.release) ?? "";
  }

  get series(): string {
    return this.#text(this.table.numbers.series) ?? "";
  }

  get codename(): string | undefined {
    return this.#text(this.table.numbers.codename);
  }

  get architecture(): string {
    return this.#text(this.table.numbers.architecture) ?? "";
  }

  get type(): ImageType {
    return imageTypes[this.table.numbers.type[this.at] ?? 0] ?? "other";
  }

  get edition(): string | undefined {
    return this.#text(this.table.numbers.edition);
  }

  get format(): string {
    return this.#text(this.table.numbers.format) ?? "";
  }

  get isPreview(): true | undefined {
    return this.table.columns.preview[this.at] === "1" ? true : undefined;
  }

  get released(): number | undefined {
    return this.#time(this.table.numbers.released);
  }

  get endOfLife(): number | undefined {
    return this.#time(this.table.numbers.endOfLife);
  }

  get endOfLongSupport(): number | undefined {
    return this.#time(this.table.numbers.endOfLongSupport);
  }

  #text(column: Uint16Array): string | undefined {
    return this.table.texts[column[this.at] ?? 0];
  }

  #time(column: Uint16Array): number | undefined {
    return this.table.times[column[this.at] ?? 0];
  }
}

/** A size, date or part of -1 is absent. */
function known(value = -1): number | undefined {
  return value < 0 ? undefined : value;
}

/** The image by itself, with what is known of it and nothing else. */
export function plainImage(image: Image): Image {
  const { path, distribution, version, series, architecture, type, format } = image;
  const { sha256, sha512, size, date, codename, edition, part, isPreview } = image;
  const { released, endOfLife, endOfLongSupport } = image;
  return {
    path,
    distribution,
    version,
    series,
    architecture,
    type,
    format,
    ...(sha256 !== undefined && { sha256 }),
    ...(sha512 !== undefined && { sha512 }),
    ...(size !== undefined && { size }),
    ...(date !== undefined && { date }),
    ...(codename !== undefined && { codename }),
    ...(edition !== undefined && { edition }),
    ...(part !== undefined && { part }),
    ...(isPreview && { isPreview }),
    ...(released !== undefined && { released }),
    ...(endOfLife !== undefined && { endOfLife }),
    ...(endOfLongSupport !== undefined && { endOfLongSupport }),
  };
}
