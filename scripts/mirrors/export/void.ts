/** Void Linux' `mirrors.yaml`, which xmirror is made from: a base URL with region, location, tier and whether it is enabled. */
import { stringify } from "yaml";
import { countryName } from "../../../worker/list/countries.ts";
import type { ExportForm } from "./form.ts";
import { type ListedMirror, mainUrl } from "./listed-mirror.ts";
import { continentOf } from "./regions.ts";

export const voidForm: ExportForm = {
  called: "Void Linux' mirrors.yaml",
  of: "repository",
  // xbps is no kind of its own: its repositories are files here.
  kinds: ["files"],
  needsCountry: true,
  saysOut: true,
  says: ["country", "city", "http", "https"],
  write: ({ mirrors }) =>
    new Map([["mirrors.yaml", stringify(mirrors.map(entryOf), { lineWidth: 0 })]]),
};

function entryOf(mirror: ListedMirror) {
  const { country = "", city } = mirror.site;
  // As Void's own list has it.
  const state = country === "US" ? "USA" : countryName(country);
  return {
    base_url: mainUrl(mirror),
    region: continentOf(country) ?? "World",
    location: [...new Set([city, state])].filter((part) => part !== undefined).join(", "),
    // The first tier are Void's own.
    tier: 2,
    enabled: !mirror.isOut,
  };
}
