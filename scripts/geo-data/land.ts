/** Builds geo-data/land.json, the outline of the land on our map, from Natural Earth's shapes. Pure. */
import { type MapPoint, mapHeight, mapWidth, project } from "../../worker/geo/projection.ts";

/** The part of a TopoJSON file (its specification, version 1) that is read: land as polygons of shared arcs. */
export interface LandTopology {
  transform: { scale: [number, number]; translate: [number, number] };
  /** Each a line: its first point, then the way from each to the next, in steps of `transform.scale`. */
  arcs: [number, number][][];
  objects: {
    land: {
      geometries: {
        type: string;
        /** Polygons, each of rings, each of arcs by number; `~number` is that arc backwards. */
        arcs: number[][][];
      }[];
    };
  };
}

/** A bend that takes less from the land than this is straightened, square units of the map. */
const leastBend = 2.5;
/** An island smaller than this isn't drawn, square units: about 40 by 40 km at 41 degrees. */
const leastIsland = 2;

/**
 * The outline as one SVG path in units of the map (`worker/geo/projection.ts`). What is cut at 180 degrees is drawn at
 * both edges. Throws for what is no land of that shape.
 */
export function buildLand(topology: LandTopology): { path: string } {
  const lines = topology.arcs.map((arc) => placesOf(arc, topology.transform));
  const rings = topology.objects.land.geometries.flatMap(({ type, arcs }) => {
    if (type !== "MultiPolygon") throw new Error(`land is a ${type}, not a MultiPolygon`);
    return arcs.flat();
  });
  const outlines = rings
    .map((ring) => unwrapped(ring.flatMap((arc, at) => arcPoints(lines, arc).slice(at && 1))))
    .flatMap(atBothEdges)
    .filter(isOnMap)
    .map(straightened)
    .filter((outline) => outline.length > 2 && area(outline) >= leastIsland);
  if (outlines.length === 0) throw new Error("there is no land in it");
  return { path: outlines.map(pathOf).join("") };
}

/** Longitude and latitude, degrees. */
type Place = [number, number];

function placesOf(arc: [number, number][], { scale, translate }: LandTopology["transform"]) {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]): Place => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

function arcPoints(lines: Place[][], number: number): Place[] {
  const line = lines[number < 0 ? ~number : number];
  if (line === undefined) throw new Error(`there is no arc ${number}`);
  return number < 0 ? line.toReversed() : line;
}

/** Its points on the map, going on beyond an edge where the ring crosses 180 degrees. */
function unwrapped(ring: Place[]): MapPoint[] {
  let turns = 0;
  return ring.map(([longitude, latitude], at) => {
    const before = ring[at - 1]?.[0] ?? longitude;
    if (longitude - before > 180) turns -= 360;
    if (longitude - before < -180) turns += 360;
    return project({ latitude, longitude: longitude + turns });
  });
}

function atBothEdges(outline: MapPoint[]): MapPoint[][] {
  const shifted = (by: number) => outline.map(({ x, y }) => ({ x: x + by, y }));
  const beyondLeft = outline.some(({ x }) => x < 0);
  const beyondRight = outline.some(({ x }) => x > mapWidth);
  return [
    outline,
    ...(beyondLeft ? [shifted(mapWidth)] : []),
    ...(beyondRight ? [shifted(-mapWidth)] : []),
  ];
}

/** Not so Antarctica, all of which comes onto the edge. */
function isOnMap(outline: MapPoint[]): boolean {
  return outline.some(({ y }) => y < mapHeight - 1);
}

/**
 * In whole units, without the points that make the smallest bends (Visvalingam and Whyatt, 1993: the least triangle
 * first).
 */
function straightened(outline: MapPoint[]): MapPoint[] {
  const points = outline
    .map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))
    .filter(({ x, y }, at, all) => x !== all[at - 1]?.x || y !== all[at - 1]?.y);
  const [first, last] = [points[0], points.at(-1)];
  if (points.length > 1 && first?.x === last?.x && first?.y === last?.y) points.pop();
  while (points.length > 2) {
    let [least, at] = [leastBend, -1];
    for (let index = 0; index < points.length; index++) {
      const bend = area([-1, 0, 1].flatMap((by) => points.at((index + by) % points.length) ?? []));
      if (bend < least) [least, at] = [bend, index];
    }
    if (at < 0) break;
    points.splice(at, 1);
  }
  return points;
}

/** Square units. */
function area(outline: MapPoint[]): number {
  let twice = 0;
  let before = outline.at(-1) ?? { x: 0, y: 0 };
  for (const point of outline) {
    twice += before.x * point.y - point.x * before.y;
    before = point;
  }
  return Math.abs(twice) / 2;
}

/** Relative, as that is shorter. */
function pathOf(outline: MapPoint[]): string {
  let before: MapPoint | undefined;
  let text = "";
  for (const { x, y } of outline) {
    const [right, down] = before === undefined ? [x, y] : [x - before.x, y - before.y];
    // A minus sign parts two numbers as well as a space does; after the first pair of `m` lines follow.
    const first =
      before === undefined
        ? `M${right}`
        : text.endsWith("l") || right < 0
          ? `${right}`
          : ` ${right}`;
    text += `${first}${down < 0 ? "" : " "}${down}${before === undefined ? "l" : ""}`;
    before = { x, y };
  }
  return `${text}z`;
}
