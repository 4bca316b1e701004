/** Files of fresh installations, as the distributions ship them, by path below the root. */

/** One host that somebody may set up. */
export interface FreshHost {
  name: string;
  /** Repositories whose lines its owner may follow. */
  repositories: readonly string[];
  files: Readonly<Record<string, string>>;
  /** URLs of sources that are no copies of a repository of ours, though they look alike: nobody may replace them. */
  others?: readonly string[];
}

const debianKeyring = "usr/share/keyrings/debian-archive-keyring";
const keys = { [`${debianKeyring}.gpg`]: "key", [`${debianKeyring}.pgp`]: "key" };
const bookworm = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
`;
const trixie = bookworm.replaceAll("bookworm", "trixie").replaceAll("12", "13");

/** `debian.sources` of the container images: both stanzas in one file. */
function debianSources(codename: string, keyring: string, date: string): string {
  return `Types: deb
# http://snapshot.debian.org/archive/debian/${date}
URIs: http://deb.debian.org/debian
Suites: ${codename} ${codename}-updates
Components: main
Signed-By: /${keyring}

Types: deb
# http://snapshot.debian.org/archive/debian-security/${date}
URIs: http://deb.debian.org/debian-security
Suites: ${codename}-security
Components: main
Signed-By: /${keyring}
`;
}

const debianRepositories = ["debian", "debian-security"];

const debians: FreshHost[] = [
  {
    name: "Debian 12, container image",
    repositories: debianRepositories,
    files: {
      ...keys,
      "usr/lib/os-release": bookworm,
      "etc/apt/sources.list.d/debian.sources": debianSources(
        "bookworm",
        `${debianKeyring}.gpg`,
        "20250520T000000Z",
      ),
    },
  },
  {
    name: "Debian 13, container image",
    repositories: debianRepositories,
    files: {
      ...keys,
      "usr/lib/os-release": trixie,
      "etc/apt/sources.list.d/debian.sources": debianSources(
        "trixie",
        `${debianKeyring}.pgp`,
        "20251117T000000Z",
      ),
    },
  },
  {
    name: "Debian 12, installer: one-line entries",
    repositories: debianRepositories,
    files: {
      ...keys,
      "usr/lib/os-release": bookworm,
      "etc/apt/sources.list": `#deb cdrom:[Debian GNU/Linux 12.5.0 _Bookworm_ - Official amd64 NETINST with firmware 20240210-11:27]/ bookworm contrib main non-free-firmware

deb http://deb.debian.org/debian/ bookworm main non-free-firmware
deb-src http://deb.debian.org/debian/ bookworm main non-free-firmware

deb http://security.debian.org/debian-security bookworm-security main non-free-firmware
deb-src http://security.debian.org/debian-security bookworm-security main non-free-firmware

# bookworm-updates, to get updates before a point release is made;
deb http://deb.debian.org/debian/ bookworm-updates main non-free-firmware
deb-src http://deb.debian.org/debian/ bookworm-updates main non-free-firmware
`,
    },
  },
  {
    name: "Debian 12, cloud image",
    repositories: debianRepositories,
    files: {
      ...keys,
      "usr/lib/os-release": bookworm,
      "etc/apt/mirrors/debian.list": "https://deb.debian.org/debian\n",
      "etc/apt/mirrors/debian-security.list": "https://deb.debian.org/debian-security\n",
      "etc/apt/sources.list.d/debian.sources": `Types: deb deb-src
URIs: mirror+file:///etc/apt/mirrors/debian.list
Suites: bookworm bookworm-updates bookworm-backports
Components: main

Types: deb deb-src
URIs: mirror+file:///etc/apt/mirrors/debian-security.list
Suites: bookworm-security
Components: main
`,
    },
  },
];

const ubuntuKeyring = "usr/share/keyrings/ubuntu-archive-keyring.gpg";
const ubuntus: FreshHost[] = [
  {
    name: "Ubuntu 24.04, with Pro's security updates",
    repositories: ["ubuntu"],
    others: ["https://esm.ubuntu.com/infra/ubuntu/"],
    files: {
      [ubuntuKeyring]: "key",
      "usr/share/keyrings/ubuntu-pro-esm-infra.gpg": "key",
      "usr/lib/os-release": 'ID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n',
      "etc/apt/sources.list.d/ubuntu.sources": `Types: deb
URIs: http://archive.ubuntu.com/ubuntu/
Suites: noble noble-updates noble-backports
Components: main universe restricted multiverse
Signed-By: /${ubuntuKeyring}

## Ubuntu security updates. Aside from URIs and Suites,
## this should mirror your choices in the previous section.
Types: deb
URIs: http://security.ubuntu.com/ubuntu/
Suites: noble-security
Components: main universe restricted multiverse
Signed-By: /${ubuntuKeyring}
`,
      "etc/apt/sources.list.d/ubuntu-esm-infra.sources": `Types: deb
