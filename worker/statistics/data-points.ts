/** A batch as data points of Analytics Engine, where the platform has one bound. Pure but for the writing. */
import { countryName, fileClasses, hourMs, otherName } from "./counted.ts";
import { type CountedRows, rowLength } from "./redirect-counts.ts";

/** The part of the binding that is used. */
export interface DataPoints {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

/** What one call of a Worker may write (the platform's limit). */
export const maxPoints = 250;

/**
 * Writes a batch: a point for each row, those with the most redirects first; where there are more than `maxPoints`, the
 * last one is all others together. Index: mirror. Blobs: mirror, repository, country, class, hour (ISO). Doubles:
 * redirects, expected bytes, redirects of unknown size.
 */
export function writePoints(to: DataPoints, { mirrors, repositories, rows }: CountedRows): void {
  const starts = Array.from({ length: rows.length / rowLength }, (_, at) => at * rowLength);
  const of = (start: number, column: number) => rows[start + column] ?? 0;
  starts.sort((one, other) => of(other, 5) - of(one, 5));
  const own = starts.length > maxPoints ? maxPoints - 1 : starts.length;
  for (const start of starts.slice(0, own)) {
    const mirror = mirrors[of(start, 1) - 1] ?? otherName;
    const repository = repositories[of(start, 2) - 1] ?? otherName;
    const fileClass = fileClasses[of(start, 4)] ?? otherName;
    const hour = new Date(of(start, 0) * hourMs).toISOString();
    to.writeDataPoint({
      indexes: [mirror],
      blobs: [mirror, repository, countryName(of(start, 3)), fileClass, hour],
      doubles: [of(start, 5), of(start, 6), of(start, 7)],
    });
  }
  const rest = starts.slice(own);
  if (rest.length === 0) return;
  const sum = (column: number) => rest.reduce((all, start) => all + of(start, column), 0);
  to.writeDataPoint({
    indexes: [otherName],
    blobs: [otherName, otherName, otherName, otherName, ""],
    doubles: [sum(5), sum(6), sum(7)],
  });
}
