import { expect, test } from "vitest";
import { images } from "../../../worker/api/images.ts";
import type { ImageCatalogue } from "../../../worker/images/image-catalogue.ts";
import { catalogueOf, generatedImages, image, moment } from "../images/generated-catalogue.ts";

const background = { waitUntil: () => undefined };

function ask(query: string, catalogue: ImageCatalogue, headers: HeadersInit = {}) {
  const services = {
    images: { catalogue: async () => catalogue },
    views: { repositories: [] },
    now: () => moment,
  };
  const request = { headers: new Headers(headers) };
  return images({ query, base: "https://near.example/", request }, services, background);
}

const few = catalogueOf([
  image(),
  image({ version: "13.1.0", path: "13.1.0/a b+c.iso", sha512: "cd".repeat(64) }),
  image({ type: "installer", part: 1, path: "dvd/DVD-1.iso" }),
  image({ type: "installer", part: 2, path: "dvd/DVD-2.iso" }),
]);

test("an image is told with where it is, its digest, its support and its lists", async () => {
  const got = await (await ask("type=netinst&version=13.2.0", few)).json();
  const url = "https://near.example/debian-cd/13.2.0/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso";
  expect(got).toEqual({
    snapshots: [
      {
        repository: "debian-cd",
        id: "20261130T110000Z-00112233",
        generation: 7,
        at: "2026-11-30T12:00:00.000Z",
      },
    ],
    unread: [],
    total: 1,
    facets: expect.objectContaining({
      version: [
        { value: "13", count: 2 },
        { value: "13.2.0", count: 1, chosen: true },
      ],
    }),
    images: [
      {
        repository: "debian-cd",
        name: "debian-13.2.0-amd64-netinst.iso",
        path: "13.2.0/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso",
        distribution: "debian",
        title: "Debian",
        version: "13.2.0",
        series: "13",
        codename: "trixie",
        architecture: "amd64",
        uname: "x86_64",
        type: "netinst",
        format: "iso",
        size: 700_000_000,
        date: "2026-10-31T12:00:00.000Z",
        sha256: "ab".repeat(32),
        supported: "yes",
        endOfLife: "2028-08-09",
        endOfLongSupport: "2030-06-30",
        url,
        link: "https://near.example/images/debian/13/amd64/netinst",
        metalink: `${url}.meta4`,
        torrent: `${url}.torrent`,
      },
    ],
    next: null,
  });
});

test("an older version has no permanent link, a path's characters are escaped, parts stand with the first", async () => {
  const { images: all }: { images: Record<string, unknown>[] } = await (await ask("", few)).json();
  expect(all.map(({ name }) => name)).toEqual([
    "debian-13.2.0-amd64-netinst.iso",
    "DVD-1.iso",
    "a b+c.iso",
  ]);
  expect(all[1]?.parts).toEqual([
    {
      name: "DVD-2.iso",
      part: 2,
      size: 700_000_000,
      sha256: "ab".repeat(32),
      url: "https://near.example/debian-cd/dvd/DVD-2.iso",
    },
  ]);
  expect(all[2]).toMatchObject({
    url: "https://near.example/debian-cd/13.1.0/a%20b%2Bc.iso",
    sha512: "cd".repeat(64),
  });
  expect(all[2]).not.toHaveProperty("link");
});

test("pages follow each other and have every image once", async () => {
  const many = catalogueOf(generatedImages(1234));
  const seen: string[] = [];
  let query = "limit=500&architecture=amd64,arm64";
  for (let pages = 0; query !== ""; pages++) {
    const got: { total: number; images: { path: string }[]; next: string | null } = await (
      await ask(query, many)
    ).json();
    seen.push(...got.images.map(({ path }) => path));
    expect(got.total).toBe(
      many.images.filter(({ architecture }) => /^(?:amd64|arm64)$/.test(architecture)).length,
    );
    query = got.next?.split("?")[1] ?? "";
    expect(pages).toBeLessThan(10);
  }
  const left = many.images.filter(({ architecture }) => /^(?:amd64|arm64)$/.test(architecture));
  expect(seen.toSorted()).toEqual(left.map(({ path }) => path).sort());
});

test.each([
  ["architecture=amd46", "architecture=amd46 is not there. Did you mean amd64? There are: amd64."],
  ["archtecture=amd64", "archtecture= filters nothing. Did you mean architecture=?"],
  ["limit=501", "limit=501 is not a number from 1 to 500."],
  ["limit=x", "limit=x is not a number from 1 to 500."],
  ["after=gone/x.iso", "after=gone/x.iso is no image that this filter leaves"],
])("%s answers 400: %s", async (query, sentence) => {
  const got = await ask(query, few);
  expect([got.status, await got.text()]).toEqual([400, expect.stringContaining(sentence)]);
});

test("the same answer isn't sent again to a client that has it", async () => {
  const got = await ask("", few);
  expect(got.headers.get("Cache-Control")).toBe("no-cache");
  const again = await ask("", few, { "If-None-Match": got.headers.get("ETag") ?? "" });
  expect(again.status).toBe(304);
});

test("a repository whose images can't be read is named", async () => {
  const unread = [{ repository: "ubuntu-releases", why: "There is no snapshot of it yet." }];
  const got: { unread: unknown } = await (await ask("", { ...few, unread })).json();
  expect(got.unread).toEqual(unread);
  // Those may be its images, of which nobody can say that there are none.
  const ubuntu = await ask("distribution=ubuntu", { ...few, unread });
  expect([ubuntu.status, await ubuntu.json()]).toMatchObject([200, { total: 0, unread }]);
  expect((await ask("distribution=ubuntu", few)).status).toBe(400);
});
