/** What distributions are called, for people. */
import { ownValue } from "../runtime/own-value.ts";

/** Those whose name isn't their word with a capital. */
const titles: Readonly<Record<string, string>> = {
  almalinux: "AlmaLinux",
  alpine: "Alpine Linux",
  arch: "Arch Linux",
  archlinux: "Arch Linux",
  centos: "CentOS Stream",
  freebsd: "FreeBSD",
  kali: "Kali Linux",
  linuxmint: "Linux Mint",
  manjaro: "Manjaro",
  openeuler: "openEuler",
  opensuse: "openSUSE",
  proxmox: "Proxmox",
  raspios: "Raspberry Pi OS",
  "raspberry-pi-os": "Raspberry Pi OS",
  rocky: "Rocky Linux",
};

/** The distribution's name as it writes it itself; its word with a capital where that isn't known. */
export function titleOfDistribution(distribution: string): string {
  const title = ownValue(titles, distribution);
  return title ?? distribution.slice(0, 1).toUpperCase() + distribution.slice(1);
}
