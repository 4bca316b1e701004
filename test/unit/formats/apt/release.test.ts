import { describe, expect, test } from "vitest";
import { readRelease } from "../../../../worker/formats/apt/release.ts";
import { bytesOf, day, noon } from "../openpgp/signing.ts";

const md5 = "0".repeat(32);
const sha256 = "1".repeat(64);
const other256 = "2".repeat(64);
const sha512 = "3".repeat(128);
const file = `Origin: Debian
Suite: oldstable
Codename: bookworm
Date: Sun, 22 Nov 2026 11:00:00 UTC
Valid-Until: Sun, 29 Nov 2026 11:00:00 UTC
Acquire-By-Hash: yes
Architectures: all amd64
Components: main contrib
MD5Sum:
 ${md5} 0 main/a
SHA256:
 ${sha256}        0 main/a
 ${other256}  1484322 main/binary-amd64/Packages.gz
SHA512:
 ${sha512}        0 main/a
`;
const expected = { codenames: ["bookworm"] };
const read = (text: string, now = noon, expect: object = expected) =>
  readRelease(bytesOf(text), expect, now);
const refusal = (text: string) => {
  const found = read(text);
  return "refused" in found ? found.refused : "taken";
};

test("what it says, each path once with all its hashes", () => {
  const release = {
    suite: "oldstable",
    codename: "bookworm",
    date: noon - 3_600_000,
    validUntil: noon + 7 * day - 3_600_000,
    architectures: ["all", "amd64"],
    components: ["main", "contrib"],
    acquireByHash: true,
    entries: [
      { path: "main/a", size: 0, hashes: { md5, sha256, sha512 } },
      { path: "main/binary-amd64/Packages.gz", size: 1484322, hashes: { sha256: other256 } },
    ],
  };
  expect(read(file)).toEqual(release);
  // The content of a clear-signed file has no last line end.
  expect(read(file.trimEnd())).toEqual(release);
  expect(read(`${file}\n\n`)).toEqual(release);
});

test("names of fields don't mind case, and by-hash is no promise where it isn't given", () => {
  const text = file.replace("SHA256:", "sha256:").replace("Acquire-By-Hash: yes\n", "");
  expect(read(text)).toMatchObject({ acquireByHash: false, entries: { length: 2 } });
});

test("expired is told apart from wrong", () => {
  const until = noon + 7 * day - 3_600_000;
  expect(read(file, until - 1)).toHaveProperty("entries");
  expect(read(file, until)).toEqual({
    refused: "It was valid until 2026-11-29T11:00:00Z.",
    expiredAt: until,
  });
  expect(read(file.replace("0 main/a", "x"), until)).not.toHaveProperty("expiredAt");
});

test("suite and codename must be as expected, each that is given", () => {
  const proposed = file.replace("oldstable", "noble-proposed").replace("bookworm", "noble");
  expect(read(proposed, noon, { suites: ["noble"] })).toEqual({
    refused: "Line 2 has the Suite noble-proposed, where noble is expected.",
  });
  expect(
    read(file, noon, { suites: ["stable", "oldstable"], codenames: ["bookworm"] }),
  ).toHaveProperty("entries");
  expect(read(file, noon, { codenames: ["trixie", "sid"] })).toEqual({
    refused: "Line 3 has the Codename bookworm, where trixie or sid is expected.",
  });
  expect(read(file.replace("Codename: bookworm\n", ""))).toEqual({
    refused: "It has no Codename, where bookworm is expected.",
  });
});

describe("refused, with the line", () => {
  test.each<[what: string, from: string | RegExp, to: string, why: string]>([
    ["a date in the future", "22 Nov", "24 Nov", "Line 4 has a Date in the future."],
    ["an end that is no date", "Sun, 29 Nov", "soon", "Line 5 has a Valid-Until that is no date."],
    ["only weak hashes", /SHA256:[\s\S]*/, "", "It has neither a SHA256 nor a SHA512 section."],
    ["a fourth word", "1484322 main", "1484322 x main", "Line 13 is no hash with size and path."],
    ["no path", "main/binary-amd64/Packages.gz", "", "Line 13 is no hash with size and path."],
    ["a line of one word", "SHA512:", " odd\nSHA512:", "Line 14 is no hash with size and path."],
    [
      "a value at a section",
      "SHA256:",
      "SHA256: x",
      "Line 11 has a value before its list of hashes.",
    ],
  ])("%s", (_, from, to, why) => {
    const text = file.replace(from, to);
    expect(text).not.toBe(file);
    expect(refusal(text)).toBe(why);
  });

  test("nothing, and too much", () => {
    expect(refusal("")).toBe("It has no fields.");
    expect(refusal("\n\n")).toBe("It has no fields.");
    expect(refusal(" ".repeat(2 * 1024 * 1024 + 1))).toBe("It is larger than 2097152 bytes.");
  });
});

test("the same line twice says nothing new", () => {
  const line = ` ${other256}  1484322 main/binary-amd64/Packages.gz\n`;
  expect(read(file.replace(line, line + line))).toHaveProperty("entries.length", 2);
});

