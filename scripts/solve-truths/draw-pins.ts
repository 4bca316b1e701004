/** Draws entries of apt_preferences(5). Pure. */
import type { Pin } from "../../worker/solve/request.ts";
import { oneOf } from "../random.ts";
import type { DrawnFrom } from "./strata.ts";
import { type InstalledSet, installedOf } from "./truth.ts";

/** At the limits where apt_preferences(5) changes its mind: downgrades from 1000 on, never below 0. */
const priorities: readonly number[] = [-1, 1, 99, 100, 101, 490, 500, 501, 600, 990, 1000, 1001];
const globs: readonly string[] = ["lib*", "python3-*", "*-dev", "/^perl/", "*"];
const mostPins = 3;

/** @param asked names that are requested, without version or architecture */
export function drawPins(
  from: DrawnFrom,
  random: () => number,
  asked: readonly string[],
  set: InstalledSet | undefined,
): Pin[] {
  const installed = installedOf(set?.installed ?? []).map(({ name }) => name);
  const several = [...from.versions.keys()];
  const drawName = () => {
    const pool = [asked, installed, several].filter((names) => names.length > 0);
    return oneOf(random, oneOf(random, pool));
  };
  return Array.from({ length: 1 + Math.floor(random() * mostPins) }, () => {
    const priority = oneOf(random, priorities);
    const isRelease = random() < 0.5;
    if (isRelease) {
      const name = random() < 0.4 ? drawName() : oneOf(random, globs);
      return { package: name, pin: `release ${releaseOf(from, random)}`, priority };
    }
    const name = drawName();
    const versions = from.versions.get(name);
    const version = versions === undefined ? undefined : oneOf(random, versions);
    return { package: name, pin: `version ${versionPattern(random, version)}`, priority };
  });
}

function releaseOf(from: DrawnFrom, random: () => number): string {
  const suite = oneOf(random, from.suites);
  // Codenames of Debian have no word of a suite's.
  return /^(?:old)*(?:stable|testing)/.test(suite) ? `a=${suite}` : `n=${suite}`;
}

/** The version itself, or its beginning; of a name with one version any. */
function versionPattern(random: () => number, version: string | undefined): string {
  if (version === undefined) return "*";
  return random() < 0.5 ? version : `${version.slice(0, Math.ceil(version.length / 2))}*`;
}
