/** The network that latency is estimated over: hubs and the lines between them, read from geo-data/network/. */
import { distanceKm, type Point } from "../../worker/geo/distance.ts";

export interface Hub extends Point {
  id: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
}

/** A line between two hubs, by index. `km` is its great-circle length times the factor of routes.txt. */
export interface Line {
  from: number;
  to: number;
  km: number;
}

export interface Network {
  hubs: Hub[];
  lines: Line[];
}

/**
 * Reads the two tables. Throws with file and line for a hub that is not known, a number that is none, and a hub
 * that no line reaches: it would be infinitely far from everything.
 */
export function parseNetwork(hubsCsv: string, routesText: string): Network {
  const hubs = parseHubs(hubsCsv);
  const indices = new Map(hubs.map((hub, index) => [hub.id, index]));
  if (indices.size !== hubs.length) throw new Error("hubs.csv: an id occurs twice");
  const lines = parseRoutes(routesText, hubs, indices);
  const reached = new Set(lines.flatMap((line) => [line.from, line.to]));
  const lonely = hubs.find((_, index) => !reached.has(index));
  if (lonely !== undefined) throw new Error(`routes.txt: no line reaches the hub '${lonely.id}'`);
  return { hubs, lines };
}

function parseHubs(text: string): Hub[] {
  return meaningfulLines(text).map(({ number, content }) => {
    const [id = "", country = "", latitude, longitude] = content.split(",");
    const hub = { id, country, latitude: Number(latitude), longitude: Number(longitude) };
    if (
      !/^[A-Z]{2}$/.test(country) ||
      !(Math.abs(hub.latitude) <= 90 && Math.abs(hub.longitude) <= 180)
    ) {
      throw new Error(`hubs.csv:${number}: expected id,country,latitude,longitude`);
    }
    return hub;
  });
}

function parseRoutes(text: string, hubs: Hub[], indices: Map<string, number>): Line[] {
  return meaningfulLines(text).flatMap(({ number, content }) => {
    const [factorText = "", chainText = ""] = content.split(":");
    const factor = Number(factorText);
    const chain = chainText.trim().split(/\s+/);
    if (!(factor >= 1) || chain.length < 2) {
      throw new Error(`routes.txt:${number}: expected 'factor: hub hub ...', factor at least 1`);
    }
    return chain.slice(1).map((toId, position) => {
      const [from, to] = [chain[position] ?? "", toId].map((id) => {
        const index = indices.get(id);
        if (index === undefined) throw new Error(`routes.txt:${number}: no hub '${id}'`);
        return index;
      }) as [number, number];
      return { from, to, km: distanceKm(hubs[from] as Hub, hubs[to] as Hub) * factor };
    });
  });
}

function meaningfulLines(text: string): { number: number; content: string }[] {
  return text
    .split("\n")
    .map((line, index) => ({ number: index + 1, content: line.replace(/#.*/, "").trim() }))
    .filter(({ content }) => content !== "");
}
