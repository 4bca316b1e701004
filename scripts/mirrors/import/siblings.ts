/**
 * A site of which only the country is known, placed by another of the same owner: `ubuntu.example.ac.at`
 * stands where `almalinux.example.ac.at` does, if all the owner's placed sites in the country are in one
 * town. A guess, and reported and noted as one.
 */

import type { Site } from "../../../worker/list/site.ts";
import { kilometres } from "../places/gazetteer.ts";

/** Second-level labels under which countries register their names: the owner's is the third. */
const registryLabels =
  /^(ac|ad|asn|co|com|edu|ed|gen|go|gob|gov|gv|id|in|mil|ne|net|nom|or|org|sch|web)$/;

/** The part of a host name that was registered, and so tells the owner: `example.ac.at`. */
export function ownersDomain(host: string): string {
  const labels = host.split(".");
  const deep =
    labels.length > 2 && labels.at(-1)?.length === 2 && registryLabels.test(labels.at(-2) ?? "");
  return labels.slice(deep ? -3 : -2).join(".");
}

export interface Sibling {
  site: Site;
  /** The site it was placed by. */
  by: string;
}

/**
 * Places what can be placed.
 * @param originHosts a project's own domain (debian.org) has sites of many owners: left alone
 * @returns the placed sites, changed copies; sites not in the result stay as they are
 */
export function placeBySiblings(
  sites: ReadonlyMap<string, Site>,
  originHosts: ReadonlySet<string>,
): Sibling[] {
  const projects = new Set([...originHosts].map(ownersDomain));
  const key = (site: Site) => `${ownersDomain(site.name)} ${site.country}`;
  const placed = new Map<string, Site[]>();
  for (const site of sites.values()) {
    if (site.city === undefined || site.latitude === undefined || site.approximate) continue;
    placed.set(key(site), [...(placed.get(key(site)) ?? []), site]);
  }
  const found: Sibling[] = [];
  for (const site of sites.values()) {
    if (!site.approximate || site.city !== undefined || projects.has(ownersDomain(site.name)))
      continue;
    const siblings = placed.get(key(site)) ?? [];
    const [first] = siblings;
    if (!first || siblings.some((other) => apart(first, other) > 50)) continue;
    const { approximate: _, ...rest } = site;
    const { city, latitude, longitude } = first;
    if (city === undefined || latitude === undefined || longitude === undefined) continue;
    const note = site.note ?? `Placed like ${first.name}, which has the same owner.`;
    found.push({ site: { ...rest, note, city, latitude, longitude }, by: first.name });
  }
  return found;
}

function apart(a: Site, b: Site): number {
  const point = ({ latitude = 0, longitude = 0 }: Site) => ({ latitude, longitude });
  return kilometres(point(a), point(b));
}
