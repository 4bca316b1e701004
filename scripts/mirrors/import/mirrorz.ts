/**
 * mirrorz.json, in which a site tells all that it mirrors: the form of mirrorz.org, which many sites in China publish.
 * `site`, `mirrors` (name, path, state of its copy), and in mirrorz.d.json `endpoints` with places, schemes and networks.
 */

import type { Scheme } from "../../../worker/geo/scheme.ts";
import { parseCidr } from "../../../worker/list/cidr.ts";
import { ownValue } from "../../../worker/runtime/own-value.ts";
import { countryOfHost } from "../places/host-hints.ts";
import { provinces } from "../places/provinces.ts";
import { isTooOld } from "./age.ts";
import {
  type Entry,
  type EntryRepository,
  emptyList,
  type ParsedList,
  tidyUrl,
  WrongForm,
} from "./entry.ts";
import { maps, parseJson, record, word, words } from "./unknown-values.ts";

/** Repositories of ours that are a part of what mirrorz names, or that we call otherwise. */
const partsOfNames: Readonly<Record<string, { repository: string; under: string }>> = {
  "debian-cdimage": { repository: "debian-cloud-images", under: "cloud/" },
  proxmox: { repository: "proxmox-iso", under: "iso/" },
  "raspberry-pi-os-images": { repository: "raspios", under: "" },
};

/** What a file's `mirrors` name, by the names that our list knows. */
interface Naming {
  /** Names of our repositories. */
  known: readonly string[];
  /** mirrorz' cname.json: its name for each other name that sites use. */
  names: Readonly<Record<string, string>>;
}

/**
 * Reads one site's file: one entry.
 * @param label names the file in what is reported
 * @throws WrongForm where the file isn't a site's mirrorz.json
 */
export function parseMirrorz(text: string, label: string, naming: Naming): ParsedList {
  const root = record(parseJson(text));
  const site = word(record(root.site).url);
  if (site === undefined || !URL.canParse(site))
    throw new WrongForm("it has no `site` with a `url`");
  const mirrors = maps(root.mirrors, "`mirrors`");
  const list = emptyList();
  list.read = 1;
  const madeAt = Math.max(...mirrors.flatMap(({ status }) => timesOf(status)));
  if (Number.isFinite(madeAt)) list.madeAt = madeAt;
  const { hostname: host, host: hostAndPort, protocol } = new URL(site);
  const endpoints = endpointsAt(host, root.endpoints, label, list);
  const own = endpoints.find((one) => one.public === true) ?? endpoints[0];
  // A port is of one scheme.
  const filters = hostAndPort === host ? words(own?.filter) : [];
  const schemes = schemesOf(protocol, filters);

  const repositories: Record<string, EntryRepository> = {};
  for (const mirror of mirrors) {
    const named = repositoryOf(word(mirror.cname) ?? "", naming);
    if (named === undefined) continue;
    const url = urlUnder(site, word(mirror.url) ?? "");
    if (url === undefined) {
      list.partsNotUsed.push({ label, why: `${named.repository}: its \`url\` is no path` });
      continue;
    }
    if (url.hostname !== host) {
      list.partsNotUsed.push({ label, why: `${named.repository} is at another host, ${url.host}` });
      continue;
    }
    const succeeded = lastSuccess(mirror.status);
    if (succeeded !== undefined && isTooOld(succeeded, madeAt)) {
      const day = new Date(succeeded).toISOString().slice(0, 10);
      list.partsNotUsed.push({ label, why: `${named.repository}: its copy is of ${day}` });
      continue;
    }
    const path = `${url.pathname.replace(/\/+$/, "")}/${named.under}`;
    const carried = carriedAt(url.host, path, schemesAt(mirror.url, schemes));
    const before = repositories[named.repository];
    if (before !== undefined) {
      const why = `${named.repository} is listed at two paths; took the longer`;
      list.doubted.push({ label, why });
      if (lengthOf(before) >= lengthOf(carried)) continue;
    }
    repositories[named.repository] = carried;
  }
  if (Object.keys(repositories).length === 0) {
    list.notUsed.push({ label, why: "no repository of ours" });
    return list;
  }
  const ranges = words(own?.range);
  const range = (name: string) =>
    ranges.find((one) => one.startsWith(`${name}:`))?.slice(name.length + 1);
  const country = range("COUNTRY") ?? countryOfHost(host);
  const state = country === "CN" ? ownValue(provinces, range("REGION") ?? "") : undefined;
  const place = {
    host,
    ...(country !== undefined && { country }),
    ...(state !== undefined && { state }),
  };
  const networks = {
    ...networksOf(endpoints, label, list),
    ...(own !== undefined && familiesOf(words(own.filter))),
  };
  list.entries.push({ label, name: host, place, ...networks, repositories });
  return list;
}

