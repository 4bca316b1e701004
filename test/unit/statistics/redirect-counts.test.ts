import { expect, test } from "vitest";
import {
  countryName,
  countryNumber,
  fileClasses,
  hourOf,
  namedCountry,
} from "../../../worker/statistics/counted.ts";
import {
  type CountedRows,
  maxRows,
  nearlyFullRows,
  RedirectCounts,
  rowLength,
} from "../../../worker/statistics/redirect-counts.ts";
import { drawnRedirects, take } from "./drawn-redirects.ts";

const start = Date.parse("2026-03-01T12:30:00Z");

/** A taken table as lines of text, sorted; the counts behind the key. */
function told({ mirrors, repositories, rows }: CountedRows): string[] {
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += rowLength) {
    const [hour = 0, mirror = 0, repository = 0, country = 0, fileClass = 0, ...counts] =
      rows.slice(at, at + rowLength);
    const key = [
      hour,
      mirrors[mirror - 1] ?? "(other)",
      repositories[repository - 1] ?? "(other)",
      countryName(country),
      fileClasses[fileClass],
    ];
    lines.push(`${key.join(" ")}: ${counts.join(" ")}`);
  }
  return lines.sort();
}

test("counts what a plain Map counts, take after take", () => {
  const counts = new RedirectCounts();
  const drawn = drawnRedirects({ seed: 16, mirrors: 20, repositories: 6 });
  for (let round = 0; round < 5; round++) {
    const model = new Map<string, [number, number, number]>();
    for (let at = 0; at < 20_000; at++) {
      const now = start + round * 3_600_000 + at * 100;
      const redirect = take(drawn);
      counts.count(redirect, now);
      const { mirror, repository, country, fileClass, size } = redirect;
      const isKnown = country !== undefined && /^[A-Z]{2}$/.test(country);
      const key = [hourOf(now), mirror, repository, isKnown ? country : "unknown", fileClass];
      const [redirects, bytes, unsized] = model.get(key.join(" ")) ?? [0, 0, 0];
      const isSized = size !== undefined;
      model.set(key.join(" "), [redirects + 1, bytes + (size ?? 0), unsized + (isSized ? 0 : 1)]);
      if (counts.rows === maxRows) throw new Error("the draw has too many combinations");
    }
    expect(counts.rows).toBe(model.size);
    expect(model.size).toBeGreaterThan(4000);
    const taken = counts.take();
    expect(told(taken)).toEqual([...model].map(([key, of]) => `${key}: ${of.join(" ")}`).sort());
    expect(counts.rows).toBe(0);
  }
  expect(counts.take()).toEqual({ mirrors: [], repositories: [], rows: [] });
});

test("what has no room any more is counted together, and nothing is lost", () => {
  const counts = new RedirectCounts();
  const redirect = { country: "DE", size: 10 } as const;
  for (let at = 0; at < maxRows + 500; at++) {
    const fileClass = at % 2 === 0 ? "package" : "image";
    const repository = at < 3000 ? "debian" : at < 6000 ? "fedora" : "alpine";
    counts.count({ ...redirect, repository, mirror: `mirror${at % 3000}`, fileClass }, start);
    expect(counts.isNearlyFull).toBe(at + 1 >= nearlyFullRows);
  }
  expect(counts.rows).toBeLessThanOrEqual(maxRows + fileClasses.length);
  // What has a row of its own is counted there as before.
  counts.count({ ...redirect, repository: "debian", mirror: "mirror7", fileClass: "image" }, start);
  const lines = told(counts.take());
  const hour = hourOf(start);
  expect(lines).toContain(`${hour} mirror7 debian DE image: 2 20 0`);
  const over = lines.filter((line) => line.includes("(other)"));
  const redirects = lines.map((line) => Number(/: (\d+)/.exec(line)?.[1]));
  expect(redirects.reduce((sum, one) => sum + one, 0)).toBe(maxRows + 501);
  expect(over.every((line) => line.includes(`${hour} (other) (other) (other) `))).toBe(true);
  expect(over).toHaveLength(2);
  expect(counts.lost).toBe(0);
});

test("hours without end fill the table, and then it says how many were lost", () => {
  const counts = new RedirectCounts();
  const redirect = { mirror: "one", repository: "debian", country: "DE", size: 1 } as const;
  for (let hour = 0; hour < 9000; hour++) {
    counts.count({ ...redirect, fileClass: "package" }, start + hour * 3_600_000);
  }
  expect(counts.rows).toBe(8191);
  expect(counts.lost).toBe(9000 - 8191);
});

test("each country has a number of its own, and what is no code is unknown", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap((one) => letters.map((two) => one + two));
  const numbers = codes.map(countryNumber);
  expect(new Set(numbers).size).toBe(676);
  expect(numbers.map(countryName)).toEqual(codes);
  expect(codes.map(namedCountry)).toEqual(numbers);
  for (const none of [undefined, "", "T1", "de", "DEU", "Ä1"]) {
    expect(countryName(countryNumber(none))).toBe("unknown");
  }
  expect(namedCountry("(other)")).toBe(677);
  expect(namedCountry("unknown")).toBe(0);
  expect(namedCountry("de")).toBeUndefined();
});
