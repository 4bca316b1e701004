/** Alpine's `mirrors.yaml` (aports, `main/alpine-mirrors`): a list of mirrors with place and URLs. */

import { parseDocument } from "yaml";
import { countryCode } from "../places/place.ts";
import { type EntryRepository, emptyList, type ParsedList, tidyUrl, WrongForm } from "./entry.ts";
import { maps, word, words } from "./unknown-values.ts";

/** Parts of a location that say less than its country. */
const continents = /^(?:Africa|Asia|Europe|North America|Oceania|South America)$/;

/** `10Gbit/s`, `100 Mbit/s`, `1 Gbps`. */
const bandwidth = /^(\d+(?:\.\d+)?)\s*([MG])b(?:it\/s|ps)$/i;

/**
 * Reads the list.
 * @param repository ours that the list is of
 * @throws WrongForm where the file isn't the list
 */
export function parseAlpineList(text: string, repository: string): ParsedList {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new WrongForm(`it is no YAML (${error.message})`);
  const mirrors = maps(document.toJS(), "of mirrors");
  if (!mirrors.some((mirror) => "urls" in mirror)) throw new WrongForm("no mirror has `urls`");
  const list = emptyList();
  for (const mirror of mirrors) {
    list.read++;
    const urls = words(mirror.urls);
    const [first = "?"] = urls;
    const label = word(mirror.name) ?? first;
    const location = word(mirror.location) ?? "";
    if (location === "GeoDNS") {
      list.notUsed.push({ label, why: "GeoDNS: its name leads to several sites" });
      continue;
    }
    const carried: EntryRepository = { urls: {} };
    for (const url of urls) {
      const [https, http, rsync] = ["https", "http", "rsync"].map((scheme) => tidyUrl(url, scheme));
      if (https !== undefined) carried.urls.https ??= https;
      else if (http !== undefined) carried.urls.http ??= http;
      else if (rsync !== undefined) carried.rsync ??= rsync;
      else list.partsNotUsed.push({ label, why: `${url}: neither http, https nor rsync` });
    }
    const base = carried.urls.https ?? carried.urls.http;
    if (base === undefined) {
      list.notUsed.push({ label, why: "no usable http or https URL" });
      continue;
    }
    const host = new URL(base).hostname;
    const place = { host, ...placeOf(location) };
    const capacity = capacityOf(word(mirror.bandwidth) ?? "");
    list.entries.push({
      label,
      name: host,
      place,
      ...(capacity !== undefined && { capacity }),
      repositories: { [repository]: carried },
    });
  }
  return list;
}

/** Mbit/s. */
function capacityOf(text: string): number | undefined {
  const [, amount, unit = ""] = bandwidth.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (/g/i.test(unit) ? 1000 : 1);
}

/** `Potsdam, NY, USA` or `South America, Brazil, São Paulo`: the country, and what is left as a city. */
function placeOf(location: string): { country?: string; city?: string } {
  const parts = location.split(/\s*,\s*/).filter((part) => part !== "" && !continents.test(part));
  // `NY` and `CA` are states here.
  const codeOf = (part: string) => (part.length > 2 ? countryCode(part) : undefined);
  const country = parts.findLast((part) => codeOf(part) !== undefined);
  const code = country === undefined ? undefined : codeOf(country);
  const city = parts.filter((part) => part !== country).join(", ");
  return { ...(code !== undefined && { country: code }), ...(city !== "" && { city }) };
}
