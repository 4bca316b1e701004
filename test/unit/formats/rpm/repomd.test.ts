import { describe, expect, test } from "vitest";
import { readRepomd } from "../../../../worker/formats/rpm/repomd.ts";
import { bytesOf } from "../openpgp/signing.ts";

const a = "a".repeat(64);
const b = "b".repeat(64);
const c = "c".repeat(128);
/** As createrepo_c 0.21 writes it, shortened. */
const file = `<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
  <revision>1795300000</revision>
  <tags>
    <distro cpeid="cpe:/o:almalinux:almalinux:9">AlmaLinux</distro>
  </tags>
  <data type="primary">
    <checksum type="sha256">${a}</checksum>
    <open-checksum type="sha256">${b}</open-checksum>
    <location href="repodata/${a}-primary.xml.gz"/>
    <timestamp>1795299999</timestamp>
    <size>2345</size>
    <open-size>34567</open-size>
  </data>
  <data type="updateinfo">
    <checksum type="sha512">${c}</checksum>
    <location href="repodata/up&amp;date&#x69;nfo.xml"/>
    <timestamp>1795299998.5</timestamp>
    <size>1</size>
  </data>
</repomd>
`;
const read = (text: string) => readRepomd(bytesOf(text));
const refusal = (text: string) => {
  const found = read(text);
  return "refused" in found ? found.refused : "taken";
};

test("what it says", () => {
  expect(read(file)).toEqual({
    revision: 1795300000,
    date: 1795299999000,
    data: [
      {
        type: "primary",
        href: `repodata/${a}-primary.xml.gz`,
        size: 2345,
        openSize: 34567,
        hashes: { sha256: a },
        openHashes: { sha256: b },
        timestamp: 1795299999000,
      },
      {
        type: "updateinfo",
        href: "repodata/up&dateinfo.xml",
        size: 1,
        hashes: { sha512: c },
        timestamp: 1795299998000,
      },
    ],
  });
});

test("comments, CDATA and a byte order mark are XML; a revision may be a word", () => {
  const text = file
    .replace("<?xml", "\ufeff<?xml")
    .replace("<revision>1795300000", "<!-- x --><revision>9.6")
    .replace("<size>2345", "<size><![CDATA[2345]]>");
  const found = read(text);
  expect(found).toMatchObject({ data: [{ size: 2345 }, {}] });
  expect(found).not.toHaveProperty("revision");
});

describe("refused, with the place", () => {
  test.each<[what: string, from: string, to: string, why: RegExp]>([
    [
      "a DOCTYPE",
      "<repomd",
      '<!DOCTYPE x [<!ENTITY y "z">]><repomd',
      /^Line 2, column 30: it has a DOCTYPE/,
    ],
    ["an entity of its own", "up&amp;", "up&y;", /^Line 17, column \d+: .*undefined entity/],
    ["an inherited name as an entity", "up&amp;", "up&constructor;", /undefined entity/],
    ["a character that isn't one", "&#x69;", "&#0;", /malformed character entity/],
    ["another encoding", "UTF-8", "ISO-8859-1", /declares another encoding than UTF-8/],
    ["another root", "<repomd", "<html><repomd", /is no repomd/],
    ["an end that is missing", "</repomd>", "", /unclosed tag: repomd/],
    ["something behind", "</repomd>", "</repomd>x", /no well-formed XML/],
    ["a wrong nesting", "</size>", "</sice>", /no well-formed XML/],
    [
      "sha1",
      'checksum type="sha512"',
      'checksum type="sha"',
      /checksum that is neither sha256 nor/,
    ],
    ["md5", 'checksum type="sha512"', 'checksum type="md5"', /checksum that is neither sha256 nor/],
    [
      "a checksum without a type",
      'checksum type="sha512"',
      "checksum",
      /neither sha256 nor sha512/,
    ],
    ["a checksum of another length", c, a, /has a checksum that is no sha512/],
    [
      "no checksum",
      `<checksum type="sha512">${c}</checksum>`,
      "",
      /has no checksum in data of type updateinfo/,
    ],
    [
      "two checksums",
      "<size>1",
      `<checksum type="sha256">${b}</checksum><size>1`,
      /has two checksum/,
    ],
    ["no size", "<size>1</size>", "", /has no size in data of type updateinfo/],
    ["an absurd size", "<size>1<", "<size>999999999999999<", /has no sensible size/],
    ["a size in parts", "<size>1<", "<size>1<x/>2<", /has an element inside a value/],
    ["a negative size", "<open-size>34567", "<open-size>-1", /has no sensible open-size/],
    [
      "no location",
      '<location href="repodata/up&amp;date&#x69;nfo.xml"/>',
      "",
      /has no location in data/,
    ],
    [
      "a step back",
      "repodata/up&amp;",
      "repodata/../",
      /has an href that is no plain relative path/,
    ],
    ["a hidden step back", "repodata/up&amp;", "repodata/&#46;&#x2e;/", /no plain relative path/],
    ["an address", "repodata/up&amp;", "http://example.org/", /no plain relative path/],
    ["another base", "<location href", '<location xml:base="http://x/" href', /at another base/],
    ["the same type twice", 'type="updateinfo"', 'type="primary"', /two data of type primary/],
    [
      "the same href twice",
      "repodata/up&amp;date&#x69;nfo.xml",
      `repodata/${a}-primary.xml.gz`,
      /same href twice/,
    ],
    ["no type", ' type="updateinfo"', "", /has data without a type/],
    ["two revisions", "<tags>", "<revision>1</revision><tags>", /two revisions/],
    ["a long value", "<size>1<", `<size>${" ".repeat(300)}<`, /value longer than 256/],
    ["too deep", "<tags>", `<tags>${"<x>".repeat(9)}`, /nested deeper than 8/],
    ["too many elements", "<tags>", `<tags>${"<x/>".repeat(5_000)}`, /more than 5000 elements/],
    ["NUL", "AlmaLinux", "Alma\0Linux", /no well-formed XML/],
  ])("%s", (_, from, to, why) => {
    const text = file.replace(from, to);
    expect(text).not.toBe(file);
    expect(refusal(text)).toMatch(why);
    expect(refusal(text)).toMatch(/^Line \d+, column \d+: it /);
  });

  test("too many data", () => {
    const data = Array.from(
      { length: 201 },
      (_, at) =>
        `<data type="t${at}"><checksum type="sha256">${a}</checksum><location href="${at}"/><size>1</size></data>`,
    );
    expect(refusal(`<repomd>${data.join("")}</repomd>`)).toMatch(/more than 200 data/);
  });

  test("what is empty, too large or no UTF-8", () => {
    expect(refusal("")).toMatch(/no well-formed XML/);
    expect(refusal(" ".repeat(2 * 1024 * 1024 + 1))).toBe("It is larger than 2097152 bytes.");
    expect(readRepomd(Buffer.from("<repomd>\n\u00e9</repomd>", "latin1"))).toEqual({
      refused: "Line 2 is no UTF-8.",
    });
  });
});