/** The endpoints at the site's own host; the others are told. */
function endpointsAt(host: string, all: unknown, label: string, list: ParsedList) {
  const endpoints = Array.isArray(all) ? maps(all, "`endpoints`") : [];
  return endpoints.filter(({ resolve, label: called }) => {
    const [name = ""] = (word(resolve) ?? "").split(":");
    if (name === host) return true;
    const why = `endpoint ${word(called) ?? "?"}: ${word(resolve) ?? "?"} is another name of the site`;
    list.partsNotUsed.push({ label, why });
    return false;
  });
}

/**
 * Networks whose clients the endpoints are for: CIDR, and AS numbers. A site of which no endpoint is public is for these
 * alone. Providers by name (`ISP:CERNET`) aren't networks that could be known.
 */
function networksOf(
  endpoints: readonly Record<string, unknown>[],
  label: string,
  list: ParsedList,
): Pick<Entry, "prefixes" | "asns" | "private"> {
  const ranges = [...new Set(endpoints.flatMap(({ range }) => words(range)))];
  const prefixes = ranges.filter((one) => isNetwork(one));
  const asns = ranges.flatMap((one) => (/^AS\d+$/.test(one) ? [Number(one.slice(2))] : []));
  for (const range of ranges) {
    if (/^(?:COUNTRY|REGION):|^AS\d+$/.test(range) || prefixes.includes(range)) continue;
    list.partsNotUsed.push({ label, why: `range ${range}: no network that is known` });
  }
  const isPrivate = endpoints.length > 0 && !endpoints.some((one) => one.public === true);
  return {
    ...(prefixes.length > 0 && { prefixes }),
    ...(asns.length > 0 && { asns }),
    ...(isPrivate && { private: true }),
  };
}

/** A family that the endpoint says it has while it lacks the other. */
function familiesOf(filters: readonly string[]): Pick<Entry, "families"> {
  const [v4, v6] = [filters.includes("V4"), filters.includes("V6")];
  return v4 === v6 ? {} : { families: [v4 ? "ipv4" : "ipv6"] };
}

function isNetwork(text: string): boolean {
  return parseCidr(text) !== undefined;
}

function repositoryOf(
  name: string,
  { known, names }: Naming,
): { repository: string; under: string } | undefined {
  const cname = ownValue(names, name) ?? name;
  const part = ownValue(partsOfNames, cname);
  if (part !== undefined) return known.includes(part.repository) ? part : undefined;
  const repository = known.find((one) => one === cname.toLowerCase());
  return repository === undefined ? undefined : { repository, under: "" };
}

function urlUnder(site: string, path: string): URL | undefined {
  const base = `${site.replace(/\/+$/, "")}/`;
  return URL.canParse(path, base) ? new URL(path, base) : undefined;
}

/** @param filters `SSL` and `NOSSL` of the endpoint @param protocol of the site's own URL, for a site without endpoints */
function schemesOf(protocol: string, filters: readonly string[]): Scheme[] {
  const said: Scheme[] = [];
  if (filters.includes("SSL")) said.push("https");
  if (filters.includes("NOSSL")) said.push("http");
  return said.length > 0 ? said : [protocol === "https:" ? "https" : "http"];
}

/** A repository's own URL may say by which scheme it is there. */
function schemesAt(url: unknown, ofSite: readonly Scheme[]): readonly Scheme[] {
  const [, scheme] = /^(https?):/.exec(word(url) ?? "") ?? [];
  return scheme === undefined ? ofSite : [scheme === "https" ? "https" : "http"];
}

function carriedAt(host: string, path: string, schemes: readonly Scheme[]): EntryRepository {
  const urls: EntryRepository["urls"] = {};
  for (const scheme of schemes) {
    const url = tidyUrl(`${scheme}://${host}${path}`, scheme);
    if (url !== undefined) urls[scheme] = url;
  }
  return { urls };
}

function lengthOf({ urls }: EntryRepository): number {
  return (urls.https ?? urls.http ?? "").length;
}

/** When a copy was last whole, Unix ms: `S` and a moment where it is now, `O` and a moment where it was before. */
function lastSuccess(status: unknown): number | undefined {
  const seconds = /(?:^S|O)(\d{9,10})(?!\d)/.exec(word(status) ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** All moments of a state but the next one that is planned (`X`), Unix ms. */
function timesOf(status: unknown): number[] {
  return [...(word(status) ?? "").matchAll(/[A-WYZ](\d{9,10})(?!\d)/g)].map(
    ([, seconds]) => Number(seconds) * 1000,
  );
}
