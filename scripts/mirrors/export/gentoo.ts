/** Gentoo's `distfiles.xml` (api.gentoo.org), which mirrorselect reads: groups by country, a URI for each protocol. */
import { countryName } from "../../../worker/list/countries.ts";
import type { ExportForm } from "./form.ts";
import { type ListedMirror, webUrls } from "./listed-mirror.ts";
import { continentNames, continentOf } from "./regions.ts";

export const gentooForm: ExportForm = {
  called: "Gentoo's distfiles.xml",
  of: "repository",
  // Distfiles are files, without indexes that any kind has.
  kinds: ["files"],
  needsCountry: true,
  says: [
    "country",
    "sponsor",
    "address families",
    "http",
    "https",
    "http beside https",
    "another path by http",
    "rsync",
    "that it has no images",
    "folders it leaves out",
  ],
  write: ({ mirrors }) => new Map([["distfiles.xml", distfiles(mirrors)]]),
};

/** Folders that a mirror leaves out make its URIs `partial`. */
function distfiles(mirrors: readonly ListedMirror[]): string {
  const lines = ['<?xml version="1.0" encoding="utf-8"?>', "<mirrors>"];
  const countries = [...new Set(mirrors.map(({ site }) => site.country ?? ""))];
  for (const country of countries) {
    const continent = continentOf(country);
    const region = continent === undefined ? "" : continentNames[continent];
    const attributes = { region, country, countryname: countryName(country) };
    lines.push(`  <mirrorgroup${attributesText(attributes)}>`);
    for (const mirror of mirrors) {
      if (mirror.site.country === country) lines.push(...mirrorLines(mirror));
    }
    lines.push("  </mirrorgroup>");
  }
  return `${[...lines, "</mirrors>"].join("\n")}\n`;
}

function mirrorLines(mirror: ListedMirror): string[] {
  const { site, carried, rsync } = mirror;
  const has = (family: "ipv4" | "ipv6") => ((site.families?.includes(family) ?? true) ? "y" : "n");
  const partial = carried.exclude === undefined ? "n" : "y";
  const urls = [...webUrls(mirror), ...(rsync === undefined ? [] : [rsync])];
  return [
    "    <mirror>",
    `      <name>${escaped(site.sponsor?.name ?? site.name)}</name>`,
    ...urls.map((url) => {
      const protocol = url.slice(0, url.indexOf(":"));
      const attributes = { protocol, ipv4: has("ipv4"), ipv6: has("ipv6"), partial };
      return `      <uri${attributesText(attributes)}>${escaped(url)}</uri>`;
    }),
    "    </mirror>",
  ];
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
