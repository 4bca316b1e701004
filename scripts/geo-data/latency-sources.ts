/** Reads what the latency table is built from, out of geo-data/. */
import { readFileSync } from "node:fs";
import type { Measurements } from "./measurements.ts";
import { type Network, parseNetwork } from "./network.ts";

const GEO_DATA = new URL("../../geo-data/", import.meta.url);

/** The hubs and lines of geo-data/network/. Throws with file and line when they are wrong. */
export function readNetwork(): Network {
  return parseNetwork(readText("network/hubs.csv"), readText("network/routes.txt"));
}

/** The measured round-trip times of geo-data/measurements/. */
export function readMeasurements(): Measurements {
  const measurements: Measurements = JSON.parse(
    readText("measurements/cloud-region-rtt-p50-2022.json"),
  );
  return measurements;
}

function readText(path: string): string {
  return readFileSync(new URL(path, GEO_DATA), "utf8");
}
