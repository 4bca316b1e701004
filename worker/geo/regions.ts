/** Where the platform's regions are: a Prober is asked to run in one of them. Pure. */
import type { Point } from "./distance.ts";

/** About where each region's machines are. */
export const regionPoints = {
  wnam: { latitude: 37.4, longitude: -122 },
  enam: { latitude: 39, longitude: -77.5 },
  sam: { latitude: -23.5, longitude: -46.6 },
  weur: { latitude: 50.1, longitude: 4 },
  eeur: { latitude: 52.2, longitude: 21 },
  apac: { latitude: 22.3, longitude: 114.2 },
  oc: { latitude: -33.9, longitude: 151.2 },
  afr: { latitude: -1.3, longitude: 36.8 },
  me: { latitude: 25.2, longitude: 55.3 },
} as const satisfies Record<string, Point>;

const points: ReadonlyMap<string, Point> = new Map(Object.entries(regionPoints));

/** The name of a place that is no region: a Prober by itself is where its service is. */
export function pointName({ latitude, longitude }: Point): string {
  return `${latitude},${longitude}`;
}

/** Where a region is, or what `pointName` named; undefined: neither. */
export function pointOfRegion(name: string): Point | undefined {
  const known = points.get(name);
  if (known !== undefined) return known;
  const [latitude = Number.NaN, longitude = Number.NaN, ...more] = name.split(",").map(Number);
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && more.length === 0;
  return isPlace ? { latitude, longitude } : undefined;
}
