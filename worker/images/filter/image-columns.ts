/**
 * A catalogue as it is filtered: a column of small integers an axis, and the words of each row. Made once a catalogue.
 * Pure.
 */
import { type Image, imageTypes, type Support, supportOf } from "../image.ts";
import type { CatalogueImage, CatalogueImages, ImageCatalogue } from "../image-catalogue.ts";
import { compareArchitectures } from "../image-order.ts";
import { permanentPaths } from "../links/link-names.ts";
import type { NumbersOf } from "../stored-image.ts";
import type { Axis } from "./image-filter.ts";
import { type ImageRow, rowsOf } from "./image-rows.ts";
import { imageWords } from "./image-words.ts";
import { latestOf } from "./latest.ts";
import { storedColumn, storedPlaces } from "./stored-columns.ts";
import { WordIndex, type WordsPart } from "./word-index.ts";

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
  /** Of an image that a permanent link leads to, the link's path behind `/images/`. */
  permanent: { get(image: CatalogueImage): string | undefined };
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
  /** The value set last, which is nearly always the next one as well, and its number. */
  #last: string | undefined;
  #number = 0;

  constructor(rows: number) {
    this.#column = new Uint16Array(rows);
  }

  set(row: number, value: string): void {
    if (value !== this.#last) {
      this.#number = this.#numberOf(value);
      this.#last = value;
    }
    this.#column[row] = this.#number;
  }

  #numberOf(value: string): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      if (this.#numbers.size >= maxValues) throw new RangeError(`more than ${maxValues} values`);
      number = this.#numbers.size;
      this.#numbers.set(value, number);
    }
    return number;
  }

  /** Its values are in the order in which they came, which is that of the rows. */
  end(): Column {
    return { values: [...this.#numbers.keys()], numbers: this.#column };
  }
}

/** The column with its values in that order. */
function ordered({ values: came, numbers }: Column, order: typeof compareArchitectures): Column {
  const values = came.toSorted(order);
  const places = new Map(values.map((value, at) => [value, at]));
  const moved = Uint16Array.from(came, (value) => places.get(value) ?? 0);
  return { values, numbers: numbers.map((number) => moved[number] ?? 0) };
}

/** What `version` counts and permanent links call it: the series, and the version where there is none. */
export function versionOf({ series, version }: Image): string {
  return series === "" ? version : series;
}

/** What of a catalogue is filtered; without `parts` its words are made of the images. */
type Filtered = Pick<ImageCatalogue, "images"> & Partial<Pick<ImageCatalogue, "parts">>;

/** The columns of a catalogue. */
export function columnsOf({ images, parts = [{ images }] }: Filtered): ImageColumns {
  const rows = rowsOf(images);
  const named = byDistribution(rows);
  const stored = storedPlaces(rows);
  const make = (value: (image: CatalogueImage) => string, of?: NumbersOf): Column => {
    if (of !== undefined && stored !== undefined) return storedColumn(stored, of);
    const builder = new ColumnBuilder(rows.length);
    rows.forEach(({ image }, row) => {
      builder.set(row, value(image));
    });
    return builder.end();
  };
  const versions = make(({ version }) => version, "release");
  const series = make(({ series }) => series, "series");
  const byPlace = (list: readonly string[]) => (one: string, other: string) =>
    list.indexOf(one) - list.indexOf(other);
  const byText = (one: string, other: string) => (one < other ? -1 : 1);
  return {
    rows,
    byDistribution: named,
    permanent: new PermanentLinks(named),
    lasting: {
      distribution: make(({ distribution }) => distribution, "distribution"),
      // As `versionOf`, which few images have another of.
      version: series.values.includes("") ? make(versionOf) : series,
      codename: ordered(
        make(({ codename = "" }) => codename, "codename"),
        byText,
      ),
      architecture: ordered(
        make(({ architecture }) => architecture, "architecture"),
        compareArchitectures,
      ),
      type: ordered(
        make(({ type }) => type, "type"),
        byPlace(imageTypes),
      ),
      edition: ordered(
        make(({ edition = "" }) => edition, "edition"),
        byText,
      ),
      format: ordered(
        make(({ format }) => format, "format"),
        byText,
      ),
    },
    versions,
    supportEnds: supportEndsOf(rows),
    latest: Uint8Array.from(latestOf(rows.map(({ image }) => image))),
    words: new WordIndex(() => wordsParts(parts, rows)),
  };
}

/** The links of a distribution's images are made when one of them is asked for: they depend on no others. */
class PermanentLinks {
  readonly #byDistribution: ImageColumns["byDistribution"];
  readonly #made = new Map<string, ReadonlyMap<CatalogueImage, string>>();

  constructor(byDistribution: ImageColumns["byDistribution"]) {
    this.#byDistribution = byDistribution;
  }

  get(image: CatalogueImage): string | undefined {
    const name = image.distribution.toLowerCase();
    let links = this.#made.get(name);
    if (links === undefined) {
      links = permanentPaths(this.#byDistribution.get(name) ?? []);
      this.#made.set(name, links);
    }
    return links.get(image);
  }
}

/** The words of each repository, with the rows where its images stand. */
function wordsParts(
  parts: readonly CatalogueImages[],
  rows: readonly ImageRow[],
): readonly WordsPart[] {
  const places = new Map<CatalogueImage, number>();
  rows.forEach(({ image, parts: others }, row) => {
    places.set(image, row);
    for (const other of others) places.set(other, row);
  });
  return parts.map(({ images, words }) => ({
    words: words?.() ?? imageWords(images),
    rows: Uint32Array.from(images, (image) => places.get(image) ?? 0),
  }));
}

function byDistribution(rows: readonly ImageRow[]): Map<string, CatalogueImage[]> {
  const found = new Map<string, CatalogueImage[]>();
  let last: { distribution: string; own: CatalogueImage[] } | undefined;
  for (const { image } of rows) {
    const { distribution } = image;
    if (last?.distribution !== distribution) {
      const name = distribution.toLowerCase();
      const own = found.get(name) ?? [];
      found.set(name, own);
      last = { distribution, own };
    }
    last.own.push(image);
  }
  return found;
}

const held = new WeakMap<readonly CatalogueImage[], ImageColumns>();

/** The same, made once for a catalogue's images. */
export function columnsFor(catalogue: Filtered): ImageColumns {
  const known = held.get(catalogue.images);
  if (known !== undefined) return known;
  const columns = columnsOf(catalogue);
  held.set(catalogue.images, columns);
  return columns;
}

function supportEndsOf(rows: readonly ImageRow[]): ImageColumns["supportEnds"] {
  const numbers = new Uint16Array(rows.length);
  const known = new Map<string, number>();
  const of: Image[] = [];
  let last: Image | undefined;
  rows.forEach(({ image }, row) => {
    // A series' images stand together, and end together.
    if (
      last?.endOfLife === image.endOfLife &&
      last?.endOfLongSupport === image.endOfLongSupport &&
      row > 0
    ) {
      numbers[row] = numbers[row - 1] ?? 0;
      return;
    }
    last = image;
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
