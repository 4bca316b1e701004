/** A checked list as the two views that the edge decides from. */
import { readAddress } from "../geo/address.ts";
import type { ImageRule } from "../images/genisolist/read-sections.ts";
import type { Views } from "../mirrors/compiled-list.ts";
import type { Carried, Override, RosterMirror } from "../mirrors/roster.ts";
import type { FreshnessLimits, Repository } from "../repositories/catalogue.ts";
import { bytesOf } from "./byte-size.ts";
import { secondsOf } from "./duration.ts";
import { defaultCapacity, type RepositoryFile, repositoryUrl, type Site, schemes } from "./site.ts";
import { withTrees } from "./trees.ts";

/** The views of a checked list, without its keys. @param rules of images, by repository */
export function toViews(
  sites: Site[],
  repositories: RepositoryFile[],
  now: number,
  rules: ReadonlyMap<string, ImageRule[]>,
): Views {
  const whole = sites.map((site) => withTrees(site, repositories));
  return {
    roster: { version: now, mirrors: whole.map((site) => toRosterMirror(site, now)) },
    catalogue: {
      version: now,
      repositories: repositories.map((file) => toRepository(file, rules)),
    },
  };
}

function toRepository(file: RepositoryFile, rules: ReadonlyMap<string, ImageRule[]>): Repository {
  const ofImages = rules.get(file.name);
  return {
    name: file.name,
    kind: file.kind,
    title: file.title,
    origin: file.origin,
    architectures: file.architectures ?? [],
    ...(file.roots && { roots: file.roots }),
    ...(file.suites && { suites: file.suites }),
    ...(file.freshness && { freshness: freshnessLimits(file.freshness) }),
    keys: file.keys ?? [],
    ...(file.verify && { verify: file.verify }),
    ...(file.poll !== undefined && { poll: file.poll }),
    ...(file.follow && { follow: file.follow }),
    ...(file.olderUntil !== undefined && { olderUntil: Date.parse(file.olderUntil) }),
    ...(file.ahead && { ahead: file.ahead }),
    ...(typeof file.publish === "object" && {
      publish: { when: file.publish.when, atMost: secondsOf(file.publish.atMost) },
    }),
    ...(file.redirect?.minSize !== undefined && {
      redirect: { minSize: bytesOf(file.redirect.minSize) },
    }),
    ...(ofImages && { images: { rules: ofImages } }),
    ...(file.torrents && { torrents: file.torrents }),
    setup: file.setup ?? {},
  };
}

function freshnessLimits(limits: NonNullable<RepositoryFile["freshness"]>): FreshnessLimits {
  const { laggingAfter, staleAfter, staleGenerations } = limits;
  return {
    ...(laggingAfter !== undefined && { laggingAfter: secondsOf(laggingAfter) }),
    ...(staleAfter !== undefined && { staleAfter: secondsOf(staleAfter) }),
    ...(staleGenerations !== undefined && { staleGenerations }),
  };
}

/** A site as the roster has it: defaults filled in, absent fields left out, coordinates to 1 km. */
export function toRosterMirror(site: Site, now: number): RosterMirror {
  const carries: Record<string, Carried> = {};
  for (const [name, carried] of Object.entries(site.repositories)) {
    const entry: Carried = {};
    for (const scheme of schemes) {
      const url = repositoryUrl(site, carried, scheme);
      if (url !== undefined) entry[scheme] = url;
    }
    if (carried.architectures) entry.architectures = carried.architectures;
    if (carried.exclude) entry.exclude = carried.exclude;
    const word = wordNow(carried.state, now);
    if (word) {
      entry.word = word;
      entry.state = word.is;
    }
    carries[name] = entry;
  }
  const word = wordNow(site.state, now);
  const families = site.families ?? familiesOfAddress(site);
  return {
    name: site.name,
    ...(site.country !== undefined && { country: site.country }),
    ...(site.latitude !== undefined && { latitude: twoDecimals(site.latitude) }),
    ...(site.longitude !== undefined && { longitude: twoDecimals(site.longitude) }),
    ...(site.approximate && { approximate: true }),
    ...(site.asn !== undefined && { asn: site.asn }),
    ...(site.prefixes && { prefixes: site.prefixes }),
    capacity: site.capacity ?? defaultCapacity,
    ...(families && { families }),
    ...(site.scope && { scope: site.scope }),
    ...(site.private && { private: true }),
    ...(word && { word }),
    state: word?.is ?? "unknown",
    carries,
  };
}

/** An operator's word where it still holds at this moment; it travels along, so that it isn't lost later. */
function wordNow(word: Override | undefined, now: number): Override | undefined {
  if (word?.until !== undefined && Date.parse(word.until) <= now) return undefined;
  return word;
}

/** A base URL that is an address itself (in labs and inside companies) has that family only. */
function familiesOfAddress(site: Site): RosterMirror["families"] {
  const found = schemes.flatMap((scheme) => {
    const base = site.base[scheme];
    return base === undefined ? [] : [readAddress(new URL(base).hostname)?.family];
  });
  const families = found.filter((family) => family !== undefined);
  return found.length === 0 || families.length < found.length ? undefined : [...new Set(families)];
}

function twoDecimals(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
