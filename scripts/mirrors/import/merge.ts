import type { Scheme } from "../../../worker/geo/scheme.ts";
import {
  offeredSchemes,
  type Site,
  type SiteRepository,
  schemes,
} from "../../../worker/list/site.ts";
import type { Place } from "../places/place.ts";
import { isForAge, stateOfOld } from "./age.ts";
import type { Entry, EntryRepository } from "./entry.ts";

export interface Merged {
  /** The site as it should be; undefined when the entry can't join it. */
  site: Site | undefined;
  /** Why it can't join. */
  refused?: string;
  /** The place was taken from this entry. */
  placed: boolean;
  /** What the file says otherwise than the list; the file's word stands. */
  kept: string[];
  /** What was concluded without the list saying so. */
  doubted: string[];
}

/** Merges an entry into `existing`, or makes a new site of it. Pure: neither argument is changed. */
export function mergeEntry(existing: Site | undefined, entry: Entry, place: Place): Merged {
  const kept: string[] = [];
  const doubted: string[] = [];
  if (existing && entry.private && !existing.private) {
    const refused = `it is private in this list, but ${existing.name} is public in another; a site is one or the other`;
    return { site: undefined, refused, placed: false, kept, doubted };
  }
  if (existing?.private && !entry.private) {
    doubted.push("the file says private, this list doesn't; stays private");
  }

  const site: Site = existing
    ? structuredClone(existing)
    : { name: entry.name, base: {}, repositories: {} };
  if (entry.note !== undefined) site.note ??= entry.note;
  if (entry.sponsor) site.sponsor ??= entry.sponsor;
  const placed = addPlace(site, place, kept);
  if (placed && place.doubt !== undefined) site.note ??= `Place doubted: ${place.doubt}.`;
  addNetworks(site, entry, existing === undefined, doubted);
  if (entry.families) site.families ??= entry.families;
  if (entry.capacity !== undefined) site.capacity ??= entry.capacity;
  if (entry.countries && !existing) site.scope = { ...site.scope, countries: entry.countries };
  const merging = { site, kept, doubted };
  for (const [name, offered] of Object.entries(entry.repositories)) {
    if (entry.old === undefined) addRepository(merging, name, offered);
    else addOld(merging, name, existing ? atItsBases(site, offered) : offered, entry.old);
  }
  return { site, placed, kept, doubted };
}

/** Adds the place where there is none, and a known town in place of an approximation. */
function addPlace(site: Site, place: Place, kept: string[]): boolean {
  if (site.country !== undefined && place.country !== undefined && site.country !== place.country) {
    kept.push(`country ${site.country}, where the list has ${place.country}`);
    return false;
  }
  const better = site.approximate === true && place.precision === "exact";
  if (site.latitude !== undefined && !better) return false;
  if (site.country === undefined && place.country !== undefined) site.country = place.country;
  if (place.latitude === undefined || place.longitude === undefined) {
    return site.latitude === undefined;
  }
  if (place.city !== undefined) site.city ??= place.city;
  site.latitude = place.latitude;
  site.longitude = place.longitude;
  if (place.approximate) site.approximate = true;
  else delete site.approximate;
  return true;
}

function addNetworks(site: Site, entry: Entry, isNew: boolean, doubted: string[]): void {
  if (entry.prefixes) site.prefixes ??= entry.prefixes;
  const [first, ...more] = entry.asns ?? [];
  if (entry.private && isNew) {
    site.private = true;
    if (more.length > 0) site.scope = { asns: [...(entry.asns ?? [])] };
    else if (first !== undefined) site.asn = first;
    return;
  }
  if (first === undefined || site.asn !== undefined || site.scope?.asns) return;
  site.asn = first;
  if (more.length > 0) {
    doubted.push(`one ASN fits: took ${first}, left out ${more.join(", ")}`);
  }
}

/** A site on its way to being merged, with what is said about it. */
interface Merging extends Pick<Merged, "kept" | "doubted"> {
  site: Site;
}

/**
 * What an old list has of a site that there is already: at the site's own base URLs. Such a list shall neither add a
 * scheme to the site nor choose one: what it can tell is the path.
 */
function atItsBases(site: Site, offered: EntryRepository): EntryRepository {
  const listed = offered.urls.https ?? offered.urls.http;
  const urls: EntryRepository["urls"] = {};
  for (const scheme of schemes) {
    const base = site.base[scheme];
    const url = offered.urls[scheme] ?? listed;
    if (base === undefined || url === undefined) continue;
    if (new URL(base).hostname !== new URL(url).hostname) continue;
    urls[scheme] = new URL(new URL(url).pathname, base).href;
  }
  return { ...offered, urls };
}

