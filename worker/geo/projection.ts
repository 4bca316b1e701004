/**
 * Where a place is on our map of the world: an equirectangular projection in whole units, so that the outline of the
 * land is a short text. Pure.
 *
 * A degree of longitude has 3 units and one of latitude 4: true to shape at 41 degrees north and south
 * (cos 41.4 = 3/4), where most mirrors are.
 */
import { type Point, unitVector, vectorKm } from "./distance.ts";

/** A point on the map, in its units: right and down from the corner at 180 degrees west and `northernmost`. */
export interface MapPoint {
  x: number;
  y: number;
}

/** Degrees: north of it is ice, south of the other one nobody but on Antarctica. */
const northernmost = 84;
const southernmost = -57;
const unitsPerLongitude = 3;
const unitsPerLatitude = 4;

/** The map's size in units. */
export const mapWidth = 360 * unitsPerLongitude;
export const mapHeight = (northernmost - southernmost) * unitsPerLatitude;

/** The point on the map; what is north or south of it comes onto its edge. Longitudes outside -180..180 go on beyond it. */
export function project({ latitude, longitude }: Point): MapPoint {
  const within = Math.min(northernmost, Math.max(southernmost, latitude));
  return {
    x: (longitude + 180) * unitsPerLongitude,
    y: (northernmost - within) * unitsPerLatitude,
  };
}

/** Between two points of a line, km: less than two units of the map bend between them. */
const kmPerStep = 400;

/**
 * The shortest way over the globe between two places, as lines on the map: one, or two where the way crosses 180
 * degrees. Between antipodes, which have no single shortest way, it is the straight line of the map.
 */
export function shortestWay(from: Point, to: Point): MapPoint[][] {
  const [a, b] = [unitVector(from), unitVector(to)];
  const steps = Math.max(1, Math.ceil(vectorKm(a, b) / kmPerStep));
  const angle = Math.acos(Math.min(1, Math.max(-1, a.x * b.x + a.y * b.y + a.z * b.z)));
  const sine = Math.sin(angle);
  const lines: MapPoint[][] = [];
  let line: MapPoint[] = [];
  let before: Point | undefined;
  for (let step = 0; step <= steps; step++) {
    const part = step / steps;
    // Spherical linear interpolation; the ends are the places themselves, without an error of rounding.
    const [ofA, ofB] =
      sine < 1e-6
        ? [1 - part, part]
        : [Math.sin((1 - part) * angle) / sine, Math.sin(part * angle) / sine];
    const at =
      step === 0
        ? from
        : step === steps
          ? to
          : placeOf(ofA * a.x + ofB * b.x, ofA * a.y + ofB * b.y, ofA * a.z + ofB * b.z);
    if (before !== undefined && Math.abs(at.longitude - before.longitude) > 180) {
      const turn = at.longitude > before.longitude ? -360 : 360;
      line.push(project({ ...at, longitude: at.longitude + turn }));
      lines.push(line);
      line = [project({ ...before, longitude: before.longitude - turn })];
    }
    line.push(project(at));
    before = at;
  }
  lines.push(line);
  return lines;
}

function placeOf(x: number, y: number, z: number): Point {
  const degrees = 180 / Math.PI;
  return {
    latitude: Math.atan2(z, Math.hypot(x, y)) * degrees,
    longitude: Math.atan2(y, x) * degrees,
  };
}
