import { describe, expect, test } from "vitest";
import { addressText, nextAddress } from "../../../../scripts/geo-data/address-words.ts";
import { readAsnRanges } from "../../../../scripts/geo-data/asn-ranges.ts";

function ranges(csv: string, family: 4 | 6): [string, string, number][] {
  return [...readAsnRanges(csv, family)].map(({ start, end, value }) => [
    addressText(start),
    addressText(end),
    value,
  ]);
}

describe("the package’s ranges", () => {
  test("IPv4, with names that hold commas, with and without a last line break", () => {
    const csv = '16777216,16777471,13335,"Cloudflare, Inc."\n16778240,16779263,38803,Gtelecom';
    const expected = [
      ["1.0.0.0", "1.0.0.255", 13335],
      ["1.0.4.0", "1.0.7.255", 38803],
    ];
    expect(ranges(csv, 4)).toEqual(expected);
    expect(ranges(`${csv}\n`, 4)).toEqual(expected);
  });

  test("IPv6", () => {
    const csv =
      "42540488479219738492182115193345540096,42540488479220947418001729822520246271,112,DNS-OARC";
    expect(ranges(csv, 6)).toEqual([
      ["2001:4:112:0:0:0:0:0", "2001:4:112:ffff:ffff:ffff:ffff:ffff", 112],
    ]);
  });

  test("joins neighbours of one network, not of two, and not over a gap", () => {
    expect(ranges("0,9,5,a\n10,19,5,a\n20,29,6,b\n31,39,6,b\n", 4)).toEqual([
      ["0.0.0.0", "0.0.0.19", 5],
      ["0.0.0.20", "0.0.0.29", 6],
      ["0.0.0.31", "0.0.0.39", 6],
    ]);
  });

  test("a range that begins inside the one before gets what that one leaves", () => {
    expect(ranges("10,19,5,a\n15,25,6,b\n16,18,7,c\n", 4)).toEqual([
      ["0.0.0.10", "0.0.0.19", 5],
      ["0.0.0.20", "0.0.0.25", 6],
    ]);
  });

  test.each([
    ["1,2\n", "line 1: expected"],
    ["1,2,3,a\n4,5,,b\n", "line 2: expected"],
    ["1,2,4294967296,a\n", "line 1: expected"],
    ["10,12,3,a\n4,5,6,b\n", "line 2: not in order"],
  ])("refuses %j with its place", (csv, message) => {
    expect(() => ranges(csv, 4)).toThrow(message);
  });
});

test("the next address carries over words, and wraps at the end", () => {
  const full = 0xffff_ffff;
  expect(nextAddress([0, 0, 0, full])).toEqual([0, 0, 1, 0]);
  expect(nextAddress([1, 2, full, full])).toEqual([1, 3, 0, 0]);
  expect(nextAddress([1, full, full, full])).toEqual([2, 0, 0, 0]);
  expect(nextAddress([full, full, full, full])).toEqual([0, 0, 0, 0]);
});
