/** The shelf as it is asked: ranges of entries by their beginning. */
import type { FileRows } from "./file-rows.ts";
import { type ShelfEntry, shelfEntry } from "./shelf.ts";
import type { ShelfHead } from "./shelf-build.ts";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A range of the shelf's rows, and how the entries begin that count. */
export interface ShelfRange {
  row: number;
  beginning: string;
}

export class ShelfIndex {
  readonly #rows: FileRows;
  readonly #head: ShelfHead;

  constructor(rows: FileRows, head: ShelfHead) {
    this.#rows = rows;
    this.#head = head;
  }

  /** The rows that may have entries with one of these beginnings, in their order. */
  ranges(beginnings: readonly string[]): ShelfRange[] {
    return beginnings.flatMap((beginning) => {
      const found: ShelfRange[] = [];
      for (let row = this.#firstRow(beginning); row < this.#head.firsts.length; row++) {
        const first = this.#head.firsts[row] ?? "";
        if (first > beginning && !first.startsWith(beginning)) break;
        found.push({ row, beginning });
      }
      return found;
    });
  }

  /** Entries of one row. */
  entries({ row, beginning }: ShelfRange): ShelfEntry[] {
    const texts = decoder.decode(this.#rows.readPacked("shelf", row)).split("\n");
    return texts.filter((text) => text.startsWith(beginning)).map(shelfEntry);
  }

  /** The last row that begins below a text: entries with that beginning may be in it. */
  #firstRow(text: string): number {
    let low = 0;
    let high = this.#head.firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#head.firsts[middle] ?? "") < text) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}
