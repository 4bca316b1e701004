/** Debian: installer, live and cloud images, since 2.2; images for Raspberry Pis; what stands in `dists/`. Pure. */

import { ownValue } from "../../runtime/own-value.ts";
import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import { type Releases, releaseNamed } from "../releases.ts";
import type { Rule, Said } from "./rule.ts";
import { editionOf, isDay, isNumbers, isPreviewWord, leading, partOf } from "./words.ts";

const distribution = "debian";

const editions: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...["gnome", "kde", "xfce", "lxde", "lxqt", "mate", "cinnamon", "standard", "junior", "light"],
    ...["edu", "mac", "rescue", "firmware", "nonfree", "update", "backports", "businesscard"],
    ...["generic", "genericcloud", "nocloud", "azure", "ec2", "openstack", "gce", "vagrant"],
  ].map((word) => [word, word]),
);
const cloud = ["generic", "genericcloud", "nocloud", "azure", "ec2", "openstack", "gce"];
const media = /^(?:cd|dvd|bd|dlbd|binary|disc|netinst)(\d*)$/;
const discs = ["cd", "dvd", "bd", "dlbd", "binary"];

export const debian: Rule = (name, releases) => {
  const { words, folders } = name;
  if (words[0] === "debian" || words[0] === "firmware") return ofDisc(name, releases);
  return raspi(name, releases) ?? ofArchive(folders, name, releases);
};

function ofDisc(name: ImageName, releases: Releases): Said | undefined {
  const { words, architectures } = name;
  const of = versionOf(words, releases);
  if (of === undefined) return undefined;
  const isHurd = words.includes("hurd") || architectures.some((one) => one.startsWith("hurd-"));
  const part = partOf(words, media);
  const medium = discs.find((one) => words.some((word) => word.replace(/\d+$/, "") === one));
  const stick = words.find((word) => /^(?:stick)?\d+gb$|^usb\d+$/.test(word));
  const edition = editionOf(words, editions) ?? stick ?? medium;
  return {
    distribution,
    ...of,
    ...(isHurd && of.series === "" && { series: "hurd" }),
    type: typeOf(name),
    ...(edition !== undefined && { edition }),
    ...(part !== undefined && { part }),
    ...(words.includes("source") && { architecture: "source" }),
    ...(words.some(isPreviewWord) && { isPreview: true }),
  };
}

function typeOf({ words, format }: ImageName): ImageType {
  if (words.includes("source")) return "other";
  if (words.includes("live")) return "live";
  if (words.some((word) => cloud.includes(word))) return "cloud";
  if (words.includes("netinst") || words.includes("businesscard")) return "netinst";
  return /^(?:qcow2|raw|vmdk|vhd|tar)/.test(format) ? "cloud" : "installer";
}

/** `13.2.0`, `40r9`, `504`, `testing`, `trixie-DI-rc3`, and of a cloud image its day before its series. */
function versionOf(
  words: readonly string[],
  releases: Releases,
): Pick<Said, "version" | "series" | "codename"> | undefined {
  const day = words.findIndex(isDay);
  const build = words[day + 1] ?? "";
  const dated = day < 0 ? undefined : [words[day], isNumbers(build) ? build : ""].join("-");
  for (const word of words.slice(1)) {
    const version = numbersOf(word);
    if (version !== undefined) {
      return { version: dated?.replace(/-$/, "") ?? version, series: seriesOf(version) };
    }
    const named = releaseNamed(releases, distribution, word);
    const codename = named?.codename;
    if (codename === undefined && word !== "testing" && word !== "unstable") continue;
    const series = named?.series ?? word;
    const preview = words.find((one) => /^(?:rc|alpha|beta)\d*$/.test(one));
    return {
      version: dated?.replace(/-$/, "") ?? (preview ? `${series}-${preview}` : series),
      series,
      ...(codename !== undefined && { codename }),
    };
  }
  return dated === undefined ? undefined : { version: dated.replace(/-$/, ""), series: "" };
}

/** Versions of one name's word: `13.2.0`; `30r6`, `31r0a` and `40r9`, written without dots until 5.0; `504`, `5010`. */
function numbersOf(word: string): string | undefined {
  if (isDay(word)) return undefined;
  const [, major, minor, revision = ""] = /^(\d)\.?(\d)(?:[_.]?r(\d+\w?))$/.exec(word) ?? [];
  if (major !== undefined) return `${major}.${minor}r${revision}`;
  const [, lenny] = /^50(\d{1,2})$/.exec(word) ?? [];
  if (lenny !== undefined) return `5.0.${Number(lenny)}`;
  return isNumbers(word) ? word : undefined;
}

/** Until 3.1 two numbers were a release, from 4.0 on the first is. */
function seriesOf(version: string): string {
  const numbers = version.replace(/r.*$/, "");
  return Number(leading(numbers, 1)) < 4 ? leading(numbers, 2) : leading(numbers, 1);
}

/** Architectures of the Raspberry Pi by its number. */
const boards: Readonly<Record<string, string>> = {
  "1": "armel",
  "2": "armhf",
  "3": "arm64",
  "4": "arm64",
};

/** `20231109_raspi_4_bookworm.img.xz` of raspi.debian.net. */
function raspi({ words }: ImageName, releases: Releases): Said | undefined {
  const [day = "", kind, board = "", codename = ""] = words;
  if (kind !== "raspi" || !isDay(day)) return undefined;
  const release = releaseNamed(releases, distribution, codename);
  const architecture = ownValue(boards, board) ?? "";
  return {
    distribution,
    version: day,
    series: release?.series ?? codename,
    ...(release?.codename && { codename: release.codename }),
    type: "rootfs",
    edition: `raspi-${board}`,
    architecture,
  };
}

/** The installer's own files: `dists/trixie/main/installer-amd64/20250803/images/netboot/mini.iso`. */
function ofArchive(
  folders: readonly string[],
  { name }: ImageName,
  releases: Releases,
): Said | undefined {
  const installer = folders.find((one) => one.startsWith("installer-"));
  const suite = folders[folders.indexOf("dists") + 1];
  if (installer === undefined || suite === undefined || !folders.includes("dists"))
    return undefined;
  const plain = suite.replace(/-.*$/, "");
  const ubuntu = releaseNamed(releases, "ubuntu", plain);
  const release = ubuntu ?? releaseNamed(releases, distribution, plain);
  if (release === undefined) return undefined;
  const build = folders[folders.indexOf(installer) + 1] ?? "";
  const flavour = folders.slice(folders.indexOf("images") + 1).find((one) => /^[a-z]/.test(one));
  return {
    distribution: ubuntu === undefined ? distribution : "ubuntu",
    version: /^\d/.test(build) ? build : release.series,
    series: release.series,
    ...(release.codename && { codename: release.codename }),
    type: /\.(?:txt|cfg|list|manifest|udeb)$/.test(name) ? "other" : "boot",
    ...(flavour && { edition: flavour }),
    architecture: installer.slice("installer-".length),
  };
}
