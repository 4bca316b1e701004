import { expect, test } from "vitest";
import { filterImages } from "../../../../worker/images/filter/filter-images.ts";
import { columnsOf } from "../../../../worker/images/filter/image-columns.ts";
import { axes, type ImageFilter } from "../../../../worker/images/filter/image-filter.ts";
import { isFault, readFilter } from "../../../../worker/images/filter/read-filter.ts";
import { type Image, supportOf } from "../../../../worker/images/image.ts";
import type { CatalogueImage } from "../../../../worker/images/image-catalogue.ts";
import { catalogueOf, generatedImages, image, moment } from "../generated-catalogue.ts";

const { endOfLife: _e, endOfLongSupport: _l, released: _r, codename: _c, ...bare } = image();
const past = moment - 86_400_000;

/** A few images whose names are as their projects write them. */
const few: Image[] = [
  image(),
  image({
    architecture: "arm64",
    path: "13.2.0/arm64/iso-cd/debian-13.2.0-arm64-netinst.iso",
  }),
  image({ version: "13-rc1", isPreview: true, path: "13-rc1/debian-13-rc1-amd64-netinst.iso" }),
  image({ version: "13.1.0", path: "13.1.0/amd64/iso-cd/debian-13.1.0-amd64-netinst.iso" }),
  ...[1, 2, 3].map((part) =>
    image({
      type: "installer",
      part,
      path: `13.2.0/amd64/iso-dvd/debian-13.2.0-amd64-DVD-${part}.iso`,
    }),
  ),
  image({
    series: "11",
    version: "11.11.0",
    codename: "bullseye",
    released: Date.parse("2021-08-14T00:00:00Z"),
    endOfLife: past,
    endOfLongSupport: moment + 1,
    path: "11.11.0/amd64/iso-cd/debian-11.11.0-amd64-netinst.iso",
  }),
  image({
    series: "10",
    version: "10.13.0",
    codename: "buster",
    released: Date.parse("2019-07-06T00:00:00Z"),
    endOfLife: past,
    endOfLongSupport: past,
    path: "10.13.0/amd64/iso-cd/debian-10.13.0-amd64-netinst.iso",
  }),
  {
    ...bare,
    distribution: "fedora",
    version: "43-1.6",
    series: "43",
    type: "live",
    edition: "workstation",
    path: "43/Fedora-Workstation-Live-43-1.6.x86_64.iso",
  },
  {
    ...bare,
    distribution: "fedora",
    version: "43-1.6",
    series: "43",
    type: "live",
    edition: "workstation",
    architecture: "i386",
    path: "43/Fedora-Workstation-Live-43-1.6.i686.iso",
  },
  {
    ...bare,
    distribution: "arch",
    version: "2026.11.01",
    series: "rolling",
    architecture: "all",
    path: "archlinux-2026.11.01.iso",
  },
];

const columns = columnsOf(catalogueOf(few));

function filterOf(query: string): ImageFilter {
  const read = readFilter(query, { columns, isPart: false });
  if (isFault(read)) throw new Error(read.reason);
  return read.filter;
}

const run = (query: string) => filterImages(columns, filterOf(query), moment);
const names = (query: string) =>
  run(query).rows.map(({ image: { path } }) => path.slice(path.lastIndexOf("/") + 1));

test("every image is there once, parts behind their first, what is at its end last", () => {
  const { rows } = run("");
  expect(names("")).toEqual([
    "archlinux-2026.11.01.iso",
    "debian-13.2.0-amd64-netinst.iso",
    "debian-13.2.0-amd64-DVD-1.iso",
    "debian-13.2.0-arm64-netinst.iso",
    "debian-13.1.0-amd64-netinst.iso",
    "debian-13-rc1-amd64-netinst.iso",
    "debian-11.11.0-amd64-netinst.iso",
    "Fedora-Workstation-Live-43-1.6.x86_64.iso",
    "Fedora-Workstation-Live-43-1.6.i686.iso",
    "debian-10.13.0-amd64-netinst.iso",
  ]);
  expect(rows.flatMap(({ parts }) => parts.map(({ part }) => part))).toEqual([2, 3]);
});

