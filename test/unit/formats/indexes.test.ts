import { describe, expect, test } from "vitest";
import { aptBase, chooseAptIndex } from "../../../worker/formats/apt/apt-index.ts";
import { packagesReader } from "../../../worker/formats/apt/apt-packages.ts";
import { type IndexReader, usablePath } from "../../../worker/formats/index-reader.ts";
import { IndexRefused } from "../../../worker/formats/index-refused.ts";
import { findPrimary, rpmBase } from "../../../worker/formats/rpm/rpm-index.ts";
import { PrimaryReader } from "../../../worker/formats/rpm/rpm-primary.ts";
import { readSums } from "../../../worker/formats/sums/sums-index.ts";
import { PathSet, pathHash } from "../../../worker/repositories/baseline/path-set.ts";
import { maxOrdinary, maxRecent, Sampler } from "../../../worker/repositories/baseline/sampler.ts";
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

const packages = (base: string, sampler: Sampler) =>
  packagesReader(base, (file) => sampler.offer(file, base));
const primary = (base: string, sampler: Sampler) =>
  new PrimaryReader(base, (file) => sampler.offer(file, base));

describe("Packages", () => {
  const text = ["pool/a.deb", "./pool/b+c_1%3a2~x.deb", "pool/d.deb"]
    .map((p) => stanza(p))
    .join("");

  test.each([1, 2, 7, 64, 10_000])("in pieces of %i characters", (pieceLength) => {
    const sampler = new Sampler(undefined, seeded(1));
    expect(feed(packages("x/", sampler), text, pieceLength)).toBeUndefined();
    expect(sampler.samples()).toEqual([
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
    const found = feed(packages("", new Sampler(undefined, seeded(1))), text, 4096);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});

describe("the index an InRelease names", () => {
  const line = (name: string, size = 1000, hash = hashA) => ` ${hash} ${size} ${name}\n`;
  const release = (...lines: string[]) =>
    `Date: x\nMD5Sum:\n ${"b".repeat(32)} 1000 main/binary-amd64/Packages.gz\nSHA256:\n${lines.join("")}SHA512:\n`;
  const choose = (text: string, random: () => number = () => 0, components = ["main"]) =>
    chooseAptIndex(
      "dists/s/InRelease",
      text,
      { components, architectures: ["amd64", "arm64"] },
      random,
    );

  test("by name, or by its hash where the archive has that", () => {
    const text = release(line("main/binary-amd64/Packages.gz"));
    const path = "dists/s/main/binary-amd64/Packages.gz";
    expect(choose(text)).toEqual({ path, asked: path, sha256: hashA });
    expect(choose(`Acquire-By-Hash: yes\n${text}`)).toEqual({
      path,
      asked: `dists/s/main/binary-amd64/by-hash/SHA256/${hashA}`,
      sha256: hashA,
    });
  });

  test.each([
    ["other components", release(line("contrib/binary-amd64/Packages.gz")), /components and arch/],
    ["other architectures", release(line("main/binary-s390x/Packages.gz")), /components and arch/],
    [
      "the installer's",
      release(line("main/debian-installer/binary-amd64/Packages.gz")),
      /components/,
    ],
    ["an empty one", release(line("main/binary-amd64/Packages.gz", 20)), /components/],
    ["xz only", release(line("main/binary-amd64/Packages.xz")), /other compressions/],
    ["MD5 only", "MD5Sum:\n", /components/],
    ["steps back", release(line("../main/binary-amd64/Packages.gz")), /components/],
  ])("is none of %s", (_what, text, says) => expect(choose(text)).toMatch(says));

  test("is amd64's most of the time, and another's now and then", () => {
    const text = release(...["amd64", "arm64"].map((a) => line(`main/binary-${a}/Packages.gz`)));
    const random = seeded(3);
    const chosen = Array.from({ length: 1000 }, () => JSON.stringify(choose(text, random)));
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
    const sampler = new Sampler(undefined, seeded(1));
    const reader = primary("os/", sampler);
    const text = wrap(item("Packages/a.rpm") + item("Packages/b&amp;c&#43;&#x2b;.rpm"));
    expect(feed(reader, text, pieceLength)).toBeUndefined();
    expect(sampler.samples()).toEqual([
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
    const found = feed(primary("", new Sampler(undefined, seeded(1))), text, 100);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});

describe("repomd.xml", () => {
  const data = (kind: string, href: string) =>
    `<data type="${kind}">\n<checksum type="sha256">${hashA}</checksum>\n<open-checksum type="sha256">${"b".repeat(64)}</open-checksum>\n<location href="${href}"/>\n</data>\n`;
  const root = "9/os/repodata/repomd.xml";

  test("its primary index, beside the directory of repodata", () => {
    const text = `<repomd>${data("filelists", "repodata/f.gz")}${data("primary", "repodata/p.gz")}</repomd>`;
    const path = "9/os/repodata/p.gz";
    expect(findPrimary(root, text)).toEqual({ path, asked: path, sha256: hashA });
    expect(rpmBase("repodata/repomd.xml")).toBe("");
  });

  test.each([
    ["none", `<repomd>${data("filelists", "f")}</repomd>`, /names no primary/],
    ["elsewhere", `<repomd>${data("primary", "http://evil.example/p")}</repomd>`, /no usable/],
    ["steps back", `<repomd>${data("primary", "../../p")}</repomd>`, /no usable/],
    ["SHA-1", `<repomd>${data("primary", "p").replaceAll("sha256", "sha")}</repomd>`, /no SHA-256/],
    ["comments", `<repomd><!-- -->${data("primary", "p")}</repomd>`, /comment/],
  ])("%s", (_what, text, says) => expect(findPrimary(root, text)).toMatch(says));

  test("two megabytes of beginnings take no time", () => {
    const started = performance.now();
    expect(findPrimary(root, '<data type="primary">'.repeat(100_000))).toMatch(/no usable/);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("SHA256SUMS", () => {
  test("images in the list's directory, in both ways of writing, clear-signed or not", () => {
    const lines = `${hashA}  a.iso\n${hashA} *./sub/b.iso\n${hashA}  a.list\n# note\n`;
    const expected = [
      { path: "d/a.iso", sha256: hashA },
      { path: "d/sub/b.iso", sha256: hashA },
    ];
    expect(readSums("d/SHA256SUMS", lines)).toEqual(expected);
    const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${lines}-----BEGIN PGP SIGNATURE-----\n\nabc\n`;
    expect(readSums("d/SHA256SUMS", signed)).toEqual(expected);
  });

  test.each([
    ["a page", "<html>\n", /^SHA256SUMS, line 1: /],
    ["steps back", `${hashA}  ../x.iso\n`, /, line 1: /],
    ["short hash", `${"a".repeat(40)}  a.iso\n`, /, line 1: /],
    ["endless", "\n".repeat(30_000), /more than 20000 lines/],
  ])("%s is refused", (_what, text, says) => expect(readSums("SHA256SUMS", text)).toMatch(says));
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
  function sample(count: number, before: PathSet | undefined, seed: number) {
    const sampler = new Sampler(before, seeded(seed));
    for (let number = 0; number < count; number++) {
      const seat = sampler.seat(pathHash(name(number)));
      if (seat >= 0) sampler.put(seat, { path: name(number), size: number });
    }
    return sampler;
  }

  test("each file as likely as any other", () => {
    // 256 files, half are kept: each is expected in 200 of 400 samplings, with a deviation of 10.
    const times = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const samples = sample(2 * maxOrdinary, undefined, seed).samples();
      expect(new Set(samples.map(({ path }) => path)).size).toBe(maxOrdinary);
      for (const { path } of samples) times.set(path, (times.get(path) ?? 0) + 1);
    }
    for (const count of times.values()) expect(Math.abs(count - 200)).toBeLessThan(50);
  });

  test("what wasn't listed before is recent, bounded, and first; the others have their own seats", () => {
    const before = sample(1000, undefined, 1).paths();
    const samples = sample(1200, before, 1).samples();
    const recent = samples.filter((file) => file.recent);
    expect(recent).toHaveLength(maxRecent);
    expect(samples).toHaveLength(maxRecent + maxOrdinary);
    expect(samples.slice(0, maxRecent)).toEqual(recent);
    for (const { size } of recent) expect(size).toBeGreaterThanOrEqual(1000);
    expect(
      sample(1200, undefined, 1)
        .samples()
        .some((file) => file.recent),
    ).toBe(false);
  });

  test("what is remembered is bounded", () => {
    expect(sample(200_000, undefined, 1).paths()?.size).toBe(200_000);
    expect(sample(200_001, undefined, 1).paths()).toBeUndefined();
  });

  test("a set of another index makes all recent, none makes none", () => {
    const none = PathSet.of(new Float64Array());
    expect(
      sample(5, none, 1)
        .samples()
        .every((file) => file.recent),
    ).toBe(true);
  });
});
