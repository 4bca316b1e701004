/** The readers of whole indexes, each on what its own tools write, and all of them on what nobody should. */
import { existsSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { apkReader } from "../../../worker/formats/apk/apk-index.ts";
import { packagesReader, sourcesReader } from "../../../worker/formats/apt/apt-packages.ts";
import type { IndexReader } from "../../../worker/formats/index-reader.ts";
import type { FileSink, IndexedFile } from "../../../worker/formats/indexed-file.ts";
import { pacmanReader } from "../../../worker/formats/pacman/pacman-db.ts";
import { readIndexStream } from "../../../worker/formats/read-index-stream.ts";
import { PrimaryReader } from "../../../worker/formats/rpm/rpm-primary.ts";
import { SumsReader } from "../../../worker/formats/sums/sums-reader.ts";
import { IndexContentsBuilder } from "../../../worker/repositories/contents/index-contents.ts";
import { seeded, stanza } from "../repositories/origin.ts";
import { inPieces, tar, xz, xzStored } from "./packed.ts";

const [hashA, hashB] = ["a".repeat(64), "b".repeat(64)];

type Make = (sink: FileSink) => IndexReader;

async function read(make: Make, bytes: Uint8Array, pieceLength = 100) {
  const files: IndexedFile[] = [];
  const listing = new IndexContentsBuilder();
  const reader = make((file) => {
    files.push(file);
    return listing.add(file);
  });
  const limits = { compressedBytes: 2_000_000, rawBytes: 4_000_000 };
  const end = await readIndexStream(inPieces(bytes, pieceLength), reader, { xz, limits });
  return {
    files,
    refused: "refused" in end ? end.refused : undefined,
    ...("leftOut" in end && { leftOut: end.leftOut }),
  };
}

const source = (name: string, sums: string) =>
  `Package: ${name}\nFormat: 3.0 (quilt)\nFiles:\n ${"c".repeat(32)} 9 ${name}.dsc\nChecksums-Sha256:\n${sums}Directory: pool/main/${name[0]}/${name}\n\n`;
const sources = `${source("ab", ` ${hashA} 1200 ab_1.dsc\n ${hashB} 99 ab_1.orig.tar.xz\n`)}${source("cd", ` ${hashB} 7 cd_2.dsc\n`)}`;
const long = "d".repeat(128);
const byLong = `${source("ef", "").replace("Checksums-Sha256:\n", `Checksums-Sha512:\n ${long} 8 ef_1.dsc\n`)}${source("gh", ` ${hashA} 6 gh_1.dsc\n`).replace("Checksums-Sha256", `Checksums-Sha512:\n ${long} 6 gh_1.dsc\nChecksums-Sha256`)}`;
const old =
  "Package: x\nDirectory: .\nFiles:\n 0123456789abcdef0123456789abcdef 5 x_1.dsc\nSection: y\n";

const desc = (name: string, more = `%SHA256SUM%\n${hashA}\n\n`) =>
  `%FILENAME%\n${name}-1-1-x86_64.pkg.tar.zst\n\n%NAME%\n${name}\n\n%CSIZE%\n1234\n\n%ISIZE%\n99\n\n${more}`;
const pacman = tar({
  "acl-1-1/": "",
  "acl-1-1/desc": desc("acl"),
  "acl-1-1/files": "%FILES%\n%FILENAME%\nno\n",
  "zsh-1-1/": "",
  "zsh-1-1/desc": desc("zsh", ""),
});

const apkText =
  "C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:400000\nI:600000\n\nC:Q1abd=\nP:zlib\nV:1.3-r2\nS:53000\nF:x\n\n";
const apk = Buffer.concat([
  gzipSync(tar({ ".SIGN.RSA.alpine.rsa.pub": "signed" }, { ends: false })),
  gzipSync(tar({ DESCRIPTION: "v3.20", APKINDEX: apkText })),
]);

const primary = `<?xml version="1.0" encoding="UTF-8"?>
<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="2">
<package type="rpm"><name>a</name><checksum type="sha256" pkgid="YES">${hashA}</checksum><size package="5" installed="6" archive="7"/><location href="Packages/a.rpm"/><format><rpm:provides><rpm:entry name="a"/></rpm:provides><location href="inner"/></format></package>
<package type="rpm"><name>b</name><checksum type="sha" pkgid="YES">${"c".repeat(40)}</checksum><size package="8"/><location href="Packages/b.rpm"/></package>
</metadata>
`;

const sums = `# ab.iso: 5000 bytes\nSHA256 (ab.iso) = ${hashA}\n${hashB} *./cd.iso\n${"d".repeat(128)}  ef.iso\n`;

const formats: [name: string, make: Make, whole: Buffer, files: IndexedFile[]][] = [
  [
    "Packages",
    (sink) => packagesReader("u/", sink),
    Buffer.from(`${stanza("pool/a.deb", 3)}Filename: ./b.deb\nSize: 4\n\n`),
    [
      { path: "u/pool/a.deb", size: 3, sha256: expect.any(String) },
      { path: "u/b.deb", size: 4 },
    ],
  ],
  [
    "Sources",
    (sink) => sourcesReader("", sink),
    Buffer.from(sources),
    [
      { path: "pool/main/a/ab/ab_1.dsc", size: 1200, sha256: hashA },
      { path: "pool/main/a/ab/ab_1.orig.tar.xz", size: 99, sha256: hashB },
      { path: "pool/main/c/cd/cd_2.dsc", size: 7, sha256: hashB },
    ],
  ],
  [
    "Packages with SHA-512 alone",
    (sink) => packagesReader("", sink),
    Buffer.from(`Package: a\nFilename: a.deb\nSize: 4\nSHA512: ${"d".repeat(128)}\n\n`.repeat(3)),
    Array.from({ length: 3 }, () => ({ path: "a.deb", size: 4 })),
  ],
  [
    "Sources with SHA-512",
    (sink) => sourcesReader("", sink),
    Buffer.from(byLong),
    [
      { path: "pool/main/e/ef/ef_1.dsc", size: 8 },
      { path: "pool/main/g/gh/gh_1.dsc", size: 6, sha256: hashA },
    ],
  ],
  [
    "Sources of old",
    (sink) => sourcesReader("r/", sink),
    Buffer.from(old),
    [{ path: "r/x_1.dsc", size: 5 }],
  ],
  [
    "primary.xml",
    (sink) => new PrimaryReader("os/", sink),
    Buffer.from(primary),
    [
      { path: "os/Packages/a.rpm", size: 5, sha256: hashA },
      { path: "os/Packages/b.rpm", size: 8 },
    ],
  ],
  [
    "a pacman database",
    (sink) => pacmanReader("core/", sink),
    pacman,
    [
      { path: "core/acl-1-1-x86_64.pkg.tar.zst", size: 1234, sha256: hashA },
      { path: "core/zsh-1-1-x86_64.pkg.tar.zst", size: 1234 },
    ],
  ],
  [
    "APKINDEX",
    (sink) => apkReader("main/", sink),
    apk,
    [
      { path: "main/musl-1.2.5-r0.apk", size: 400000 },
      { path: "main/zlib-1.3-r2.apk", size: 53000 },
    ],
  ],
  [
    "lists of checksums",
    (sink) => new SumsReader("d/CHECKSUM", sink),
    Buffer.from(sums),
    [
      { path: "d/ab.iso", size: 5000, sha256: hashA },
      { path: "d/cd.iso", sha256: hashB },
      { path: "d/ef.iso" },
    ],
  ],
];

describe.each(formats)("%s", (name, make, whole, files) => {
  test.each([1, 3, 511, 100_000])("in pieces of %i bytes", async (pieceLength) => {
    expect(await read(make, whole, pieceLength)).toEqual({ files, refused: undefined });
  });

  test("in every compression", async () => {
    if (name === "APKINDEX") return;
    for (const packed of [gzipSync(whole), zstdCompressSync(whole), xzStored([whole])]) {
      expect(await read(make, packed)).toEqual({ files, refused: undefined });
    }
  });

  test("changed at random it is read or refused with a place, never anything else", async () => {
    const random = seeded(name.length);
    const below = (limit: number) => Math.floor(random() * limit);
    const spice = [
      "\0",
      "\n",
      "\n\n",
      "../",
      "/",
      "<",
      "&",
      "]]>",
      "<!DOCTYPE x [",
      "%",
      "\r",
      "\ufffd",
      "9".repeat(400),
      "<a>".repeat(30),
      "\u{1f600}",
    ];
    // Gzip's own checksum would catch all changes of what is in it: what is packed is changed as well.
    const bases = [whole, gzipSync(whole), zstdCompressSync(whole), xzStored([whole])];
    let refusals = 0;
    for (let round = 0; round < 400; round++) {
      let bytes = Buffer.from(bases[round % 2 === 0 ? 0 : below(4)] ?? whole);
      for (let change = below(4); change >= 0; change--) {
        const [from, to] = [below(bytes.length), below(bytes.length)].sort((a, b) => a - b);
        const put = Buffer.from(spice[below(spice.length)] ?? "");
        const kind = below(4);
        if (kind === 0) bytes[from ?? 0] = below(256);
        else if (kind === 1) bytes = bytes.subarray(0, to);
        else if (kind === 2)
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from)]);
        else bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
      }
      const { refused } = await read(make, bytes, 1 + below(3000));
      if (refused === undefined) continue;
      refusals++;
      expect(refused).toMatch(/^(near |before )?(byte|line|stanza|package) \d+.*: /);
    }
    expect(refusals).toBeGreaterThan(100);
  });
});

