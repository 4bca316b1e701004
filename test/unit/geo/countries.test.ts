import { describe, expect, test } from "vitest";
import { buildCountryTable } from "../../../scripts/geo-data/countries.ts";
import { countryPlace } from "../../../worker/geo/countries.ts";
import { distanceKm } from "../../../worker/geo/distance.ts";

describe("countryPlace", () => {
  test.each([
    ["DE", "EU", { latitude: 50.1, longitude: 8.7 }, 200],
    ["US", "NA", { latitude: 39, longitude: -90 }, 300],
    ["RU", "EU", { latitude: 55.75, longitude: 37.6 }, 500],
    ["AU", "OC", { latitude: -33.9, longitude: 151.2 }, 400],
    ["BR", "SA", { latitude: -23.5, longitude: -46.6 }, 400],
    ["ZA", "AF", { latitude: -26.2, longitude: 28.0 }, 50],
    ["JP", "AS", { latitude: 35.7, longitude: 139.7 }, 300],
    ["FJ", "OC", { latitude: -18.1, longitude: 178.4 }, 50],
    ["XK", "EU", { latitude: 42.7, longitude: 21.2 }, 50],
  ])("%s is in %s, where its people are", (code, continent, at, withinKm) => {
    const place = countryPlace(code);
    expect(place?.continent).toBe(continent);
    if (place !== undefined) {
      expect(distanceKm(place, at)).toBeLessThan(withinKm);
    }
  });

  test.each(["T1", "XX", "", "de", "toString", "__proto__"])("'%s' is no country", (code) => {
    expect(countryPlace(code)).toBeUndefined();
  });

  test("knows every region the platform can name", () => {
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    // Codes that are no country: retired, reserved, groups and test codes.
    const notCountries = new Set(
      "AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO QU RH SU TA TP UK UN VD WK XA XB YD YU ZR ZZ".split(
        " ",
      ),
    );
    const missing = letters
      .flatMap((first) => letters.map((second) => first + second))
      .filter((code) => names.of(code) !== undefined && !notCountries.has(code))
      .filter((code) => countryPlace(code) === undefined);
    expect(missing).toEqual([]);
  });
});

describe("the table of countries", () => {
  const cities = [
    { name: "Springfield", country: "US", lat: "39.80172", lng: "-89.64371", admin1: "IL" },
    { name: "Springfield", country: "US", lat: "37.21533", lng: "-93.29824", admin1: "MO" },
    { name: "Bern", country: "CH", lat: "46.94809", lng: "7.44744", admin1: "BE" },
  ];

  test("takes a city, a city of a division, or coordinates", () => {
    const csv = "# comment\nUS,NA,Springfield@MO\nCH,EU,Bern\nAQ,AN,-77.85 166.67\n";
    expect(buildCountryTable(csv, cities)).toEqual({
      US: ["NA", 37.22, -93.3],
      CH: ["EU", 46.95, 7.45],
      AQ: ["AN", -77.85, 166.67],
    });
  });

  test.each([
    ["US,NA,Springfield", "countries.csv:1: 2 cities 'Springfield'"],
    ["CH,EU,Basel", "countries.csv:1: 0 cities 'Basel'"],
    ["CH,EU,Bern\nCH,EU,Bern", "countries.csv:2: CH is there already"],
    ["CH,XX,Bern", "countries.csv:1: expected code,continent,place"],
  ])("refuses %j", (csv, message) => {
    expect(() => buildCountryTable(csv, cities)).toThrow(message);
  });
});
