/** Columns of numbers: the universe is nothing else. */

/** A row of a column; a row that isn't there is 0. */
export function at(column: Int32Array | Uint8Array | Float64Array, row: number): number {
  return column[row] ?? 0;
}

/** How many rows a column begins with; it doubles. */
const firstRows = 1024;

/** A column that grows. */
export class Column {
  #rows = new Int32Array(firstRows);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @returns the row */
  add(value: number): number {
    if (this.#length === this.#rows.length) {
      const more = new Int32Array(2 * this.#length);
      more.set(this.#rows);
      this.#rows = more;
    }
    this.#rows[this.#length] = value;
    return this.#length++;
  }

  get(row: number): number {
    return this.#rows[row] ?? 0;
  }

  set(row: number, value: number): void {
    this.#rows[row] = value;
  }

  /** @param spare rows of 0 behind the last one */
  fixed(spare = 0): Int32Array {
    const rows = new Int32Array(this.#length + spare);
    rows.set(this.#rows.subarray(0, this.#length));
    return rows;
  }

  bytes(spare = 0): Uint8Array {
    const rows = new Uint8Array(this.#length + spare);
    rows.set(this.#rows.subarray(0, this.#length));
    return rows;
  }
}