describe("is refused with its place", () => {
  const apt: Make = (sink) => sourcesReader("", sink);
  const arch: Make = (sink) => pacmanReader("", sink);
  const alpine: Make = (sink) => apkReader("", sink);
  const list: Make = (sink) => new SumsReader("L", sink);
  const stanzas = (text: string) => tar({ APKINDEX: text });
  const linked = tar({ "a/desc": "" });
  // A symbolic link, and the sum that goes with it: "2" is two more than "0".
  linked[156] = 0x32;
  linked[153] = (linked[153] ?? 0) + 2;
  test.each<[string, Make, string | Uint8Array, RegExp]>([
    [
      "a source with steps back",
      apt,
      source("x", ` ${hashA} 1 x\n`).replace("pool", "../pool"),
      /plain relative/,
    ],
    ["a file with a slash", apt, source("x", ` ${hashA} 1 y/x\n`), /without hash, size and name/],
    ["MD5 for SHA-256", apt, source("x", ` ${"a".repeat(32)} 1 x\n`), /SHA-256 that is none/],
    ["an absurd size", apt, source("x", ` ${hashA} 9999999999999 x\n`), /absurd size/],
    ["no tar", arch, "x".repeat(600), /^byte 512 unpacked: no tar header/],
    ["a tar without its end", arch, tar({ "a/desc": desc("a") }, { ends: false }), /cut off/],
    [
      "a tar with more behind",
      arch,
      Buffer.concat([tar({}), Buffer.alloc(512, 1)]),
      /behind the end/,
    ],
    ["a link", arch, linked, /no file|no tar header/],
    [
      "no file name",
      arch,
      tar({ "a/desc": "%CSIZE%\n1\n" }),
      /^package 1 \(a\/desc\): has no FILENAME/,
    ],
    ["a package elsewhere", arch, tar({ "a/desc": desc("../a") }), /slash/],
    ["a long desc", arch, tar({ "a/desc": "x".repeat(2 ** 20 + 1) }), /longer than 1048576/],
    ["no APKINDEX", alpine, tar({ other: "x" }), /no APKINDEX/],
    [
      "two of them",
      alpine,
      tar({ APKINDEX: "" }).subarray(0, 512).toString("latin1") +
        tar({ APKINDEX: "" }).toString("latin1"),
      /a second APKINDEX/,
    ],
    [
      "a name with steps",
      alpine,
      stanzas("P:../x\nV:1\nS:1\n"),
      /stanza 1 has a name with a slash/,
    ],
    ["no size", alpine, stanzas("P:x\nV:1\nS:-1\n"), /stanza 1 has no size/],
    ["an endless line", list, "a".repeat(5000), /^line 1: longer than 2048/],
    ["endless lines", list, "\n".repeat(20_001), /^line 20001: more than 20000/],
    ["MD5", list, `${"a".repeat(32)}  x.iso\n`, /^line 1: no SHA-256/],
    [
      "a signed list without a list",
      list,
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n",
      /cut off/,
    ],
  ])("%s", async (_what, make, text, says) => {
    expect((await read(make, Buffer.from(text))).refused).toMatch(says);
  });
});

