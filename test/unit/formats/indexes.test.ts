import { describe, expect, test } from "vitest";
import { aptBase, chooseAptIndex } from "../../../worker/formats/apt/apt-index.ts";
import { packagesReader } from "../../../worker/formats/apt/apt-packages.ts";
import { type IndexReader, usablePath } from "../../../worker/formats/index-reader.ts";
import { IndexRefused } from "../../../worker/formats/index-refused.ts";
import type { IndexedFile } from "../../../worker/formats/indexed-file.ts";
import { rpmBase } from "../../../worker/formats/rpm/rpm-index.ts";
import { PrimaryReader } from "../../../worker/formats/rpm/rpm-primary.ts";
import { SumsReader } from "../../../worker/formats/sums/sums-reader.ts";
import {
  ContentsSamples,
  maxOrdinary,
  maxRecent,
} from "../../../worker/repositories/chain/contents-samples.ts";
import { seeded, sha256, stanza } from "../repositories/origin.ts";

const hashA = "a".repeat(64);

/** Feeds a text in pieces of that many bytes; gives why it is refused. */
function feed(reader: IndexReader, text: string, pieceLength: number): string | undefined {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      reader.push(bytes.subarray(at, at + pieceLength));
    }
    reader.end();
    return undefined;
  } catch (error) {
    if (error instanceof IndexRefused) return error.message;
    throw error;
  }
}

const into = (samples: ContentsSamples) => (file: IndexedFile) => {
  samples.offer(file);
  return undefined;
};
const packages = (base: string, samples: ContentsSamples) => packagesReader(base, into(samples));
const primary = (base: string, samples: ContentsSamples) => new PrimaryReader(base, into(samples));
const ofAll = () => new ContentsSamples(undefined, seeded(1));

