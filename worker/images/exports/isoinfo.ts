/**
 * `isoinfo.json`, from which TUNA's and its sisters' pages offer images: `[{distro, category, urls: [{name, url}]}]`.
 * Distributions that genisolist knows are told in its words and its selection (`isoinfo-sections.ts`), all others by
 * what the catalogue says of them. Pure.
 */

import type { CatalogueImage } from "../image-catalogue.ts";
import { inGenisolistOrder, type Weighed } from "./genisolist-order.ts";
import { folderOf, imageUrl, isOffered, nameOf } from "./image-names.ts";
import { distributionOrder, type Section, sections } from "./isoinfo-sections.ts";

/** The images of one distribution. */
export interface IsoinfoDistribution {
  /** For people: `Debian`. */
  distro: string;
  /** `os`, `app` or `font`; the catalogue has systems alone. */
  category: string;
  urls: { name: string; url: string }[];
}

interface Entry extends Weighed {
  image: CatalogueImage;
}

/**
 * All images, in genisolist's order.
 *
 * @param base what links begin with, ends in `/`
 */
export function isoinfo(images: readonly CatalogueImage[], base: string): IsoinfoDistribution[] {
  const byDistro = new Map<string, Entry[]>();
  const add = (distro: string, entries: readonly Entry[]) => {
    if (entries.length === 0) return;
    byDistro.set(distro, (byDistro.get(distro) ?? []).concat(entries));
  };
  const byDistribution = Map.groupBy(images, ({ distribution }) => distribution);
  for (const section of sections) {
    const own = section.distributions.flatMap((one) => byDistribution.get(one) ?? []);
    add(section.distro, selected(own, section));
  }
  const told = new Set(sections.flatMap(({ distributions }) => distributions));
  for (const [distribution, own] of byDistribution) {
    if (told.has(distribution)) continue;
    add(own[0]?.title ?? distribution, own.filter(isOffered).map(described));
  }
  const distros = [...byDistro].toSorted(
    ([one], [other]) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1),
  );
  return distros.map(([distro, entries]) => ({
    distro,
    category: "os",
    urls: inGenisolistOrder(entries).map((entry) => ({
      name: entryName(entry),
      url: imageUrl(base, entry.image),
    })),
  }));
}

/** `V (P, T)`, `V (P)` or `V`; a type without a platform isn't told. */
function entryName({ version, platform, type }: Weighed): string {
  if (platform === "") return version;
  return `${version} (${platform}${type === "" ? "" : `, ${type}`})`;
}

function placeOf(distro: string): number {
  const at = distributionOrder.indexOf(distro);
  return at < 0 ? distributionOrder.length : at;
}

/** What a section takes of its distribution's images: those in its folders, of its newest versions. */
function selected(images: readonly CatalogueImage[], section: Section): Entry[] {
  const entries: (Entry & { place: number })[] = [];
  for (const image of images) {
    const groups = section.name.exec(nameOf(image))?.groups;
    if (groups === undefined) continue;
    const place = section.folders.findIndex((folder) => folder.test(folderOf(image)));
    entries.push({ image, place, ...textsOf(groups, section) });
  }
  // A repository that has no such folder still has its images elsewhere.
  const placed = entries.filter(({ place }) => place >= 0);
  // Among equals genisolist has the first folder first, and of one folder the order of its listing.
  const given = (placed.length > 0 ? placed : entries).toSorted(
    (one, other) => one.place - other.place || (one.image.path < other.image.path ? -1 : 1),
  );
  const taken = inGenisolistOrder(given);
  const versions = new Set<string>();
  const until = taken.findIndex(({ version }) => versions.add(version).size > section.versions);
  return until < 0 ? taken : taken.slice(0, until);
}

function textsOf(groups: Readonly<Record<string, string>>, section: Section): Weighed {
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (_, group: string) => groups[group] ?? "");
  return {
    version: fill(section.version ?? "{version}"),
    platform: fill(section.platform ?? "{platform}"),
    type: fill(section.type),
  };
}

const typeTexts: Readonly<Record<string, string>> = {
  installer: "Installer",
  netinst: "Network installer",
  live: "Live",
  cloud: "Cloud image",
  container: "Container image",
  rootfs: "Root file system",
  boot: "Boot image",
  firmware: "Firmware",
};

/** An image in the catalogue's words: `10.1 (x86_64, Installer minimal)`, `10.1 (x86_64, Cloud image, qcow2)`. */
function described(image: CatalogueImage): Entry {
  const { version, type, edition, format } = image;
  const text = [typeTexts[type] ?? type, ...(edition === undefined ? [] : [edition])].join(" ");
  return {
    image,
    version: version === "" ? image.series : version,
    platform: image.architecture,
    type: format === "iso" ? text : `${text}, ${format}`,
  };
}
