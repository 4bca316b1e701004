/** Who probes what: every mirror is asked by its own region and by one other, in shards. Pure. */
import { countryPlace } from "../geo/countries.ts";
import { distanceKm } from "../geo/distance.ts";
import { regionPoints } from "../geo/regions.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { RosterMirror } from "../mirrors/roster.ts";
import type { CatalogueView, Repository } from "../repositories/catalogue.ts";
import { fnv, mix } from "../runtime/fast-hash.ts";
import type { Region } from "./settings.ts";
import type { ProbedFamily, Target } from "./target.ts";

/** A mirror that a Prober watches. */
export interface WatchedMirror {
  name: string;
  /** The Prober is in the mirror's own region, by which alone a mirror can be found down. */
  own: boolean;
  targets: Target[];
}

/** What one Prober is to do. */
export interface Assignment {
  /** Changes with every part of it, so that a Prober knows whether it has the current one. */
  version: string;
  mirrors: WatchedMirror[];
  /** The repositories those carry. */
  repositories: Repository[];
  /**
   * `CatalogueView.version` of a list that has them so; no part of `version`, as most lists change nothing here. Absent
   * in one that a version of this program before stored: it then tells no object what is newer.
   */
  listVersion?: number;
}

/** The configured regions from the mirror's own outwards; one that isn't placed counts as western European. */
export function regionsNear(mirror: RosterMirror, regions: readonly Region[]): Region[] {
  const ofCountry = mirror.country === undefined ? undefined : countryPlace(mirror.country);
  const { latitude, longitude } = {
    latitude: mirror.latitude ?? ofCountry?.latitude ?? regionPoints.weur.latitude,
    longitude: mirror.longitude ?? ofCountry?.longitude ?? regionPoints.weur.longitude,
  };
  const away = (region: Region) =>
    region === "here" ? 0 : distanceKm(regionPoints[region], { latitude, longitude });
  return [...regions].sort((a, b) => away(a) - away(b));
}

/** Base URLs that are an address themselves say their family; for names the platform chooses. */
function familyOf(base: string): ProbedFamily {
  const { hostname } = new URL(base);
  if (hostname.startsWith("[")) return "ipv6";
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? "ipv4" : "any";
}

/** Everything of a mirror that has a state of its own. */
export function targetsOf(mirror: RosterMirror): Target[] {
  return Object.entries(mirror.carries).flatMap(([repository, carried]) =>
    (["https", "http"] as const satisfies readonly Scheme[]).flatMap((scheme): Target[] => {
      const base = carried[scheme];
      if (base === undefined) return [];
      const { architectures, exclude } = carried;
      return [
        {
          mirror: mirror.name,
          repository,
          scheme,
          family: familyOf(base),
          base,
          ...(architectures !== undefined && { architectures }),
          ...(exclude !== undefined && { exclude }),
        },
      ];
    }),
  );
}

/** The shard a mirror is in: by highest hash, so that another number of shards moves as few as can be. */
function shardOf(name: string, shards: number): number {
  const nameHash = fnv(name);
  let best = 0;
  let bestScore = -1;
  for (let shard = 0; shard < shards; shard++) {
    const score = mix(nameHash ^ mix(shard + 1)) >>> 0;
    if (score > bestScore) {
      best = shard;
      bestScore = score;
    }
  }
  return best;
}

/**
 * What every Prober is to do, by its name (`weur-0`).
 *
 * @param mirrors those to be probed; what an operator disabled or keeps private is left out here
 * @param catalogue of the same list
 * @param shardMirrors how many one Prober watches, about
 */
export function assign(
  mirrors: readonly RosterMirror[],
  catalogue: CatalogueView,
  regions: readonly Region[],
  shardMirrors: number,
): Map<string, Assignment> {
  const byRegion = new Map<Region, { mirror: RosterMirror; own: boolean }[]>();
  for (const mirror of mirrors) {
    if (mirror.state === "disabled" || mirror.private === true) continue;
    const [own, other] = regionsNear(mirror, regions);
    for (const region of [own, other]) {
      if (region === undefined) continue;
      const watched = byRegion.get(region) ?? [];
      watched.push({ mirror, own: region === own });
      byRegion.set(region, watched);
    }
  }
  const assignments = new Map<string, Assignment>();
  for (const [region, watched] of byRegion) {
    const shards = Math.ceil(watched.length / shardMirrors);
    const parts = Array.from({ length: shards }, (): WatchedMirror[] => []);
    for (const { mirror, own } of watched) {
      const targets = targetsOf(mirror);
      if (targets.length > 0) {
        parts[shardOf(mirror.name, shards)]?.push({ name: mirror.name, own, targets });
      }
    }
    for (const [shard, part] of parts.entries()) {
      if (part.length > 0) assignments.set(`${region}-${shard}`, assignment(part, catalogue));
    }
  }
  return assignments;
}

/** The regions that ask each mirror, by the mirror's name. */
export function regionsAsking(
  assignments: ReadonlyMap<string, Assignment>,
): Map<string, ReadonlySet<string>> {
  const asking = new Map<string, Set<string>>();
  for (const [prober, { mirrors }] of assignments) {
    for (const { name } of mirrors) {
      const regions = asking.get(name) ?? new Set();
      asking.set(name, regions.add(regionOf(prober)));
    }
  }
  return asking;
}

/** The region in a Prober's name. */
export function regionOf(prober: string): string {
  return prober.slice(0, prober.lastIndexOf("-"));
}

function assignment(
  mirrors: WatchedMirror[],
  { version: listVersion, repositories: all }: CatalogueView,
): Assignment {
  const carried = new Set(mirrors.flatMap((one) => one.targets.map((target) => target.repository)));
  const repositories = all.filter(({ name }) => carried.has(name));
  const hash = fnv(JSON.stringify([mirrors, repositories])) >>> 0;
  return { version: hash.toString(16), mirrors, repositories, listVersion };
}
