import { expect, test } from "vitest";
import { supportOf } from "../../../worker/images/image.ts";
import { imageOf } from "../../../worker/images/image-of.ts";
import { realReleases as releases } from "./real-releases.ts";

const of = (path: string, repository = "debian-cd") => imageOf({ repository, path }, releases);

test("an image has what its list and its origin say, and what its name says", () => {
  const facts = {
    repository: "debian-cd",
    path: "13.2.0/amd64/iso-dvd/debian-13.2.0-amd64-DVD-2.iso",
    sha256: "0a".repeat(32),
    size: 4_700_000_000,
    date: Date.UTC(2025, 10, 15),
  };
  const { repository: _, ...file } = facts;
  expect(imageOf(facts, releases)).toEqual({
    ...file,
    distribution: "debian",
    version: "13.2.0",
    series: "13",
    codename: "trixie",
    architecture: "amd64",
    type: "installer",
    edition: "dvd",
    format: "iso",
    part: 2,
    // https://www.debian.org/releases/trixie/: released on August 9th, 2025; three years, then long support until June 30th, 2030.
    released: Date.UTC(2025, 7, 9),
    endOfLife: Date.UTC(2028, 7, 10),
    endOfLongSupport: Date.UTC(2030, 6, 1),
  });
});

test("what no rule knows is listed as other, under its repository", () => {
  expect(of("tools/loadlin.exe")).toEqual({
    path: "tools/loadlin.exe",
    distribution: "debian-cd",
    version: "",
    series: "",
    architecture: "",
    type: "other",
    format: "exe",
  });
  expect(of("some/OracleLinux-R9-U6-aarch64-boot-uek.iso", "mixed")).toMatchObject({
    distribution: "mixed",
    type: "other",
    architecture: "arm64",
    format: "iso",
  });
  expect(of("fedora-cloud-init-data.iso").type).toBe("other");
  // Somebody's own, though its name has a distribution's in it.
  for (const path of [
    "alpine-lima-std-3.23.0-aarch64.iso",
    "PeppermintOS-Debian-64.iso",
    "bird2-debian-2.14.qcow2",
  ]) {
    expect(of(path).distribution).toBe("debian-cd");
  }
});

test("what only goes with an image is of its distribution, and none itself", () => {
  for (const end of [".torrent", ".zsync", ".jigdo", ".manifest"]) {
    expect(of(`noble/ubuntu-24.04.3-desktop-amd64.iso${end}`)).toMatchObject({
      distribution: "ubuntu",
      series: "24.04",
      type: "other",
    });
  }
});

test("an architecture is a whole token", () => {
  expect(of("debian-13.2.0-arm64-netinst.iso").architecture).toBe("arm64");
  expect(of("alpine-standard-3.22.2-x86_64.iso").architecture).toBe("amd64");
  expect(of("alpine-standard-3.22.2-x86.iso").architecture).toBe("i386");
  expect(of("x/alarm-5-charmed.img").architecture).toBe("");
  expect(of("some/armhf/unnamed.img").architecture).toBe("armhf");
  expect(of("debian-12.5.0-amd64-i386-netinst.iso").architecture).toBe("multi-arch");
});

test("support is by the tables, and of a flavour nobody says", () => {
  const now = Date.UTC(2026, 10, 30);
  const support = (path: string) => supportOf(of(path), now);
  expect(support("debian-13.2.0-amd64-netinst.iso")).toBe("yes");
  expect(support("debian-12.5.0-amd64-netinst.iso")).toBe("lts");
  expect(support("debian-9.13.0-amd64-netinst.iso")).toBe("eol");
  expect(support("Fedora-Workstation-Live-43-1.6.x86_64.iso")).toBe("yes");
  expect(support("Fedora-Workstation-Live-x86_64-41-1.4.iso")).toBe("eol");
  expect(support("CentOS-Stream-9-latest-x86_64-dvd1.iso")).toBe("yes");
  expect(support("CentOS-8-x86_64-1905-dvd1.iso")).toBe("eol");
  expect(support("kubuntu-24.04.3-desktop-amd64.iso")).toBeUndefined();
  expect(of("kubuntu-24.04.3-desktop-amd64.iso")).toMatchObject({
    distribution: "kubuntu",
    codename: "noble",
    released: Date.UTC(2024, 3, 25),
  });
  expect(support("proxmox-backup-server_4.2-1.iso")).toBeUndefined();
});

test("previews are marked", () => {
  for (const path of [
    "debian-trixie-DI-rc1-amd64-netinst.iso",
    "debian-14-generic-amd64-daily-20251117-2299.qcow2",
    "Fedora-Workstation-Live-x86_64-41_Beta-1.2.iso",
    "ubuntu-24.04-beta-live-server-amd64.iso",
    "FreeBSD-15.0-BETA2-amd64-disc1.iso",
    "AlmaLinux-Kitten-10-latest-x86_64-boot.iso",
    "alpine-standard-3.22.0_rc2-x86_64.iso",
  ]) {
    expect(`${path} ${of(path).isPreview}`).toBe(`${path} true`);
  }
  expect(of("debian-13.2.0-amd64-netinst.iso").isPreview).toBeUndefined();
});