test.each([1, 7, 4096])(
  "paths are UTF-8, whatever else is, in pieces of %i bytes",
  async (pieceLength) => {
    const make: Make = (sink) => packagesReader("", sink);
    const good = Buffer.from(stanza("pool/\u00fc\u20ac.deb", 3));
    const odd = Buffer.from(
      stanza("pool/b.deb", 4).replace("Description: d", "Description: \u00ff"),
      "latin1",
    );
    const bad = Buffer.from(stanza("pool/\u00fc.deb", 5), "latin1");
    expect(
      (await read(make, Buffer.concat([good, odd]), pieceLength)).files.map((file) => file.path),
    ).toEqual(["pool/\u00fc\u20ac.deb", "pool/b.deb"]);
    const { leftOut } = await read(make, Buffer.concat([good, odd, bad]), pieceLength);
    expect(leftOut?.first).toMatch(
      new RegExp(`^byte ${good.length + odd.length} unpacked: stanza 3 .*plain relative`),
    );
  },
);

const lists = "/var/lib/apt/lists";
test.skipIf(!existsSync(lists))("Debian's own indexes, where this machine has them", async () => {
  const { readdirSync } = await import("node:fs");
  const { spawnSync } = await import("node:child_process");
  const indexes = readdirSync(lists).filter((name) => /_Packages(\.\w+)?$/.test(name));
  for (const index of indexes) {
    const command = ["cat-file", `${lists}/${index}`];
    const { stdout } = spawnSync("/usr/lib/apt/apt-helper", command, { maxBuffer: 2 ** 28 });
    const listing = new IndexContentsBuilder();
    const end = await readIndexStream(inPieces(stdout, 65_536), packagesReader("", listing.add));
    expect(end).toMatchObject({ rawBytes: stdout.length });
    const stanzas = stdout.toString("latin1").match(/^Filename: .*$/gm) ?? [];
    expect(listing.count).toBe(new Set(stanzas).size);
    expect(listing.listing().collisions).toEqual([]);
  }
});
