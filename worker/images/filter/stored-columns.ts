/**
 * Columns of images that are read where they are stored: from numbers of theirs to numbers of all, without a text between.
 * In an isolate that has just begun, asking each image for a text takes ten times as long. Pure.
 */
import { imageTypes } from "../image.ts";
import { type ImageTable, type NumbersOf, StoredImage } from "../stored-image.ts";
import type { ImageRow } from "./image-rows.ts";

/** Where the image of each row is stored. */
export interface StoredPlaces {
  tables: readonly ImageTable[];
  /** By row, the number of its table. */
  table: Uint16Array;
  /** By row, its place there. */
  at: Uint32Array;
}

/** Undefined where some images are values of their own. */
export function storedPlaces(rows: readonly ImageRow[]): StoredPlaces | undefined {
  const tables: ImageTable[] = [];
  const table = new Uint16Array(rows.length);
  const at = new Uint32Array(rows.length);
  let last: ImageTable | undefined;
  let number = 0;
  for (let row = 0; row < rows.length; row++) {
    const image = rows[row]?.image;
    if (!(image instanceof StoredImage)) return undefined;
    if (image.table !== last) {
      last = image.table;
      number = tables.indexOf(last);
      if (number < 0) number = tables.push(last) - 1;
    }
    table[row] = number;
    at[row] = image.at;
  }
  return { tables, table, at };
}

/** No number yet. */
const unnumbered = 0xffff;

/** The values of a column, in the order in which rows have them, and by row the number of its value. */
export function storedColumn(
  { tables, table, at }: StoredPlaces,
  of: NumbersOf,
): { values: string[]; numbers: Uint16Array } {
  const values: string[] = [];
  const known = new Map<string, number>();
  const numbers = new Uint16Array(table.length);
  const columns = tables.map(({ numbers: own }) => own[of]);
  const numbered = tables.map(({ texts }) =>
    new Uint16Array(Math.max(texts.length, imageTypes.length)).fill(unnumbered),
  );
  const numberOf = (from: number, stored: number): number => {
    const value = of === "type" ? imageTypes[stored] : tables[from]?.texts[stored];
    const text = value ?? "";
    const number = known.get(text) ?? values.push(text) - 1;
    known.set(text, number);
    return number;
  };
  for (let row = 0; row < numbers.length; row++) {
    const from = table[row] ?? 0;
    const stored = columns[from]?.[at[row] ?? 0] ?? 0;
    const own = numbered[from];
    let number = own?.[stored] ?? unnumbered;
    if (number === unnumbered) {
      number = numberOf(from, stored);
      if (own !== undefined) own[stored] = number;
    }
    numbers[row] = number;
  }
  return { values, numbers };
}
