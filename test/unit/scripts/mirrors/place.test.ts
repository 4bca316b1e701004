import { beforeAll, describe, expect, test } from "vitest";
import { loadGazetteer } from "../../../../scripts/mirrors/import/run-import.ts";
import { type Gazetteer, kilometres } from "../../../../scripts/mirrors/places/gazetteer.ts";
import { countryOfHost } from "../../../../scripts/mirrors/places/host-hints.ts";
import { mainCities } from "../../../../scripts/mirrors/places/main-cities.ts";
import { countryCode, findPlace } from "../../../../scripts/mirrors/places/place.ts";
import { foldName } from "../../../../scripts/mirrors/places/spelling.ts";
import { countryName, isCountry } from "../../../../worker/list/countries.ts";

let gazetteer: Gazetteer;
beforeAll(async () => {
  gazetteer = loadGazetteer();
});

/** Where the towns are, from general knowledge and to a degree's tenth or two: not from the code's data. */
describe("a town is found however the lists write it", () => {
  test.each([
    ["DE", undefined, "Frankfurt am Main", { latitude: 50.1, longitude: 8.7 }],
    ["Germany", "Hesse", "Frankfurt", { latitude: 50.1, longitude: 8.7 }],
    ["DE", undefined, "Koeln, Germany", { latitude: 50.9, longitude: 7.0 }],
    ["DE", undefined, "Duesseldorf", { latitude: 51.2, longitude: 6.8 }],
    ["PL", undefined, "Gdansk", { latitude: 54.4, longitude: 18.6 }],
    ["PL", undefined, "Gdańsk", { latitude: 54.4, longitude: 18.6 }],
    ["SE", undefined, "Göteborg", { latitude: 57.7, longitude: 12.0 }],
    ["MU", "Plaines Wilhems", "Ebène", { latitude: -20.2, longitude: 57.5 }],
    ["VN", undefined, "HaNoi", { latitude: 21.0, longitude: 105.8 }],
    ["VN", "NA", "Ho Chi Minh", { latitude: 10.8, longitude: 106.6 }],
    ["UK", "London", "London", { latitude: 51.5, longitude: -0.1 }],
    ["GB", undefined, "London UK", { latitude: 51.5, longitude: -0.1 }],
    ["CA", undefined, "Winnipeg MB", { latitude: 49.9, longitude: -97.1 }],
    ["US", "Oregon", "Portland", { latitude: 45.5, longitude: -122.7 }],
    ["US", "ME", "Portland", { latitude: 43.7, longitude: -70.3 }],
    ["US", undefined, "Portland, OR", { latitude: 45.5, longitude: -122.7 }],
    [
      "US",
      undefined,
      "Washington State University, Pullman WA",
      { latitude: 46.7, longitude: -117.2 },
    ],
    ["US", undefined, "Atlanta", { latitude: 33.8, longitude: -84.4 }],
    ["RU", undefined, "Nizhny Novgorod", { latitude: 56.3, longitude: 44.0 }],
    ["JP", undefined, "N35.779633, E139.615734", { latitude: 35.8, longitude: 139.6 }],
    ["BG", "Sofia", "Sofia", { latitude: 42.7, longitude: 23.3 }],
    ["AU", "NSW", "Sydney", { latitude: -33.9, longitude: 151.2 }],
    ["JP", undefined, "Yamagata", { latitude: 38.25, longitude: 140.3 }],
  ])("%s %s %s", (country, state, city, at) => {
    const told = { host: "m.example.com", country, city, ...(state !== undefined && { state }) };
    const place = findPlace(told, gazetteer);
    expect(place.precision).toBe("exact");
    const found = { latitude: place.latitude ?? 0, longitude: place.longitude ?? 0 };
    expect(kilometres(found, at)).toBeLessThan(25);
  });
});

