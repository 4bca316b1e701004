import { expect, test } from "vitest";
import type { Image } from "../../../worker/images/image.ts";
import { imagesBlob, maxImages, readImagesBlob } from "../../../worker/images/images-blob.ts";

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

test("gives back what was written, in its order", () => {
  const other = { ...full, path: "13.2.0/amd64/iso-dvd/b ü.iso", sha512: "c2".repeat(64), size: 0 };
  const { sha256: _, ...only512 } = other;
  const images = [full, plain, only512, { ...plain, sha256: "d3".repeat(32) }];
  expect(readImagesBlob(imagesBlob(images))).toEqual(images);
  expect(readImagesBlob(imagesBlob([]))).toEqual([]);
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
  const read = readImagesBlob(imagesBlob(images));
  // Around the backslash, and around what are halves of characters.
  for (const at of [0, 42, 43, 44, 45, 55_246, 55_247, 55_248, 55_249, 55_999]) {
    expect([read[at]?.path, read[at]?.version]).toEqual([`${at}/x`, `${at}`]);
  }
  expect(read.every(({ version }, at) => version === `${at}`)).toBe(true);
});

test("refuses another version's bytes, bytes cut short, and more than it may hold", () => {
  const text = new TextDecoder().decode(imagesBlob([full, plain]));
  const encode = (changed: string) => new TextEncoder().encode(changed);
  expect(() => readImagesBlob(encode(text.replace('"version":1', '"version":2')))).toThrow(
    "none of this version",
  );
  expect(() => readImagesBlob(encode(text.replace('"count":2', '"count":3')))).toThrow(
    "none of this version",
  );
  expect(() => readImagesBlob(encode(text.slice(0, -9)))).toThrow();
  const many = new Array<Image>(maxImages + 1).fill(plain);
  expect(() => imagesBlob(many)).toThrow(`More than ${maxImages} images.`);
  expect(() => imagesBlob([{ ...plain, path: "a\nb" }])).toThrow("line's end");
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
  const bytes = imagesBlob(images);
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