URIs: https://esm.ubuntu.com/infra/ubuntu
Suites: noble-infra-security noble-infra-updates
Components: main
Signed-By: /usr/share/keyrings/ubuntu-pro-esm-infra.gpg
`,
    },
  },
];

/** A section and its `-source`, as `almalinux-release` has them. @param key where the release has its key */
function almaSection(id: string, name: string, key: string, enabled: 0 | 1): string {
  return `[${id}]
name=AlmaLinux $releasever - ${name}
mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/${id}
# baseurl=https://repo.almalinux.org/almalinux/$releasever/${name}/$basearch/os/
enabled=${enabled}
gpgcheck=1
countme=1
gpgkey=file://${key}
metadata_expire=86400
enabled_metadata=1

[${id}-source]
name=AlmaLinux $releasever - ${name} - Source
mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/${id}-source
# baseurl=https://repo.almalinux.org/vault/$releasever/${name}/Source/
enabled=0
gpgcheck=1
gpgkey=file://${key}
`;
}

const alma9Key = "/etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-9";
const alma8Key = "/etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux";
const almas: FreshHost[] = [
  {
    name: "AlmaLinux 9: a file for each section",
    repositories: ["almalinux"],
    files: {
      [alma9Key]: "key",
      "etc/os-release": 'NAME="AlmaLinux"\nVERSION_ID="9.6"\nID="almalinux"\n',
      "etc/yum.repos.d/almalinux-baseos.repo": almaSection("baseos", "BaseOS", alma9Key, 1),
      "etc/yum.repos.d/almalinux-appstream.repo": almaSection(
        "appstream",
        "AppStream",
        alma9Key,
        1,
      ),
      "etc/yum.repos.d/almalinux-extras.repo": almaSection("extras", "extras", alma9Key, 1),
      "etc/yum.repos.d/almalinux-crb.repo": almaSection("crb", "CRB", alma9Key, 0),
    },
  },
  {
    name: "AlmaLinux 8: all in almalinux.repo",
    repositories: ["almalinux"],
    files: {
      [alma8Key]: "key",
      // Nearmirror's own words name the key as releases 9 and 10 have it.
      "etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-8": "key",
      "etc/os-release": 'NAME="AlmaLinux"\nVERSION_ID="8.10"\nID="almalinux"\n',
      "etc/yum.repos.d/almalinux.repo": [
        almaSection("baseos", "BaseOS", alma8Key, 1),
        almaSection("appstream", "AppStream", alma8Key, 1),
        almaSection("extras", "extras", alma8Key, 1),
      ].join("\n"),
    },
  },
];

const suses: FreshHost[] = [
  {
    name: "openSUSE Leap 15.6",
    repositories: ["opensuse"],
    files: {
      "etc/os-release": 'NAME="openSUSE Leap"\nVERSION_ID="15.6"\nID="opensuse-leap"\n',
      "etc/zypp/repos.d/repo-oss.repo": `[repo-oss]
name=Main Repository
enabled=1
autorefresh=1
baseurl=http://download.opensuse.org/distribution/leap/15.6/repo/oss/
type=rpm-md
keeppackages=0
`,
      "etc/zypp/repos.d/repo-update.repo": `[repo-update]
name=Main Update Repository
enabled=1
autorefresh=1
baseurl=http://download.opensuse.org/update/leap/15.6/oss/
type=rpm-md
keeppackages=0
`,
    },
  },
];

const arches: FreshHost[] = [
  {
    name: "Arch, container image",
    repositories: ["archlinux"],
    files: {
      "etc/os-release": 'NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling\n',
      "etc/pacman.conf": `[options]
Architecture = x86_64

[core]
Include = /etc/pacman.d/mirrorlist

[extra]
Include = /etc/pacman.d/mirrorlist
`,
      "etc/pacman.d/mirrorlist": `## Worldwide
Server = https://geo.mirror.pkgbuild.com/$repo/os/$arch
Server = https://fastly.mirror.pkgbuild.com/$repo/os/$arch
`,
    },
  },
];

const alpines: FreshHost[] = [
  {
    name: "Alpine 3.20",
    repositories: ["alpine"],
    files: {
      "etc/os-release": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n',
      "etc/alpine-release": "3.20.3\n",
      "etc/apk/repositories": `https://dl-cdn.alpinelinux.org/alpine/v3.20/main
https://dl-cdn.alpinelinux.org/alpine/v3.20/community
`,
    },
  },
];

/** All of them, of every kind that there is a client for. */
export const freshHosts: readonly FreshHost[] = [
  ...debians,
  ...ubuntus,
  ...almas,
  ...suses,
  ...arches,
  ...alpines,
];
