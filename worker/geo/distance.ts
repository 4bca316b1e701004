/** A place on the globe, in degrees: latitude -90..90, longitude -180..180. */
export interface Point {
  latitude: number;
  longitude: number;
}

/** A point as a unit vector from the globe's centre: has no seam at the antimeridian and no pole. */
export interface UnitVector {
  x: number;
  y: number;
  z: number;
}

/** Mean radius of the earth in km (IUGG). */
export const EARTH_RADIUS_KM = 6371.0088;

const RADIANS_PER_DEGREE = Math.PI / 180;

/** Whether a point has a unit vector. */
export function isOnGlobe({ latitude, longitude }: Point): boolean {
  return Number.isFinite(latitude) && Number.isFinite(longitude) && Math.abs(latitude) <= 90;
}

/** The unit vector of a point. Longitudes outside -180..180 wrap; values that aren't numbers throw a RangeError. */
export function unitVector(point: Point): UnitVector {
  const { latitude, longitude } = point;
  if (!isOnGlobe(point)) {
    throw new RangeError(`not a place on the globe: latitude ${latitude}, longitude ${longitude}`);
  }
  const parallel = Math.cos(latitude * RADIANS_PER_DEGREE);
  return {
    x: parallel * Math.cos(longitude * RADIANS_PER_DEGREE),
    y: parallel * Math.sin(longitude * RADIANS_PER_DEGREE),
    z: Math.sin(latitude * RADIANS_PER_DEGREE),
  };
}

/** Great-circle distance in km between two unit vectors. */
export function vectorKm(a: UnitVector, b: UnitVector): number {
  return chordKm(a.x - b.x, a.y - b.y, a.z - b.z);
}

/** The same by what the two differ in. */
export function chordKm(dx: number, dy: number, dz: number): number {
  // By the chord, not acos of the dot product, which has no precision left for neighbours.
  const halfChord = Math.sqrt(dx * dx + dy * dy + dz * dz) / 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(halfChord, 1));
}

/** Great-circle distance in km between two points. */
export function distanceKm(a: Point, b: Point): number {
  return vectorKm(unitVector(a), unitVector(b));
}
