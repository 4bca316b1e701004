/** Of several versions of one name the newest, for kinds that have one alone. */
import { spawnSync } from "node:child_process";
import type { DebPackage } from "./deb-package.ts";

/** By dpkg itself: an archive has few names in several versions. @throws Error where dpkg isn't there */
export function newestOfEach(packages: readonly DebPackage[]): Set<DebPackage> {
  const newest = new Map<string, DebPackage>();
  for (const one of packages) {
    const other = newest.get(one.name);
    if (other === undefined || isNewer(one.version, other.version)) newest.set(one.name, one);
  }
  return new Set(newest.values());
}

function isNewer(one: string, other: string): boolean {
  const { status, error } = spawnSync("dpkg", ["--compare-versions", one, "gt", other]);
  if (error !== undefined) throw new Error(`dpkg is needed to compare versions: ${error.message}`);
  return status === 0;
}
