/** What forms are written from: a repository at a mirror, with absolute URLs. Pure. */
import type { Scheme } from "../../../worker/geo/scheme.ts";
import { countryName } from "../../../worker/list/countries.ts";
import {
  type RepositoryFile,
  repositoryUrl,
  type Site,
  type SiteRepository,
  schemes,
} from "../../../worker/list/site.ts";
import { withTrees } from "../../../worker/list/trees.ts";
import { inForce } from "../../../worker/mirrors/overrides.ts";

/** One repository at one mirror. */
export interface ListedMirror {
  site: Site;
  repository: RepositoryFile;
  carried: SiteRepository;
  /** Absolute, ending in a slash. At least one; none by a scheme that is only assumed. */
  urls: Partial<Record<Scheme, string>>;
  rsync?: string;
  /** An operator has drained or disabled it, or its site, and that still holds. */
  isOut: boolean;
  /** What the service's checks found, by scheme; absent: nobody has asked. */
  checks?: Partial<Record<Scheme, MirrorCheck>>;
}

/** What a running service knows of a mirror by one scheme. */
export interface MirrorCheck {
  /** It has the newest state that the origin has published. */
  isFresh: boolean;
}

/** A list as it is in force. */
export interface WholeList {
  sites: readonly Site[];
  repositories: readonly RepositoryFile[];
}

/**
 * Who carries a repository, by their countries' names and then by their own; those without a country last. Parts of a
 * tree are carried where the tree is.
 * @param now Unix milliseconds: tells which operators' words have run out
 */
export function mirrorsOf(
  { sites, repositories }: WholeList,
  repository: RepositoryFile,
  now: number,
): ListedMirror[] {
  return sites
    .map((site) => withTrees(site, repositories))
    .flatMap((site) => listed(site, repository, now) ?? [])
    .sort(byCountry);
}

/** All that the sites' own files name, site by site in the order of their names. */
export function allMirrors({ sites, repositories }: WholeList, now: number): ListedMirror[] {
  return [...sites]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((site) => repositories.flatMap((one) => listed(site, one, now) ?? []));
}

function listed(site: Site, repository: RepositoryFile, now: number): ListedMirror | undefined {
  const carried = Object.entries(site.repositories).find(([name]) => name === repository.name)?.[1];
  if (carried === undefined) return undefined;
  const urls: ListedMirror["urls"] = {};
  for (const scheme of schemes) {
    const url = repositoryUrl(site, carried, scheme);
    if (url !== undefined && !carried.assumed?.includes(scheme)) urls[scheme] = url;
  }
  if (Object.keys(urls).length === 0) return undefined;
  const rsync =
    site.base.rsync === undefined || carried.rsync === undefined
      ? undefined
      : `${site.base.rsync}${carried.rsync}`;
  const isOut = inForce(site.state, now) || inForce(carried.state, now);
  return { site, repository, carried, urls, ...(rsync !== undefined && { rsync }), isOut };
}

function byCountry(a: ListedMirror, b: ListedMirror): number {
  // Behind every name.
  const key = ({ site }: ListedMirror) =>
    `${site.country === undefined ? "\uffff" : countryName(site.country)} ${site.name}`;
  return key(a) < key(b) ? -1 : 1;
}

/** Where the site is; coordinates that stand for a whole country are nobody's. */
export function exactPoint({ latitude, longitude, approximate }: Site) {
  if (latitude === undefined || longitude === undefined || approximate) return undefined;
  return { latitude, longitude };
}

/** The one URL of a form that has one: https where it is there. Clients of today want it. */
export function mainUrl({ urls }: ListedMirror): string {
  return urls.https ?? urls.http ?? "";
}

/** All URLs for clients, https first. */
export function webUrls({ urls }: ListedMirror): string[] {
  return schemes.flatMap((scheme) => urls[scheme] ?? []);
}
