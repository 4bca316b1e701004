/** Kali, Proxmox, FreeBSD and Raspberry Pi OS. Pure. */

import type { ImageType } from "../image.ts";
import { releaseNamed } from "../releases.ts";
import type { Rule } from "./rule.ts";
import { isDay, isNumbers, isPreviewWord, leading, withEdition } from "./words.ts";

/** `kali-linux-2025.3-installer-netinst-amd64.iso`, `kali-linux-2025-W45-live-arm64.iso`. */
export const kali: Rule = ({ words, format, name }) => {
  if (words[0] !== "kali" || !["linux", "nethunter", "nethunterpro"].includes(words[1] ?? "")) {
    return undefined;
  }
  const [, week] = /(20\d\d-w\d\d)/i.exec(name) ?? [];
  const number = words.find((word) => /^\d+\.\d+(?:\.\d+)?[a-z]?$/.test(word));
  const edition = words.filter(
    (word) =>
      !/^(?:kali|linux|installer|live|netinst|mini|\d.*|w\d\d|rootfs|everything)$/.test(word) ||
      word === "everything",
  );
  return {
    distribution: "kali",
    version: week?.toUpperCase() ?? number ?? "",
    series: "rolling",
    type: kaliType(words, format),
    ...withEdition(edition.join("-")),
    ...(week !== undefined && { isPreview: true }),
  };
};

function kaliType(words: readonly string[], format: string): ImageType {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has("netinst", "mini")) return "netinst";
  if (has("wsl", "rootfs", "nethunter", "nethunterpro", "minimal") || format === "wsl")
    return "rootfs";
  if (has("cloud", "genericcloud", "qemu", "vmware", "virtualbox", "hyperv", "vagrant"))
    return "cloud";
  if (format.startsWith("img")) return "rootfs";
  return has("installer") ? "installer" : "live";
}

/** `proxmox-ve_9.0-1.iso`, `proxmox-backup-server_4.0-1.iso`. */
export const proxmox: Rule = ({ words, name, architectures }) => {
  const [, product, version] = /^proxmox-([a-z-]+)_(\d+\.\d+(?:-[\da-z]+)?)/i.exec(name) ?? [];
  if (words[0] !== "proxmox" || product === undefined || version === undefined) return undefined;
  const isEnvironment = product.toLowerCase() === "ve";
  return {
    // Their products are numbered each for itself: 4 is the newest Backup Server, and long gone of the Virtual Environment.
    distribution: isEnvironment ? "proxmox" : `proxmox-${product.toLowerCase()}`,
    version,
    series: leading(version.replace(/-.*/, ""), 1),
    type: "installer",
    ...(isEnvironment && { edition: "ve" }),
    ...(architectures.length === 0 && { architecture: "amd64" }),
    ...(words.some(isPreviewWord) && { isPreview: true }),
  };
};

/** `FreeBSD-14.3-RELEASE-amd64-disc1.iso`; before 8 without its name: `7.0-RELEASE-i386-disc1.iso`. */
export const freebsd: Rule = ({ words, format, architectures, stem }) => {
  const [, version, branch = ""] =
    /^(?:freebsd-)?(\d+\.\d+(?:\.\d+)?)-(release|stable|current|beta\d*|rc\d*|alpha\d*|prerelease)(?![a-z])/i.exec(
      stem,
    ) ?? [];
  if (version === undefined) return undefined;
  const kind = branch.toLowerCase();
  const day = words.find(isDay);
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  const edition = words.filter(
    (word) =>
      !(word === "freebsd" || isNumbers(word) || word === kind || word === "arm" || isDay(word)) &&
      !/^(?:memstick|iso|[0-9a-f]{9,12})$/.test(word),
  );
  // `arm64-aarch64` and `powerpc-powerpc64`: the processor's family, then the architecture.
  const architecture = architectures.at(-1);
  return {
    distribution: "freebsd",
    version: kind === "release" ? version : `${version}-${day ?? kind}`,
    series: version,
    type: freebsdType(has, format),
    ...withEdition(edition.join("-")),
    ...(architecture && { architecture }),
    ...(kind !== "release" && { isPreview: true }),
  };
};

function freebsdType(has: (...some: string[]) => boolean, format: string): ImageType {
  if (has("bootonly")) return "netinst";
  if (has("container", "oci")) return "container";
  if (/^(?:qcow2|vmdk|vhd|raw)/.test(format) || has("cloudinit", "vm")) return "cloud";
  const isInstaller =
    has("disc1", "disc2", "disc3", "dvd1", "memstick", "mini") || format.startsWith("iso");
  return isInstaller ? "installer" : "rootfs";
}

/** `2025-10-01-raspios-trixie-arm64-lite.img.xz`, and Raspbian until 2020. */
export const raspios: Rule = ({ words, architectures, name }, releases) => {
  const [, day, kind, codename = ""] =
    /^(\d{4}-\d{2}-\d{2})-(raspios|raspbian)-([a-z]+)/i.exec(name) ?? [];
  if (day === undefined) return undefined;
  const release = releaseNamed(releases, "debian", codename);
  const edition = ["full", "lite", "root", "boot"].find((one) => words.includes(one)) ?? "desktop";
  return {
    distribution: "raspios",
    version: day,
    series: release?.series ?? codename.toLowerCase(),
    codename: codename.toLowerCase(),
    type: "rootfs" satisfies ImageType,
    edition,
    ...((kind === "raspbian" || architectures.length === 0) && { architecture: "armhf" }),
  };
};
