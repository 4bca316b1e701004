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
        hashes: { sha256: a },
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
  expect(found).not.toHaveProperty("leftOut");
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
    ["another encoding", "UTF-8", "UTF-16", /declares another encoding than UTF-8/],
    ["another root", "<repomd", "<html><repomd", /is no repomd/],
    ["an end that is missing", "</repomd>", "", /unclosed tag: repomd/],
    ["something behind", "</repomd>", "</repomd>x", /no well-formed XML/],
    ["a wrong nesting", "</size>", "</sice>", /no well-formed XML/],
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

/** Each was tried with dnf 4.23 and zypper 1.14.89, which go by the same of them. */
describe("taken, as clients take it", () => {
  const primary = { href: `repodata/${a}-primary.xml.gz`, size: 2345, hashes: { sha256: a } };
  const { size: _size, ...unsized } = primary;
  test.each<[what: string, from: string, to: string, first: object]>([
    ["no size", "<size>2345</size>", "", unsized],
    ["a size that is none", "<size>2345<", "<size>big<", unsized],
    ["two sizes", "<size>2345<", "<size>1</size><size>2345<", unsized],
    ["an absurd size", "<size>2345<", "<size>999999999999999<", unsized],
    ["an odd size unpacked", "<open-size>34567", "<open-size>-1", primary],
    ["an element inside a value", "<size>2345<", "<size><x>1</x>2345<", primary],
    ["two revisions", "<tags>", "<revision>1</revision><tags>", primary],
    ["a timestamp that is none", "1795299999", "soon", primary],
    [
      "the type of the checksum in capitals",
      'checksum type="sha256"',
      'checksum type="SHA256"',
      primary,
    ],
    [
      "two checksums: the last counts",
      "<checksum",
      `<checksum type="sha256">${b}</checksum><checksum`,
      primary,
    ],
    ["two locations: the last counts", "<location", '<location href="x"/><location', primary],
    ["a path from here", 'href="repodata', 'href="./repodata', primary],
    ["another encoding, of what is ASCII", "UTF-8", "ISO-8859-1", primary],
    ["a type that is odd", 'type="primary"', 'type="odd type"', primary],
  ])("%s", (_what, from, to, first) => {
    const text = file.replace(from, to);
    expect(text).not.toBe(file);
    const found = read(text);
    expect(found).toMatchObject({ data: [first, { type: "updateinfo" }] });
    expect(found).not.toHaveProperty("leftOut");
    if (first === unsized && "data" in found) expect(found.data[0]).not.toHaveProperty("size");
    if (!("refused" in found)) expect(found.revision).toBe(1795300000);
  });

  test("the same type and file twice", () => {
    const again = file.replace(
      "</repomd>",
      `${/<data type="primary">[\s\S]*?<\/data>/.exec(file)?.[0]}</repomd>`,
    );
    expect(read(again)).toEqual(read(file));
  });
});

/** Clients look for these elsewhere or not at all, or we can't verify them: then they come from the origin as they are. */
describe("left out, and the others are taken", () => {
  test.each<[what: string, from: string, to: string, why: string]>([
    [
      "at another base",
      "<location href",
      '<location xml:base="http://x/" href',
      "is at another base than the repository",
    ],
    ["no location", `<location href="repodata/${a}-primary.xml.gz"/>`, "", "has no location"],
    [
      "a step back",
      'href="repodata/',
      'href="repodata/../',
      "has an href that is no plain relative path",
    ],
    [
      "a hidden step back",
      'href="repodata/',
      'href="repodata/&#46;&#x2e;/',
      "has an href that is no plain relative path",
    ],
    [
      "an address",
      'href="repodata/',
      'href="http://example.org/',
      "has an href that is no plain relative path",
    ],
    ["no checksum", `<checksum type="sha256">${a}</checksum>`, "", "has no checksum"],
    [
      "sha384",
      'checksum type="sha256"',
      'checksum type="sha384"',
      "has a checksum that is neither sha256 nor sha512",
    ],
    [
      "md5",
      'checksum type="sha256"',
      'checksum type="md5"',
      "has a checksum that is neither sha256 nor sha512",
    ],
    ["a checksum of another length", `>${a}<`, `>${c}<`, "has a checksum that is no sha256"],
    [
      "a checksum in capitals",
      `>${a}<`,
      `>${a.toUpperCase()}<`,
      "has a checksum that is no sha256",
    ],
  ])("%s", (_what, from, to, why) => {
    const text = file.replace(from, to);
    expect(text).not.toBe(file);
    expect(read(text)).toMatchObject({
      data: [{ type: "updateinfo" }],
      leftOut: {
        count: 1,
        first: expect.stringMatching(/^line \d+, column \d+: data of type "primary" /),
      },
    });
    const found = read(text);
    expect("leftOut" in found && found.leftOut?.first).toContain(why);
  });

  test("the same file with another checksum: the first counts", () => {
    const text = file.replace("repodata/up&amp;date&#x69;nfo.xml", `repodata/${a}-primary.xml.gz`);
    expect(read(text)).toMatchObject({
      data: [{ type: "primary" }],
      leftOut: {
        count: 1,
        first: expect.stringContaining("was there before, with another checksum"),
      },
    });
  });
});
