import { expect, test } from "vitest";
import { columnsOf } from "../../../../worker/images/filter/image-columns.ts";
import { readLink } from "../../../../worker/images/links/read-link.ts";
import { isLinkFault, resolveLink } from "../../../../worker/images/links/resolve-link.ts";
import { catalogueOf, generatedImages, image } from "../generated-catalogue.ts";

function led(path: string, columns: ReturnType<typeof columnsOf>) {
  const link = readLink(path);
  const found = link && resolveLink(link, columns);
  if (found === undefined || isLinkFault(found)) throw new Error(`${path} leads nowhere`);
  return found;
}

function linksOf({ rows, permanent }: ReturnType<typeof columnsOf>) {
  return rows.flatMap(({ image }) => {
    const path = permanent.get(image);
    return path === undefined ? [] : [[image, path] as const];
  });
}

test("each link that an image has leads to that image", () => {
  const columns = columnsOf(catalogueOf(generatedImages(2000)));
  const links = linksOf(columns);
  expect(links.length).toBeGreaterThan(200);
  for (const [one, path] of links) expect(led(path, columns)).toBe(one);
});

test("an older version, a preview and another part have no link of their own", () => {
  const columns = columnsOf(
    catalogueOf([
      image(),
      image({ version: "13.1.0", path: "old.iso" }),
      image({ version: "13.3.0-rc1", isPreview: true, path: "rc.iso" }),
      image({ type: "other", path: "unknown.bin" }),
      image({ type: "installer", part: 1, path: "DVD-1.iso" }),
      image({ type: "installer", part: 2, path: "DVD-2.iso" }),
    ]),
  );
  expect(columns.rows).toHaveLength(5);
  expect(linksOf(columns).map(([{ path }, link]) => [path.split("/").at(-1), link])).toEqual([
    ["debian-13.2.0-amd64-netinst.iso", "debian/13/amd64/netinst"],
    ["DVD-1.iso", "debian/13/amd64/installer"],
  ]);
});

test("what a link means doesn't depend on the order in which images came", () => {
  const images = generatedImages(1000);
  const one = columnsOf(catalogueOf(images));
  const other = columnsOf(catalogueOf(images.toReversed()));
  for (const [, path] of linksOf(one)) {
    expect(led(path, other).path).toBe(led(path, one).path);
  }
});

test.each([
  ["debian/13/amd64/netinst", { what: "netinst" }],
  ["debian/13/amd64/netinst.sha256", { what: "netinst", form: "sha256" }],
  ["debian/13/amd64/cloud.tar.xz.meta4", { what: "cloud", format: "tar.xz", form: "meta4" }],
  [
    "DEBIAN/13.2.0/AMD64/Live-GNOME",
    { what: "live-gnome", version: "13.2.0", distribution: "debian" },
  ],
])("%s is read", (path, expected) => {
  expect(readLink(path)).toMatchObject(expected);
});

test.each([
  "",
  "debian",
  "debian/13/amd64",
  "debian//amd64/x",
  "debian/13/amd64/x/y",
  "a/b/c/.sha256",
])("%j isn't a link", (path) => {
  expect(readLink(path)).toBeUndefined();
});
