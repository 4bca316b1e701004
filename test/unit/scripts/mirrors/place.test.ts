import { beforeAll, describe, expect, test } from "vitest";
import { isCountry } from "../../../../scripts/mirrors/countries.ts";
import { loadGazetteer } from "../../../../scripts/mirrors/import/run-import.ts";
import { type Gazetteer, kilometres } from "../../../../scripts/mirrors/places/gazetteer.ts";
import { countryOfHost } from "../../../../scripts/mirrors/places/host-hints.ts";
import { mainCities } from "../../../../scripts/mirrors/places/main-cities.ts";
import { countryCode, findPlace } from "../../../../scripts/mirrors/places/place.ts";
import { foldName } from "../../../../scripts/mirrors/places/spelling.ts";

let gazetteer: Gazetteer;
beforeAll(async () => {
  gazetteer = loadGazetteer();
});

/** Where the towns are, from general knowledge and to a degree's tenth or two: not from the code's data. */
describe("a town is found however the lists write it", () => {
  test.each([
    ["DE", undefined, "Frankfurt am Main", 50.1, 8.7],
    ["Germany", "Hesse", "Frankfurt", 50.1, 8.7],
    ["DE", undefined, "Koeln, Germany", 50.9, 7.0],
    ["DE", undefined, "Duesseldorf", 51.2, 6.8],
    ["PL", undefined, "Gdansk", 54.4, 18.6],
    ["PL", undefined, "Gdańsk", 54.4, 18.6],
    ["SE", undefined, "Göteborg", 57.7, 12.0],
    ["MU", "Plaines Wilhems", "Ebène", -20.2, 57.5],
    ["VN", undefined, "HaNoi", 21.0, 105.8],
    ["VN", "NA", "Ho Chi Minh", 10.8, 106.6],
    ["UK", "London", "London", 51.5, -0.1],
    ["GB", undefined, "London UK", 51.5, -0.1],
    ["CA", undefined, "Winnipeg MB", 49.9, -97.1],
    ["US", "Oregon", "Portland", 45.5, -122.7],
    ["US", "ME", "Portland", 43.7, -70.3],
    ["US", undefined, "Portland, OR", 45.5, -122.7],
    ["US", undefined, "Washington State University, Pullman WA", 46.7, -117.2],
    ["US", undefined, "Atlanta", 33.8, -84.4],
    ["RU", undefined, "Nizhny Novgorod", 56.3, 44.0],
    ["JP", undefined, "N35.779633, E139.615734", 35.8, 139.6],
    ["BG", "Sofia", "Sofia", 42.7, 23.3],
    ["AU", "NSW", "Sydney", -33.9, 151.2],
    ["JP", undefined, "Yamagata", 38.25, 140.3],
  ])("%s %s %s", (country, state, city, latitude, longitude) => {
    const told = { host: "m.example.com", country, city, ...(state !== undefined && { state }) };
    const place = findPlace(told, gazetteer);
    expect(place.precision).toBe("exact");
    const found = { latitude: place.latitude ?? 0, longitude: place.longitude ?? 0 };
    expect(kilometres(found, { latitude, longitude })).toBeLessThan(25);
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
