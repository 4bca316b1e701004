/** openSUSE: Leap, Tumbleweed, Slowroll, MicroOS, Leap Micro and what was before Leap. Pure. */

import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Rule } from "./rule.ts";
import { isDay, isNumbers, leading, partOf, withEdition } from "./words.ts";

/** What a name has beside its edition. */
const noEdition = new Set([
  ...[
    "opensuse",
    "suse",
    "linux",
    "agama",
    "tik",
    "osimage",
    "leap",
    "tumbleweed",
    "slowroll",
    "factory",
    "media",
    "current",
  ],
  ...[
    "dvd",
    "net",
    "live",
    "cd",
    "gm",
    "install",
    "installer",
    "image",
    "iso",
    "dvd5",
    "mini",
    "addon",
  ],
]);
const rolling = ["tumbleweed", "slowroll", "factory"];
const disc = /^(?:dvd|cd|disc|media)(\d*)$/;

export const opensuse: Rule = (name) => {
  const { words, folders } = name;
  const [first = "", second = ""] = words;
  const isLeap = first === "leap" && /^\d+\.\d/.test(second);
  const isOld = first === "suse" && second === "linux";
  // Appliances of Tumbleweed leave the first word out, and installers have it inside.
  const isRolled =
    (rolling.includes(first) || first === "aeon" || first === "kalpa") &&
    name.architectures.length > 0;
  const isInside =
    (first === "agama" || first === "tik") &&
    ["opensuse", "leap", ...rolling].some((one) => words.includes(one));
  if (!(first === "opensuse" || isLeap || isOld || isRolled || isInside)) return undefined;
  const micro = words.includes("micro") && words.includes("leap");
  const roll = rolling.find((one) => words.includes(one) || folders.includes(one));
  const isRolling =
    roll !== undefined || words.some((one) => ["microos", "aeon", "kalpa"].includes(one));
  const snapshot = words.map((one) => /^snapshot(\d{8})$/.exec(one)?.[1]).find((one) => one);
  const day = snapshot ?? words.find(isDay);
  const number = words.find((word) => isNumbers(word) && word.includes(".") && !isDay(word));
  const series = isRolling
    ? (roll ?? "tumbleweed").replace("factory", "tumbleweed")
    : leading(number ?? folders.find((one) => /^\d+\.\d+$/.test(one)) ?? "", 2);
  const preview = words.find((word) => /^(?:alpha|beta|rc|milestone|ms)[\d.]*$/.test(word));
  const part = partOf(words, disc);
  const whole = isRolling ? (day ?? series) : series;
  return {
    distribution: "opensuse",
    version: preview === undefined ? whole : `${whole}-${preview}`,
    series,
    type: typeOf(name),
    ...withEdition(editionOf(words, micro)),
    ...(part !== undefined && { part }),
    ...(preview !== undefined && { isPreview: true }),
  };
};

function editionOf(words: readonly string[], micro: boolean): string {
  const named = words.filter(
    (word) =>
      !(noEdition.has(word) || isNumbers(word) || isDay(word) || disc.test(word)) &&
      !/^(?:snapshot|build|rc|beta|alpha|milestone)[\d.]*$/.test(word),
  );
  return [...(micro ? ["leap"] : []), ...named].join("-");
}

function typeOf({ words, format }: ImageName): ImageType {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has("src", "source")) return "other";
  if (has("pxeboot", "kernel", "initrd")) return "boot";
  if (has("lxc", "container", "docker", "distrobox", "toolbox") && !has("microos"))
    return "container";
  if (format.startsWith("iso")) {
    if (has("net", "network", "mini", "online")) return "netinst";
    return has("live", "livecd", "livedvd", "rescue") ? "live" : "installer";
  }
  if (/^(?:tar|wsl|txz)/.test(format)) return "rootfs";
  if (has("selfinstall")) return "installer";
  const virtual = [
    "cloud",
    "kvm",
    "vmware",
    "vagrant",
    "openstack",
    "hyperv",
    "vm",
    "digitalocean",
  ];
  return has(...virtual) || /^(?:qcow2|vmdk|vhdx|box|vagrant)/.test(format) ? "cloud" : "rootfs";
}
