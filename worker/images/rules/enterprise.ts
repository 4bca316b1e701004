/** AlmaLinux, Rocky Linux, CentOS Linux and CentOS Stream. Pure. */

import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Rule } from "./rule.ts";
import { isDay, isNumbers, isPreviewWord, leading, partOf, withEdition } from "./words.ts";

/** By the first word of a name. */
const distributions: Readonly<Record<string, string>> = {
  almalinux: "almalinux",
  rocky: "rocky",
  rockylinux: "rocky",
  rockylinuxrpi: "rocky",
  centos: "centos",
};

/** What a name has beside its edition. */
const noEdition = new Set([
  ...["stream", "latest", "live", "bin", "boot", "netinstall", "netinst", "base", "iso", "sda"],
  ...["dvd1", "lastest", "generic", "qcow2", "vagrant", "release", "default", "vm"],
]);
const media = /^(?:(?:bin|disc|dvd|cd)(\d*)|(?:bin)?(\d+)of\d+)$/;

export const enterprise: Rule = (name) => {
  const { words, folders, repository } = name;
  const [first = ""] = words;
  const hinted = Object.keys(distributions).find((one) => repository.startsWith(one));
  const key = Object.hasOwn(distributions, first) ? first : undefined;
  if (key === undefined) return hinted ? inTree(name, distributions[hinted] ?? "") : undefined;
  const distribution = distributions[key] ?? key;
  const isStream = words.includes("stream") || folders.some((one) => /^\d+-stream$/.test(one));
  const isKitten = words.includes("kitten");
  const day = words.find(isDay);
  // Most names have the series first and the whole version later: `Rocky-9-GenericCloud-Base-9.5-20241118.0`.
  const numbers = words.filter((word) => isNumbers(word) && !isDay(word));
  const [
    series = leading(folders.find((one) => /^\d+(?:\.\d+)*(?:-stream)?$/.test(one)) ?? "", 1),
  ] = numbers.map((word) => leading(word, 1));
  const dotted = numbers.find((word) => word.includes(".") && leading(word, 1) === series);
  const month = words.find((word) => /^(?:1[4-9]|2\d)(?:0[1-9]|1[0-2])(?:-?\d\d)?$/.test(word));
  const version = dotted ?? (month === undefined || isStream ? series : `${series}-${month}`);
  const hasDay = day !== undefined && (isStream || isKitten || !/^iso/.test(name.format));
  const part = partOf(words, media) ?? numberOfSet(words);
  const preview = words.find((word) => /^(?:alpha|beta|rc)[\d.]*$/.test(word));
  return {
    distribution,
    version: hasDay ? day : preview === undefined ? version : `${version}-${preview}`,
    // CentOS Linux 8 and CentOS Stream 8 were two, with ends of their own; from 9 on there is one.
    series: isStream && series === "8" ? "8-stream" : series,
    type: typeOf(name),
    ...withEdition(editionOf(words, month)),
    ...(part !== undefined && { part }),
    ...((isKitten || words.some(isPreviewWord)) && { isPreview: true }),
  };
};

function editionOf(words: readonly string[], month: string | undefined): string {
  const stream = words.includes("stream") ? ["stream"] : [];
  const named = words
    .slice(1)
    .filter(
      (word) =>
        !(noEdition.has(word) || isNumbers(word) || isDay(word) || isPreviewWord(word)) &&
        !(media.test(word) && word !== "dvd") &&
        word !== month,
    );
  const medium = words.some((word) => /^dvd\d+$/.test(word)) ? ["dvd"] : [];
  return [...stream, ...named, ...medium].join("-");
}

/** `bin-1of8`. */
function numberOfSet(words: readonly string[]): number | undefined {
  const [, digits] =
    words.map((word) => /^(?:bin)?(\d+)of\d+$/.exec(word)).find((one) => one) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function typeOf({ words, format }: ImageName): ImageType {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has("src", "source")) return "other";
  if (has("wsl") || format === "wsl") return "rootfs";
  if (has("container", "docker", "ubi")) return "container";
  if (has("raspberrypi", "rpi", "userland", "sbc") || words[0] === "rockylinuxrpi") return "rootfs";
  if (format.startsWith("iso")) {
    if (has("boot", "netinstall", "netinst")) return "netinst";
    const desktops = [
      "live",
      "workstation",
      "kde",
      "mate",
      "xfce",
      "cinnamon",
      "livecd",
      "livedvd",
    ];
    return has(...desktops, "livegnome", "livekde") ? "live" : "installer";
  }
  return "cloud";
}

/** A file without a name of its own: `10/BaseOS/x86_64/os/images/boot.iso`, `images/pxeboot/vmlinuz`. */
function inTree({ folders, stem, format }: ImageName, distribution: string): ReturnType<Rule> {
  const version = folders.find((one) => /^\d+(?:\.\d+)*(?:-stream)?$/.test(one)) ?? "";
  if (version === "" || !folders.includes("images")) return undefined;
  const series = version === "8-stream" ? version : leading(version.replace("-stream", ""), 1);
  const type = format !== "iso" ? "boot" : /^(?:boot|netinst)$/.test(stem) ? "netinst" : "other";
  return { distribution, version, series, type };
}
