/** Fedora, with its spins, labs, Cloud, Container, IoT and CoreOS, since Fedora Core 1. Pure. */

import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Rule } from "./rule.ts";
import { isDay, isNumbers, isPreviewWord, leading, partOf, withEdition } from "./words.ts";

/** What a name has beside its edition. */
const noEdition = new Set([
  ...[
    "fedora",
    "fc",
    "f",
    "yarrow",
    "live",
    "netinst",
    "dvd",
    "cd",
    "bin",
    "desktop",
    "iso",
    "base",
  ],
  ...["generic", "ostree", "latest", "osb", "respin", "boot", "sda", "spin", "images", "disk"],
  ...["kernel", "initramfs", "rootfs", "rescue", "src", "srpms", "source", "n", "t", "d"],
]);
const discs = /^(?:disc|dvd|cd)(\d*)$/;

export const fedora: Rule = (name) => {
  const { words, folders, repository } = name;
  const [first = "", second = ""] = words;
  const joined = /^fc?(\d{1,2})$/.exec(first)?.[1];
  const apart = (first === "fc" || first === "f") && /^\d{1,2}$/.test(second) ? second : undefined;
  const isNamed = first === "fedora" || first === "yarrow" || apart !== undefined;
  if (!isNamed && (joined === undefined || name.architectures.length === 0)) {
    return repository.startsWith("fedora") ? inTree(name) : undefined;
  }
  const number = words.find((word) => isNumbers(word) && !isDay(word));
  const version = joined ?? apart ?? (first === "yarrow" ? "1" : number) ?? "";
  const isRawhide = words.includes("rawhide") || (version === "" && folders.includes("rawhide"));
  const day = words.find(isDay);
  const preview = words.find((word) => /^(?:alpha|beta|rc)\d*$/.test(word));
  // CoreOS and IoT are called by series, day and number.
  const isLong = /^\d+\.\d{8}/.test(version);
  const series = isRawhide ? "rawhide" : leading(version, 1);
  const whole = isRawhide ? (day ?? "rawhide") : isLong ? version : series;
  const part = partOf(words, discs);
  return {
    distribution: "fedora",
    version: preview === undefined ? whole : `${whole}-${preview}`,
    series,
    type: typeOf(name),
    ...withEdition(editionOf(name)),
    ...(part !== undefined && { part }),
    ...((isRawhide || words.some(isPreviewWord)) && { isPreview: true }),
  };
};

function editionOf({ words, folders }: ImageName): string {
  const named = words.filter(
    (word) =>
      !(noEdition.has(word) || isNumbers(word) || isPreviewWord(word) || discs.test(word)) &&
      !/^fc?\d+$|^[0-9a-f]{12}$|^\d+\.\w+$/.test(word),
  );
  const isCore = folders.includes("core");
  return named.length > 0 || isCore ? named.join("-") : "";
}

function typeOf({ words, format }: ImageName): ImageType {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has("src", "srpms", "source")) return "other";
  if (has("kernel", "initramfs") || (has("rootfs") && has("live"))) return "boot";
  if (has("wsl") || format === "wsl") return "rootfs";
  if (has("container", "toolbox", "docker")) return "container";
  if (format.startsWith("iso")) {
    if (has("netinst", "netinstall", "boot", "rescuecd")) return "netinst";
    const isInstaller =
      has("ostree", "dvd", "silverblue", "iot") || words.some((one) => discs.test(one));
    return !isInstaller || has("live") ? "live" : "installer";
  }
  const clouds = ["cloud", "qemu", "aws", "azure", "gcp", "openstack", "vagrant", "kvm", "vmware"];
  const isVirtual = /^(?:qcow2|vmdk|vhd|vhdfixed|ova|vagrant|box)/.test(format);
  return isVirtual || has(...clouds) ? "cloud" : "rootfs";
}

/** A file without a name of its own: `releases/10/Fedora/x86_64/os/images/boot.iso`. */
function inTree({ folders, stem, format }: ImageName): ReturnType<Rule> {
  const series = folders.find((one) => /^\d{1,2}$/.test(one)) ?? "";
  if (series === "" || !folders.includes("images")) return undefined;
  const type = format !== "iso" ? "boot" : /^(?:boot|netinst)$/.test(stem) ? "netinst" : "other";
  return { distribution: "fedora", version: series, series, type };
}
