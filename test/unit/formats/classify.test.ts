import { describe, expect, it } from "vitest";
import {
  architectureOf,
  classify,
  type FileClass,
  fileClassOf,
  immutable,
} from "../../../worker/formats/classify.ts";
import type { Kind } from "../../../worker/formats/kinds.ts";

describe("what a path is", () => {
  it.each<[Kind, string, string]>([
    ["apt", "", "directory"],
    ["apt", "pool/main/", "directory"],
    ["apt", "dists/trixie/InRelease", "metadata"],
    ["apt", "dists/trixie/Release.gpg", "metadata"],
    ["apt", "dists/trixie/main/binary-amd64/Packages.xz", "metadata"],
    [
      "apt",
      "dists/trixie/main/binary-amd64/by-hash/SHA256/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      "metadata",
    ],
    ["apt", "dists/trixie/main/source/Sources.gz", "metadata"],
    ["apt", "dists/trixie/main/installer-amd64/current/images/netboot/mini.iso", "metadata"],
    ["apt", "dists/trixie/main/installer-amd64/20250803/images/netboot/mini.iso", "payload"],
    ["apt", "dists/trixie/main/installer-amd64/20250803/images/SHA256SUMS", "metadata"],
    ["apt", "pool/main/a/apt/apt_2.6.1_amd64.deb", "payload"],
    ["apt", "pool/main/a/apt/apt_2.6.1.dsc", "payload"],
    ["apt", "pool/main/a/apt/apt_2.6.1.tar.xz", "payload"],
    ["apt", "pool/main/g/g++/libstdc++_1:2~rc1+b2_amd64.deb", "payload"],
    ["apt", "project/trace/master", "metadata"],
    ["apt", "ls-lR.gz", "metadata"],
    ["rpm", "10/BaseOS/x86_64/os/repodata/repomd.xml", "metadata"],
    ["rpm", "10/BaseOS/x86_64/os/repodata/repomd.xml.asc", "metadata"],
    ["rpm", "10/BaseOS/x86_64/os/Packages/bash-5.2-1.el10.x86_64.rpm", "payload"],
    ["rpm", "10/isos/x86_64/AlmaLinux-10-x86_64-dvd.iso", "payload"],
    ["rpm", "10/isos/x86_64/CHECKSUM", "metadata"],
    ["rpm", "RPM-GPG-KEY-AlmaLinux-10", "metadata"],
    ["rpm", "10/BaseOS/x86_64/kickstart/images/install.img", "payload"],
    ["pacman", "core/os/x86_64/core.db", "metadata"],
    ["pacman", "core/os/x86_64/core.db.sig", "metadata"],
    ["pacman", "core/os/x86_64/core.files.tar.gz", "metadata"],
    ["pacman", "core/os/x86_64/bash-5.2-1-x86_64.pkg.tar.zst", "payload"],
    ["pacman", "core/os/x86_64/bash-5.2-1-x86_64.pkg.tar.zst.sig", "payload"],
    ["apk", "v3.22/main/x86_64/APKINDEX.tar.gz", "metadata"],
    ["apk", "v3.22/main/x86_64/bash-5.2-r0.apk", "payload"],
    ["images", "13.1.0/amd64/iso-cd/debian-13.1.0-amd64-netinst.iso", "payload"],
    ["images", "13.1.0/amd64/iso-cd/SHA256SUMS", "metadata"],
    ["images", "13.1.0/amd64/iso-cd/SHA256SUMS.sign", "metadata"],
    ["images", "noble/ubuntu-24.04.3-live-server-amd64.iso", "payload"],
    ["images", "noble/ubuntu-24.04.3-live-server-amd64.iso.torrent", "metadata"],
    ["files", "tool/tool-1.0.zip", "payload"],
    ["files", "tool/SHA256SUMS.gpg", "metadata"],
    ["files", "tool/sha256sums.txt", "metadata"],
    ["files", "tool/tool-1.0-sha256sum.txt.asc", "metadata"],
    ["files", "tool/notes.txt", "payload"],
    ["images", "14.1/CHECKSUM.SHA512-FreeBSD-14.1-RELEASE-amd64", "metadata"],
  ])("%s %s is %s", (kind, path, expected) => {
    expect(classify(kind, path)).toBe(expected);
  });

  it("calls immutable only what has its hash in its name, and packages", () => {
    expect(immutable("apt", "dists/trixie/InRelease")).toBe(false);
    expect(immutable("apt", "dists/trixie/main/binary-amd64/Packages.xz")).toBe(false);
    expect(
      immutable("apt", `dists/trixie/main/binary-amd64/by-hash/SHA256/${"a".repeat(64)}`),
    ).toBe(true);
    expect(immutable("rpm", "os/repodata/repomd.xml")).toBe(false);
    expect(immutable("rpm", `os/repodata/${"b".repeat(64)}-primary.xml.gz`)).toBe(true);
    expect(immutable("rpm", "os/repodata/primary.xml.gz")).toBe(false);
    expect(immutable("pacman", "core/os/x86_64/core.db")).toBe(false);
    expect(immutable("apt", "pool/main/a/apt/apt_2.6.1_amd64.deb")).toBe(true);
    expect(immutable("rpm", "os/Packages/bash-5.2-1.el10.x86_64.rpm")).toBe(true);
    // Redirected as payload, but replaced in place under the same name.
    expect(immutable("rpm", "10/isos/x86_64/AlmaLinux-10-latest-x86_64-dvd.iso")).toBe(false);
    expect(immutable("images", "current/amd64/iso-cd/netinst.iso")).toBe(false);
    expect(immutable("files", "tool/tool-latest.zip")).toBe(false);
  });
});

