import { describe, expect, test } from "vitest";
import { filterImages } from "../../../worker/images/filter/filter-images.ts";
import { columnsOf } from "../../../worker/images/filter/image-columns.ts";
import { imageWords } from "../../../worker/images/filter/image-words.ts";
import type { Image } from "../../../worker/images/image.ts";
import { composeCatalogue } from "../../../worker/images/image-catalogue.ts";
import { inCanonicalOrder, mergedInOrder } from "../../../worker/images/image-order.ts";
import {
  imagesBlob,
  maxImages,
  openImagesBlob,
  readImagesBlob,
} from "../../../worker/images/images-blob.ts";
import { generatedImages, moment } from "./generated-catalogue.ts";

const plain: Image = {
  path: "readme.txt",
  distribution: "debian-cd",
  version: "",
  series: "",
  architecture: "",
  type: "other",
  format: "txt",
};

const full: Image = {
  path: "13.2.0/amd64/iso-dvd/debian-13.2.0-amd64-DVD-2.iso",
  sha256: "0a".repeat(32),
  sha512: "b1".repeat(64),
  size: 4_700_000_000_000,
  date: Date.UTC(2025, 10, 15),
  distribution: "debian",
  version: "13.2.0",
  series: "13",
  codename: "trixie",
  architecture: "amd64",
  type: "installer",
  edition: "gnome",
  format: "iso",
  part: 2,
  isPreview: true,
  released: Date.UTC(2025, 7, 9),
  endOfLife: Date.UTC(2028, 7, 9),
  endOfLongSupport: Date.UTC(2030, 5, 30),
};

test("gives back what was written, in the order of the catalogue", () => {
  const other = { ...full, path: "13.2.0/amd64/iso-dvd/b ü.iso", sha512: "c2".repeat(64), size: 0 };
  const { sha256: _, ...only512 } = other;
  const images = [full, plain, only512, { ...plain, sha256: "d3".repeat(32) }];
  const blob = imagesBlob(images, "debian-cd");
  const ordered = inCanonicalOrder(images.map((one) => ({ ...one, repository: "debian-cd" })));
  expect(readImagesBlob(blob)).toEqual(ordered.map(({ repository: _r, ...one }) => one));
  const opened = openImagesBlob(blob, "debian-cd");
  expect(opened.isOrdered).toBe(true);
  expect(opened.images.map(({ repository }) => repository)).toEqual(images.map(() => "debian-cd"));
  expect(readImagesBlob(imagesBlob([], "debian-cd"))).toEqual([]);
});

test("thousands of different values have a character each", () => {
  const images = Array.from(
    { length: 56_000 },
    (_, number): Image => ({
      ...plain,
      path: `${number}/x`,
      version: `${number}`,
    }),
  );
  const read = readImagesBlob(imagesBlob(images, "other")).toSorted(
    (one, other) => Number(one.version) - Number(other.version),
  );
  // Around the backslash, and around what are halves of characters.
  for (const at of [0, 42, 43, 44, 45, 55_246, 55_247, 55_248, 55_249, 55_999]) {
    expect([read[at]?.path, read[at]?.version]).toEqual([`${at}/x`, `${at}`]);
  }
  expect(read.every(({ version }, at) => version === `${at}`)).toBe(true);
});

test("refuses another version's bytes, bytes cut short, and more than it may hold", () => {
  const text = new TextDecoder().decode(imagesBlob([full, plain], "debian-cd"));
  const encode = (changed: string) => new TextEncoder().encode(changed);
  expect(() => readImagesBlob(encode(text.replace('"version":1', '"version":2')))).toThrow(
    "none of this version",
  );
  expect(() => readImagesBlob(encode(text.replace('"count":2', '"count":3')))).toThrow(
    "none of this version",
  );
  expect(() => readImagesBlob(encode(text.slice(0, -9)))).toThrow();
  const many = new Array<Image>(maxImages + 1).fill(plain);
  expect(() => imagesBlob(many, "debian-cd")).toThrow(`More than ${maxImages} images.`);
  expect(() => imagesBlob([{ ...plain, path: "a\nb" }], "debian-cd")).toThrow("line's end");
});

test("20,000 images take below 4 MB and little time", () => {
  const { sha512: _, ...image } = full;
  const images = Array.from({ length: 20_000 }, (__, number): Image => {
    return {
      ...image,
      path: `13.${number % 40}.0/arch-${number % 11}/iso-cd/debian-13.${number % 40}.0-image-${number}.iso`,
      sha256: number.toString(16).padStart(64, "0"),
    };
  });
  const bytes = imagesBlob(images, "debian-cd");
  expect(bytes.length).toBeLessThan(4_000_000);
  const took = () => {
    const from = process.cpuUsage();
    expect(readImagesBlob(bytes)).toHaveLength(20_000);
    return process.cpuUsage(from).user / 1000;
  };
  const [fastest = Number.POSITIVE_INFINITY] = [took(), took(), took()].sort((a, b) => a - b);
  console.log(`${bytes.length} bytes, ${fastest.toFixed(1)} ms of processor time`);
  // Ten times what it takes: the promise is that nobody waits, not which machine this is.
  expect(fastest).toBeLessThan(400);
});

describe("a blob from before, by path and without words", () => {
  const images = generatedImages(3000);
  const blob = imagesBlob(images, "one");
  const plainImages = images.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const old = new TextEncoder().encode(
    JSON.stringify({
      ...JSON.parse(new TextDecoder().decode(blob)),
      words: undefined,
      order: undefined,
    }),
  );
  const snapshot = { repository: "one", id: "a", generation: 1, at: moment };
  const opened = (bytes: Uint8Array) =>
    composeCatalogue([{ snapshot, ...openImagesBlob(bytes, "one") }]);

  test("makes the same catalogue, and is searched with the same outcome", () => {
    const plain = composeCatalogue([{ snapshot, images: plainImages }]);
    const paths = plain.images.map(({ path }) => path);
    for (const catalogue of [opened(blob), opened(old)]) {
      expect(catalogue.images.map(({ path }) => path)).toEqual(paths);
    }
    const columns = [opened(blob), opened(old), plain].map((one) => columnsOf(one));
    const asked = [["netinst"], ["arm64", "kde"], ["1"], ["debian", "3"], ["nothing"], []];
    for (const words of asked) {
      const [now, then, wanted] = columns.map((one) => {
        const filter = { words, chosen: { format: ["iso", "qcow2"], version: ["2"] } };
        const { rows, facets } = filterImages(one, filter, moment);
        return { facets, paths: rows.map(({ image }) => image.path) };
      });
      expect(now).toEqual(wanted);
      expect(then).toEqual(wanted);
    }
  });

  test("stored words are those that would be made", () => {
    const { images: stored, words } = openImagesBlob(blob, "one");
    expect(words?.()).toEqual(imageWords(stored));
    expect(openImagesBlob(old, "one").words).toBeUndefined();
  });
});

test("repositories that share a distribution are ordered together", () => {
  const all = generatedImages(2000);
  const parts = ["a", "b", "c"].map((repository, number) => {
    const own = all.filter(({ distribution }, at) =>
      distribution === "debian" ? number === 0 : at % 3 === number,
    );
    const { images } = openImagesBlob(imagesBlob(own, repository), repository);
    return { images, isOrdered: number < 2 };
  });
  const given = parts.flatMap(({ images }) => images);
  const place = ({ repository, path }: { repository: string; path: string }) => [repository, path];
  expect(mergedInOrder(parts).map(place)).toEqual(inCanonicalOrder(given).map(place));
});
