/**
 * What of a package set is held in memory while it is open: all names, which packages go by each, and what ranking goes
 * by. Of Debian's main, 3.5 MB.
 */
import { NameTable } from "./name-table.ts";
import type { SetRows } from "./set-rows.ts";

/** What a set's head says, besides what its rows have. JSON. */
export interface SetHead {
  packages: number;
  /** By number, as `archOf` has them. */
  architectures: string[];
  /** Bytes of each of the columns below, in rows one after the other. */
  columns: { name: string; row: number; bytes: number }[];
}

/** Columns of numbers. */
export interface SetColumns {
  /** By package: the place of its name. */
  nameOf: Uint32Array;
  /** By name: where its packages begin in `byName`; one more behind the last. */
  begins: Uint32Array;
  /** Packages, by name. */
  byName: Uint32Array;
  /** By package: the place of its architecture in the head. */
  archOf: Uint16Array;
  /** By name: `traits`. */
  traitsOf: Uint16Array;
  /** By name: words of its summary, 255 at most. */
  summaryWords: Uint8Array;
  /** By name: how many names need it. */
  neededBy: Uint32Array;
  /** Numbers of the first lines of rows. */
  recordFirsts: Uint32Array;
  /** Undefined: the set is of a version before, which stored records alone. */
  briefFirsts: Uint32Array | undefined;
  descriptionFirsts: Uint32Array;
  advisoryFirsts: Uint32Array;
  groupFirsts: Uint32Array;
}

export interface SetMemory extends SetColumns {
  readonly names: NameTable;
  readonly keyFirsts: readonly string[];
  readonly packages: number;
  readonly architectures: readonly string[];
  /** That all of it takes, about. */
  readonly bytes: number;
}

/** Bytes of a row of columns: far below the 2 MB that a row may have. */
const rowBytes = 256 * 1024;
/** What a text takes in memory besides its characters, bytes. */
const textBytes = 24;

/** Writes columns and texts into rows of the region `memory`. */
export class ColumnWriter {
  readonly #rows: SetRows;
  readonly columns: SetHead["columns"] = [];
  #row = 0;

  constructor(rows: SetRows) {
    this.#rows = rows;
  }

  /** Each step writes a row. */
  *write(name: string, numbers: ArrayBufferView): Generator<void> {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    this.columns.push({ name, row: this.#row, bytes: bytes.byteLength });
    for (let at = 0; at < bytes.byteLength; at += rowBytes) {
      this.#rows.add("memory", this.#row++, bytes.subarray(at, at + rowBytes));
      yield;
    }
  }

  *writeText(name: string, text: string): Generator<void> {
    yield* this.write(name, new TextEncoder().encode(text));
  }
}

/** Reads what `ColumnWriter` wrote: some ms. */
export function readMemory(rows: SetRows, head: SetHead): SetMemory {
  const column = (name: string): Uint8Array => {
    const told = head.columns.find((one) => one.name === name);
    if (told === undefined) throw new Error(`A package set lacks its column ${name}.`);
    const all = new Uint8Array(told.bytes);
    for (let at = 0, row = told.row; at < told.bytes; row++) {
      const bytes = rows.read("memory", row);
      all.set(bytes, at);
      at += bytes.byteLength;
    }
    return all;
  };
  const words = (name: string) => new Uint32Array(column(name).buffer);
  const halves = (name: string) => new Uint16Array(column(name).buffer);
  const text = (name: string) =>
    new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(column(name));
  const names = new NameTable(text("names"));
  const firsts = text("keyFirsts");
  const keyFirsts = firsts === "" ? [] : firsts.split("\n");
  return {
    names,
    keyFirsts,
    packages: head.packages,
    architectures: head.architectures,
    nameOf: words("nameOf"),
    begins: words("begins"),
    byName: words("byName"),
    archOf: halves("archOf"),
    traitsOf: halves("traitsOf"),
    summaryWords: column("summaryWords"),
    neededBy: words("neededBy"),
    recordFirsts: words("recordFirsts"),
    briefFirsts: head.columns.some(({ name }) => name === "briefFirsts")
      ? words("briefFirsts")
      : undefined,
    descriptionFirsts: words("descriptionFirsts"),
    advisoryFirsts: words("advisoryFirsts"),
    groupFirsts: words("groupFirsts"),
    bytes:
      names.bytes +
      firsts.length +
      textBytes * keyFirsts.length +
      head.columns.reduce((sum, { name, bytes }) => sum + (name === "names" ? 0 : bytes), 0),
  };
}
