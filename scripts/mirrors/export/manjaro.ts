/** Manjaro's `mirrors.json`: a country by its English name, a URL, and the protocols that it is reached by. */
import { countryName } from "../../../worker/list/countries.ts";
import type { ExportForm } from "./form.ts";
import { type ListedMirror, webUrls } from "./listed-mirror.ts";

export const manjaroForm: ExportForm = {
  called: "Manjaro's mirrors.json",
  of: "repository",
  kinds: ["pacman"],
  needsCountry: true,
  says: ["country", "http", "https", "http beside https", "another path by http"],
  write: ({ mirrors }) =>
    new Map([["mirrors.json", `${JSON.stringify(mirrors.flatMap(entriesOf), undefined, 4)}\n`]]),
};

/** One entry, or one for each scheme where their paths differ. */
function entriesOf(mirror: ListedMirror) {
  const country = countryName(mirror.site.country ?? "").replaceAll(" ", "_");
  const found = new Map<string, { country: string; url: string; protocols: string[] }>();
  for (const url of webUrls(mirror)) {
    const at = url.indexOf(":");
    const [protocol, rest] = [url.slice(0, at), url.slice(at)];
    const entry = found.get(rest);
    if (entry === undefined) found.set(rest, { country, url, protocols: [protocol] });
    else entry.protocols.push(protocol);
  }
  return [...found.values()];
}
