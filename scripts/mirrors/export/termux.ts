/** Termux' mirrors (termux-tools, `mirrors/REGION/HOST`): a file a mirror, which `pkg` sources in a shell. */
import type { Continent } from "../../../worker/geo/countries.ts";
import { placeText } from "./alpine.ts";
import type { ExportForm } from "./form.ts";
import { type ListedMirror, mainUrl } from "./listed-mirror.ts";
import { continentOf } from "./regions.ts";

export const termuxForm: ExportForm = {
  called: "files of Termux' mirrors",
  of: "repository",
  kinds: ["apt"],
  isFolder: true,
  says: ["country", "city", "http", "https"],
  write: ({ mirrors }) =>
    new Map(mirrors.map((mirror) => [`${regionOf(mirror)}/${mirror.site.name}`, fileOf(mirror)])),
};

/** Termux' folders that are whole continents; what has none stands in `default`, which every client tries. */
const ofContinent: Readonly<Partial<Record<Continent, string>>> = {
  AS: "asia",
  EU: "europe",
  NA: "north_america",
  OC: "oceania",
};

function regionOf({ site: { country = "" } }: ListedMirror): string {
  if (country === "CN") return "chinese_mainland";
  if (country === "RU") return "russia";
  const continent = continentOf(country);
  return (continent && ofContinent[continent]) ?? "default";
}

/** `MAIN` alone: the repositories of root and X11 are others. */
function fileOf(mirror: ListedMirror): string {
  const place = oneLine(placeText(mirror.site));
  return [
    "# This file is sourced by pkg",
    place === "" ? "# Mirror." : `# Mirror. Hosted in ${place}.`,
    "WEIGHT=1",
    `MAIN="${shellText(mainUrl(mirror).replace(/\/$/, ""))}"`,
    "",
  ].join("\n");
}

/** A comment ends with its line: what is behind would be run. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What a shell would take for something else in double quotes, as a URL may have it. */
function shellText(url: string): string {
  return url.replace(/[$`"\\]/g, encodeURIComponent);
}
