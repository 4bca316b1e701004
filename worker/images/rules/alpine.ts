/** Alpine Linux: its flavours, and its cloud images. Pure. */

import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Rule } from "./rule.ts";
import { isDay, isNumbers, leading, withEdition } from "./words.ts";

const clouds = ["aws", "azure", "gcp", "generic", "metal", "nocloud", "oci", "vagrant", "scaleway"];
/** Flavours, with those of before 3.5. */
const flavours = [
  ...["standard", "extended", "virt", "xen", "netboot", "minirootfs", "rpi", "uboot", "mini"],
  ...["vanilla", "hardened", "vserver", "lts", "edge", "onie", "vendor", "grsec", "desktop"],
];

export const alpine: Rule = (name) => {
  const { words } = name;
  const at = words.indexOf("alpine");
  const cloud = at === 1 ? clouds.find((one) => one === words[0]) : undefined;
  if (at !== 0 && cloud === undefined) return undefined;
  const isOwn =
    cloud !== undefined || flavours.includes(words[1] ?? "") || isNumbers(words[1] ?? "");
  const number = words.find((word) => isNumbers(word) && (word.includes(".") || isDay(word)));
  if (!isOwn || number === undefined) return undefined;
  const preview = words.find((word) => /^(?:alpha|beta|rc|pre)\d*$/.test(word));
  const edition = words.filter(
    (word) => word !== "alpine" && !isNumbers(word) && word !== preview && !/^r\d+$/.test(word),
  );
  return {
    distribution: "alpine",
    version: preview === undefined ? number : `${number}-${preview}`,
    series: isDay(number) ? "edge" : leading(number, 2),
    type: typeOf(name, cloud),
    ...withEdition(edition.join("-")),
    ...((preview !== undefined || isDay(number)) && { isPreview: true }),
  };
};

function typeOf({ words, format }: ImageName, cloud: string | undefined): ImageType {
  if (cloud !== undefined) return "cloud";
  const has = (word: string) => words.includes(word);
  if (has("netboot")) return "boot";
  if (has("minirootfs") || has("rpi") || has("uboot")) return "rootfs";
  return format.startsWith("iso") ? "installer" : "rootfs";
}
