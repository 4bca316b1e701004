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
  expect(read(file.replace("main/a", "../a"), until)).not.toHaveProperty("expiredAt");
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
    ["a field twice", "Origin: Debian", "suite: x", "Line 2 has the field Suite again."],
    [
      "a second stanza",
      "Date:",
      "\nDate:",
      "Line 5 is behind an empty line: a Release is one stanza.",
    ],
    ["a line that is no field", "Origin: Debian", "Debian", "Line 1 is no field."],
    ["a comment", "Origin: Debian", "# x: y", "Line 1 is no field."],
    ["a continuation of nothing", "Origin", " Origin", "Line 1 continues no field."],
    ["NUL", "oldstable", "old\0stable", "Line 2 has a control character."],
    ["CR", "oldstable", "oldstable\r", "Line 2 has a control character."],
    [
      "a control character of Latin-1",
      "oldstable",
      "old\u0085stable",
      "Line 2 has a control character.",
    ],
    ["no date", /Date: .*\n/, "", "It has no Date."],
    ["a day that isn't", "22 Nov", "31 Nov", "Line 4 has a Date that is none."],
    ["an hour that isn't", "11:00:00", "25:00:00", "Line 4 has a Date that is none."],
    ["another zone", "UTC", "CET", "Line 4 has a Date that is none."],
    ["a date in the future", "22 Nov", "24 Nov", "Line 4 has a Date in the future."],
    ["an end that is no date", "Sun, 29 Nov", "soon", "Line 5 has a Valid-Until that is no date."],
    [
      "neither yes nor no",
      "Hash: yes",
      "Hash: 1",
      "Line 6 has an Acquire-By-Hash that is neither yes nor no.",
    ],
    ["only weak hashes", /SHA256:[\s\S]*/, "", "It has neither a SHA256 nor a SHA512 section."],
    ["a short hash", sha256, "1".repeat(63), "Line 12 is no hash with size and path."],
    ["upper-case hex", sha256, "A".repeat(64), "Line 12 is no hash with size and path."],
    ["a fourth word", "1484322 main", "1484322 x main", "Line 13 is no hash with size and path."],
    ["a negative size", "1484322", "-1", "Line 13 has no sensible size."],
    ["an absurd size", "1484322", "68719476737", "Line 13 has no sensible size."],
    [
      "a step back",
      "main/binary",
      "main/../binary",
      "Line 13 has a path that is no plain relative one.",
    ],
    [
      "a path from the root",
      "main/binary",
      "/main/binary",
      "Line 13 has a path that is no plain relative one.",
    ],
    [
      "no path",
      "main/binary-amd64/Packages.gz",
      "",
      "Line 13 has a path that is no plain relative one.",
    ],
    [
      "a value at a section",
      "SHA256:",
      "SHA256: x",
      "Line 11 has a value before its list of hashes.",
    ],
    [
      "a path with two hashes",
      "main/binary-amd64/Packages.gz",
      "main/a",
      "Line 13 lists a path again, with another size or hash.",
    ],
    [
      "a path with two sizes",
      " 0 main/a",
      " 1 main/a",
      "Line 12 lists a path again, with another size or hash.",
    ],
  ])("%s", (_, from, to, why) => {
    const text = file.replace(from, to);
    expect(text).not.toBe(file);
    expect(refusal(text)).toBe(why);
  });

  test("what is no UTF-8", () => {
    const bytes = Buffer.from(file.replace("oldstable", "\u00e9"), "latin1");
    expect(readRelease(bytes, expected, noon)).toEqual({ refused: "Line 2 is no UTF-8." });
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
