/**
 * A catalogue as it is filtered: a column of small integers an axis, and the words of each row. Made once a catalogue.
 * Pure.
 */
import { architectureNamed } from "../architectures.ts";
import { type Image, imageTypes, type Support, supportOf } from "../image.ts";
import type { CatalogueImage, ImageCatalogue } from "../image-catalogue.ts";
import { compareArchitectures } from "../image-order.ts";
import { permanentPaths } from "../links/link-names.ts";
import type { Axis } from "./image-filter.ts";
import { type ImageRow, rowsOf } from "./image-rows.ts";
import { latestOf } from "./latest.ts";
import { wordsOf } from "./search-words.ts";
import { WordIndex } from "./word-index.ts";

/** One value of each row, by its number in a table. */
export interface Column {
  /** What the numbers stand for; an empty text: the row has none. */
  values: readonly string[];
  numbers: Uint16Array;
}

/** Axes whose values don't change with time. */
export type LastingAxis = Exclude<Axis, "supported" | "latest">;

export interface ImageColumns {
  rows: readonly ImageRow[];
  /** The rows' images by distribution, lower case, in their order. */
  byDistribution: ReadonlyMap<string, readonly CatalogueImage[]>;
  /** Of each image that a permanent link leads to, the link's path behind `/images/`. */
  permanent: ReadonlyMap<CatalogueImage, string>;
  lasting: Readonly<Record<LastingAxis, Column>>;
  /** Full versions, which `version=` takes as well as the series that are counted. */
  versions: Column;
  /** Rows with the same number have the same ends of support; an image that has them. */
  supportEnds: { of: readonly Image[]; numbers: Uint16Array };
  /** As `latestOf` has it. */
  latest: Uint8Array;
  words: WordIndex;
}

/** Columns hold no more different values than a number of theirs can tell apart. */
const maxValues = 65_536;

class ColumnBuilder {
  readonly #numbers = new Map<string, number>();
  readonly #column: Uint16Array;

  constructor(rows: number) {
    this.#column = new Uint16Array(rows);
  }

  set(row: number, value: string): void {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      if (this.#numbers.size >= maxValues) throw new RangeError(`more than ${maxValues} values`);
      number = this.#numbers.size;
      this.#numbers.set(value, number);
    }
    this.#column[row] = number;
  }

  /** @param order of the values as they are told; absent: as they came, which is that of the rows */
  end(order?: (one: string, other: string) => number): Column {
    const came = [...this.#numbers.keys()];
    if (order === undefined) return { values: came, numbers: this.#column };
    const values = came.toSorted(order);
    const places = new Map(values.map((value, at) => [value, at]));
    const moved = came.map((value) => places.get(value) ?? 0);
    return { values, numbers: this.#column.map((number) => moved[number] ?? 0) };
  }
}

/** What `version` counts and permanent links call it: the series, and the version where there is none. */
export function versionOf({ series, version }: Image): string {
  return series === "" ? version : series;
}

/** The columns of a catalogue. */
export function columnsOf({ images }: Pick<ImageCatalogue, "images">): ImageColumns {
  const rows = rowsOf(images);
  const make = (value: (image: CatalogueImage) => string, order?: typeof compareArchitectures) => {
    const builder = new ColumnBuilder(rows.length);
    rows.forEach(({ image }, row) => {
      builder.set(row, value(image));
    });
    return builder.end(order);
  };
  const byPlace = (list: readonly string[]) => (one: string, other: string) =>
    list.indexOf(one) - list.indexOf(other);
  const byText = (one: string, other: string) => (one < other ? -1 : 1);
  return {
    rows,
    byDistribution: byDistribution(rows),
    permanent: permanentPaths(rows.map(({ image }) => image)),
    lasting: {
      distribution: make(({ distribution }) => distribution),
      version: make(versionOf),
      codename: make(({ codename = "" }) => codename, byText),
      architecture: make(({ architecture }) => architecture, compareArchitectures),
      type: make(({ type }) => type, byPlace(imageTypes)),
      edition: make(({ edition = "" }) => edition, byText),
      format: make(({ format }) => format, byText),
    },
    versions: make(({ version }) => version),
    supportEnds: supportEndsOf(rows),
    latest: Uint8Array.from(latestOf(rows.map(({ image }) => image))),
    words: new WordIndex(rows.map(rowWords())),
  };
}

function byDistribution(rows: readonly ImageRow[]): Map<string, CatalogueImage[]> {
  const found = new Map<string, CatalogueImage[]>();
  for (const { image } of rows) {
    const name = image.distribution.toLowerCase();
    const own = found.get(name);
    if (own === undefined) found.set(name, [image]);
    else own.push(image);
  }
  return found;
}

const held = new WeakMap<readonly CatalogueImage[], ImageColumns>();

/** The same, made once for a catalogue's images. */
export function columnsFor({ images }: Pick<ImageCatalogue, "images">): ImageColumns {
  const known = held.get(images);
  if (known !== undefined) return known;
  const columns = columnsOf({ images });
  held.set(images, columns);
  return columns;
}

function supportEndsOf(rows: readonly ImageRow[]): ImageColumns["supportEnds"] {
  const numbers = new Uint16Array(rows.length);
  const known = new Map<string, number>();
  const of: Image[] = [];
  rows.forEach(({ image }, row) => {
    const key = `${image.endOfLife} ${image.endOfLongSupport}`;
    let number = known.get(key);
    if (number === undefined) {
      number = of.length;
      known.set(key, number);
      of.push(image);
    }
    numbers[row] = number;
  });
  return { of, numbers };
}

/** At a moment, by the numbers of `supportEnds`. @param now Unix ms */
export function supportsAt({ supportEnds }: ImageColumns, now: number): (Support | undefined)[] {
  return supportEnds.of.map((image) => supportOf(image, now));
}

/** The words of a row. What many rows have (titles, codenames, architectures) is taken apart once. */
function rowWords(): (row: ImageRow) => string[] {
  const known = new Map<string, readonly string[]>();
  const shared = (key: string, make: () => readonly string[]): readonly string[] => {
    const held = known.get(key);
    if (held !== undefined) return held;
    const words = make();
    known.set(key, words);
    return words;
  };
  return ({ image, parts }) => {
    const { title, distribution, version, series, codename = "", type, edition = "" } = image;
    const { architecture, format } = image;
    const said = [title, distribution, version, series, codename, type, edition, format].join(" ");
    return [
      ...nameWords(image),
      ...parts.flatMap(nameWords),
      ...shared(said, () => wordsOf(said)),
      ...shared(`architecture ${architecture}`, () => architectureWords(architecture)),
    ];
  };
}

function nameWords({ path }: CatalogueImage): string[] {
  return wordsOf(path.slice(path.lastIndexOf("/") + 1));
}

/** Whole, as they are typed. */
function architectureWords(architecture: string): string[] {
  const known = architectureNamed(architecture);
  return known === undefined ? [architecture] : [known.dpkg, known.uname, ...known.aliases];
}
