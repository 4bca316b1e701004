/**
 * Which images of one release and architecture stand first: what most people who come for that distribution take. Pure.
 *
 * The rule: by what the distribution's own download page leads to first, and among several installers the one that
 * suffices for most before those that hold more than one machine needs (DVD sets, everything). Then other types as
 * `imageTypes` has them, and editions as permanent links prefer them.
 */
import { type Image, imageTypes } from "./image.ts";
import { compareEditions } from "./links/link-names.ts";

/** `type` is of any edition, `type/edition` of that one alone. */
type Wanted = string;

/** Of distributions that aren't named below: flavours and desktops are mostly tried live. */
const usual: readonly Wanted[] = ["live", "installer", "netinst"];

const enterprise: readonly Wanted[] = [
  "installer/minimal",
  "installer/stream-dvd",
  "installer/dvd",
  "installer",
  "netinst",
  "live/gnome",
  "live/workstation",
  "live",
];

/** As the download pages of the distributions stood in November 2026. */
const byDistribution: ReadonlyMap<string, readonly Wanted[]> = new Map([
  // debian.org's button is netinst; live images come next, sets of discs last.
  ["debian", ["netinst/", "live/gnome", "live", "installer/cd", "installer", "netinst"]],
  ["ubuntu", ["live/desktop", "installer/live-server", "installer/server", "live", "installer"]],
  ["fedora", ["live/workstation", "live/kde", "installer/server", "netinst/server", "live"]],
  ["almalinux", enterprise],
  ["rocky", enterprise],
  ["centos", enterprise],
  ["opensuse", ["installer/offline", "installer/", "installer", "netinst", "live"]],
  ["alpine", ["installer/standard", "installer/extended", "installer/virt"]],
  ["kali", ["installer/", "netinst", "live", "installer"]],
  ["freebsd", ["installer/disc1", "installer/dvd1"]],
  ["raspios", ["rootfs/desktop", "rootfs/full", "rootfs/lite"]],
]);

/** The image's place in its distribution's order, by type and edition. Of images with the same place see `compareUnplaced`. */
export function wantedPlace({
  distribution,
  type,
  edition = "",
}: Pick<Image, "distribution" | "type" | "edition">): number {
  const wanted = byDistribution.get(distribution) ?? usual;
  const own = wanted.indexOf(`${type}/${edition}`);
  const at = own < 0 ? wanted.indexOf(type) : own;
  return at < 0 ? wanted.length : at;
}

/** Of two with the same place. Above 0: `one` stands behind `other`. */
export function compareUnplaced(
  one: Pick<Image, "type" | "edition">,
  other: Pick<Image, "type" | "edition">,
): number {
  return (
    imageTypes.indexOf(one.type) - imageTypes.indexOf(other.type) ||
    compareEditions(one.edition, other.edition)
  );
}
