/**
 * A table of distances as a short text. A row is much like that of the hub nearest to it, but for the way between the
 * two: what is written is how much that way changes from one column to the next, which nearly always is nothing. The
 * committed table takes 14 kB gzipped so, where its numbers take 44: each new isolate loads them before its first answer.
 */

/** Characters from here on, so that neither quotes nor backslashes nor controls are among them. */
const firstCharacter = 93;

/** @param rows row i holds the values to 0..i-1: whole numbers @returns a text for `unpackedMatrix` */
export function packedMatrix(rows: readonly (readonly number[])[]): string {
  let text = "";
  for (const [at, row] of rows.entries()) {
    const near = nearestIn(row);
    let before = 0;
    for (const [column, value] of row.entries()) {
      const difference = value - (column === near ? 0 : between(rows, near, column));
      text += String.fromCharCode(firstCharacter + folded(difference - before));
      before = difference;
    }
    if (row.length !== at) throw new RangeError(`row ${at} of the matrix has ${row.length} values`);
    // The reader needs to know the nearest before it has the row.
    text =
      text.slice(0, text.length - at) +
      String.fromCharCode(firstCharacter + Math.max(near, 0)) +
      text.slice(text.length - at);
  }
  return text;
}

/** The rows of a text that `packedMatrix` made. @throws RangeError where it ends too early */
export function unpackedMatrix(text: string): number[][] {
  const rows: number[][] = [];
  for (let at = 0; at < text.length; ) {
    const count = rows.length;
    const near = text.charCodeAt(at) - firstCharacter;
    if (at + 1 + count > text.length) throw new RangeError("the packed matrix ends within a row");
    const row: number[] = [];
    let before = 0;
    for (let column = 0; column < count; column += 1) {
      before += unfolded(text.charCodeAt(at + 1 + column) - firstCharacter);
      row.push(before + (column === near ? 0 : between(rows, near, column)));
    }
    rows.push(row);
    at += 1 + count;
  }
  return rows;
}

/** The column of the smallest value; -1 where there is none. */
function nearestIn(row: readonly number[]): number {
  let near = -1;
  for (const [column, value] of row.entries()) {
    if (near < 0 || value < (row[near] ?? 0)) near = column;
  }
  return near;
}

function between(rows: readonly (readonly number[])[], one: number, other: number): number {
  return (one > other ? rows[one]?.[other] : rows[other]?.[one]) ?? 0;
}

/** 0, -1, 1, -2, 2 as 0, 1, 2, 3, 4. */
function folded(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}

function unfolded(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
