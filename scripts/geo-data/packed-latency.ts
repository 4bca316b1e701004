/** The latency table as the Worker carries it: without the names of hubs, and its matrix in short. Pure. */
import type { LatencyTable } from "../../worker/geo/latency.ts";
import { packedMatrix } from "../../worker/geo/packed-matrix.ts";

export function packedLatency({
  floorMs,
  accessMsPerKm,
  latitudes,
  longitudes,
  hubMs,
}: LatencyTable) {
  return { floorMs, accessMsPerKm, latitudes, longitudes, hubMs: packedMatrix(hubMs) };
}
