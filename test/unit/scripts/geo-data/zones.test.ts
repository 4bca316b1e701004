import { describe, expect, test } from "vitest";
import { buildZoneTable } from "../../../../scripts/geo-data/zones.ts";
import { placeOfTimeZone } from "../../../../scripts/own-place.ts";
import { distanceKm } from "../../../../worker/geo/distance.ts";

describe("placeOfTimeZone", () => {
  test.each([
    ["Europe/Berlin", "DE", 52.5, 13.4],
    ["America/Los_Angeles", "US", 34.1, -118.2],
    ["US/Eastern", "US", 40.7, -74.0],
    ["Asia/Calcutta", "IN", 20.8, 77.3],
    ["Asia/Kolkata", "IN", 20.8, 77.3],
    ["Europe/Kiev", "UA", 50.5, 30.5],
    ["Iceland", "IS", 64.1, -21.9],
    ["America/Argentina/Buenos_Aires", "AR", -34.6, -58.4],
    ["Pacific/Auckland", "NZ", -36.9, 174.8],
  ])("%s is in %s", (zone, country, latitude, longitude) => {
    const place = placeOfTimeZone(zone);
    expect(place?.country).toBe(country);
    expect(place && distanceKm(place, { latitude, longitude })).toBeLessThan(60);
  });

  test.each(["UTC", "Etc/UTC", "Etc/GMT+5", "GMT", "CET", "", "Nowhere/City", "constructor"])(
    "'%s' is no place",
    (zone) => expect(placeOfTimeZone(zone)).toBeUndefined(),
  );

  test("knows every zone that this runtime may report", () => {
    const unknown = Intl.supportedValuesOf("timeZone").filter(
      (zone) =>
        zone.includes("/") && !zone.startsWith("Etc/") && placeOfTimeZone(zone) === undefined,
    );
    expect(unknown).toEqual([]);
  });
});

describe("the table of zones", () => {
  const zoneTab = [
    "# comment",
    "US\t+404251-0740023\tAmerica/New_York\tEastern",
    "US\t+340308-1181434\tAmerica/Los_Angeles\tPacific",
    "IN\t+2232+08822\tAsia/Kolkata",
    "IS\t+6409-02151\tAtlantic/Reykjavik",
    "CI\t+0519-00402\tAfrica/Abidjan",
  ].join("\n");
  const links =
    "L America/New_York US/Eastern\nL Africa/Abidjan Iceland\nL Etc/UTC Zulu\nZ X 0 - UTC";
  const table = buildZoneTable(zoneTab, links, { IN: ["AS", 20.8, 77.3] });

  test("reads degrees, minutes and seconds with their signs", () => {
    expect(table["America/New_York"]).toEqual(["US", 40.71, -74.01]);
    expect(table["Africa/Abidjan"]).toEqual(["CI", 5.32, -4.03]);
  });

  test("follows old names, by place where tzdata goes by clock, and drops those of no place", () => {
    expect(table["US/Eastern"]).toEqual(table["America/New_York"]);
    expect(table.Iceland).toEqual(table["Atlantic/Reykjavik"]);
    expect(table).not.toHaveProperty("Zulu");
  });

  test("a country’s only zone is the country", () => {
    expect(table["Asia/Kolkata"]).toEqual(["IN", 20.8, 77.3]);
  });

  test("refuses a line it can’t read", () => {
    expect(() => buildZoneTable("DE Europe/Berlin", "", {})).toThrow("zone.tab");
  });
});