/** Adds a repository that only an old list names, out of service. What the file says of it already stands. */
function addOld(merging: Merging, name: string, offered: EntryRepository, old: string): void {
  const { site } = merging;
  if (name in site.repositories) return;
  addRepository(merging, name, offered);
  const carried = site.repositories[name];
  if (carried !== undefined) carried.state = stateOfOld(old);
}

function addRepository(merging: Merging, name: string, offered: EntryRepository): void {
  const { site, kept, doubted } = merging;
  // Out of service for an old list's sake alone: this list is newer, and says it anew.
  if (isForAge(site.repositories[name]?.state)) delete site.repositories[name];
  const before = site.repositories[name];
  const carried: SiteRepository = before ?? { path: "" };
  const paths: Partial<Record<Scheme, string>> = {};
  const newBases = schemes.filter((scheme) => site.base[scheme] === undefined);
  for (const scheme of schemes) {
    const url = offered.urls[scheme];
    if (url === undefined) continue;
    const base = `${new URL(url).origin}/`;
    if (site.base[scheme] === undefined) addBase(merging, name, scheme, base);
    const own = site.base[scheme] ?? base;
    if (url.startsWith(own)) paths[scheme] = url.slice(own.length);
    else kept.push(`base.${scheme} ${own}, where the list has ${base} (${name})`);
  }
  const [first] = schemes.flatMap((scheme) => paths[scheme] ?? []);
  if (first === undefined) return;

  if (before) {
    confirm(merging, name, paths, newBases);
  } else {
    carried.path = first;
    for (const scheme of schemes) {
      const path = paths[scheme];
      if (path !== undefined && path !== first) carried[scheme] = path;
    }
    if (offered.architectures) carried.architectures = offered.architectures;
    if (offered.exclude) carried.exclude = offered.exclude;
    site.repositories[name] = carried;
    limitSchemes(
      site,
      name,
      schemes.filter((scheme) => paths[scheme] !== undefined),
      doubted,
    );
  }
  addRsync(site, carried, offered.rsync, kept);
}

/** A base URL new to the site: its other repositories are only assumed to be there by https as well. */
function addBase({ site, doubted }: Merging, name: string, scheme: Scheme, base: string): void {
  const offeredBefore = Object.entries(site.repositories).map(
    ([other, carried]) => [other, offeredSchemes(site, carried)] as const,
  );
  site.base[scheme] = base;
  for (const [other, offered] of offeredBefore) {
    if (other !== name) limitSchemes(site, other, offered, doubted);
  }
}

/**
 * Says in the file which of the site's schemes a list named for a repository. https beside a listed http
 * is assumed on the same host (a probe finds out, and https clients need it); http is never assumed.
 */
function limitSchemes(site: Site, name: string, named: readonly Scheme[], doubted: string[]): void {
  const carried = site.repositories[name];
  if (!carried || carried.schemes) return;
  const unnamed = schemes.filter((scheme) => site.base[scheme] && !named.includes(scheme));
  if (unnamed.includes("http")) carried.schemes = [...named];
  else if (unnamed.includes("https")) {
    const sameHost =
      new URL(site.base.https ?? "").hostname === new URL(site.base.http ?? "").hostname;
    if (!sameHost) carried.schemes = [...named];
    else if (!carried.assumed) {
      carried.assumed = ["https"];
      doubted.push(`${name} by https: assumed, since another repository on ${site.name} has it`);
    }
  }
}

/** The repository is in the file already: confirm what was assumed, and report what differs. */
function confirm(
  { site, kept }: Merging,
  name: string,
  paths: Partial<Record<Scheme, string>>,
  newBases: readonly Scheme[],
): void {
  const carried = site.repositories[name];
  if (carried === undefined) return;
  for (const scheme of schemes) {
    const path = paths[scheme];
    if (path === undefined) continue;
    const own = carried[scheme] ?? carried.path;
    const assumed = carried.assumed?.includes(scheme) ?? false;
    if (own !== path && !assumed && !newBases.includes(scheme)) {
      kept.push(`${name} at "${own}" by ${scheme}, where the list has "${path}"`);
      continue;
    }
    if (own !== path) carried[scheme] = path;
    if (assumed) {
      carried.assumed = carried.assumed?.filter((other) => other !== scheme) ?? [];
      if (carried.assumed.length === 0) delete carried.assumed;
    } else if (!offeredSchemes(site, carried).includes(scheme)) {
      kept.push(`${name} not by ${scheme}, where the list has it`);
    }
  }
}

function addRsync(
  site: Site,
  carried: SiteRepository,
  url: string | undefined,
  kept: string[],
): void {
  if (url === undefined || carried.rsync !== undefined) return;
  const base = `rsync://${new URL(url).host}/`;
  site.base.rsync ??= base;
  if (url.startsWith(site.base.rsync)) carried.rsync = url.slice(site.base.rsync.length);
  else kept.push(`base.rsync ${site.base.rsync}, where the list has ${base}`);
}
