/** What the catalogue says of a file that a list of sums names. Pure. */

import type { Image } from "./image.ts";
import { type ImageName, readName } from "./image-name.ts";
import { type Releases, releaseOf } from "./releases.ts";
import type { Rule, Said } from "./rules/rule.ts";
import { rules } from "./rules/table.ts";

/** Of one file, from the list that names it and from its origin. */
export interface ImageFacts extends Pick<Image, "path" | "sha256" | "sha512" | "size" | "date"> {
  /** The name of its repository. */
  repository: string;
}

/**
 * Counts the rules: built images are of one number, and are built anew for another. To be raised with each change of
 * what a rule says.
 */
export const rulesVersion = 1;

/**
 * An image with all that is known of it. A file that no rule knows is listed as `other`, under its repository's name:
 * nothing that a list names is left out. So is a file that only goes with an image (`.torrent`, `.jigdo`), though under
 * its distribution.
 *
 * @param further rules that are asked where none of ours knows the file: an operator's own
 */
export function imageOf(
  facts: ImageFacts,
  releases: Releases,
  further: readonly Rule[] = [],
): Image {
  const { repository, ...file } = facts;
  const name = readName(repository, facts.path);
  const said = saidOf(name, releases, further);
  if (said === undefined) {
    return {
      ...file,
      distribution: repository,
      version: "",
      series: "",
      architecture: architectureOf(name, undefined),
      type: "other",
      format: name.format,
    };
  }
  const { releasesOf, architecture, ...rest } = said;
  const release = releaseOf(releases, releasesOf ?? said.distribution, said.series);
  return {
    ...file,
    ...rest,
    ...(rest.codename === undefined && release?.codename && { codename: release.codename }),
    architecture: architectureOf(name, architecture),
    type: name.isBeside ? "other" : said.type,
    format: name.format,
    ...(release?.released !== undefined && { released: release.released }),
    // A flavour ends before what it is made of, and nobody's table says when.
    ...(releasesOf === undefined && supportOf(release)),
  };
}

function saidOf(name: ImageName, releases: Releases, further: readonly Rule[]): Said | undefined {
  for (const rule of [...rules, ...further]) {
    const said = rule(name, releases);
    // A name without a release is somebody's own: `fedora-cloud-init-data.iso`.
    if (said !== undefined && said.series !== "") return said;
  }
  return undefined;
}

/** One, or what Debian calls an image for several: `multi-arch`. */
function architectureOf({ architectures }: ImageName, said: string | undefined): string {
  if (said !== undefined) return said;
  return architectures.length > 1 ? "multi-arch" : (architectures[0] ?? "");
}

function supportOf(release: ReturnType<typeof releaseOf>) {
  const { endOfLife, endOfLongSupport } = release ?? {};
  return {
    ...(endOfLife !== undefined && { endOfLife }),
    ...(endOfLongSupport !== undefined && { endOfLongSupport }),
  };
}
