import { describe, expect, it } from "vitest";
import {
  compareLoosely,
  platformWeight,
} from "../../../../worker/images/exports/genisolist-order.ts";
import { isoinfo } from "../../../../worker/images/exports/isoinfo.ts";
import { composeCatalogue } from "../../../../worker/images/image-catalogue.ts";
import { imageOf } from "../../../../worker/images/image-of.ts";
import { realReleases } from "../real-releases.ts";
import { answer, tree } from "./genisolist-facts.ts";
import { listed } from "./listed.ts";

const base = "https://nearmirror.example/";
/** The tree as the catalogue has it, by the rules that read names. */
const files = Object.entries(tree).flatMap(([folder, names]) =>
  names.map((name) => {
    const [repository = "", ...path] = `${folder}/${name}`.split("/");
    return { repository, path: path.join("/") };
  }),
);
const images = composeCatalogue(
  [...Map.groupBy(files, ({ repository }) => repository)].map(([repository, own]) => ({
    snapshot: { repository, id: "20261130T110000Z-00112233", generation: 1, at: 0 },
    images: own.map((file) => imageOf(file, realReleases)),
  })),
).images;

describe("isoinfo.json of five distributions", () => {
  const expected = answer.map(({ distro, entries }) => ({
    distro,
    category: "os",
    urls: entries.map(([name, path]) => ({ name, url: base + path })),
  }));

  it("is what genisolist.py answers for the same tree: names, links and order", () => {
    expect(isoinfo(images, base)).toEqual(expected);
  });

  it("is the same in whichever order the images come", () => {
    expect(isoinfo(images.toReversed(), base)).toEqual(expected);
  });

  it("takes other folders where a repository has none of genisolist's", () => {
    const urls = isoinfo(
      [listed("debian-cd/13.2.0/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso")],
      base,
    );
    expect(urls[0]?.urls[0]?.name).toBe("13.2.0 (amd64, Network installer)");
  });
});

describe("isoinfo.json of a distribution that genisolist doesn't know", () => {
  const alma = { distribution: "almalinux", title: "AlmaLinux", version: "10.1", series: "10" };

  it("tells version, architecture and type, and leaves out what no rule knows and later discs", () => {
    const names = isoinfo(
      [
        listed("almalinux/10.1/isos/x86_64/AlmaLinux-10.1-x86_64-boot.iso", {
          ...alma,
          type: "netinst",
        }),
        listed("almalinux/10.1/isos/x86_64/AlmaLinux-10.1-x86_64-minimal.iso", {
          ...alma,
          edition: "minimal",
        }),
        listed("almalinux/10.1/cloud/AlmaLinux-10-GenericCloud-10.1.qcow2", {
          ...alma,
          type: "cloud",
          format: "qcow2",
          architecture: "arm64",
        }),
        listed("almalinux/10.1/isos/x86_64/disc2.iso", { ...alma, part: 2 }),
        listed("almalinux/10.1/isos/x86_64/CHECKSUM.manifest", { ...alma, type: "other" }),
      ],
      base,
    );
    expect(names).toMatchObject([
      {
        distro: "AlmaLinux",
        urls: [
          { name: "10.1 (amd64, Network installer)" },
          { name: "10.1 (amd64, Installer minimal)" },
          { name: "10.1 (arm64, Cloud image, qcow2)" },
        ],
      },
    ]);
  });

  it("has the version alone where no architecture is told", () => {
    const one = listed("almalinux/x.iso", { ...alma, architecture: "" });
    expect(isoinfo([one], base)[0]?.urls[0]?.name).toBe("10.1");
  });
});

describe("genisolist's order", () => {
  // Signs as `LooseVersion` of genisolist's version.py answers them (Python 3.11).
  it.each([
    ["9", "11", -1],
    ["24.04", "24.04.1", -1],
    ["3.22.2", "3.22.10", -1],
    ["1.13++", "1.13", 1],
    ["latest", "99", 1],
    ["Tumbleweed", "Slowroll", 1],
    ["10", "9a", 1],
    ["10.0", "a", -1],
    ["2026.11.01", "2026.11.1", 0],
  ])("%s against %s", (one, other, sign) => {
    expect(Math.sign(compareLoosely(one, other))).toBe(sign);
    expect(Math.sign(compareLoosely(other, one))).toBe(sign === 0 ? 0 : -sign);
  });

  // As `get_platform_priority` of genisolist.py answers them.
  it.each([
    ["amd64", 100],
    ["x86_64", 100],
    ["arm64", 95],
    ["i386", 95],
    ["armhf", 95],
    ["s390x", 95],
    ["x86", 95],
    ["linux-x86_64", 5100],
    ["darwin-arm64", 4095],
    ["macos", 3095],
    ["", 0],
    ["bootable", 0],
  ])("weighs %s", (platform, weight) => {
    expect(platformWeight(platform)).toBe(weight);
  });
});
