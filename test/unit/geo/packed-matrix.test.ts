/** The latency table in short says the very same. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import packed from "../../../geo-data/latency-packed.json" with { type: "json" };
import { packedLatency } from "../../../scripts/geo-data/packed-latency.ts";
import { seeded } from "../../../scripts/random.ts";
import type { LatencyTable } from "../../../worker/geo/latency.ts";
import { createLatencyModel } from "../../../worker/geo/latency.ts";
import { packedLength, packedMatrix, packedValue } from "../../../worker/geo/packed-matrix.ts";

const table: LatencyTable = JSON.parse(
  readFileSync(new URL("../../../geo-data/latency.json", import.meta.url), "utf8"),
);

/** The rows again, each value by itself and the same both ways. */
function rowsOf(text: string, count: number): number[][] {
  expect(text).toHaveLength(packedLength(count));
  return Array.from({ length: count }, (_, row) => {
    expect(packedValue(text, row, row)).toBe(0);
    return Array.from({ length: row }, (__, column) => {
      const value = packedValue(text, row, column);
      if (packedValue(text, column, row) !== value) throw new Error(`${row} ${column} differ`);
      return value;
    });
  });
}

it("is what the committed table says, and made of it", () => {
  expect(rowsOf(packed.hubMs, table.hubMs.length)).toEqual(table.hubMs);
  expect(packedLatency(table)).toEqual(packed);
});

it("takes any whole numbers (seed 1)", () => {
  const random = seeded(1);
  for (let size = 0; size < 40; size += 1) {
    const rows = Array.from({ length: size }, (_, at) =>
      Array.from({ length: at }, () => Math.floor(random() * 1000)),
    );
    expect(rowsOf(packedMatrix(rows), size)).toEqual(rows);
  }
});

it("that was cut is refused", () => {
  const at = { latitude: 50, longitude: 8 };
  const cut = createLatencyModel({ ...packed, hubMs: packed.hubMs.slice(0, -1) });
  expect(() => cut.prepare(at)).toThrow("is none of");
});
