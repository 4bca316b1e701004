import { Reader } from "maxmind";
import type { AsnResponse } from "mmdb-lib";
import { describe, expect, test } from "vitest";
import { type AddressWords, addressText } from "../../../../scripts/geo-data/address-words.ts";
import type { ValueRange } from "../../../../scripts/geo-data/mmdb-tree.ts";
import { writeMmdb } from "../../../../scripts/geo-data/mmdb-writer.ts";
import { seeded } from "../../../../scripts/random.ts";

const ABOUT = {
  field: "autonomous_system_number",
  type: "ASN",
  description:
    "A description of more than twenty-nine bytes, so that its length has a byte of its own",
  buildEpoch: 1_700_000_000,
};

function open(ranges: ValueRange[]): (address: string) => number | undefined {
  const reader = new Reader<AsnResponse>(writeMmdb(ranges, ABOUT));
  return (address) => reader.get(address)?.autonomous_system_number;
}

function v4(start: number, end: number, value: number): ValueRange {
  return { start: [0, 0, 0, start], end: [0, 0, 0, end], value };
}

describe("a MaxMind DB of ours, read by maxmind", () => {
  test("gives ranges that are no prefixes, ends included, and nothing beside them", () => {
    const asn = open([v4(0x01000001, 0x01000005, 7), v4(0x01000006, 0x01000006, 0xffff_ffff)]);
    expect(["1.0.0.0", "1.0.0.1", "1.0.0.5", "1.0.0.6", "1.0.0.7"].map(asn)).toEqual([
      undefined,
      7,
      7,
      0xffff_ffff,
      undefined,
    ]);
  });

  test("holds both families at once, down to one address and up to the last", () => {
    const asn = open([
      v4(0xffffffff, 0xffffffff, 1),
      {
        start: [0x20010db8, 0, 0, 0],
        end: [0x20010db8, 0xffffffff, 0xffffffff, 0xffffffff],
        value: 2,
      },
      { start: [0x20010db9, 0, 0, 5], end: [0x20010db9, 0, 0, 5], value: 3 },
      {
        start: [0xffffffff, 0, 0, 0],
        end: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
        value: 4,
      },
    ]);
    expect(
      [
        "255.255.255.255",
        "2001:db8::",
        "2001:db8:ffff::1",
        "2001:db9::5",
        "2001:db9::4",
        "ffff:ffff::",
      ].map(asn),
    ).toEqual([1, 2, 2, 3, undefined, 4]);
  });

  test("describes itself", () => {
    const { metadata } = new Reader<AsnResponse>(writeMmdb([v4(0, 1, 300)], ABOUT));
    expect(metadata).toMatchObject({
      binaryFormatMajorVersion: 2,
      databaseType: "ASN",
      description: { en: ABOUT.description },
      ipVersion: 6,
      recordSize: 24,
      buildEpoch: new Date(1_700_000_000_000),
    });
  });

  test("without any range knows nothing, and says so", () => {
    expect(open([])("8.8.8.8")).toBeUndefined();
  });

  test.each([
    ["inside", v4(20, 30, 2)],
    ["around", v4(0, 200, 2)],
    ["across the start", v4(5, 15, 2)],
    ["across the end", v4(100, 120, 2)],
    ["the same", v4(10, 100, 1)],
  ])("refuses a range %s another", (_, second) => {
    expect(() => writeMmdb([v4(10, 100, 1), second], ABOUT)).toThrow(RangeError);
  });

  test("refuses a range that ends before it starts", () => {
    expect(() => writeMmdb([v4(2, 1, 1)], ABOUT)).toThrow(RangeError);
  });
});

describe("random ranges against a search by hand", () => {
  /** Disjoint, in order, dense enough to touch: the top word or the last two are varied. */
  function randomRanges(random: () => number, family: 4 | 6): ValueRange[] {
    const ends = new Set<number>();
    while (ends.size < 400) ends.add(Math.floor(random() * 2 ** (random() < 0.5 ? 32 : 12)));
    const sorted = [...ends].sort((a, b) => a - b);
    return sorted.flatMap((start, index) => {
      const end = sorted[index + 1];
      if (index % 2 === 1 || end === undefined) return [];
      const value = Math.floor(random() * 50) + (random() < 0.1 ? 2 ** 31 : 1);
      if (family === 4) return [v4(start, end - (index % 4 ? 1 : 0), value)];
      return [
        { start: [0x20010000, start, 0, 1], end: [0x20010000, end - 1, 0xffff_ffff, 7], value },
      ];
    });
  }

  function within(address: AddressWords, { start, end }: ValueRange): boolean {
    const number = (words: AddressWords) =>
      words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
    return number(start) <= number(address) && number(address) <= number(end);
  }

  test.each([1, 2, 3, 4])("seed %i", (seed) => {
    const random = seeded(seed);
    const ranges = [...randomRanges(random, 4), ...randomRanges(random, 6)];
    const asn = open(ranges);
    const questions = ranges.flatMap(({ start, end }): AddressWords[] => [
      start,
      end,
      [start[0], start[1], start[2], Math.max(0, start[3] - 1)],
      [end[0], end[1], end[2], Math.min(0xffff_ffff, end[3] + 1)],
      start[0] === 0
        ? [0, 0, 0, Math.floor(random() * 2 ** 32)]
        : [0x20010000, Math.floor(random() * 2 ** 32), Math.floor(random() * 2 ** 32), 0],
    ]);
    const answers = questions.map((address) => [addressText(address), asn(addressText(address))]);
    const byHand = questions.map((address) => [
      addressText(address),
      ranges.find((range) => within(address, range))?.value,
    ]);
    expect(answers).toEqual(byHand);
  });
});
