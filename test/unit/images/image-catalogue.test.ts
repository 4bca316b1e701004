import { expect, test } from "vitest";
import { imageTypes } from "../../../worker/images/image.ts";
import { composeCatalogue } from "../../../worker/images/image-catalogue.ts";
import { compareArchitectures, seriesInOrder } from "../../../worker/images/image-order.ts";
import { catalogueOf, generatedImages, image } from "./generated-catalogue.ts";

test("images stand by distribution, newest version first, usual architecture first", () => {
  const of = (distribution: string, series: string, version: string, architecture: string) =>
    image({
      distribution,
      series,
      version,
      architecture,
      path: `${distribution}/${version}/${architecture}`,
    });
  const given = [
    of("ubuntu", "24.04", "24.04", "amd64"),
    of("debian", "12", "12.11.0", "amd64"),
    of("debian", "13", "13.1.0", "amd64"),
    of("debian", "13", "13.2.0", "riscv64"),
    of("debian", "13", "13.2.0", "arm64"),
    of("debian", "13", "13.2.0", "amd64"),
    of("debian", "13", "13-rc1", "amd64"),
    of("ubuntu", "24.04", "24.04.1", "amd64"),
  ].map(({ released: _, ...rest }) => rest);
  expect(catalogueOf(given).images.map(({ path }) => path)).toEqual([
    "debian/13.2.0/amd64",
    "debian/13.2.0/arm64",
    "debian/13.2.0/riscv64",
    "debian/13.1.0/amd64",
    "debian/13-rc1/amd64",
    "debian/12.11.0/amd64",
    "ubuntu/24.04.1/amd64",
    "ubuntu/24.04/amd64",
  ]);
});

/** What the distributions' own download pages led to first in November 2026, by the names that their rules give. */
test.each([
  [
    "debian",
    ["netinst/", "live/gnome", "live/cinnamon", "installer/dvd", "netinst/edu", "cloud/generic"],
  ],
  ["ubuntu", ["live/desktop", "installer/live-server", "cloud/minimal", "rootfs/base"]],
  ["kubuntu", ["live/desktop", "installer/alternate"]],
  ["fedora", ["live/workstation", "live/kde", "installer/server", "netinst/server", "cloud/cloud"]],
  ["rocky", ["installer/minimal", "installer/dvd", "netinst/", "live/workstation", "live/kde"]],
  ["centos", ["installer/stream-dvd", "netinst/stream", "cloud/stream-genericcloud"]],
  ["opensuse", ["installer/offline", "netinst/online", "live/gnome", "live/kde"]],
  ["alpine", ["installer/standard", "installer/extended", "installer/virt", "installer/xen"]],
  ["kali", ["installer/", "netinst/", "live/", "rootfs/raspberry-pi-zero-w"]],
  ["raspios", ["rootfs/desktop", "rootfs/full", "rootfs/lite"]],
])("of one release of %s what most people want stands first", (distribution, order) => {
  const given = order.map((what) => {
    const [type = "", edition = ""] = what.split("/");
    const known = imageTypes.find((one) => one === type) ?? "other";
    return image({ distribution, type: known, path: what, ...(edition !== "" && { edition }) });
  });
  const shown = (images: typeof given) => catalogueOf(images).images.map(({ path }) => path);
  expect(shown(given.toSorted((one, other) => (one.path < other.path ? -1 : 1)))).toEqual(order);
  expect(shown(given.toReversed())).toEqual(order);
});

test("the order is the same whichever way the images are given", () => {
  const images = generatedImages(500);
  const paths = (given: typeof images) => catalogueOf(given).images.map(({ path }) => path);
  expect(paths(images.toReversed())).toEqual(paths(images));
});

test("series stand by their release; one without a date by its version", () => {
  // CentOS Stream 8 came after CentOS 8, and Slackware -current has no date.
  const order = seriesInOrder([
    { series: "12", released: 100 },
    { series: "14", released: undefined },
    { series: "13", released: 200 },
    { series: "8", released: 300 },
    { series: "12.5", released: undefined },
  ]);
  expect(order).toEqual(["14", "12.5", "8", "13", "12"]);
});

test("an architecture that few have stands behind those that most have", () => {
  expect(["mips", "arm64", "alpha", "amd64"].toSorted(compareArchitectures)).toEqual([
    "amd64",
    "arm64",
    "alpha",
    "mips",
  ]);
});

test("an image says which repository has it, and what its distribution is called", () => {
  const { images, snapshots } = composeCatalogue([
    {
      snapshot: { repository: "almalinux", id: "one", generation: 1, at: 1 },
      images: [image({ distribution: "almalinux" })],
    },
    {
      snapshot: { repository: "odd-images", id: "two", generation: 2, at: 2 },
      images: [image({ distribution: "unheard-of" })],
    },
  ]);
  expect(images.map(({ repository, title }) => [repository, title])).toEqual([
    ["almalinux", "AlmaLinux"],
    ["odd-images", "Unheard-of"],
  ]);
  expect(snapshots.map(({ id }) => id)).toEqual(["one", "two"]);
});
