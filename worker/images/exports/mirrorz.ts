/**
 * `mirrorz.json`, by which a mirror site enters MirrorZ's pages (the format of mirrorz-org/mirrorz, version 1.7 of
 * 2026-07-24): the site, its images, its repositories. Pure.
 */
import type { IsoinfoDistribution } from "./isoinfo.ts";

/** A repository, as far as MirrorZ shows it. */
export interface MirrorzRepository {
  name: string;
  /** One line for people. */
  title: string;
  /** URL of the origin. */
  origin: string;
  /** When what is served was published, Unix ms; absent: that isn't told, and the origin may be newer. */
  servedSince?: number;
}

export interface Mirrorz {
  version: number;
  /** Without a slash at the end, as the format wants it. */
  site: { url: string; abbr: string; name: string };
  info: readonly IsoinfoDistribution[];
  mirrors: {
    cname: string;
    desc: string;
    url: string;
    status: string;
    help: string;
    upstream: string;
  }[];
}

/**
 * @param base the service's URL, ends in `/`
 * @param info from `isoinfo`; its links may begin with the site's URL
 */
export function mirrorz(
  base: string,
  info: readonly IsoinfoDistribution[],
  repositories: readonly MirrorzRepository[],
): Mirrorz {
  return {
    version: 1.7,
    site: { url: base.replace(/\/$/, ""), abbr: "Nearmirror", name: "Nearmirror" },
    info,
    mirrors: repositories.map(({ name, title, origin, servedSince }) => ({
      cname: name,
      desc: title,
      url: `/${name}`,
      // `S` and seconds: brought up to date then. `C`: a cache before its origin.
      status: servedSince === undefined ? "C" : `S${Math.floor(servedSince / 1000)}`,
      help: `/setup/${name}`,
      upstream: origin,
    })),
  };
}
