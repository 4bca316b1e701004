import { expect, test } from "vitest";
import type { Entry } from "../../../../scripts/mirrors/import/entry.ts";
import { mergeEntry } from "../../../../scripts/mirrors/import/merge.ts";
import { placeBySiblings } from "../../../../scripts/mirrors/import/siblings.ts";
import type { Place } from "../../../../scripts/mirrors/places/place.ts";
import type { Site } from "../../../../worker/list/site.ts";

const vienna = { country: "AT", city: "Vienna", latitude: 48.21, longitude: 16.37 };
const exact: Place = { ...vienna, precision: "exact" };
const somewhereInAustria: Place = {
  country: "AT",
  latitude: 47,
  longitude: 13,
  approximate: true,
  precision: "approximate",
};

function entry(more: Partial<Entry> = {}): Entry {
  return {
    label: "m.example.at (line 1)",
    name: "m.example.at",
    place: { host: "m.example.at" },
    repositories: { debian: { urls: { http: "http://m.example.at/debian/" } } },
    ...more,
  };
}

function site(more: Partial<Site> = {}, name = "m.example.at"): Site {
  return {
    name,
    base: { http: `http://${name}/` },
    repositories: { debian: { path: "debian/" } },
    ...more,
  };
}

test("a town replaces an approximation, and an approximation replaces nothing", () => {
  const approximate = mergeEntry(undefined, entry(), somewhereInAustria).site;
  expect(approximate).toMatchObject({ latitude: 47, approximate: true });
  const known = mergeEntry(approximate, entry(), exact).site;
  expect(known).toMatchObject(vienna);
  expect(known).not.toHaveProperty("approximate");
  expect(mergeEntry(known, entry(), somewhereInAustria)).toMatchObject({
    site: known,
    placed: false,
  });
});

test("another country than the file's is reported, and the file's stands", () => {
  const ours = site({ country: "DE" });
  const merged = mergeEntry(ours, entry(), exact);
  expect(merged.site).toEqual(ours);
  expect(merged.kept).toEqual([expect.stringContaining("AT")]);
});

test("an entry that is private can't join a public site; a public one leaves a private site private", () => {
  const refused = mergeEntry(site(), entry({ private: true, asns: [64500] }), exact);
  expect(refused).toMatchObject({ site: undefined, refused: expect.stringContaining("private") });
  const joined = mergeEntry(site({ private: true, asn: 64500 }), entry(), exact);
  expect(joined.site?.private).toBe(true);
  expect(joined.doubted).toHaveLength(1);
});

test("a private entry with several networks serves them all, and no others", () => {
  const { site: made } = mergeEntry(
    undefined,
    entry({ private: true, asns: [64500, 64501] }),
    exact,
  );
  expect(made).toMatchObject({ private: true, scope: { asns: [64500, 64501] } });
});

test("neither argument is changed", () => {
  const [ours, theirs] = [site(), entry({ asns: [64500] })];
  const copies = structuredClone([ours, theirs]);
  mergeEntry(ours, theirs, exact);
  expect([ours, theirs]).toEqual(copies);
});

test("http is never assumed: a repository listed by https only says so", () => {
  const ubuntu = { urls: { https: "https://m.example.at/ubuntu/" } };
  const { site: merged } = mergeEntry(site(), entry({ repositories: { ubuntu } }), exact);
  expect(merged?.repositories).toEqual({
    debian: { path: "debian/", assumed: ["https"] },
    ubuntu: { path: "ubuntu/", schemes: ["https"] },
  });
});

test("https isn't assumed where it is on another host", () => {
  const ubuntu = { urls: { https: "https://secure.example.at/ubuntu/" } };
  const { site: merged } = mergeEntry(site(), entry({ repositories: { ubuntu } }), exact);
  expect(merged?.repositories.debian).toEqual({ path: "debian/", schemes: ["http"] });
});

test("what was assumed is confirmed by a list that says it", () => {
  const assumed = site({
    base: { http: "http://m.example.at/", https: "https://m.example.at/" },
    repositories: { debian: { path: "debian/", assumed: ["https"] } },
  });
  const debian = { urls: { https: "https://m.example.at/debian/" } };
  const { site: merged } = mergeEntry(assumed, entry({ repositories: { debian } }), exact);
  expect(merged?.repositories.debian).toEqual({ path: "debian/" });
});

test("paths that differ by scheme are both kept", () => {
  const debian = { urls: { http: "http://m.example.at/a/", https: "https://m.example.at/b/" } };
  const { site: made } = mergeEntry(undefined, entry({ repositories: { debian } }), exact);
  expect(made?.repositories.debian).toEqual({ path: "b/", http: "a/" });
});

test("an owner's sites in one town place the others; in two towns they place none", () => {
  const unknown = site(
    { country: "AT", latitude: 47, longitude: 13, approximate: true },
    "u.example.at",
  );
  const inVienna = site(vienna, "a.example.at");
  const inGraz = site(
    { ...vienna, city: "Graz", latitude: 47.07, longitude: 15.44 },
    "b.example.at",
  );
  const elsewhere = site({ ...vienna, country: "DE" }, "c.example.at");
  const placed = (...sites: Site[]) =>
    placeBySiblings(new Map(sites.map((each) => [each.name, each])), new Set(["ftp.debian.org"]));
  expect(placed(unknown, inVienna)).toMatchObject([{ by: "a.example.at", site: vienna }]);
  expect(placed(unknown, inVienna)[0]?.site).not.toHaveProperty("approximate");
  expect(placed(unknown, inVienna, inGraz)).toEqual([]);
  expect(placed(unknown, elsewhere)).toEqual([]);
  expect(placed({ ...unknown, name: "x.debian.org" }, site(vienna, "y.debian.org"))).toEqual([]);
});

test("capacity and countries fill gaps: what a file says of itself stands", () => {
  const told = entry({ capacity: 20_000, countries: ["AT"] });
  expect(mergeEntry(undefined, told, exact).site).toMatchObject({
    capacity: 20_000,
    scope: { countries: ["AT"] },
  });
  const kept = mergeEntry(site({ capacity: 500 }), told, exact).site;
  expect(kept?.capacity).toBe(500);
  expect(kept).not.toHaveProperty("scope");
});
