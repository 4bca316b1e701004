/**
 * What genisolist says of the distributions that it knows: which files it offers, of how many versions, and in which
 * words. Facts of mirrorz-org/genisolist at 2026-07-27, in our own form; a test holds the result against its own.
 */

/** Files of one sort. */
export interface Section {
  /** As its readers show it. */
  distro: string;
  /** As the catalogue calls it; with more than one, any of them. */
  distributions: readonly string[];
  /** Only the newest ones. */
  versions: number;
  /**
   * Folders inside the repository, in their order among equals. Where no image is in any of them, all folders count:
   * a mirror's `current/` is a copy of the newest release, and not every repository has it.
   */
  folders: readonly RegExp[];
  /** The file's own name, with the groups that the texts below use. */
  name: RegExp;
  /** Absent: `{version}`. */
  version?: string;
  /** Absent: `{platform}`. */
  platform?: string;
  /** Empty: none is told. */
  type: string;
}

/** The first places of the list; all other distributions follow. */
export const distributionOrder: readonly string[] = [
  "Ubuntu",
  "Debian",
  "Arch Linux",
  "Fedora",
  "openSUSE",
  "CentOS",
];

const debian = { distro: "Debian", distributions: ["debian"], versions: 1 };
const debianFolders = (folder: string) =>
  ["amd64", "i386", "arm64"].map((one) => new RegExp(`^${folder}`.replace("ARCH", one)));

const ubuntu = { distro: "Ubuntu", distributions: ["ubuntu"], versions: 4 };
/** By code name: the folder of a version has the same files. */
const ubuntuRelease = /^[a-z][^/]*\/$/;
const ubuntuCdimage = /^(ubuntu\/)?releases\/[a-z][^/]*\/release\/$/;

const fedora = { distro: "Fedora", distributions: ["fedora"], versions: 2 };
const fedoraFolders = (variant: string) => [
  new RegExp(`(^|/)releases/[1-9][0-9]/${variant}/[^/]+/iso/$`),
];
/** `x86_64-41-1.4.iso` until Fedora 41, `43-1.6.x86_64.iso` since. */
const fedoraTail =
  "(?:(?<platform>[a-zA-Z]\\w*)-(?<version>\\d+)-[\\d.]+|(?<newVersion>\\d+)-[\\d.]+\\.(?<newPlatform>[a-zA-Z]\\w*))\\.iso";
const eitherFedoraName = { version: "{version}{newVersion}", platform: "{platform}{newPlatform}" };

const opensuse = { distro: "openSUSE", distributions: ["opensuse"] };
const proxmox = {
  distro: "Proxmox",
  distributions: [
    "proxmox",
    "proxmox-backup-server",
    "proxmox-mail-gateway",
    "proxmox-mailgateway",
  ],
  versions: 3,
  folders: [/(^|\/)iso\/$/],
  platform: "x86_64",
  type: "iso",
};

