/** Indexes as reprepro and apt-ftparchive write them, and fields as apt reads them. */
import { describe, expect, test } from "vitest";
import { aptReading } from "../../../../worker/formats/apt/reading.ts";
import type { IndexedFile } from "../../../../worker/formats/indexed-file.ts";
import { readIndexStream } from "../../../../worker/formats/read-index-stream.ts";
import { inPieces } from "../packed.ts";

/** The files of an index of that root; what is wrong with it as a sentence. */
async function filesOf(root: string, name: "Packages" | "Sources", text: string) {
  const files: IndexedFile[] = [];
  const folder = root.slice(0, root.lastIndexOf("/") + 1);
  const reader = aptReading.contents.named?.reader(root, folder + name);
  if (reader === undefined) throw new Error("there is no reader");
  const sink = (file: IndexedFile) => void files.push(file);
  const read = await readIndexStream(inPieces(Buffer.from(text), 7), reader(sink));
  return "refused" in read ? read.refused : read.leftOut === undefined ? files : read.leftOut.first;
}

const [dsc, tar, deb] = [
  "03e7bd51bfea0260b0af0c2a7bb8d71c15cdeac184783978f243e8a296f37e24",
  "dc6991685b32da01235fb051a9cce191f67f9dcf9029dcf0a67c892fdc71d715",
  "2718a54a75d8be7a416b70781949a8f5a5a9a2ef0f0d862346a052da99c8d5e7",
] as const;
const sourceIn = (folder: string) => [
  { path: `${folder}tiny_1.dsc`, size: 405, sha256: dsc },
  { path: `${folder}tiny_1.tar.xz`, size: 492, sha256: tar },
];

describe("Sources", () => {
  /** By `reprepro includedsc` 5.3.1, without its lines of SHA-1. */
  const reprepro = `Package: tiny
Format: 3.0 (native)
Version: 1
Package-List:
 tiny deb misc optional arch=all
Priority: optional
Section: misc
Directory: pool/main/t/tiny
Files: 
 903bbefbc5c520dc65325b61ea62ab21 405 tiny_1.dsc
 775957002d20383a6b07f5f708e288bb 492 tiny_1.tar.xz
Checksums-Sha256: 
 ${dsc} 405 tiny_1.dsc
 ${tar} 492 tiny_1.tar.xz

`;
  test("of reprepro, with a blank behind the colon", async () => {
    expect(await filesOf("dists/trixie/InRelease", "Sources", reprepro)).toEqual(
      sourceIn("pool/main/t/tiny/"),
    );
  });

  test("of apt-ftparchive in a flat repository, without a Directory", async () => {
    const flat = reprepro.replace("Directory: pool/main/t/tiny\n", "").replaceAll(": \n", ":\n");
    expect(await filesOf("Release", "Sources", flat)).toEqual(sourceIn(""));
    expect(await filesOf("binary/Release", "Sources", flat)).toEqual(sourceIn("binary/"));
    // `apt-ftparchive sources binary`, for `deb-src URI binary/`.
    const from = flat.replace("Files:", "Directory: binary\nFiles:");
    expect(await filesOf("binary/Release", "Sources", from)).toEqual(sourceIn("binary/"));
  });
});

describe("Packages of a flat repository", () => {
  const stanza = (name: string) =>
    `Package: tiny\nFilename: ${name}\nSize: 632\nSHA256: ${deb}\n\n`;
  const listed = (path: string) => [{ path, size: 632, sha256: deb }];

  test.each([
    ["`apt-ftparchive packages .`", "Release", "./tiny_1_all.deb", "tiny_1_all.deb"],
    [
      "`apt-ftparchive packages binary`",
      "binary/InRelease",
      "binary/tiny_1_all.deb",
      "binary/tiny_1_all.deb",
    ],
    [
      "`cd binary; apt-ftparchive packages .`",
      "binary/InRelease",
      "./tiny_1_all.deb",
      "binary/tiny_1_all.deb",
    ],
    [
      "a folder of that name in the folder",
      "binary/InRelease",
      "./sub/binary/a.deb",
      "binary/sub/binary/a.deb",
    ],
    [
      "two folders deep",
      "stable/bookworm/InRelease",
      "stable/bookworm/a.deb",
      "stable/bookworm/a.deb",
    ],
  ])("%s", async (_what, root, filename, path) => {
    expect(await filesOf(root, "Packages", stanza(filename))).toEqual(listed(path));
  });

  test("are sampled and had ahead", () => {
    const { named } = aptReading.contents;
    const wanted = { components: ["main"], architectures: ["amd64"], random: () => 0 };
    const files = { "binary/Packages.gz": { size: 414, sha256: deb } };
    expect(named?.chooseSampled?.("binary/InRelease", files, wanted)).toEqual({
      path: "binary/Packages.gz",
    });
    expect(named?.isAhead("binary/Packages", ["amd64"])).toBe(true);
    expect(named?.isAhead("dists/trixie/main/binary-arm64/Packages", ["amd64"])).toBe(false);
  });
});

/** Each was tried with apt 2.6.2 and 3.0.4: both install the package. */
describe("fields as apt reads them", () => {
  const usual = `Package: tiny\nFilename: pool/t.deb\nSize: 632\nSHA256: ${deb}\nDescription: x\n\n`;
  test.each([
    ["as usual", "", ""],
    ["two blanks", "Filename: ", "Filename:  "],
    ["a tab", "Filename: ", "Filename:\t"],
    ["no blank", "Filename: ", "Filename:"],
    ["blanks at the end", "t.deb", "t.deb  "],
    ["on the next line", "Filename: ", "Filename:\n "],
    ["in small letters", "Filename", "filename"],
    ["a size in small letters, with two blanks", "Size: ", "size:  "],
    ["a hash's name in small letters", "SHA256", "Sha256"],
    ["a field again: the last counts", "Filename: ", "Filename: nope\nFilename: "],
    ["CR LF", /\n/g, "\r\n"],
  ])("%s", async (_what, from, to) => {
    const text = usual.replaceAll(from, to);
    const both = await filesOf(
      "dists/a/Release",
      "Packages",
      text + text.replace("t.deb", "u.deb"),
    );
    expect(both).toEqual([
      { path: "pool/t.deb", size: 632, sha256: deb },
      { path: "pool/u.deb", size: 632, sha256: deb },
    ]);
  });
});
