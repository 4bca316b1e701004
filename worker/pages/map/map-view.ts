/** Which part of the map is shown: all of the world where it has to be, else what is around the points of interest. Pure. */
import { type MapPoint, mapHeight, mapWidth } from "../../geo/projection.ts";

/** A part of the map, in its units. */
export interface MapView {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Height of a view by its width: as all of the map, so that a page doesn't jump from one to the other. */
const shape = mapHeight / mapWidth;
/** Units: 60 degrees of longitude. With less the outline of the land is too coarse to know a country by. */
const leastWidth = 180;
/** A view of more than this share of the map is all of it. */
const nearlyAll = 0.8;
/** Room around the points, as a share of the width: for the marks themselves. */
const margin = 0.12;

/** The smallest view with all points, within the map; without points all of the map. */
export function viewOf(points: readonly MapPoint[]): MapView {
  const world = { x: 0, y: 0, width: mapWidth, height: mapHeight };
  if (points.length === 0) return world;
  const [left, right] = rangeOf(points.map(({ x }) => x));
  const [top, bottom] = rangeOf(points.map(({ y }) => y));
  const needed = Math.max(right - left, (bottom - top) / shape) * (1 + 2 * margin);
  if (needed > nearlyAll * mapWidth) return world;
  const width = Math.max(leastWidth, Math.ceil(needed));
  const height = Math.round(width * shape);
  return {
    x: within((left + right - width) / 2, mapWidth - width),
    y: within((top + bottom - height) / 2, mapHeight - height),
    width,
    height,
  };
}

function rangeOf(values: readonly number[]): [least: number, most: number] {
  return [Math.min(...values), Math.max(...values)];
}

function within(value: number, most: number): number {
  return Math.round(Math.min(most, Math.max(0, value)));
}
