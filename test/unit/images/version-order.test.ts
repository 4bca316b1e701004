import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { compareVersions } from "../../../worker/images/version-order.ts";

/** Each is newer than the one before: releases as their projects published them, in that order. */
const published = [
  ["9", "10", "11", "12", "13-beta1", "13-rc1", "13", "13.1.0", "13.2.0", "13.10.0"],
  ["22.04", "22.04.1", "22.04.5", "24.04-beta", "24.04", "24.04.1", "24.10"],
  ["3.9.0", "3.19.0", "3.20_rc1", "3.20.0", "3.20.1"],
  ["2025.11.01", "2026.02.01", "2026.11.01"],
  ["9.7-beta1", "9.7", "10.0", "10.1"],
];

test.each(published)(
  "versions from %s on stand in the order of their publication",
  (...versions) => {
    for (const [at, one] of versions.entries()) {
      for (const [to, other] of versions.entries()) {
        expect([one, other, Math.sign(compareVersions(one, other))]).toEqual([
          one,
          other,
          Math.sign(at - to),
        ]);
      }
    }
  },
);

test("of plain numbers the order is that of sort -V", () => {
  const versions = ["24.04", "9", "10.2.1", "10.2", "24.10", "11.0", "10.10"];
  const sorted = execFileSync("sort", ["-V"], { input: versions.join("\n"), encoding: "utf8" });
  expect(versions.toSorted(compareVersions)).toEqual(sorted.trim().split("\n"));
});
