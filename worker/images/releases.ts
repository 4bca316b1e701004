/** What is known of distributions' releases: their names, and until when they are supported. Pure. */
import { ownValue } from "../runtime/own-value.ts";

/** One release of a distribution. */
export interface Release {
  /** As `Image.series` has it. */
  series: string;
  /** Lower case. */
  codename?: string;
  /** Unix ms; absent: it isn't out yet, or nobody says. */
  released?: number;
  endOfLife?: number;
  endOfLongSupport?: number;
}

/** By distribution, as `Image.distribution` has it. */
export type Releases = Readonly<Record<string, readonly Release[]>>;

/** The facts of a release; undefined: nobody says any. */
export function releaseOf(
  releases: Releases,
  distribution: string,
  series: string,
): Release | undefined {
  return releasesOf(releases, distribution).find((one) => one.series === series);
}

/** The release that has this codename, in any case. */
export function releaseNamed(
  releases: Releases,
  distribution: string,
  codename: string,
): Release | undefined {
  const wanted = codename.toLowerCase();
  return releasesOf(releases, distribution).find((one) => one.codename === wanted);
}

function releasesOf(releases: Releases, distribution: string): readonly Release[] {
  return ownValue(releases, distribution) ?? [];
}
