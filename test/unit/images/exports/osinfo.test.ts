import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  osinfoArchive,
  osinfoSystems,
  osinfoXml,
} from "../../../../worker/images/exports/osinfo.ts";
import type { CatalogueImage } from "../../../../worker/images/image-catalogue.ts";
import { findProgram, run } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import { all, parseXml } from "../../delivery/lists/documents.ts";
import { listed } from "./listed.ts";

const scratch = makeScratch("osinfo");
afterAll(() => scratch.remove());

const base = "https://nearmirror.example/";
const dates = {
  codename: "trixie",
  released: Date.parse("2025-08-09"),
  endOfLife: Date.parse("2028-08-09"),
};
const alone = { version: "", series: "rolling" };
const cloud = { type: "cloud", format: "qcow2" } as const;
const images: CatalogueImage[] = [
  listed("debian-cd/current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso", {
    ...dates,
    type: "netinst",
  }),
  listed("debian-cd/13.1.0/amd64/iso-cd/debian-13.1.0-amd64-netinst.iso", {
    ...dates,
    type: "netinst",
    version: "13.1.0",
  }),
  listed("debian-cd/current/ppc64el/iso-dvd/debian-13.2.0-ppc64el-DVD-1.iso", {
    architecture: "ppc64el",
    part: 1,
  }),
  listed("debian-cd/current/ppc64el/iso-dvd/debian-13.2.0-ppc64el-DVD-2.iso", {
    architecture: "ppc64el",
    part: 2,
  }),
  listed("debian-cd/live/a&b+c.iso", { type: "live", edition: "gnome", architecture: "arm64" }),
  listed("debian-cloud/debian-13-generic-amd64.qcow2", { ...cloud, edition: "generic" }),
  listed("debian-cloud/debian-13-nocloud-amd64.raw.xz", {
    ...cloud,
    edition: "nocloud",
    format: "raw.xz",
  }),
  listed("debian-cloud/debian-13-generic-loong64.qcow2", { ...cloud, architecture: "loong64" }),
  listed("opensuse/tumbleweed/iso/dvd.iso", {
    distribution: "opensuse",
    title: "openSUSE",
    version: "",
    series: "tumbleweed",
  }),
  listed("arch/iso/latest/arch.iso", { distribution: "archlinux", title: "Arch Linux", ...alone }),
  listed("centos/9-stream/a.iso", {
    distribution: "centos",
    title: "CentOS Stream",
    series: "9-stream",
  }),
  listed("kali/current/a.iso", {
    distribution: "kali",
    title: "Kali <Linux>",
    ...alone,
    edition: 'in"staller',
  }),
  listed("debian-cd/14/rc.iso", { series: "14", version: "14-rc1", isPreview: true }),
  listed("alma/10/x.wsl", {
    distribution: "almalinux",
    title: "AlmaLinux",
    series: "10",
    format: "wsl",
  }),
];

describe("the images for libosinfo", () => {
  const root = parseXml(osinfoXml(osinfoSystems(images, base)));
  const [debian] = all(root, "os");

  it("have the ids of osinfo-db, where it knows the distribution", () => {
    // As `data/os` of osinfo-db has them for series that are there.
    expect(all(root, "os").map(({ attributes }) => attributes.id)).toEqual([
      "http://debian.org/debian/13",
      "http://opensuse.org/opensuse/tumbleweed",
      "http://archlinux.org/archlinux/rolling",
      "http://centos.org/centos-stream/9",
      "http://nearmirror.invalid/kali/rolling",
      "http://debian.org/debian/14",
    ]);
    expect(all(root, "short-id").map(({ text }) => text)).toEqual([
      "debian13",
      "opensusetumbleweed",
      "archlinux",
      "centos-stream9",
      "kali",
      "debian14",
    ]);
  });

  it("have one medium of a sort, the newest, and of discs the first", () => {
    const media = debian === undefined ? [] : all(debian, "media");
    expect(media.map((one) => [one.attributes, all(one, "url")[0]?.text])).toEqual([
      [{ arch: "x86_64" }, `${base}debian-cd/current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso`],
      [
        { arch: "ppc64le" },
        `${base}debian-cd/current/ppc64el/iso-dvd/debian-13.2.0-ppc64el-DVD-1.iso`,
      ],
      [{ arch: "aarch64", live: "true" }, `${base}debian-cd/live/a%26b+c.iso`],
    ]);
  });

  it("have disks with what they are packed with left out, and none of a machine that osinfo lacks", () => {
    const disks = debian === undefined ? [] : all(debian, "image");
    expect(disks.map(({ attributes }) => attributes)).toEqual([
      { arch: "x86_64", format: "qcow2", "cloud-init": "true" },
      { arch: "x86_64", format: "raw" },
    ]);
  });

  it("say when a series came and when its support ends", () => {
    const texts = (name: string) =>
      (debian === undefined ? [] : all(debian, name)).map(({ text }) => text);
    expect(texts("release-date")).toEqual(["2025-08-09"]);
    expect(texts("eol-date")).toEqual(["2028-08-09"]);
    expect(texts("codename")).toEqual(["trixie"]);
  });
});

const importer = findProgram("osinfo-db-import") ?? "";
const validator = findProgram("osinfo-db-validate") ?? "";
const hasTools = importer !== "" && validator !== "";

it.runIf(process.env.CI)("CI has the tools of osinfo-db", () => {
  expect(hasTools, "install the packages osinfo-db and osinfo-db-tools").toBe(true);
});

describe.skipIf(!hasTools)("by osinfo-db's own tools (skipped where they are missing)", () => {
  const systems = osinfoSystems(images, base);

  /** osinfo-db-validate 1.10 looks at a folder; file names it takes for nothing. */
  async function validate(folder: string): Promise<number> {
    return (await run(validator, ["--dir", folder])).code;
  }

  it("the document is valid", async () => {
    const folder = join(scratch.directory, "whole/os");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "nearmirror.xml"), osinfoXml(systems));
    expect(await validate(join(scratch.directory, "whole"))).toBe(0);
  });

  it("a document with a machine that isn't one is refused, so that the check above means something", async () => {
    const folder = join(scratch.directory, "wrong/os");
    mkdirSync(folder, { recursive: true });
    const wrong = osinfoXml(systems).replace('arch="x86_64"', 'arch="amd64"');
    writeFileSync(join(folder, "nearmirror.xml"), wrong);
    expect(await validate(join(scratch.directory, "wrong"))).not.toBe(0);
  });

  it("the archive is imported, and what was imported is valid", async () => {
    const archive = join(scratch.directory, "osinfo.tar");
    const folder = join(scratch.directory, "imported");
    writeFileSync(archive, osinfoArchive(systems));
    const outcome = await run(importer, ["--dir", folder, archive]);
    expect(outcome.stderr).toBe("");
    expect(outcome.code).toBe(0);
    expect(readdirSync(join(folder, "os")).toSorted()).toEqual([
      "archlinux.org",
      "centos.org",
      "debian.org",
      "nearmirror.invalid",
      "opensuse.org",
    ]);
    // The place where libosinfo looks for supplements of `http://debian.org/debian/13`.
    expect(readdirSync(join(folder, "os/debian.org/debian-13.d"))).toEqual(["nearmirror.xml"]);
    expect(await validate(folder)).toBe(0);
  });
});
