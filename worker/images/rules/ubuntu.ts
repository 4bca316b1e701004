/** Ubuntu and its flavours: installer, live, cloud and preinstalled images since 4.10. Pure. */

import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import { type Release, type Releases, releaseNamed, releaseOf } from "../releases.ts";
import type { Rule } from "./rule.ts";
import { editionOf, isDay, isNumbers, isPreviewWord, leading } from "./words.ts";

const ubuntuName = "ubuntu";

/** Distributions of their own, by the words that names begin with. */
const flavours: readonly (readonly [begins: readonly string[], distribution: string])[] = [
  [["kubuntu"], "kubuntu"],
  [["xubuntu"], "xubuntu"],
  [["lubuntu"], "lubuntu"],
  [["edubuntu"], "edubuntu"],
  [["gobuntu"], "gobuntu"],
  [["mythbuntu"], "mythbuntu"],
  [["ubuntukylin"], "ubuntukylin"],
  [["ubuntustudio"], "ubuntustudio"],
  [["ubuntu", "mate"], "ubuntu-mate"],
  [["ubuntu", "budgie"], "ubuntu-budgie"],
  [["ubuntu", "gnome"], "ubuntu-gnome"],
  [["ubuntu", "unity"], "ubuntu-unity"],
  [["ubuntucinnamon"], "ubuntucinnamon"],
  [["ubuntu", "cinnamon"], "ubuntucinnamon"],
  [["ubuntu"], ubuntuName],
];

const editions: Readonly<Record<string, string>> = {
  desktop: "desktop",
  server: "server",
  live: "live",
  alternate: "alternate",
  minimal: "minimal",
  core: "core",
  base: "base",
  studio: "studio",
  raspi: "raspi",
  raspi2: "raspi",
  raspi3: "raspi",
  mac: "mac",
  legacy: "legacy",
  dvd: "dvd",
  netbook: "netbook",
  mobile: "mobile",
  jeos: "jeos",
  unmatched: "unmatched",
  visionfive: "visionfive",
  nezha: "nezha",
  licheerv: "licheerv",
  icicle: "icicle",
  intel: "intel",
  iot: "iot",
  azure: "azure",
  wsl: "wsl",
};

export const ubuntu: Rule = (name, releases) => {
  const { words } = name;
  const flavour = flavours.find(([begins]) => begins.every((word, index) => words[index] === word));
  const release = flavour === undefined ? codenameOf(name, releases) : undefined;
  if (flavour === undefined && release === undefined) return undefined;
  const distribution = flavour?.[1] ?? distributionOf(name);
  const of =
    release === undefined ? numbered(name, releases) : { version: release.series, release };
  if (of === undefined) return undefined;
  const day = name.folders.findLast((one) => isDay(one.replace(/^release-/, "")));
  const isDated = day !== undefined && !words.some(isPreviewWord) && typeOf(name) !== "installer";
  const edition = editionOf(words.slice(1), editions);
  return {
    distribution,
    version: isDated ? day.replace(/^release-/, "") : of.version,
    series: of.release.series,
    ...(of.release.codename && { codename: of.release.codename }),
    ...(distribution !== ubuntuName && { releasesOf: ubuntuName }),
    type: typeOf(name),
    ...(edition !== undefined && { edition }),
    ...(words.some(isPreviewWord) && { isPreview: true }),
  };
};

/** Names that begin with a codename: `noble-server-cloudimg-amd64.img`, `warty-release-install-i386.iso`. */
function codenameOf({ words, folders }: ImageName, releases: Releases): Release | undefined {
  const [first = "", second = ""] = words;
  const kinds = ["server", "minimal", "desktop", "live", "release", "preinstalled", "install"];
  const kind = [
    ...kinds,
    "alternate",
    "dvd",
    "wsl",
    "base",
    "netboot",
    "core",
    "legacy",
    "preview",
  ];
  const isKind = kind.includes(second) || isPreviewWord(second);
  if (!isKind || !/^[a-z]+$/.test(first)) return undefined;
  const release = releaseNamed(releases, ubuntuName, first);
  // Newer than our table: its folder says the same.
  const isNew = words.includes("cloudimg") && isKind && folders.includes(first);
  return release ?? (isNew ? { series: first, codename: first } : undefined);
}

/** Daily images are called by codename, so that only the folder tells a flavour. */
function distributionOf({ folders }: ImageName): string {
  const names = flavours.map(([, distribution]) => distribution);
  return folders.find((one) => names.includes(one) && one !== ubuntuName) ?? ubuntuName;
}

function numbered(
  { words, folders }: ImageName,
  releases: Releases,
): { version: string; release: Release } | undefined {
  const plain = words.find((word) => isNumbers(word) && !isDay(word));
  if (plain !== undefined && words[1] === "core" && !plain.includes(".")) {
    return { version: plain, release: { series: plain } };
  }
  if (plain?.includes(".")) {
    const preview = words.find((word) => /^(?:alpha|beta|rc)\d*$/.test(word));
    const version = preview === undefined ? plain : `${plain}-${preview}`;
    const series = leading(plain, 2);
    return { version, release: releaseOf(releases, ubuntuName, series) ?? { series } };
  }
  // `ubuntu-resolute-wsl-amd64.wsl`, or only the folder has it.
  const release = [...words.slice(1), ...folders.toReversed()]
    .map((word) => releaseNamed(releases, ubuntuName, word))
    .find((one) => one !== undefined);
  return release && { version: release.series, release };
}

function typeOf({ words, format, stem, folders, isBeside }: ImageName): ImageType {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (isBeside) return "other";
  if (has("vmlinuz", "initrd", "kernel", "netboot") || /(?:^|[-.])(?:linux|mini)$/.test(stem)) {
    return "boot";
  }
  if (has("wsl") || format === "wsl") return "rootfs";
  if (has("cloudimg", "uec", "ec2", "azure")) {
    return has("root", "rootfs") || (format.startsWith("squashfs") && !has("lxd"))
      ? "rootfs"
      : "cloud";
  }
  if (has("base", "core") && /^tar|^img/.test(format)) return "rootfs";
  if (has("preinstalled") || format.startsWith("img")) return "rootfs";
  if (folders.includes("netboot")) return "boot";
  if (has("desktop", "live") && !has("server")) return "live";
  // Ubuntu Studio's one image is called so.
  if (words[0] === "ubuntustudio" && has("dvd")) return "live";
  return has("mini") ? "netinst" : "installer";
}
