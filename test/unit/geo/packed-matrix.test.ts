/** The latency table in short says the very same. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import packed from "../../../geo-data/latency-packed.json" with { type: "json" };
import { packedLatency } from "../../../scripts/geo-data/packed-latency.ts";
import { seeded } from "../../../scripts/random.ts";
import type { LatencyTable } from "../../../worker/geo/latency.ts";
import { packedMatrix, unpackedMatrix } from "../../../worker/geo/packed-matrix.ts";

const table: LatencyTable = JSON.parse(
  readFileSync(new URL("../../../geo-data/latency.json", import.meta.url), "utf8"),
);

it("is what the committed table says, and made of it", () => {
  expect(unpackedMatrix(packed.hubMs)).toEqual(table.hubMs);
  expect(packedLatency(table)).toEqual(packed);
});

it("takes any whole numbers (seed 1)", () => {
  const random = seeded(1);
  for (let size = 0; size < 40; size += 1) {
    const rows = Array.from({ length: size }, (_, at) =>
      Array.from({ length: at }, () => Math.floor(random() * 1000)),
    );
    expect(unpackedMatrix(packedMatrix(rows))).toEqual(rows);
  }
});

it("that was cut is refused", () => {
  expect(() => unpackedMatrix(packed.hubMs.slice(0, -1))).toThrow("ends within a row");
});
