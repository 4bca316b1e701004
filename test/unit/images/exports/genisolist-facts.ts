/**
 * What genisolist answers for a tree of empty files: facts for `isoinfo.test.ts`, not written by hand.
 *
 * How: the tree below was made in a folder, and `genisolist.py` of mirrorz-org/genisolist (2026-07-27, Python 3.11) ran
 * over it with its own `includes/distro.ini` and `includes/os/{debian,ubuntu,fedora,archlinux,alpine}.ini`, `urlbase`
 * being `https://nearmirror.example/`. It orders equal entries as the folder gives them; here folders gave them by name.
 */

/** Files by their folders. */
export const tree: Readonly<Record<string, readonly string[]>> = {
  "alpine/latest-stable/releases/aarch64": [
    "alpine-virt-3.22.1-aarch64.iso",
    "alpine-virt-3.22.2-aarch64.iso",
    "alpine-virt-3.23.0_rc1-aarch64.iso",
  ],
  "alpine/latest-stable/releases/armv7": [
    "alpine-virt-3.22.1-armv7.iso",
    "alpine-virt-3.22.2-armv7.iso",
    "alpine-virt-3.23.0_rc1-armv7.iso",
  ],
  "alpine/latest-stable/releases/x86": [
    "alpine-virt-3.22.1-x86.iso",
    "alpine-virt-3.22.2-x86.iso",
    "alpine-virt-3.23.0_rc1-x86.iso",
  ],
  "alpine/latest-stable/releases/x86_64": [
    "alpine-minirootfs-3.22.2-x86_64.tar.gz",
    "alpine-standard-3.22.2-x86_64.iso",
    "alpine-virt-3.22.1-x86_64.iso",
    "alpine-virt-3.22.2-x86_64.iso",
    "alpine-virt-3.23.0_rc1-x86_64.iso",
  ],
  "alpine/v3.22/releases/x86_64": ["alpine-virt-3.22.2-x86_64.iso"],
  "archlinux/iso/2026.10.01": ["archlinux-2026.10.01-x86_64.iso"],
  "archlinux/iso/latest": ["archlinux-2026.11.01-x86_64.iso", "archlinux-x86_64.iso"],
  "debian-cd/13.1.0/amd64/iso-cd": ["debian-13.1.0-amd64-netinst.iso"],
  "debian-cd/13.2.0/amd64/iso-cd": ["debian-13.2.0-amd64-netinst.iso"],
  "debian-cd/current-live/amd64/iso-hybrid": [
    "debian-live-13.2.0-amd64-gnome.iso",
    "debian-live-13.2.0-amd64-xfce.iso",
  ],
  "debian-cd/current/amd64/iso-cd": [
    "debian-13.2.0-amd64-netinst.iso",
    "debian-13.2.0-amd64-xfce-CD-1.iso",
    "debian-edu-13.2.0-amd64-netinst.iso",
  ],
  "debian-cd/current/amd64/iso-dvd": [
    "debian-13.2.0-amd64-DVD-1.iso",
    "debian-13.2.0-amd64-DVD-2.iso",
  ],
  "debian-cd/current/arm64/iso-cd": ["debian-13.2.0-arm64-netinst.iso"],
  "debian-cd/current/armhf/iso-cd": ["debian-13.2.0-armhf-netinst.iso"],
  "debian-cd/current/i386/iso-cd": ["debian-13.2.0-i386-netinst.iso"],
  "fedora/releases/41/Everything/s390x/iso": ["Fedora-Everything-netinst-s390x-41-1.6.iso"],
  "fedora/releases/41/Server/x86_64/iso": [
    "Fedora-Server-dvd-x86_64-41-1.6.iso",
    "Fedora-Server-netinst-x86_64-41-1.6.iso",
  ],
  "fedora/releases/41/Silverblue/x86_64/iso": ["Fedora-Silverblue-ostree-x86_64-41-1.6.iso"],
  "fedora/releases/41/Spins/aarch64/iso": ["Fedora-MATE_Compiz-Live-aarch64-41-1.4.iso"],
  "fedora/releases/41/Spins/x86_64/iso": [
    "Fedora-KDE-Mobile-Live-41-1.6.x86_64.iso",
    "Fedora-MATE_Compiz-Live-x86_64-41-1.4.iso",
  ],
  "fedora/releases/41/Workstation/aarch64/iso": ["Fedora-Workstation-Live-aarch64-41-1.4.iso"],
  "fedora/releases/41/Workstation/x86_64/iso": ["Fedora-Workstation-Live-x86_64-41-1.4.iso"],
  "fedora/releases/42/Everything/s390x/iso": ["Fedora-Everything-netinst-s390x-42-1.6.iso"],
  "fedora/releases/42/KDE/x86_64/iso": ["Fedora-KDE-Desktop-Live-42-1.6.x86_64.iso"],
  "fedora/releases/42/Server/x86_64/iso": [
    "Fedora-Server-dvd-x86_64-42-1.6.iso",
    "Fedora-Server-netinst-x86_64-42-1.6.iso",
  ],
  "fedora/releases/42/Silverblue/x86_64/iso": ["Fedora-Silverblue-ostree-x86_64-42-1.6.iso"],
  "fedora/releases/42/Spins/aarch64/iso": ["Fedora-MATE_Compiz-Live-42-1.6.aarch64.iso"],
  "fedora/releases/42/Spins/x86_64/iso": [
    "Fedora-KDE-Mobile-Live-42-1.6.x86_64.iso",
    "Fedora-MATE_Compiz-Live-42-1.6.x86_64.iso",
  ],
  "fedora/releases/42/Workstation/aarch64/iso": ["Fedora-Workstation-Live-42-1.6.aarch64.iso"],
  "fedora/releases/42/Workstation/x86_64/iso": ["Fedora-Workstation-Live-42-1.6.x86_64.iso"],
  "fedora/releases/43/Cloud/x86_64/images": ["Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2"],
  "fedora/releases/43/Everything/s390x/iso": ["Fedora-Everything-netinst-s390x-43-1.6.iso"],
  "fedora/releases/43/KDE/x86_64/iso": ["Fedora-KDE-Desktop-Live-43-1.6.x86_64.iso"],
  "fedora/releases/43/Server/x86_64/iso": [
    "Fedora-Server-dvd-x86_64-43-1.6.iso",
    "Fedora-Server-netinst-x86_64-43-1.6.iso",
  ],
  "fedora/releases/43/Silverblue/x86_64/iso": ["Fedora-Silverblue-ostree-x86_64-43-1.6.iso"],
  "fedora/releases/43/Spins/aarch64/iso": ["Fedora-MATE_Compiz-Live-43-1.6.aarch64.iso"],
  "fedora/releases/43/Spins/x86_64/iso": [
    "Fedora-KDE-Mobile-Live-43-1.6.x86_64.iso",
    "Fedora-MATE_Compiz-Live-43-1.6.x86_64.iso",
  ],
  "fedora/releases/43/Workstation/aarch64/iso": ["Fedora-Workstation-Live-43-1.6.aarch64.iso"],
  "fedora/releases/43/Workstation/x86_64/iso": ["Fedora-Workstation-Live-43-1.6.x86_64.iso"],
  "ubuntu-cdimage/ubuntu/releases/noble/release": [
    "ubuntu-24.04.3-live-server-arm64+largemem.iso",
    "ubuntu-24.04.3-live-server-arm64.iso",
    "ubuntu-24.04.3-live-server-riscv64.iso",
    "ubuntu-24.04.3-preinstalled-desktop-arm64+raspi.img.xz",
    "ubuntu-24.04.3-preinstalled-server-arm64+raspi.img.xz",
  ],
  "ubuntu-releases/24.04.3": ["ubuntu-24.04.3-desktop-amd64.iso"],
  "ubuntu-releases/jammy": [
    "ubuntu-22.04.5-desktop-amd64.iso",
    "ubuntu-22.04.5-live-server-amd64.iso",
  ],
  "ubuntu-releases/noble": [
    "ubuntu-24.04.3-desktop-amd64.iso",
    "ubuntu-24.04.3-live-server-amd64.iso",
  ],
  "ubuntu-releases/questing": [
    "ubuntu-25.10-desktop-amd64.iso",
    "ubuntu-25.10-live-server-amd64.iso",
  ],
  "ubuntu-releases/resolute": [
    "ubuntu-26.04-desktop-amd64.iso",
    "ubuntu-26.04-live-server-amd64.iso",
    "ubuntu-26.04.1-desktop-amd64.iso",
    "ubuntu-26.04.1-live-server-amd64.iso",
    "ubuntu-26.10-beta-desktop-amd64.iso",
  ],
  "ubuntu-releases/trusty": [
    "ubuntu-14.04.6-desktop-amd64.iso",
    "ubuntu-14.04.6-desktop-i386.iso",
    "ubuntu-14.04.6-live-server-amd64.iso",
    "ubuntu-14.04.6-server-amd64.iso",
  ],
};

