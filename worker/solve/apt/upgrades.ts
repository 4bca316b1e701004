/** `apt-get upgrade` (nothing new, nothing removed) and `dist-upgrade` (anything). */
import { at } from "../universe/columns.ts";
import { PackageFlag } from "../universe/relation-words.ts";
import type { Marker } from "./marker.ts";
import { isHeldBack } from "./phased.ts";
import { ProblemResolver } from "./resolver.ts";
import type { Selection } from "./selection.ts";

/** @param machineId absent: everybody gets every update */
export function upgradeAll(
  marker: Marker,
  kind: "upgrade" | "dist-upgrade",
  machineId: string | undefined,
): boolean {
  return kind === "upgrade" ? upgrade(marker, machineId) : distUpgrade(marker, machineId);
}

function upgrade(marker: Marker, machineId: string | undefined): boolean {
  const s = marker.selection;
  const resolver = new ProblemResolver(marker);
  for (const one of s.active()) {
    if (s.installs(one)) resolver.protect(one);
    if (s.held[one] === 1 || isKeptByPhase(s, one, machineId)) continue;
    if (at(s.current, one) !== 0 && at(s.install, one) !== 0) {
      marker.install(one, false, false, 0);
    }
  }
  holdBackPhased(marker, machineId, resolver);
  return resolveByKeep(resolver);
}

function distUpgrade(marker: Marker, machineId: string | undefined): boolean {
  const s = marker.selection;
  holdBackPhased(marker, machineId);
  const installed = s.active().filter((one) => at(s.current, one) !== 0);
  for (const one of installed) marker.install(one, false, false, 0);
  for (const one of installed) marker.install(one, true, false, 0);
  installEssentials(marker);
  for (const one of installed) marker.install(one, false, false, 0);
  const resolver = new ProblemResolver(marker);
  for (const one of installed) {
    if (s.held[one] === 0) continue;
    resolver.protect(one);
    marker.keep(one, false, 0);
  }
  holdBackPhased(marker, machineId, resolver);
  return resolver.resolve(false);
}

/** What every system has comes, though it isn't there yet. */
function installEssentials(marker: Marker): void {
  const s = marker.selection;
  const seen = new Set<number>();
  for (const flagged of s.universe.flagged) {
    const group = s.world.group(flagged);
    if (seen.has(group) || !s.hasFlag(flagged, PackageFlag.essential)) continue;
    seen.add(group);
    const packages = s.world.packagesOf(group);
    const essential = packages.filter((one) => s.hasFlag(one, PackageFlag.essential));
    if (essential.some((one) => s.installs(one))) continue;
    marker.install(preferredOf(s, packages), true, false, 0);
  }
}

/** Of the first architecture that has versions of it. */
export function preferredOf(s: Selection, packages: readonly number[]): number {
  const ofArchitecture = (one: number) =>
    s.universe.architectures.indexOf(s.world.architectureName(one));
  const known = packages
    .filter((one) => ofArchitecture(one) >= 0)
    .sort((one, other) => ofArchitecture(one) - ofArchitecture(other));
  return known.find((one) => s.world.hasVersions(one)) ?? known[0] ?? 0;
}

function holdBackPhased(
  marker: Marker,
  machineId: string | undefined,
  resolver?: ProblemResolver,
): void {
  const s = marker.selection;
  for (const one of s.active()) {
    if (!isKeptByPhase(s, one, machineId)) continue;
    marker.keep(one, false, 0);
    s.isProtected[one] = 1;
    resolver?.protect(one);
  }
}

/** What would be installed isn't for this machine yet, and no older version since what is installed mends its security. */
function isKeptByPhase(s: Selection, one: number, machineId: string | undefined): boolean {
  const { world, universe } = s;
  const [current, install] = [at(s.current, one), at(s.install, one)];
  if (machineId === undefined || current === 0 || install === 0) return false;
  const percentage = at(universe.versionPhased, install);
  if (percentage === 100 || isSecurityUpdate(s, one)) return false;
  const source = universe.names.text(at(universe.groupName, at(universe.versionSource, install)));
  const version = universe.versions.text(at(universe.versionSourceText, install));
  return isHeldBack({ source, version }, machineId, percentage) && world.packageCount > 0;
}

function isSecurityUpdate(s: Selection, one: number): boolean {
  const { world, universe } = s;
  const versions = world.versionsOf(one);
  for (const version of versions.slice(versions.indexOf(at(s.install, one)) + 1)) {
    if (version === at(s.current, one)) return false;
    const bits = at(universe.versionIndexes, version);
    const isSecurity = universe.facts.some(
      ({ suite }, index) => (bits & (1 << index)) !== 0 && suite?.endsWith("-security") === true,
    );
    if (isSecurity) return true;
  }
  return false;
}

/** Mends by keeping alone. */
function resolveByKeep(resolver: ProblemResolver): boolean {
  const { selection: s, marker } = resolver;
  const order = resolver.order();
  let lastStop = -1;
  for (let place = 0; place < order.length; place++) {
    const one = at(order, place);
    if (at(s.install, one) === 0 || !isNewlyBroken(s, one)) continue;
    s.step();
    if (s.isProtected[one] === 0) {
      marker.keep(one, false, 0);
      if (!isNewlyBroken(s, one)) {
        place = -1;
        continue;
      }
    }
    keepTargets(resolver, one);
    if (isNewlyBroken(s, one)) continue;
    if (place === lastStop) return false;
    lastStop = place;
    place = -1;
  }
  return true;
}

function isNewlyBroken(s: Selection, one: number): boolean {
  return s.isBroken(one) || (!s.isPolicyBrokenNow(one) && s.isBrokenByPolicy(one));
}

function keepTargets(resolver: ProblemResolver, one: number): void {
  const { selection: s, marker } = resolver;
  const version = at(s.install, one);
  for (let first = s.first(version); first < s.end(version); ) {
    const last = s.lastOf(first);
    if (s.isCritical(last) && !s.anyMet(first, last)) {
      for (let relation = first; relation <= last; relation++) {
        for (const target of resolver.targets(relation)) {
          const other = s.world.packageOf(target);
          if (at(s.install, other) === 0 || at(s.current, other) === 0) continue;
          if (s.isProtected[other] === 0) marker.keep(other, false, 0);
          if (!isNewlyBroken(s, one)) break;
        }
        if (!isNewlyBroken(s, one)) break;
      }
      if (!isNewlyBroken(s, one)) return;
    }
    first = last + 1;
  }
}
