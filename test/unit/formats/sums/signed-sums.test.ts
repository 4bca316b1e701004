import { expect, test } from "vitest";
import { readSums, sumsKind } from "../../../../worker/formats/sums/signed-sums.ts";
import { bytesOf } from "../openpgp/signing.ts";

const a = "a".repeat(64);
const b = "b".repeat(64);
const c = "c".repeat(128);

test("SHA256SUMS and SHA512SUMS", () => {
  expect(readSums(bytesOf(`${a}  a b.iso\n${b} *./sub/c.img\n`), "sha256")).toEqual([
    { path: "a b.iso", hashes: { sha256: a } },
    { path: "sub/c.img", hashes: { sha256: b } },
  ]);
  expect(readSums(bytesOf(`${c}  a.iso`), "sha512")).toEqual([
    { path: "a.iso", hashes: { sha512: c } },
  ]);
});

test("CHECKSUM, with the sizes of its comments", () => {
  const text = `# AlmaLinux-9.6-x86_64-boot.iso: 1127219200 bytes
SHA256 (AlmaLinux-9.6-x86_64-boot.iso) = ${a}
SHA512 (AlmaLinux-9.6-x86_64-boot.iso) = ${c}
# anything
SHA256 (odd (1) = name.iso) = ${b}`;
  expect(readSums(bytesOf(text), "checksum")).toEqual([
    { path: "AlmaLinux-9.6-x86_64-boot.iso", hashes: { sha256: a, sha512: c }, size: 1127219200 },
    { path: "odd (1) = name.iso", hashes: { sha256: b } },
  ]);
});

test.each<[what: string, text: string, kind: "sha256" | "sha512" | "checksum", why: string]>([
  ["nothing", "\n# x\n", "sha256", "It lists nothing."],
  ["a page", "<html>", "sha256", "Line 1 is no line of a sha256 list."],
  ["another algorithm", `${a}  a\n${c}  b\n`, "sha256", "Line 2 is no line of a sha256 list."],
  ["MD5", `${"d".repeat(32)}  a\n`, "sha256", "Line 1 is no line of a sha256 list."],
  [
    "MD5 with a tag",
    `MD5 (a) = ${"d".repeat(32)}`,
    "checksum",
    "Line 1 is no line of a checksum list.",
  ],
  [
    "SHA-1 with a tag",
    `SHA1 (a) = ${"d".repeat(40)}`,
    "checksum",
    "Line 1 is no line of a checksum list.",
  ],
  [
    "a tag of another length",
    `SHA512 (a) = ${a}`,
    "checksum",
    "Line 1 is no line of a checksum list.",
  ],
  ["an escaped name", `\\${a}  a\\nb`, "sha256", "Line 1 is no line of a sha256 list."],
  [
    "a signature's armour",
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "checksum",
    "Line 1 is no line of a checksum list.",
  ],
  [
    "a step back",
    `${a}  a\n${a}  ../b`,
    "sha256",
    "Line 2 has a name that is no plain relative path.",
  ],
  [
    "a path from the root",
    `${a}  /b`,
    "sha256",
    "Line 1 has a name that is no plain relative path.",
  ],
  ["a control character", `${a}  a\x1b`, "sha256", "Line 1 has a control character."],
  [
    "two hashes of a name",
    `${a}  a\n${b}  ./a`,
    "sha256",
    "Line 2 lists a name again, with another hash.",
  ],
  ["too many lines", "\n".repeat(20_002), "sha256", "It has more than 20000 lines."],
])("refused: %s", (_, text, kind, why) => {
  expect(readSums(bytesOf(text), kind)).toEqual({ refused: why });
});

test("the kind is told by the name", () => {
  expect(sumsKind("current/amd64/iso-cd/SHA256SUMS")).toBe("sha256");
  expect(sumsKind("SHA512SUMS")).toBe("sha512");
  expect(sumsKind("9/isos/x86_64/CHECKSUM")).toBe("checksum");
  expect(sumsKind("Fedora-Server-43-1.6-x86_64-CHECKSUM")).toBe("checksum");
  expect(sumsKind("MD5SUMS")).toBeUndefined();
  expect(sumsKind("SHA256SUMS.sign")).toBeUndefined();
});
