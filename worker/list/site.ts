/**
 * A site and a repository as their YAML files say it: `mirror-list/schema/*.schema.json` in types.
 * What a field means, its unit and its default are told there.
 */

import type { Scope } from "../directory/resource.ts";
import type { Kind } from "../formats/kinds.ts";
import type { Verification } from "../formats/verification.ts";
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { Override } from "../mirrors/roster.ts";
import type { Repository, RepositoryKey } from "../repositories/catalogue.ts";

/** An operator's decision to take a site, or one repository on it, out. */
export type SiteState = Override;

/** One repository on a site. Paths are under the base URL: no leading slash, a trailing one. */
export interface SiteRepository {
  path: string;
  https?: string;
  http?: string;
  rsync?: string;
  schemes?: Scheme[];
  assumed?: Scheme[];
  architectures?: string[];
  exclude?: string[];
  state?: SiteState;
}

export interface Site {
  name: string;
  note?: string;
  contact?: string;
  sponsor?: { name: string; url?: string };
  country?: string;
  city?: string;
  latitude?: number;
  longitude?: number;
  approximate?: true;
  asn?: number;
  prefixes?: string[];
  /** Mbit/s. */
  capacity?: number;
  base: { https?: string; http?: string; rsync?: string };
  families?: Family[];
  scope?: Scope;
  private?: boolean;
  state?: SiteState;
  repositories: Record<string, SiteRepository>;
}

/** `mirror-list/repositories/<name>.yaml`: a `Repository` whose lists may be left out. */
export interface RepositoryFile {
  name: string;
  kind: Kind;
  title: string;
  origin: string;
  /** The repository that this one is a part of the tree of: its mirrors are this one's (`trees.ts`). */
  tree?: string;
  architectures?: string[];
  /** Paths under the origin; no leading and no trailing slash. */
  roots?: string[];
  /** Suite or Codename of a root, by its path. */
  suites?: Record<string, string>;
  freshness?: {
    /** Durations as `secondsOf` reads them: `45m`, `12h`, `2d`. */
    laggingAfter?: string;
    staleAfter?: string;
    staleGenerations?: number;
  };
  keys?: RepositoryKey[];
  verify?: Verification;
  /** Seconds. */
  poll?: number;
  follow?: "always";
  /** ISO date or moment in UTC. */
  olderUntil?: string;
  ahead?: string[];
  publish?: "immediately" | { when: number /** As `secondsOf` reads it. */; atMost: string };
  /** A size as `bytesOf` reads it. */
  redirect?: { minSize?: string };
  /** `rules`: a `genisolist.ini`, as a path in the list's folder. */
  images?: { rules: string };
  torrents?: string[];
  setup?: Repository["setup"];
}

/** Mbit/s of a site that doesn't say; the schema names the same figure. */
export const defaultCapacity = 1000;

export const schemes = ["https", "http"] as const satisfies readonly Scheme[];

/** Schemes a repository is offered on at this site: those with a base URL, unless it names fewer. */
export function offeredSchemes(site: Site, carried: SiteRepository): Scheme[] {
  return schemes.filter(
    (scheme) =>
      site.base[scheme] !== undefined &&
      (carried.schemes === undefined || carried.schemes.includes(scheme)),
  );
}

/** Absolute URL of a repository on a site by one scheme, or undefined where it isn't offered. */
export function repositoryUrl(
  site: Site,
  carried: SiteRepository,
  scheme: Scheme,
): string | undefined {
  if (!offeredSchemes(site, carried).includes(scheme)) return undefined;
  return `${site.base[scheme]}${carried[scheme] ?? carried.path}`;
}
