/** Moments: what is taken, by what ISO 8601 and GNU `date` (9.1) make of it, and what is refused. */
import { describe, expect, test } from "vitest";
import { momentOf, readUntil } from "../../../../worker/list/moment.ts";
import { checkTexts, repositoryTexts, siteText } from "./list.ts";

const now = Date.parse("2026-11-29T22:00:00.500Z");

// The seconds are those of `date -u -d TEXT +%s`.
test.each([
  ["2026-12-01", 1_796_083_200],
  ["2026-12-01 06:00", 1_796_104_800],
  ["2026-12-01T06:00", 1_796_104_800],
  ["2026-12-01T06:00Z", 1_796_104_800],
  ["2026-12-01t06:00z", 1_796_104_800],
  ["2026-12-01 06:00:30 UTC", 1_796_104_830],
  ["2026-12-01T06:00:30.999Z", 1_796_104_830],
  ["2026-12-01T06:00+01:00", 1_796_101_200],
  ["2026-12-01T06:00:00-0530", 1_796_124_600],
  ["2026-12-01 06:00 +14", 1_796_054_400],
  ["2028-02-29", 1_835_395_200],
])("%s is a moment", (text, seconds) => {
  expect(momentOf(text)).toBe(seconds * 1000);
});

const noMoments = [
  "2026-12-1",
  "12/01/2026",
  "01.12.2026",
  "2027",
  "2026-12",
  "20261201",
  "2026-W49",
  "1796083200",
  "tomorrow",
  "",
  " 2026-12-01",
  "2026-12-01 ",
  "2026-12-01T",
  "2026-12-01T6:00",
  "2026-12-01T06",
  "2026-12-01T06:00:00+1:00",
  "2026-12-01T06:00 CET",
  "2026-12-01+01:00",
  "+2026-12-01",
  // No calendar or clock has them.
  "2027-02-29",
  "2027-02-30",
  "2026-11-31",
  "2026-13-01",
  "2026-00-10",
  "2026-12-00",
  "0099-13-01",
  "2026-12-01T24:00",
  "2026-12-01T06:60",
  "2026-12-01T06:00:60",
  "2026-12-01T06:00+14:01",
  "2026-12-01T06:00+01:60",
];
test.each(noMoments)("%j is none", (text) => {
  expect(momentOf(text)).toBeNaN();
});

describe("--until", () => {
  test.each([
    ["2026-12-01", "2026-12-01T00:00:00Z"],
    ["2026-12-01 06:00", "2026-12-01T06:00:00Z"],
    ["2026-12-01T06:00+01:00", "2026-12-01T05:00:00Z"],
    ["90m", "2026-11-29T23:30:00Z"],
    ["2h", "2026-11-30T00:00:00Z"],
    ["1d", "2026-11-30T22:00:00Z"],
    ["2w", "2026-12-13T22:00:00Z"],
  ])("%s is written as %s", (text, until) => {
    expect(readUntil(text, now)).toEqual({ until });
  });

  test.each([
    ...noMoments,
    "2 h",
    "-2h",
    "1.5h",
    "2y",
    "h",
    `${"9".repeat(12)}d`,
    `${"9".repeat(400)}d`,
  ])("%j is refused with what was given and what is taken", (text) => {
    expect(readUntil(text, now)).toEqual({ fault: expect.stringContaining(`"${text}"`) });
    expect(readUntil(text, now)).toEqual({
      fault: expect.stringMatching(/2026-12-01T06:00Z.*\+01:00.*\b2h\b.*\b2w\b/),
    });
  });

  test.each(["2026-11-29", "2026-11-29T22:00", "2026-11-29T23:00+01:00", "0h"])(
    "%s is past, and that is said",
    (text) => {
      expect(readUntil(text, now)).toEqual({
        fault: expect.stringMatching(
          /is 2026-11-29T\d\d:00:00Z, and it is 2026-11-29T22:00:00Z now/,
        ),
      });
    },
  );
});

// The schema alone lets them through: it sees digits.
test.each(["2027-02-30", "2027-02-29", "2026-11-31T06:00Z", "2026-12-01T24:00Z"])(
  "the check refuses %s, as a state's end and as `olderUntil`",
  (date) => {
    const mirror = siteText("a.example", `state: {is: drained, by: me, why: x, until: ${date}}\n`);
    const { errors } = checkTexts({ "a.example": mirror });
    expect(errors).toMatchObject([{ file: "a.example.yaml", line: 7, column: 45 }]);
    expect(errors[0]?.message).toContain(date);
    const debian = `${repositoryTexts.debian}olderUntil: ${date}\n`;
    expect(checkTexts({}, { debian }).errors).toMatchObject([{ line: 6, column: 13 }]);
  },
);
