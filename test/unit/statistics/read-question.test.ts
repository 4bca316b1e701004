import { describe, expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { readStatisticsQuestion } from "../../../worker/statistics/read-question.ts";

const now = Date.parse("2026-11-30T12:34:56Z");
const hour = Date.parse("2026-11-30T12:00:00Z") / 3_600_000;
const day = Date.parse("2026-11-30T00:00:00Z") / 86_400_000;
const read = (query: string) => readStatisticsQuestion(query, now);

describe("a question", () => {
  test.each([
    ["", { per: "hour", from: hour - 23, to: hour + 1, only: {}, limit: 50 }],
    ["per=day", { per: "day", from: day - 29, to: day + 1 }],
    ["by=country&repository=debian", { by: "country", only: { repository: "debian" } }],
    ["country=de&class=image", { only: { country: "DE", class: "image" } }],
    ["from=2026-11-30T10:59Z&to=2026-11-30T11:01:30.5Z", { from: hour - 2, to: hour }],
    ["from=2026-11-29&to=2026-11-30&per=day", { from: day - 1, to: day }],
    // The present hour is the last that there can be.
    ["to=2027-01-01", { from: hour - 23, to: hour + 1 }],
    // A form without script sends what is left empty.
    ["by=&mirror=&limit=", { only: {}, limit: 50 }],
    ["by=mirror&limit=1576", { by: "mirror", limit: 1576 }],
  ])("%s", (query, expected) => {
    expect(read(query)).toMatchObject(expected);
  });

  test.each([
    [
      "by=contry",
      "by=contry is not there. Did you mean country? There are: mirror, repository, country, class.",
    ],
    ["per=hours", "per=hours is not there. Did you mean hour? There are: hour, day."],
    ["class=metadata", "class=metadata is not there. There are: package, image, other."],
    [
      "form=2026-11-01",
      "form= means nothing here. Did you mean from=? There are: from, to, per, by, mirror, repository, country, class, limit.",
    ],
    ["by=class&by=class", "by= is given twice. Leave one out."],
    [
      "country=Germany",
      "country=Germany is no country. Write two letters (ISO 3166-1), or unknown.",
    ],
    [
      "by=country&mirror=a",
      "Mirrors aren't counted by country: mirror and country can't be asked for together. Leave one out.",
    ],
    [
      "from=yesterday",
      "from=yesterday is no time. Write a day (2026-11-30) or a time in UTC (2026-11-30T12:00Z).",
    ],
    [
      "from=2026-13-01",
      "from=2026-13-01 is no time. Write a day (2026-11-30) or a time in UTC (2026-11-30T12:00Z).",
    ],
    ["from=2026-12-01", "from= must be before to=, and not ahead."],
    [
      "from=2026-11-01",
      "per=hour goes back 8 days; per=day goes further. The oldest is 2026-11-22T12:00:00.000Z.",
    ],
    [
      "per=day&from=2020-01-01",
      "per=day goes back two years. The oldest is 2024-11-30T00:00:00.000Z.",
    ],
    ["per=day&from=2025-11-30", "366 days are more than 186. Ask for less at a time."],
    ["limit=0", "limit=0 is not a number from 1 to 2000."],
    ["limit=1e3", "limit=1e3 is not a number from 1 to 2000."],
    [
      "by=mirror&limit=2000",
      "2000 rows of 24 hours are more than 40000 figures. Take a smaller limit=, or a shorter time.",
    ],
  ])("%s is refused", (query, reason) => {
    expect(read(query)).toEqual({ reason });
  });
});

test("whatever is asked, there is a question within the bounds or a sentence", () => {
  const random = seeded(5000);
  const names = [
    "from",
    "to",
    "per",
    "by",
    "mirror",
    "country",
    "class",
    "limit",
    "x",
    "__proto__",
  ];
  const values = [
    "",
    "hour",
    "day",
    "mirror",
    "2026-11-29",
    "2026-11-30T12:00Z",
    "-1",
    "9999",
    "%00",
    "constructor",
    "DE",
    "\u{1f600}",
    "275760-09-13",
    "0001-01-01",
  ];
  const one = (of: readonly string[]) => of[Math.floor(random() * of.length)] ?? "";
  let questions = 0;
  for (let at = 0; at < 5000; at++) {
    const query = Array.from(
      { length: Math.floor(random() * 5) },
      () => `${one(names)}=${one(values)}`,
    );
    const asked = read(query.join("&"));
    if ("reason" in asked) {
      expect(asked.reason).toMatch(/^[^\n]+\.$/);
      continue;
    }
    questions++;
    expect(asked.to).toBeGreaterThan(asked.from);
    expect(asked.to - asked.from).toBeLessThanOrEqual(193);
    expect(asked.limit).toBeGreaterThan(0);
  }
  expect(questions).toBeGreaterThan(500);
});
