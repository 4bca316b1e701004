/** Writes sorted texts into rows: joined by line ends, packed. */
import type { FileRows, Region } from "./file-rows.ts";

/** Characters of a row before it is packed: a pattern with a plain beginning reads a row or two. */
const rowLength = 16 * 1024;

export class TextRows {
  readonly #rows: FileRows;
  readonly #region: Region;
  readonly #encoder = new TextEncoder();
  #held: string[] = [];
  #length = 0;
  #count = 0;

  constructor(rows: FileRows, region: Region) {
    this.#rows = rows;
    this.#region = region;
  }

  /** @param text without a line end @returns whether it is the first of its row */
  add(text: string): boolean {
    const isFirst = this.#held.length === 0;
    this.#held.push(text);
    this.#length += text.length + 1;
    if (this.#length >= rowLength) this.end();
    return isFirst;
  }

  /** Writes what is held; nothing where there is nothing. */
  end(): void {
    if (this.#held.length === 0) return;
    const bytes = this.#encoder.encode(this.#held.join("\n"));
    this.#rows.addPacked(this.#region, this.#count++, bytes);
    this.#held = [];
    this.#length = 0;
  }
}