describe("a payload's architecture", () => {
  const debian = ["amd64", "arm64", "armhf"];
  it.each<[Kind, string, string]>([
    ["apt", "pool/main/a/apt/apt_2.6.1_amd64.deb", "amd64"],
    ["apt", "pool/main/a/apt/apt-doc_2.6.1_all.deb", ""],
    ["apt", "pool/main/a/apt/apt_2.6.1.tar.xz", ""],
    ["apt", "pool/main/a/apt/apt-udeb_2.6.1_arm64.udeb", "arm64"],
    ["apt", "dists/trixie/main/installer-armhf/20250803/images/netboot/mini.iso", "armhf"],
    ["apt", "pool/main/a/apt/apt_2.6.1_vax.deb", ""],
    ["apt", "pool/main/a/apt/apt_2.6.1_kfreebsd-amd64.deb", ""],
    ["apt", "pool/main/a/apt/apt_2.6.1-amd64.deb", ""],
    ["apt", "pool/main/a/apt/_amd64.deb", "amd64"],
    ["apt", "amd64.deb", ""],
  ])("%s %s is %s", (kind, path, expected) => {
    expect(architectureOf(kind, path, debian)).toBe(expected);
  });
  it.each<[Kind, string, string]>([
    ["rpm", "10/BaseOS/x86_64/os/Packages/bash-5.2-1.el10.x86_64.rpm", "x86_64"],
    ["rpm", "10/BaseOS/aarch64/os/Packages/bash-doc-5.2-1.el10.noarch.rpm", "aarch64"],
    ["rpm", "10/AppStream/x86_64/os/Packages/glibc-2.39-1.el10.i686.rpm", "x86_64"],
    ["rpm", "10/extras/bash-doc-5.2-1.el10.noarch.rpm", ""],
    ["rpm", "10/isos/x86_64/AlmaLinux-10-x86_64-dvd.iso", "x86_64"],
  ])("%s %s is %s", (kind, path, expected) => {
    expect(architectureOf(kind, path, ["x86_64", "x86_64_v2", "aarch64"])).toBe(expected);
  });
});

describe("the class of a file", () => {
  it.each<[Kind, string, FileClass]>([
    ["apt", "pool/main/a/apt/apt_2.6.1_amd64.deb", "package"],
    ["apt", "pool/main/a/apt/apt_2.6.1.dsc", "package"],
    ["apt", "pool/main/a/apt/apt_2.6.1.tar.xz", "package"],
    ["apt", "dists/trixie/main/installer-amd64/20250803/images/netboot/netboot.tar.gz", "image"],
    ["apt", "dists/trixie/main/installer-amd64/20250803/images/netboot/mini.iso", "image"],
    ["apt", "dists/trixie/main/installer-amd64/20250803/images/cdrom/vmlinuz", "other"],
    ["rpm", "10/BaseOS/x86_64/os/Packages/bash-5.2-1.el10.x86_64.rpm", "package"],
    ["rpm", "10/BaseOS/x86_64/os/drpms/bash-5.2-1.el10.x86_64.drpm", "package"],
    ["rpm", "10/BaseOS/x86_64/kickstart/images/install.img", "image"],
    ["pacman", "core/os/x86_64/bash-5.2-1-x86_64.pkg.tar.zst", "package"],
    ["pacman", "core/os/x86_64/bash-5.2-1-x86_64.pkg.tar.zst.sig", "package"],
    ["apk", "v3.22/main/x86_64/bash-5.2-r0.apk", "package"],
    ["apk", "v3.22/releases/x86_64/alpine-standard-3.22.0-x86_64.iso", "image"],
    ["images", "noble/ubuntu-24.04.3-live-server-amd64.iso", "image"],
    ["images", "trixie/latest/debian-13-generic-amd64.tar.xz", "image"],
    ["files", "tool/tool-1.0.zip", "other"],
    ["files", "tool/tool-1.0.iso", "image"],
  ])("%s %s is %s", (kind, path, expected) => {
    expect(fileClassOf(kind, path)).toBe(expected);
  });
});
