import { describe, expect, test } from "vitest";
import { distanceKm } from "../../../worker/geo/distance.ts";

describe("great-circle distance", () => {
  test("of well-known pairs, km", () => {
    const london = { latitude: 51.5074, longitude: -0.1278 };
    const sydney = { latitude: -33.8688, longitude: 151.2093 };
    expect(distanceKm(london, { latitude: 48.8566, longitude: 2.3522 })).toBeCloseTo(343.6, 0);
    expect(distanceKm(london, sydney)).toBeCloseTo(16994, -1);
  });

  test("has no seam at the antimeridian and no trouble at a pole", () => {
    const suva = { latitude: -18, longitude: 179.9 };
    expect(distanceKm(suva, { latitude: -18, longitude: -179.9 })).toBeLessThan(22);
    expect(
      distanceKm({ latitude: 90, longitude: 0 }, { latitude: 90, longitude: 123 }),
    ).toBeCloseTo(0, 6);
    expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(
      20015,
      0,
    );
  });

  test("is exact for neighbours, where acos of a dot product is not", () => {
    const metres =
      distanceKm({ latitude: 50, longitude: 8 }, { latitude: 50.00001, longitude: 8 }) * 1000;
    expect(metres).toBeCloseTo(1.112, 3);
  });

  test.each([
    { latitude: Number.NaN, longitude: 0 },
    { latitude: 0, longitude: Number.POSITIVE_INFINITY },
    { latitude: 90.1, longitude: 0 },
  ])("refuses $latitude, $longitude", (point) => {
    expect(() => distanceKm(point, { latitude: 0, longitude: 0 })).toThrow(RangeError);
  });
});