test.each([
  // All words, in any order, of name, title, version, codename or alias.
  ["q=NETINST+trixie+13.2", ["debian-13.2.0-amd64-netinst.iso", "debian-13.2.0-arm64-netinst.iso"]],
  ["q=live+fedora+aarch64", []],
  ["q=aarch64", ["debian-13.2.0-arm64-netinst.iso"]],
  ["q=arm", ["debian-13.2.0-arm64-netinst.iso"]],
  // `x86` is i386, and neither x86_64 nor a beginning of it.
  ["q=x86+fedora", ["Fedora-Workstation-Live-43-1.6.i686.iso"]],
  ["q=x86_64+fedora", ["Fedora-Workstation-Live-43-1.6.x86_64.iso"]],
  ["q=x86-64+fedora", ["Fedora-Workstation-Live-43-1.6.x86_64.iso"]],
  // A number isn't the beginning of a longer one.
  ["q=1+netinst", []],
  ["q=10", ["debian-10.13.0-amd64-netinst.iso"]],
  ["q=dvd-3", ["debian-13.2.0-amd64-DVD-1.iso"]],
  ["q=debian-13.1.0-amd64-netinst.iso", ["debian-13.1.0-amd64-netinst.iso"]],
  ["q=arch+linux", ["archlinux-2026.11.01.iso"]],
  ["architecture=aarch64", ["archlinux-2026.11.01.iso", "debian-13.2.0-arm64-netinst.iso"]],
  ["architecture=64&q=fedora", ["Fedora-Workstation-Live-43-1.6.x86_64.iso"]],
  ["version=13.1.0", ["debian-13.1.0-amd64-netinst.iso"]],
  ["version=11,10", ["debian-11.11.0-amd64-netinst.iso", "debian-10.13.0-amd64-netinst.iso"]],
  ["version=11&version=10&supported=lts", ["debian-11.11.0-amd64-netinst.iso"]],
  ["codename=Buster", ["debian-10.13.0-amd64-netinst.iso"]],
  ["type=live&edition=workstation&architecture=i686", ["Fedora-Workstation-Live-43-1.6.i686.iso"]],
  [
    "distribution=debian&type=netinst&latest=yes",
    ["debian-13.2.0-amd64-netinst.iso", "debian-13.2.0-arm64-netinst.iso"],
  ],
  [
    "distribution=debian&architecture=amd64&type=netinst&latest=series",
    [
      "debian-13.2.0-amd64-netinst.iso",
      "debian-11.11.0-amd64-netinst.iso",
      "debian-10.13.0-amd64-netinst.iso",
    ],
  ],
])("%s leaves %j", (query, expected) => {
  expect(names(query)).toEqual(expected);
});

test("support is as of the moment that is asked for", () => {
  const at = (now: number) => filterImages(columns, filterOf("supported=yes"), now).rows.length;
  expect(at(moment)).toBe(5);
  // Before Debian 11's and 10's end.
  expect(at(past - 1)).toBe(7);
});

test("a count tells what a value leaves with the choices on the other axes", () => {
  const { facets } = run("distribution=debian&version=13&architecture=arm64");
  expect(facets.architecture).toEqual([
    { value: "amd64", count: 4, isChosen: false },
    { value: "arm64", count: 1, isChosen: true },
  ]);
  expect(facets.version).toEqual([{ value: "13", count: 1, isChosen: true }]);
  expect(facets.distribution).toEqual([{ value: "debian", count: 1, isChosen: true }]);
  expect(run("distribution=debian&type=netinst").facets.latest).toEqual([
    { value: "yes", count: 2, isChosen: false },
    { value: "series", count: 4, isChosen: false },
  ]);
  expect(run("version=13.1.0").facets.version).toContainEqual({
    value: "13.1.0",
    count: 1,
    isChosen: true,
  });
});

/** The filter in the plainest words, without columns or an index. */
function leaves(one: CatalogueImage, { chosen }: ImageFilter, without?: string): boolean {
  const of = (axis: (typeof axes)[number]): string | undefined => {
    if (axis === "supported") return supportOf(one, moment);
    if (axis === "latest") return undefined;
    return axis === "version" ? one.series : one[axis];
  };
  return axes.every((axis) => {
    const values = chosen[axis];
    return axis === without || values === undefined || values.includes(of(axis) ?? "");
  });
}

test("20,000 images: rows and counts are those of looking at each image", () => {
  const catalogue = catalogueOf(generatedImages(20_000));
  const many = columnsOf(catalogue);
  for (const chosen of [
    { distribution: ["debian", "ubuntu"], architecture: ["arm64"] },
    { type: ["live"], supported: ["eol" as const], format: ["iso", "qcow2"], edition: ["kde"] },
    { version: ["3", "4"], distribution: ["kali"] },
  ]) {
    const filter = { words: [], chosen };
    const { rows, facets } = filterImages(many, filter, moment);
    const left = catalogue.images.filter((one) => leaves(one, filter));
    expect(rows.map(({ image: { path } }) => path).sort()).toEqual(
      left.map(({ path }) => path).sort(),
    );
    for (const { value, count } of facets.architecture) {
      const others = catalogue.images.filter((one) => leaves(one, filter, "architecture"));
      expect([value, count]).toEqual([
        value,
        others.filter(({ architecture }) => architecture === value).length,
      ]);
    }
    for (const { value, count } of facets.supported) {
      const others = catalogue.images.filter((one) => leaves(one, filter, "supported"));
      expect([value, count]).toEqual([
        value,
        others.filter((one) => supportOf(one, moment) === value).length,
      ]);
    }
  }
});