/** Each was tried with apt 2.6.2 and 3.0.4, signed: both take it, and install from it. */
describe("taken, as apt takes it", () => {
  const all = ["main/a", "main/binary-amd64/Packages.gz"];
  const rest = ["main/binary-amd64/Packages.gz"];
  const found = (text: string) => {
    const release = read(text, noon, {});
    if ("refused" in release) throw new Error(release.refused);
    const { entries, ...others } = release;
    return { ...others, paths: entries.map(({ path }) => path) };
  };

  test.each<[what: string, from: string | RegExp, to: string, told: object]>([
    ["a zone as a number", "11:00:00 UTC\nV", "13:00:00 +0200\nV", { date: noon - 3_600_000 }],
    ["a zone to the west", "11:00:00 UTC\nV", "07:30:00 -0330\nV", { date: noon - 3_600_000 }],
    ["no Date", /Date: .*\n/, "", { date: undefined }],
    ["a zone by another name", "11:00:00 UTC\nV", "11:00:00 CET\nV", { date: undefined }],
    ["a Date in another form", /Date: .*/, "Date: 2026-11-22T11:00:00Z", { date: undefined }],
    ["a day that isn't", "22 Nov", "31 Nov", { date: undefined }],
    ["an hour that isn't", "11:00:00", "25:00:00", { date: undefined }],
    ["a field again: the last counts", "MD5Sum", "Suite: x\nMD5Sum", { suite: "x" }],
    ["a field of no use again", "MD5Sum", "Label: a\nLabel: b\nMD5Sum", {}],
    [
      "an end again: the last counts",
      "MD5Sum",
      "Valid-Until: Tue, 01 Dec 2026 00:00:00 UTC\nMD5Sum",
      { validUntil: Date.UTC(2026, 11, 1) },
    ],
    ["a line without a colon, as reprepro writes", "MD5Sum", "Description: a\nb\n.\nMD5Sum", {}],
    ["what continues such a line", "MD5Sum", "b\n of b\nMD5Sum", {}],
    ["such a line first", "Origin", "odd\nOrigin", {}],
    ["a continuation of nothing", "Origin", " x\nOrigin", {}],
    ["empty lines first", "Origin", "\n\nOrigin", {}],
    ["a comment with a colon", "MD5Sum", "# a: b\nMD5Sum", {}],
    ["a second stanza", /$/, "\nSuite: other\nSHA256:\n x\n", { suite: "oldstable" }],
    ["CR LF", /\n/g, "\r\n", { suite: "oldstable", acquireByHash: true }],
    ["control characters", "Debian", "De\fbi\u0085an\0", {}],
    ["another word for yes", "Hash: yes", "Hash: 1", { acquireByHash: true }],
    ["a word that is neither", "Hash: yes", "Hash: perhaps", { acquireByHash: false }],
    ["a blank behind a section", "SHA256:", "SHA256: ", {}],
    ["tabs", ` ${other256}  1484322 main`, `\t${other256}\t1484322\tmain`, {}],
    ["a hash of another length is left out", other256, "2".repeat(63), { paths: ["main/a"] }],
    // apt compares letters, and takes no such file.
    ["upper-case hex is left out", other256, "A".repeat(64), { paths: ["main/a"] }],
    ["a negative size is left out", "1484322", "-1", { paths: ["main/a"] }],
    ["an absurd size is left out", "1484322", "68719476737", { paths: ["main/a"] }],
    ["a step back is left out", "main/binary", "main/../binary", { paths: ["main/a"] }],
    ["a path from the root is left out", "main/binary", "/main/binary", { paths: ["main/a"] }],
    ["a path from here is left out", "main/binary", "./main/binary", { paths: ["main/a"] }],
    [
      "a section again: the last counts",
      /$/,
      `SHA256:\n ${sha256} 1 b\n`,
      { paths: ["b", "main/a"] },
    ],
  ])("%s", (_what, from, to, told) => {
    const text = file.replace(from, to).replace(/SHA512:[\s\S]{0,3}3+\s+0 main\/a\r?\n/, "");
    expect(text).not.toBe(file);
    expect({ date: undefined, ...found(text) }).toMatchObject({ paths: all, ...told });
  });

  test("what is left out is counted, and the first is told", () => {
    const text = file.replace(other256, "A".repeat(64)).replace(`${md5} 0 main/a`, `${md5} 0 ../a`);
    expect(read(text)).toMatchObject({
      leftOut: { count: 2, first: "line 13: has a SHA256 that is none" },
    });
    expect(read(file)).not.toHaveProperty("leftOut");
  });

  test("a path with two hashes: the first counts", () => {
    const text = file.replace(
      `${other256}  1484322 main/binary-amd64/Packages.gz`,
      `${other256} 5 main/a`,
    );
    const release = read(text);
    expect(release).toMatchObject({ entries: [{ path: "main/a", size: 0, hashes: { sha256 } }] });
  });

  test("text that is no UTF-8, where no path has it", () => {
    const bytes = Buffer.from(file.replace("Debian", "\u00e9"), "latin1");
    expect(readRelease(bytes, expected, noon)).toMatchObject({ suite: "oldstable" });
    const path = Buffer.from(file.replaceAll("main/a", "main/\u00e9"), "latin1");
    const release = readRelease(path, expected, noon);
    expect("refused" in release ? release : release.entries.map((one) => one.path)).toEqual(rest);
  });
});
