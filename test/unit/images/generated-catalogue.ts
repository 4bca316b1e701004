/** Catalogues of images that nobody has published, for tests and benchmarks. */
import type { Image, ImageType } from "../../../worker/images/image.ts";
import { composeCatalogue, type ImageCatalogue } from "../../../worker/images/image-catalogue.ts";

const day = 86_400_000;
/** A moment by which the catalogues' dates are written. */
export const moment = Date.parse("2026-11-30T12:00:00Z");

/** An image of Debian 13.2 as its `SHA256SUMS` names it; `told` takes the place of what is said here. */
export function image(told: Partial<Image> = {}): Image {
  return {
    path: "13.2.0/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso",
    sha256: "ab".repeat(32),
    size: 700_000_000,
    date: moment - 30 * day,
    distribution: "debian",
    version: "13.2.0",
    series: "13",
    codename: "trixie",
    architecture: "amd64",
    type: "netinst",
    format: "iso",
    released: Date.parse("2025-08-09T00:00:00Z"),
    endOfLife: Date.parse("2028-08-09T00:00:00Z"),
    endOfLongSupport: Date.parse("2030-06-30T00:00:00Z"),
    ...told,
  };
}

/** A catalogue of these images, of one repository and snapshot. */
export function catalogueOf(images: readonly Image[], repository = "debian-cd"): ImageCatalogue {
  const snapshot = { repository, id: "20261130T110000Z-00112233", generation: 7, at: moment };
  return composeCatalogue([{ snapshot, images }]);
}

const distributions = [
  "debian",
  "ubuntu",
  "fedora",
  "almalinux",
  "rocky",
  "alpine",
  "opensuse",
  "kali",
];
const architectures = ["amd64", "arm64", "i386", "armhf", "riscv64", "ppc64el", "s390x", "loong64"];
const types: readonly ImageType[] = [
  "installer",
  "netinst",
  "live",
  "cloud",
  "container",
  "rootfs",
];
const formats = ["iso", "qcow2", "img.xz", "raw.xz", "tar.xz", "vmdk"];
const editions = ["", "gnome", "kde", "server", "workstation", "minimal"];

function at<One>(list: readonly One[], number: number): One {
  const one = list[number % list.length];
  if (one === undefined) throw new RangeError("the list is empty");
  return one;
}

/** So many different images of eight distributions, the same each time. */
export function generatedImages(count: number): Image[] {
  return Array.from({ length: count }, (_, number) => {
    const distribution = at(distributions, number);
    const architecture = at(architectures, Math.floor(number / 8));
    const type = at(types, Math.floor(number / 64));
    const format = at(formats, Math.floor(number / 384));
    const edition = at(editions, Math.floor(number / 2304));
    const major = 1 + (Math.floor(number / 13_824) + (number % 17));
    const version = `${major}.${number % 5}`;
    const name = `${distribution}-${version}-${architecture}-${edition || "base"}-${type}-${number}.${format}`;
    return {
      path: `${distribution}/${version}/${architecture}/${name}`,
      sha256: number.toString(16).padStart(64, "0"),
      size: 100_000_000 + number,
      date: moment - (number % 1000) * day,
      distribution,
      version,
      series: String(major),
      codename: `name${major}`,
      architecture,
      type,
      format,
      ...(edition !== "" && { edition }),
      released: moment - (20 - major) * 365 * day,
      endOfLife: moment - (10 - major) * 365 * day,
      endOfLongSupport: moment - (7 - major) * 365 * day,
    };
  });
}