/** Per distribution in order: each entry's name and path. */
export const answer: readonly {
  distro: string;
  entries: readonly (readonly [string, string])[];
}[] = [
  {
    distro: "Ubuntu",
    entries: [
      ["26.04.1 (amd64, Server)", "ubuntu-releases/resolute/ubuntu-26.04.1-live-server-amd64.iso"],
      [
        "26.04.1 (amd64, Desktop LiveDVD)",
        "ubuntu-releases/resolute/ubuntu-26.04.1-desktop-amd64.iso",
      ],
      ["26.04 (amd64, Server)", "ubuntu-releases/resolute/ubuntu-26.04-live-server-amd64.iso"],
      ["26.04 (amd64, Desktop LiveDVD)", "ubuntu-releases/resolute/ubuntu-26.04-desktop-amd64.iso"],
      ["25.10 (amd64, Server)", "ubuntu-releases/questing/ubuntu-25.10-live-server-amd64.iso"],
      ["25.10 (amd64, Desktop LiveDVD)", "ubuntu-releases/questing/ubuntu-25.10-desktop-amd64.iso"],
      ["24.04.3 (amd64, Server)", "ubuntu-releases/noble/ubuntu-24.04.3-live-server-amd64.iso"],
      [
        "24.04.3 (amd64, Desktop LiveDVD)",
        "ubuntu-releases/noble/ubuntu-24.04.3-desktop-amd64.iso",
      ],
      [
        "24.04.3 (arm64+largemem, Server)",
        "ubuntu-cdimage/ubuntu/releases/noble/release/ubuntu-24.04.3-live-server-arm64+largemem.iso",
      ],
      [
        "24.04.3 (arm64, Server)",
        "ubuntu-cdimage/ubuntu/releases/noble/release/ubuntu-24.04.3-live-server-arm64.iso",
      ],
      [
        "24.04.3 (riscv64, Server)",
        "ubuntu-cdimage/ubuntu/releases/noble/release/ubuntu-24.04.3-live-server-riscv64.iso",
      ],
      [
        "24.04.3 (arm64+raspi, Preinstalled Server)",
        "ubuntu-cdimage/ubuntu/releases/noble/release/ubuntu-24.04.3-preinstalled-server-arm64+raspi.img.xz",
      ],
      [
        "24.04.3 (arm64+raspi, Preinstalled Desktop)",
        "ubuntu-cdimage/ubuntu/releases/noble/release/ubuntu-24.04.3-preinstalled-desktop-arm64+raspi.img.xz",
      ],
      ["14.04.6 (amd64, Server)", "ubuntu-releases/trusty/ubuntu-14.04.6-server-amd64.iso"],
    ],
  },
  {
    distro: "Debian",
    entries: [
      [
        "13.2.0 (amd64, Network installer)",
        "debian-cd/current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso",
      ],
      [
        "13.2.0 (amd64, Live CD with xfce)",
        "debian-cd/current-live/amd64/iso-hybrid/debian-live-13.2.0-amd64-xfce.iso",
      ],
      [
        "13.2.0 (amd64, Live CD with gnome)",
        "debian-cd/current-live/amd64/iso-hybrid/debian-live-13.2.0-amd64-gnome.iso",
      ],
      [
        "13.2.0 (amd64, DVD installer (Part 2))",
        "debian-cd/current/amd64/iso-dvd/debian-13.2.0-amd64-DVD-2.iso",
      ],
      [
        "13.2.0 (amd64, DVD installer (Part 1))",
        "debian-cd/current/amd64/iso-dvd/debian-13.2.0-amd64-DVD-1.iso",
      ],
      [
        "13.2.0 (amd64, CD installer with xfce)",
        "debian-cd/current/amd64/iso-cd/debian-13.2.0-amd64-xfce-CD-1.iso",
      ],
      [
        "13.2.0 (i386, Network installer)",
        "debian-cd/current/i386/iso-cd/debian-13.2.0-i386-netinst.iso",
      ],
      [
        "13.2.0 (arm64, Network installer)",
        "debian-cd/current/arm64/iso-cd/debian-13.2.0-arm64-netinst.iso",
      ],
    ],
  },
  {
    distro: "Arch Linux",
    entries: [
      ["2026.11.01 (x86_64, CLI-only)", "archlinux/iso/latest/archlinux-2026.11.01-x86_64.iso"],
    ],
  },
  {
    distro: "Fedora",
    entries: [
      [
        "43 (x86_64, Silverblue ostree)",
        "fedora/releases/43/Silverblue/x86_64/iso/Fedora-Silverblue-ostree-x86_64-43-1.6.iso",
      ],
      [
        "43 (x86_64, Server netinst)",
        "fedora/releases/43/Server/x86_64/iso/Fedora-Server-netinst-x86_64-43-1.6.iso",
      ],
      [
        "43 (x86_64, Server dvd)",
        "fedora/releases/43/Server/x86_64/iso/Fedora-Server-dvd-x86_64-43-1.6.iso",
      ],
      [
        "43 (x86_64, Live CD with standard workstation desktop environment)",
        "fedora/releases/43/Workstation/x86_64/iso/Fedora-Workstation-Live-43-1.6.x86_64.iso",
      ],
      [
        "43 (x86_64, Live CD with MATE_Compiz)",
        "fedora/releases/43/Spins/x86_64/iso/Fedora-MATE_Compiz-Live-43-1.6.x86_64.iso",
      ],
      [
        "43 (x86_64, KDE Desktop)",
        "fedora/releases/43/KDE/x86_64/iso/Fedora-KDE-Desktop-Live-43-1.6.x86_64.iso",
      ],
      [
        "43 (aarch64, Live CD with standard workstation desktop environment)",
        "fedora/releases/43/Workstation/aarch64/iso/Fedora-Workstation-Live-43-1.6.aarch64.iso",
      ],
      [
        "43 (aarch64, Live CD with MATE_Compiz)",
        "fedora/releases/43/Spins/aarch64/iso/Fedora-MATE_Compiz-Live-43-1.6.aarch64.iso",
      ],
      [
        "43 (s390x, Everything netinst)",
        "fedora/releases/43/Everything/s390x/iso/Fedora-Everything-netinst-s390x-43-1.6.iso",
      ],
      [
        "42 (x86_64, Silverblue ostree)",
        "fedora/releases/42/Silverblue/x86_64/iso/Fedora-Silverblue-ostree-x86_64-42-1.6.iso",
      ],
      [
        "42 (x86_64, Server netinst)",
        "fedora/releases/42/Server/x86_64/iso/Fedora-Server-netinst-x86_64-42-1.6.iso",
      ],
      [
        "42 (x86_64, Server dvd)",
        "fedora/releases/42/Server/x86_64/iso/Fedora-Server-dvd-x86_64-42-1.6.iso",
      ],
      [
        "42 (x86_64, Live CD with standard workstation desktop environment)",
        "fedora/releases/42/Workstation/x86_64/iso/Fedora-Workstation-Live-42-1.6.x86_64.iso",
      ],
      [
        "42 (x86_64, Live CD with MATE_Compiz)",
        "fedora/releases/42/Spins/x86_64/iso/Fedora-MATE_Compiz-Live-42-1.6.x86_64.iso",
      ],
      [
        "42 (x86_64, KDE Desktop)",
        "fedora/releases/42/KDE/x86_64/iso/Fedora-KDE-Desktop-Live-42-1.6.x86_64.iso",
      ],
      [
        "42 (aarch64, Live CD with standard workstation desktop environment)",
        "fedora/releases/42/Workstation/aarch64/iso/Fedora-Workstation-Live-42-1.6.aarch64.iso",
      ],
      [
        "42 (aarch64, Live CD with MATE_Compiz)",
        "fedora/releases/42/Spins/aarch64/iso/Fedora-MATE_Compiz-Live-42-1.6.aarch64.iso",
      ],
      [
        "42 (s390x, Everything netinst)",
        "fedora/releases/42/Everything/s390x/iso/Fedora-Everything-netinst-s390x-42-1.6.iso",
      ],
    ],
  },
  {
    distro: "Alpine",
    entries: [
      [
        "3.22.2 (x86_64, virt)",
        "alpine/latest-stable/releases/x86_64/alpine-virt-3.22.2-x86_64.iso",
      ],
      [
        "3.22.2 (x86_64, standard)",
        "alpine/latest-stable/releases/x86_64/alpine-standard-3.22.2-x86_64.iso",
      ],
      [
        "3.22.2 (aarch64, virt)",
        "alpine/latest-stable/releases/aarch64/alpine-virt-3.22.2-aarch64.iso",
      ],
      ["3.22.2 (armv7, virt)", "alpine/latest-stable/releases/armv7/alpine-virt-3.22.2-armv7.iso"],
      ["3.22.2 (x86, virt)", "alpine/latest-stable/releases/x86/alpine-virt-3.22.2-x86.iso"],
    ],
  },
];