export const sections: readonly Section[] = [
  {
    ...debian,
    folders: debianFolders("current/ARCH/iso-cd/$"),
    name: /^debian-(?<version>[0-9.]+)-(?<platform>\w+)-(?<desktop>\w+)-CD-1\.iso$/,
    type: "CD installer with {desktop}",
  },
  {
    ...debian,
    folders: debianFolders("current/ARCH/iso-cd/$"),
    name: /^debian-(?<version>[0-9.]+)-(?<platform>\w+)-netinst\.iso$/,
    type: "Network installer",
  },
  {
    ...debian,
    folders: debianFolders("current/ARCH/iso-dvd/$"),
    name: /^debian-(?<version>[0-9.]+)-(?<platform>\w+)-DVD-(?<part>\d)\.iso$/,
    type: "DVD installer (Part {part})",
  },
  {
    ...debian,
    folders: debianFolders("current-live/ARCH/iso-hybrid/$"),
    name: /^debian-live-(?<version>[0-9.]+)-(?<platform>\w+)-(?<desktop>\w+)\.iso$/,
    type: "Live CD with {desktop}",
  },
  {
    ...ubuntu,
    folders: [ubuntuRelease],
    name: /^ubuntu-(?<version>[0-9.]+)-desktop-(?<platform>\w+)\.iso$/,
    type: "Desktop LiveDVD",
  },
  {
    ...ubuntu,
    folders: [ubuntuCdimage],
    name: /^ubuntu-(?<version>[0-9.]+)-preinstalled-desktop-(?<platform>.+)\.img\.xz$/,
    type: "Preinstalled Desktop",
  },
  {
    ...ubuntu,
    folders: [ubuntuRelease, ubuntuCdimage],
    name: /^ubuntu-(?<version>[0-9.]+)-live-server-(?<platform>.+)\.iso$/,
    type: "Server",
  },
  {
    ...ubuntu,
    folders: [ubuntuCdimage],
    name: /^ubuntu-(?<version>[0-9.]+)-preinstalled-server-(?<platform>.+)\.img\.xz$/,
    type: "Preinstalled Server",
  },
  {
    ...ubuntu,
    folders: [ubuntuRelease, ubuntuCdimage],
    name: /^ubuntu-(?<version>[0-9.]+)-server-(?<platform>\w+)\.iso$/,
    type: "Server",
  },
  {
    ...fedora,
    ...eitherFedoraName,
    folders: fedoraFolders("Workstation"),
    name: new RegExp(`^Fedora-Workstation-Live-${fedoraTail}$`),
    type: "Live CD with standard workstation desktop environment",
  },
  {
    ...fedora,
    ...eitherFedoraName,
    folders: fedoraFolders("Spins"),
    name: new RegExp(`^Fedora-(?<spin>\\w+)-Live-${fedoraTail}$`),
    type: "Live CD with {spin}",
  },
  ...["Server", "Silverblue", "Everything"].map((variant) => ({
    ...fedora,
    folders: fedoraFolders(variant),
    name: new RegExp(
      `^Fedora-${variant}-(?<medium>\\w+)-(?<platform>\\w+)-(?<version>[1-9][0-9])-.*\\.iso$`,
    ),
    type: `${variant} {medium}`,
  })),
  {
    ...fedora,
    folders: fedoraFolders("KDE"),
    name: /^Fedora-KDE-Desktop-Live-(?<version>\d+)-[\d.]+\.(?<platform>\w+)\.iso$/,
    type: "KDE Desktop",
  },
  {
    distro: "Arch Linux",
    distributions: ["arch", "archlinux"],
    versions: 1,
    folders: [/(^|\/)iso\/latest\/$/],
    name: /^archlinux-(?<version>\d+\.\d+\.\d+)-(?<platform>\w+)\.iso$/,
    type: "CLI-only",
  },
  {
    distro: "Alpine",
    distributions: ["alpine"],
    versions: 1,
    folders: [/^latest-stable\/releases\/\w+\/$/],
    name: /^alpine-(?<flavor>\w+)-(?<version>[0-9.]+)-(?<platform>\w+)\.iso$/,
    type: "{flavor}",
  },
  {
    ...opensuse,
    versions: 3,
    folders: [/^distribution\/leap\/\d\d\.\d\/iso\/$/],
    name: /^openSUSE-Leap-(?<version>[0-9.]+)-DVD-(?<platform>[^-]+)-Media\.iso$/,
    type: "",
  },
  {
    ...opensuse,
    versions: 1,
    folders: [/^tumbleweed\/iso\/$/],
    name: /^openSUSE-Tumbleweed-(?<medium>DVD|GNOME-Live|KDE-Live)-(?<platform>\w+)-Current\.iso$/,
    version: "Tumbleweed",
    type: "{medium}",
  },
  {
    distro: "Kali",
    distributions: ["kali"],
    versions: 3,
    folders: [/^current\/$/],
    name: /^kali-linux-(?<version>[\w.]+)-(?<medium>[a-z]+(-[a-z]+)*)-(?<platform>\w+)\.iso$/,
    type: "{medium}",
  },
  {
    distro: "CentOS",
    distributions: ["centos", "centos-stream"],
    versions: 2,
    folders: [/^\d-stream\/BaseOS\/[^/]+\/iso\/$/],
    name: /^CentOS-Stream-(?<version>[0-9.]+)-latest-(?<platform>\w+)-(?<medium>\w+)\.iso$/,
    version: "{version} stream",
    type: "{medium}",
  },
  {
    ...proxmox,
    name: /^proxmox-ve_(?<version>.*)\.iso$/,
    version: "Proxmox Virtual Environment {version}",
  },
  {
    ...proxmox,
    name: /^proxmox-backup-server_(?<version>.*)\.iso$/,
    version: "Proxmox Backup Server {version}",
  },
  {
    ...proxmox,
    name: /^proxmox-mail-?gateway_(?<version>.*)\.iso$/,
    version: "Proxmox Mail Gateway {version}",
  },
  {
    distro: "Raspberry Pi OS (原 Raspbian)",
    distributions: ["raspios", "raspberry-pi-os", "raspbian"],
    versions: 1,
    folders: [/^raspios[^/]*\/images\/raspios[^/]*\/$/],
    name: /^(?<version>[-0-9]+)-raspios-(?<type>.+)-(?<platform>.+)\.img\.xz$/,
    type: "{type}",
  },
];
