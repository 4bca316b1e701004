/**
 * What mirrorbits answers to `FILE?mirrorlist` with `Accept: application/json`: every mirror of its database, those that
 * have the file in `MirrorList`, others in `ExcludedList` with the reason (mirrorbits, `mirrors/mirrors.go`). It says more
 * than `mirrorbits export`: coordinates, network, sponsor.
 */
import type { Entry, EntryRepository, ParsedList } from "./entry.ts";
import { emptyList, tidyUrl, WrongForm } from "./entry.ts";
import { maps, number, parseJson, record, word } from "./unknown-values.ts";

/** @throws WrongForm where the file isn't such an answer */
export function parseMirrorbits(text: string, repository: string): ParsedList {
  const root = record(parseJson(text));
  if (!("MirrorList" in root)) throw new WrongForm("it has no `MirrorList`");
  // Go writes an empty list as null.
  const lists = [root.MirrorList ?? [], root.ExcludedList ?? []];
  const list = emptyList();
  for (const mirror of lists.flatMap((one) => maps(one, "of mirrors"))) {
    list.read++;
    const label = word(mirror.Name) ?? word(mirror.ID) ?? word(mirror.HttpURL) ?? "?";
    const entry = entryOf(mirror, label, repository);
    if (typeof entry === "string") {
      list.notUsed.push({ label, why: entry });
      continue;
    }
    list.entries.push(entry);
    const doubt = (why: string) => list.doubted.push({ label, why });
    const excluded = word(mirror.ExcludeReason);
    if (excluded !== undefined) doubt(`mirrorbits sends nobody there: ${excluded}`);
    if (mirror.ContinentOnly === true) doubt("mirrorbits sends its continent's clients alone");
    if (word(mirror.ExcludedCountryCodes) !== undefined)
      doubt(`mirrorbits sends nobody from ${mirror.ExcludedCountryCodes}`);
  }
  return list;
}

function entryOf(
  mirror: Record<string, unknown>,
  label: string,
  repository: string,
): Entry | string {
  if (mirror.Enabled === false) return "not enabled there";
  const http = word(mirror.HttpURL) ?? "";
  const carried: EntryRepository = { urls: {} };
  for (const scheme of ["https", "http"] as const) {
    // Without a scheme the mirror has both.
    const url = tidyUrl(http.includes("://") ? http : `${scheme}://${http}`, scheme);
    if (url !== undefined) carried.urls[scheme] = url;
  }
  const base = carried.urls.https ?? carried.urls.http;
  if (base === undefined) return "no http or https URL";
  const rsync = tidyUrl(word(mirror.RsyncURL) ?? "", "rsync");
  if (rsync !== undefined) carried.rsync = rsync;
  const host = new URL(base).hostname;
  const countries = (word(mirror.CountryCodes) ?? "").toUpperCase().split(/\s+/).filter(Boolean);
  const [country] = countries;
  const [latitude = 0, longitude = 0] = [number(mirror.Latitude), number(mirror.Longitude)];
  const sponsor = word(mirror.SponsorName);
  const page = word(mirror.SponsorURL);
  const asn = number(mirror.Asnum);
  return {
    label,
    name: host,
    place: {
      host,
      ...(country !== undefined && { country }),
      // 0, 0 stands for a place that isn't known.
      ...((latitude !== 0 || longitude !== 0) && { point: { latitude, longitude } }),
    },
    ...(sponsor !== undefined && { sponsor: { name: sponsor, ...(page && { url: page }) } }),
    ...(asn !== undefined && asn > 0 && { asns: [asn] }),
    ...(mirror.ASOnly === true && { private: true }),
    ...(mirror.CountryOnly === true && countries.length > 0 && { countries }),
    repositories: { [repository]: carried },
  };
}