describe("Packages", () => {
  const text = ["pool/a.deb", "./pool/b+c_1%3a2~x.deb", "pool/d.deb"]
    .map((p) => stanza(p))
    .join("");

  test.each([1, 2, 7, 64, 10_000])("in pieces of %i characters", (pieceLength) => {
    const samples = ofAll();
    expect(feed(packages("x/", samples), text, pieceLength)).toBeUndefined();
    expect(samples.samples([])).toEqual([
      { path: "x/pool/a.deb", size: 10, sha256: sha256("pool/a.deb") },
      { path: "x/pool/b+c_1%3a2~x.deb", size: 10, sha256: sha256("./pool/b+c_1%3a2~x.deb") },
      { path: "x/pool/d.deb", size: 10, sha256: sha256("pool/d.deb") },
    ]);
  });

  test.each([
    ["empty", "", undefined],
    ["blank lines", "\n\n\n", undefined],
    ["extra blank lines", `\n\n${stanza("a")}\n\n\n${stanza("b")}`, undefined],
    ["no last line end", stanza("a").trimEnd(), undefined],
    ["a stanza without Filename beside others", `${stanza("a")}Package: x\n\n`, undefined],
    ["a web page", "<html>\n\n</html>", /stanza 1 has no Filename/],
    ["a Filename in a continuation line", "Package: x\n Filename: a\nSize: 1\n\n", /no Filename/],
    ["steps back", stanza("../x"), /plain relative/],
    ["absolute", stanza("/x"), /plain relative/],
    ["no size", stanza("a").replace("Size: 10", "Size: ten"), /no Size/],
    ["endless", `Package: ${"x".repeat(2 ** 21 + 10)}`, /^byte 0 .*longer than 2097152/],
    ["an absurd size", stanza("a", 2 ** 40 + 1), /absurd/],
    ["a short hash", stanza("a").replace(/(SHA256: \w{63})\w/, "$1"), /SHA256 that is none/],
    ["a NUL", `${stanza("a")}P\0`, new RegExp(`^byte ${stanza("a").length + 1} unpacked: a NUL`)],
  ])("%s", (_what, text, fault) => {
    const found = feed(packages("", ofAll()), text, 4096);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});

describe("the index that mirrors of an apt repository are sampled by", () => {
  const entry = (size = 1000) => ({ size, sha256: hashA });
  const choose = (
    names: Readonly<Record<string, number | undefined>>,
    random: () => number = () => 0,
  ) => {
    const files = Object.entries(names).map(([name, size]) => [`dists/s/${name}`, entry(size)]);
    const wanted = { components: ["main"], architectures: ["amd64", "arm64"], random };
    return chooseAptIndex("dists/s/InRelease", Object.fromEntries(files), wanted);
  };

  test("is one that the root names", () => {
    expect(choose({ "main/binary-amd64/Packages.gz": undefined })).toEqual({
      path: "dists/s/main/binary-amd64/Packages.gz",
    });
    // In xz only where none is in gzip.
    const xz = "main/binary-amd64/Packages.xz";
    expect(choose({ [xz]: undefined })).toEqual({ path: `dists/s/${xz}` });
    expect(choose({ [xz]: undefined, "main/binary-arm64/Packages.gz": undefined })).toEqual({
      path: "dists/s/main/binary-arm64/Packages.gz",
    });
    expect(choose({ "updates/main/binary-arm64/Packages.gz": undefined })).toEqual({
      path: "dists/s/updates/main/binary-arm64/Packages.gz",
    });
  });

  test.each([
    ["other components", { "contrib/binary-amd64/Packages.gz": 1000 }, /components and arch/],
    ["other architectures", { "main/binary-s390x/Packages.gz": 1000 }, /components and arch/],
    ["the installer's", { "main/debian-installer/binary-amd64/Packages.gz": 1000 }, /components/],
    ["an empty one", { "main/binary-amd64/Packages.gz": 20 }, /components/],
    ["bzip2 and plain ones", { "main/binary-amd64/Packages.bz2": 1000 }, /other forms/],
    ["nothing", {}, /components/],
  ])("is none of %s", (_what, names, says) => expect(choose(names)).toMatch(says));

  test("is amd64's most of the time, and another's now and then", () => {
    const names = Object.fromEntries(
      ["amd64", "arm64"].map((one) => [`main/binary-${one}/Packages.gz`, 1000]),
    );
    const random = seeded(3);
    const chosen = Array.from({ length: 1000 }, () => JSON.stringify(choose(names, random)));
    const share = chosen.filter((one) => one.includes("amd64")).length / 1000;
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.95);
  });

  test("has files relative to the repository's directory", () => {
    expect(aptBase("dists/s/InRelease")).toBe("");
    expect(aptBase("ubuntu/dists/s/InRelease")).toBe("ubuntu/");
    expect(aptBase("flat/InRelease")).toBe("flat/");
    expect(aptBase("mydists/InRelease")).toBe("mydists/");
  });
});

describe("primary.xml", () => {
  const item = (href: string, more = "") =>
    `<package type="rpm">\n  <name>n</name><checksum type="sha256" pkgid="YES">${sha256(href)}</checksum>\n  <packager>p &lt;x&gt;</packager><size package="42" installed="9" archive="8"/>\n<location href="${href}"${more}/>\n</package>\n`;
  const wrap = (inside: string) =>
    `<?xml version="1.0"?>\n<metadata xmlns="http://linux.duke.edu/metadata/common" packages="3">\n${inside}</metadata>`;

  test.each([1, 3, 50, 10_000])("in pieces of %i characters", (pieceLength) => {
    const samples = ofAll();
    const reader = primary("os/", samples);
    const text = wrap(item("Packages/a.rpm") + item("Packages/b&amp;c&#43;&#x2b;.rpm"));
    expect(feed(reader, text, pieceLength)).toBeUndefined();
    expect(samples.samples([])).toEqual([
      { path: "os/Packages/a.rpm", size: 42, sha256: sha256("Packages/a.rpm") },
      {
        path: "os/Packages/b&c++.rpm",
        size: 42,
        sha256: sha256("Packages/b&amp;c&#43;&#x2b;.rpm"),
      },
    ]);
  });

  test.each([
    ["empty list", wrap(""), undefined],
    ["cut", wrap(item("a.rpm")).slice(0, -20), /the end of the list is missing/],
    [
      "cut in a package",
      wrap(item("a.rpm") + item("b.rpm")).slice(0, -60),
      /^package 2 \(line 10, column \d+\): the end .* missing/,
    ],
    ["a comment", wrap(`<!-- ${item("a.rpm")} -->`), undefined],
    ["a declaration", `<!DOCTYPE x [<!ENTITY a "b">]>${wrap("")}`, /declaration/],
    ["an unknown entity", wrap(item("&x;.rpm")), /no XML: undefined entity/],
    ["an open entity", wrap(item("&amp.rpm")), /missing/],
    ["steps back", wrap(item("../../x.rpm")), /no plain relative/],
    ["steps back, escaped", wrap(item("&#46;&#46;/x.rpm")), /no plain relative/],
    ["another base", wrap(item("a.rpm", ' xml:base="http://evil.example/"')), /another base/],
    ["single quotes", wrap(item("a.rpm").replace('href="a.rpm"', "href='a.rpm'")), undefined],
    ["no location", wrap(item("a.rpm").replace("<location ", "<x ")), /no location/],
    ["no size", wrap(item("a.rpm").replace("<size ", "<x ")), /no size/],
    ["an end without a beginning", wrap("</package>"), /no XML: /],
    [
      "a billion laughs",
      `<!DOCTYPE x [<!ENTITY a "b"><!ENTITY b "&a;&a;">]>${wrap("")}`,
      /declaration/,
    ],
    ["an endless declaration", `<!DOCTYPE ${"x".repeat(2 ** 21)}`, /no tag for 1048576/],
    ["an endless text", `<metadata><package>${"x".repeat(2 ** 21)}`, /no tag for 1048576/],
    ["an endless package", `<metadata><package>${"<a/>".repeat(2 ** 21)}`, /longer than 4194304/],
    ["depth", `<metadata>${"<a>".repeat(20)}`, /more than 16 elements/],
    [
      "two locations",
      wrap(item("a.rpm").replace("<size", '<location href="b"/><size')),
      /two elements/,
    ],
    ["a NUL", wrap("\0"), /NUL/],
  ])("%s", (_what, text, fault) => {
    const found = feed(primary("", ofAll()), text, 100);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});

test("rpm's paths begin beside the directory of repodata", () => {
  expect(rpmBase("repodata/repomd.xml")).toBe("");
  expect(rpmBase("9/os/repodata/repomd.xml")).toBe("9/os/");
});

describe("SHA256SUMS", () => {
  function read(root: string, text: string) {
    const files: IndexedFile[] = [];
    const refused = feed(new SumsReader(root, (file) => void files.push(file)), text, 10_000);
    return refused ?? files;
  }

  test("files in the list's directory, in both ways of writing, clear-signed or not", () => {
    const lines = `${hashA}  a.iso\n${hashA} *./sub/b.iso\n# note\n`;
    const expected = [
      { path: "d/a.iso", sha256: hashA },
      { path: "d/sub/b.iso", sha256: hashA },
    ];
    expect(read("d/SHA256SUMS", lines)).toEqual(expected);
    const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${lines}-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n`;
    expect(read("d/SHA256SUMS", signed)).toEqual(expected);
  });

  test.each([
    ["a page", "<html>\n", /^line 1/],
    ["steps back", `${hashA}  ../x.iso\n`, /^line 1/],
    ["short hash", `${"a".repeat(40)}  a.iso\n`, /^line 1/],
    ["endless", "\n".repeat(30_000), /more than 20000 lines/],
  ])("%s is refused", (_what, text, says) => expect(read("SHA256SUMS", text)).toMatch(says));
});

test.each([
  ["pool/a.deb", true],
  ["a b/ü.deb", true],
  ["..a/b..", true],
  ["", false],
  ["/a", false],
  ["a//b", false],
  ["a/", false],
  ["./a", false],
  ["a/../b", false],
  ["a\\b", false],
  ["a\nb", false],
  ["a\ufffdb", false],
  ["a\ud800", false],
  ["x".repeat(1025), false],
])("usable path %j: %s", (path, usable) => expect(usablePath(path)).toBe(usable));

describe("sampling", () => {
  const name = (number: number) => `pool/${number}.deb`;
  const upTo = (count: number) => ({
    has: (path: string) => Number(/\d+/.exec(path)?.[0]) < count,
  });
  function sample(count: number, before: { has(path: string): boolean } | undefined, seed: number) {
    const samples = new ContentsSamples(before, seeded(seed));
    for (let number = 0; number < count; number++) {
      samples.offer({ path: name(number), size: number });
    }
    return samples.samples([]);
  }

  test("each file as likely as any other", () => {
    // 128 files, half are kept: each is expected in 200 of 400 samplings, with a deviation of 10.
    const times = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const samples = sample(2 * maxOrdinary, undefined, seed);
      expect(new Set(samples.map(({ path }) => path)).size).toBe(maxOrdinary);
      for (const { path } of samples) times.set(path, (times.get(path) ?? 0) + 1);
    }
    expect(times.size).toBe(2 * maxOrdinary);
    for (const count of times.values()) expect(Math.abs(count - 200)).toBeLessThan(50);
  });

  test("what wasn't listed before is recent, bounded, and first; the others have their own places", () => {
    const samples = sample(1200, upTo(1000), 1);
    const recent = samples.filter((file) => file.recent);
    expect(recent).toHaveLength(maxRecent);
    expect(samples).toHaveLength(maxRecent + maxOrdinary);
    expect(samples.slice(0, maxRecent)).toEqual(recent);
    for (const { size } of recent) expect(size).toBeGreaterThanOrEqual(1000);
    expect(sample(1200, undefined, 1).some((file) => file.recent)).toBe(false);
  });

  test("contents of another index make all recent, none make none", () => {
    expect(sample(5, upTo(0), 1).every((file) => file.recent)).toBe(true);
  });
});