test("a town of another state is not taken: the state's middle is, and says so", () => {
  const place = findPlace(
    { host: "m.example.com", country: "US", state: "New York", city: "Loudonville" },
    gazetteer,
  );
  expect(place).toMatchObject({ precision: "approximate", approximate: true });
  expect(place.latitude).toBeGreaterThan(40.4);
  expect(place.latitude).toBeLessThan(45.1);
  expect(place.longitude).toBeGreaterThan(-79.8);
  expect(place.longitude).toBeLessThan(-71.8);
});

test("a country alone gives its main place, as an approximation", () => {
  const place = findPlace({ host: "m.example.com", country: "FR" }, gazetteer);
  expect(place).toMatchObject({ country: "FR", precision: "approximate", approximate: true });
  expect(place.city).toBeUndefined();
  const paris = { latitude: 48.86, longitude: 2.35 };
  const found = { latitude: place.latitude ?? 0, longitude: place.longitude ?? 0 };
  expect(kilometres(found, paris)).toBeLessThan(20);
});

test("without any place, only safe hints of the host name are taken, and doubted", () => {
  const at = (host: string) => findPlace({ host }, gazetteer);
  expect(at("dal.mirrors.example.net")).toMatchObject({
    country: "US",
    city: "Dallas",
    precision: "exact",
  });
  expect(at("dal.mirrors.example.net").doubt).toContain("Dallas");
  expect(at("dal.example.net")).toMatchObject({ precision: "exact" });
  // The owner's domain isn't a place, and a national domain contradicts a hint.
  expect(at("mirror.fra.net").country).toBeUndefined();
  expect(at("dal.mirrors.example.de")).toMatchObject({ country: "DE", precision: "unplaced" });
  expect(at("mirror.example.com").precision).toBe("unplaced");
  expect(at("mirror.example.io").country).toBeUndefined();
});

test.each([
  ["ftp.example.co.uk", "GB"],
  ["ftp.example.no", "NO"],
  ["mirror.example.ag", undefined],
  ["mirror.example.me", undefined],
  ["mirror.example.org", undefined],
  ["mirror.example.eu", undefined],
])("the domain of %s says %s", (host, country) => {
  expect(countryOfHost(host)).toBe(country);
});

test("coordinates in fields of their own are taken as they are, to two decimals", () => {
  const told = {
    host: "m.example",
    country: "DE",
    point: { latitude: 50.1109, longitude: 8.6821 },
  };
  expect(findPlace(told, gazetteer)).toEqual({
    country: "DE",
    latitude: 50.11,
    longitude: 8.68,
    precision: "exact",
  });
});

test("countries by code and by name", () => {
  expect(["UK", "gb", "Australia", "Germany", "XX", "Atlantis", ""].map(countryCode)).toEqual([
    "GB",
    "GB",
    "AU",
    "DE",
    undefined,
    undefined,
    undefined,
  ]);
  expect(["Vietnam", "Zimbabwe", "Yemen", "Vanuatu", "Timor-Leste"].map(countryCode)).toEqual([
    "VN",
    "ZW",
    "YE",
    "VU",
    "TL",
  ]);
  // Each name leads back to its code: exports write names, and imports read them.
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap((a) => letters.map((b) => a + b)).filter(isCountry);
  expect(codes.filter((code) => countryCode(countryName(code)) !== code)).toEqual([]);
  expect(["Hong Kong", "Czech Republic", "Turkey", "USA", "Macau"].map(countryCode)).toEqual([
    "HK",
    "CZ",
    "TR",
    "US",
    "MO",
  ]);
  expect(["UK", "EU", "ZZ", "de", "USA"].filter(isCountry)).toEqual([]);
});

test("every main city is in GeoNames, in its country", () => {
  const missing = Object.keys(mainCities).filter((country) => !gazetteer.mainTown(country));
  expect(missing).toEqual([]);
  expect(Object.keys(mainCities).every(isCountry)).toBe(true);
  expect(Object.keys(mainCities).length).toBeGreaterThan(230);
});

test("folding leaves one key for all spellings", () => {
  expect(foldName("Hà Nội")).toBe(foldName("Ha-Noi"));
  expect(foldName("Łódź")).toBe("lodz");
  expect(foldName("Ærøskøbing")).toBe("aeroskobing");
});
