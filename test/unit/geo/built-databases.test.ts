import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AsnResponse, type CountryResponse, Reader } from "maxmind";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { countryPlace } from "../../../worker/geo/countries.ts";

interface CountryRecord extends CountryResponse {
  country_code: string;
}

function readBuilt(file: string): Buffer {
  const path = fileURLToPath(new URL(`../../../geo-data/built/${file}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run geo-data`);
  return readFileSync(path);
}

describe("the built databases", () => {
  test.each([
    ["8.8.8.8", 15169],
    ["2001:4860:4860::8888", 15169],
    ["1.1.1.1", 13335],
    ["9.9.9.9", 19281],
    ["2606:4700:4700::1111", 13335],
    ["127.0.0.1", undefined],
    ["10.1.2.3", undefined],
    ["::1", undefined],
  ])("%s belongs to network %s", (address, asn) => {
    const reader = new Reader<AsnResponse>(readBuilt("asn.mmdb"));
    expect(reader.get(address)?.autonomous_system_number).toBe(asn);
  });

  test.each([
    ["130.149.7.1", "DE"],
    ["200.160.2.3", "BR"],
    ["193.0.6.139", "NL"],
    ["2001:4860:4860::8888", "US"],
  ])("%s is in %s", (address, country) => {
    const reader = new Reader<CountryRecord>(readBuilt("country.mmdb"));
    expect(reader.get(address)?.country_code).toBe(country);
  });

  test("every country the database names has a place", () => {
    const reader = new Reader<CountryRecord>(readBuilt("country.mmdb"));
    const random = seeded(7);
    const codes = new Set<string>();
    for (let look = 0; look < 50_000; look++) {
      const address = Array.from({ length: 4 }, () => Math.floor(random() * 256)).join(".");
      const code = reader.get(address)?.country_code;
      if (code !== undefined) codes.add(code);
    }
    expect(codes.size).toBeGreaterThan(100);
    expect([...codes].filter((code) => countryPlace(code) === undefined)).toEqual([]);
  });
});
