import { expect, test } from "vitest";
import { compareImages, compareVersions } from "../../../worker/images/compare-versions.ts";

test.each([
  ["9", "11"],
  ["24.04", "24.04.1"],
  ["13-rc1", "13"],
  ["13-rc1", "13.0.0"],
  ["13-alpha2", "13-beta1"],
  ["13-rc2", "13-rc10"],
  ["12.9.0", "12.10.0"],
  ["3.1r0a", "3.1r1"],
  ["4.0", "4.0r1"],
  ["20251116-2298", "20251117-2299"],
  ["2025.10.01", "2025.11.01"],
  ["43-beta", "43"],
  ["13", "20251117-2299"],
  ["8.9-1", "9.0-1"],
  ["2025.1a", "2025.1c"],
])("%s is before %s", (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
  expect(compareVersions(older, older)).toBe(0);
});

test("images are ordered by release, then by version, a preview below", () => {
  const [bookworm, trixie] = [Date.UTC(2023, 5, 10), Date.UTC(2025, 7, 9)];
  const images = [
    { series: "13", version: "13.2.0", released: trixie },
    { series: "12", version: "20991231", released: bookworm },
    { series: "13", version: "13-rc1", released: trixie, isPreview: true as const },
    { series: "13", version: "20251117", released: trixie, isPreview: true as const },
    { series: "13", version: "20251117", released: trixie },
    // Of a release nobody knows the date of, its own number decides.
    { series: "14", version: "14.0.0" },
  ];
  const sorted = images
    .toSorted(compareImages)
    .map(({ version, ...of }) => [version, "isPreview" in of]);
  expect(sorted).toEqual([
    ["20991231", false],
    ["13-rc1", true],
    ["13.2.0", false],
    ["20251117", true],
    ["20251117", false],
    ["14.0.0", false],
  ]);
});
