/**
 * One odd entry costs the others nothing: it is left out, counted, and the first is named with its place. What clients
 * do with such indexes was tried with apt 2.6, dnf 4.14 and libsolv: they install all the other packages.
 */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { apkReader } from "../../../worker/formats/apk/apk-index.ts";
import { packagesReader, sourcesReader } from "../../../worker/formats/apt/apt-packages.ts";
import type { IndexReader } from "../../../worker/formats/index-reader.ts";
import type { FileSink } from "../../../worker/formats/indexed-file.ts";
import { pacmanReader } from "../../../worker/formats/pacman/pacman-db.ts";
import { readIndexStream } from "../../../worker/formats/read-index-stream.ts";
import { PrimaryReader } from "../../../worker/formats/rpm/rpm-primary.ts";
import { SumsReader } from "../../../worker/formats/sums/sums-reader.ts";
import { IndexContentsBuilder } from "../../../worker/repositories/contents/index-contents.ts";
import {
  ContentsRecords,
  contentsBlob,
} from "../../../worker/repositories/contents/index-contents-blob.ts";
import { inPieces, tar } from "./packed.ts";

const [hashA, hashB] = ["a".repeat(64), "b".repeat(64)];

async function read(make: (sink: FileSink) => IndexReader, text: string | Uint8Array) {
  const builder = new IndexContentsBuilder();
  const bytes = Buffer.from(text);
  const end = await readIndexStream(inPieces(bytes, 100), make(builder.add));
  const records = ContentsRecords.read(contentsBlob(builder.listing()));
  const { refused, leftOut } = { refused: undefined, leftOut: undefined, ...end };
  return { count: records?.count, has: (path: string) => records?.has(path), refused, leftOut };
}

const stanza = (name: string, more = `Size: 1\nSHA256: ${hashA}\n`) =>
  `Package: ${name}\nFilename: pool/${name}.deb\n${more}\n`;
const source = (name: string, more = ` ${hashA} 7 ${name}_1.dsc\n`) =>
  `Package: ${name}\nDirectory: pool/${name}\nChecksums-Sha256:\n${more}\n`;
const rpm = (name: string, location = `<location href="${name}.rpm"/>`) =>
  `<package type="rpm"><name>${name}</name><checksum type="sha256">${hashA}</checksum><size package="5"/>${location}</package>\n`;
const primary = (...packages: string[]) =>
  `<?xml version="1.0"?>\n<metadata packages="${packages.length}">\n${packages.join("")}</metadata>\n`;
const apk = (name: string, more = "S:5\n") => `P:${name}\nV:1\n${more}\n`;
const desc = (name: string, more = "%CSIZE%\n5\n") => `%FILENAME%\n${name}.pkg.tar.zst\n\n${more}`;

describe("is left out, and the others are listed", () => {
  test.each<[string, (sink: FileSink) => IndexReader, string | Uint8Array, RegExp]>([
    [
      "a package without Size",
      (sink) => packagesReader("", sink),
      stanza("a") + stanza("odd", "") + stanza("b"),
      /^byte \d+ unpacked: stanza 2 has no Size, or an absurd one$/,
    ],
    [
      "a package with a path that leads elsewhere",
      (sink) => packagesReader("", sink),
      stanza("a") + stanza("odd").replace("pool/", "../") + stanza("b"),
      /^byte \d+ unpacked: stanza 2 has a Filename that is no plain relative path$/,
    ],
    [
      "a package with a hash that is none",
      (sink) => packagesReader("", sink),
      stanza("a") + stanza("odd", "Size: 1\nSHA256: none\n") + stanza("b"),
      /^byte \d+ unpacked: stanza 2 has a SHA256 that is none$/,
    ],
    [
      "a source without checksums",
      (sink) => sourcesReader("", sink),
      source("a") + source("odd").replace("Checksums-Sha256:", "Odd:") + source("b"),
      /^byte \d+ unpacked: stanza 2 has no checksums/,
    ],
    [
      "a source one of whose files is odd",
      (sink) => sourcesReader("", sink),
      source("a") + source("odd", ` ${hashA} 7 odd_1.dsc\n nothing\n`) + source("b"),
      /^byte \d+ unpacked: stanza 2 has a file without hash, size and name$/,
    ],
    [
      "an rpm at another base",
      (sink) => new PrimaryReader("", sink),
      primary(
        rpm("a"),
        rpm("odd", '<location xml:base="http://other/" href="odd.rpm"/>'),
        rpm("b"),
      ),
      /^package 2 \(line 4, column \d+\): is at another base than the repository$/,
    ],
    [
      "an rpm without a location",
      (sink) => new PrimaryReader("", sink),
      primary(rpm("a"), rpm("odd", ""), rpm("b")),
      /^package 2 \(.*\): has no location$/,
    ],
    [
      "a package of Alpine's without size",
      (sink) => apkReader("", sink),
      gzipSync(tar({ APKINDEX: apk("a") + apk("odd", "") + apk("b") })),
      /^byte \d+ of APKINDEX: stanza 2 has no size, or an absurd one$/,
    ],
    [
      "a package of pacman's without size",
      (sink) => pacmanReader("", sink),
      tar({ "a-1/desc": desc("a"), "odd-1/desc": desc("odd", ""), "b-1/desc": desc("b") }),
      /^package 2 \(odd-1\/desc\): has no CSIZE, or an absurd one$/,
    ],
    [
      "a line of no hash at all",
      (sink) => new SumsReader("SHA256SUMS", sink),
      `${hashA}  a.iso\n${"c".repeat(41)}  odd.iso\n${hashB}  b.iso\n`,
      /^line 2: no SHA-256 or SHA-512 with a plain relative path$/,
    ],
  ])("%s", async (_what, make, bytes, first) => {
    const found = await read(make, bytes);
    expect(found).toMatchObject({ count: 2, refused: undefined });
    expect(found.leftOut).toEqual({ count: 1, first: expect.stringMatching(first) });
  });

  test("both of two that contradict each other, and whatever comes of it after that", async () => {
    const other = (hash: string) => stanza("odd", `Size: 2\nSHA256: ${hash}\n`);
    const text = stanza("odd") + stanza("a") + other(hashA) + stanza("b") + other(hashB);
    const found = await read((sink) => packagesReader("", sink), text);
    expect(found).toMatchObject({ count: 2, refused: undefined });
    expect(found.has("pool/odd.deb")).toBe(false);
    expect(found.leftOut).toEqual({
      count: 2,
      first: expect.stringMatching(/: stanza 3 lists pool\/odd\.deb again with another size or/),
    });
  });

  test("several, with the first of them", async () => {
    const text = stanza("x", "") + stanza("y", "") + stanza("a");
    const { leftOut } = await read((sink) => packagesReader("", sink), text);
    expect(leftOut).toEqual({ count: 2, first: expect.stringMatching(/: stanza 1 /) });
  });
});

test("an index of which nothing can be used is refused with the first reason", async () => {
  const found = await read((sink) => packagesReader("", sink), stanza("x", "") + stanza("y", ""));
  expect(found.refused).toBe("byte 0 unpacked: stanza 1 has no Size, or an absurd one");
});

test("comments in primary.xml are passed over", async () => {
  const commented = rpm("a").replace(
    hashA,
    `${hashA.slice(0, 9)}<!-- in the middle -->${hashA.slice(9)}`,
  );
  const found = await read(
    (sink) => new PrimaryReader("", sink),
    primary("<!-- made by hand -->", commented, rpm("b")),
  );
  expect(found).toMatchObject({ count: 2, refused: undefined, leftOut: undefined });
});
