import { expect, test } from "vitest";
import { imagesReading } from "../../../../worker/formats/sums/reading.ts";
import { readSums } from "../../../../worker/formats/sums/signed-sums.ts";
import { SumsReader } from "../../../../worker/formats/sums/sums-reader.ts";
import { bytesOf } from "../openpgp/signing.ts";

const a = "a".repeat(64);
const b = "b".repeat(64);
const c = "c".repeat(128);
const entries = (text: string) => {
  const read = readSums(bytesOf(text));
  return "refused" in read ? read.refused : read;
};

test("SHA256SUMS and SHA512SUMS", () => {
  expect(entries(`${a}  a b.iso\n${b} *./sub/c.img\n`)).toEqual([
    { path: "a b.iso", hashes: { sha256: a } },
    { path: "sub/c.img", hashes: { sha256: b } },
  ]);
  expect(entries(`${c}  a.iso`)).toEqual([{ path: "a.iso", hashes: { sha512: c } }]);
});

test("CHECKSUM, with the sizes of its comments", () => {
  const text = `# AlmaLinux-9.6-x86_64-boot.iso: 1127219200 bytes
SHA256 (AlmaLinux-9.6-x86_64-boot.iso) = ${a}
SHA512 (AlmaLinux-9.6-x86_64-boot.iso) = ${c}
# anything
SHA256 (odd (1) = name.iso) = ${b}`;
  expect(entries(text)).toEqual([
    { path: "AlmaLinux-9.6-x86_64-boot.iso", hashes: { sha256: a, sha512: c }, size: 1127219200 },
    { path: "odd (1) = name.iso", hashes: { sha256: b } },
  ]);
});

/** Each by `sha256sum -c` of coreutils 9.1, which says OK of the file. */
test.each([
  ["capitals", `${a.toUpperCase()}  a.iso`],
  ["CR LF", `${a}  a.iso\r\n`],
  ["blanks first", `  ${a}  a.iso`],
  ["one blank", `${a} a.iso`],
])("taken: %s", (_what, text) => {
  expect(entries(text)).toEqual([{ path: "a.iso", hashes: { sha256: a } }]);
});

/** `sha256sum -c` warns of these lines, and checks the others. */
test.each<[what: string, text: string, why: RegExp]>([
  ["MD5", `${"d".repeat(32)}  a.iso`, /no SHA-256 or SHA-512/],
  ["MD5 with a tag", `MD5 (a.iso) = ${"d".repeat(32)}`, /no SHA-256 or SHA-512/],
  ["SHA-1 with a tag", `SHA1 (a.iso) = ${"d".repeat(40)}`, /no SHA-256 or SHA-512/],
  ["a tag of another length", `SHA512 (a.iso) = ${a}`, /no SHA-256 or SHA-512/],
  ["an escaped name", `\\${a}  a\\nb`, /no SHA-256 or SHA-512/],
  ["text", "These are the sums:", /no SHA-256 or SHA-512/],
  ["a step back", `${a}  ../a.iso`, /a name that is no plain relative path/],
  ["a path from the root", `${a}  /a.iso`, /a name that is no plain relative path/],
])("left out: %s", (_what, line, why) => {
  expect(readSums(bytesOf(`${line}\n${b}  b.iso\n`))).toEqual([
    { path: "b.iso", hashes: { sha256: b } },
  ]);
  expect(readSums(bytesOf(`${line}\n`))).toEqual({
    refused: expect.stringMatching(new RegExp(`^It lists nothing: line 1: ${why.source}`)),
  });
});

test("two hashes of one name: neither is taken", () => {
  expect(readSums(bytesOf(`${a}  a.iso\n${b}  b.iso\n${b}  ./a.iso`))).toEqual([
    { path: "b.iso", hashes: { sha256: b } },
  ]);
});

/** In FreeBSD's and Mint's form; `sha256sum -c` passes over what isn't its own. */
test.each([
  ["MD5", `${"d".repeat(32)}  a.iso`],
  ["MD5 with a tag", `MD5 (a.iso) = ${"d".repeat(32)}`],
  ["SHA-1 with a tag", `SHA1 (a.iso) = ${"d".repeat(40)}`],
  ["SHA-384", `${"d".repeat(96)}  a.iso`],
])("lines of another hash beside are no alarm: %s", async (_what, line) => {
  const files: string[] = [];
  const reader = new SumsReader("SHA256SUMS", ({ path }) => void files.push(path));
  reader.push(bytesOf(`${line}\n${b}  b.iso\n`));
  reader.end();
  expect(files).toEqual(["b.iso"]);
  expect(reader.leftOut).toBeUndefined();
});

test.each<[what: string, text: string, why: string]>([
  ["nothing", "\n# x\n", "It lists nothing."],
  ["a page", "<html>", "It lists nothing: line 1: no SHA-256 or SHA-512 of a file."],
  [
    "a control character",
    `${a}  a\x1b`,
    "It lists nothing: line 1: a name that is no plain relative path.",
  ],
  ["too many lines", "\n".repeat(20_002), "It has more than 20000 lines."],
])("refused: %s", (_, text, why) => {
  expect(readSums(bytesOf(text))).toEqual({ refused: why });
});

test.each([
  ["current/amd64/iso-cd/SHA256SUMS", true],
  ["SHA512SUMS", true],
  ["9/isos/x86_64/CHECKSUM", true],
  ["Fedora-Server-43-1.6-x86_64-CHECKSUM", true],
  ["sha256sums.txt", true],
  ["sha256sum.txt", true],
  ["linuxmint-22.2/sha256sum.txt", true],
  ["openSUSE-Leap-15.6-DVD-x86_64-Media.iso.sha256", true],
  ["tool-1.0.iso.sha256sum", true],
  ["CHECKSUM.SHA512-FreeBSD-14.1-RELEASE-amd64", true],
  ["CHECKSUM.SHA256-FreeBSD-14.1-RELEASE-amd64", true],
  ["MD5SUMS", false],
  ["SHA1SUMS", false],
  ["SHA256SUMS.sign", false],
  ["sha256sum.txt.gpg", false],
  ["a.iso", false],
])("whether it is a list is told by the name: %s", (path, isList) => {
  expect(imagesReading.rootReader(path) !== undefined).toBe(isList);
  expect(imagesReading.contents.rootReader?.(path) !== undefined).toBe(isList);
});
