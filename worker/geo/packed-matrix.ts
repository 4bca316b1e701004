/**
 * A table of distances as a short text, of which each value can be read without the others. A row is much like that of a
 * hub near to it, but for the way between the two: what is written is how much each column differs from that, which
 * nearly always is next to nothing. The committed table takes 23 kB gzipped so, where its numbers take 44: each new
 * isolate loads them before its first answer, and needs a fiftieth of them for it.
 */

/** Characters from here on, so that neither quotes nor backslashes nor controls are among them. */
const firstCharacter = 93;
/** A row goes by that of a hub which goes by another's; at most so often, as each is a step of every reading. */
const maxSteps = 20;
/** Before a row's columns: the hub by which it goes, and the way there. */
const rowHead = 2;

/** @param rows row i holds the values to 0..i-1: whole numbers @returns a text for `packedValue` */
export function packedMatrix(rows: readonly (readonly number[])[]): string {
  const steps: number[] = [];
  const between = (one: number, other: number) =>
    (one > other ? rows[one]?.[other] : rows[other]?.[one]) ?? 0;
  return rows
    .map((row, at) => {
      if (row.length !== at)
        throw new RangeError(`row ${at} of the matrix has ${row.length} values`);
      const near = nearestIn(row, steps);
      const way = row[near] ?? 0;
      steps[at] = (steps[near] ?? -1) + 1;
      const columns = row.map((value, column) =>
        column === near ? 0 : folded(value - way - between(near, column)),
      );
      return [near, way, ...columns]
        .map((one) => String.fromCharCode(firstCharacter + one))
        .join("");
    })
    .join("");
}

/** Characters of a text of so many rows. */
export function packedLength(count: number): number {
  return start(count);
}

/** The value between two of a text that `packedMatrix` made; 0 of one with itself. */
export function packedValue(text: string, one: number, other: number): number {
  let row = one;
  let column = other;
  let value = 0;
  while (row !== column) {
    if (row < column) {
      const higher = column;
      column = row;
      row = higher;
    }
    const at = start(row);
    const near = text.charCodeAt(at) - firstCharacter;
    value += text.charCodeAt(at + 1) - firstCharacter;
    if (near === column) return value;
    const code = text.charCodeAt(at + rowHead + column) - firstCharacter;
    value += code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    row = near;
  }
  return value;
}

function start(row: number): number {
  return rowHead * row + (row * (row - 1)) / 2;
}

/** The column of the smallest value among the rows by which another may go; 0 in a row without any. */
function nearestIn(row: readonly number[], steps: readonly number[]): number {
  let near = 0;
  for (const [column, value] of row.entries()) {
    if ((steps[column] ?? 0) < maxSteps && value < (row[near] ?? 0)) near = column;
  }
  return near;
}

/** 0, -1, 1, -2, 2 as 0, 1, 2, 3, 4. */
function folded(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}
