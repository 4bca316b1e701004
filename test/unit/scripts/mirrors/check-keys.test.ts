/** What can never be verified is told by `check`: from the keys, and from the names of the roots. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommand } from "../../../../scripts/mirrors/command.ts";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { checkTexts, listFolder, now, repositoryTexts } from "./list.ts";

const debianCd = "DF9B9C49EAA9298432589D76DA87E80D6294BE9B";
/** By `gpg --quick-gen-key` 2.2.40 with `dsa2048`: apt 3.0.4 takes no signature of it, apt 2.6.2 did. */
const dsa = "2E3513A82670FCA0A81ABF91E7DF28CF47BBB3AF";
const shipped = fileURLToPath(
  new URL("../../../../mirror-list/keys/debian-cd.gpg", import.meta.url),
);
const fixture = fileURLToPath(new URL("fixtures/dsa-key.asc", import.meta.url));

function listWith(file: string, fingerprint: string): string {
  const text = `${repositoryTexts["debian-cd"]}keys:\n  - file: ${file}\n    fingerprints: [${fingerprint}]\n`;
  const dir = listFolder({}, { ...repositoryTexts, "debian-cd": text });
  mkdirSync(join(dir, "keys"));
  copyFileSync(shipped, join(dir, "keys", "debian-cd.gpg"));
  copyFileSync(fixture, join(dir, "keys", "dsa.asc"));
  return dir;
}

test("the key that is named", async () => {
  const { errors } = await compileMirrorList(listWith("debian-cd.gpg", debianCd), now);
  expect(errors).toEqual([]);
});

test("a fingerprint with one wrong digit", async () => {
  const wrong = debianCd.replace(/B$/, "C");
  const dir = listWith("debian-cd.gpg", wrong);
  const { errors, views } = await compileMirrorList(dir, now);
  expect(errors).toEqual([
    expect.objectContaining({
      line: 7,
      column: 20,
      message: `debian-cd.gpg has no key ${wrong}. Correct the fingerprint, or put the right file into mirror-list/keys/.`,
    }),
  ]);
  expect(views).toBeUndefined();
  const printed: string[] = [];
  const out = (text: string) => void printed.push(text);
  const surroundings = { out, err: out, isTerminal: false, now: () => now };
  expect(await runCommand(["check", "--list", dir], surroundings)).toBe(1);
  expect(printed.join("")).toContain(`:7:20: debian-cd.gpg has no key ${wrong}.`);
});

test("a DSA key", async () => {
  const { errors } = await compileMirrorList(listWith("dsa.asc", dsa), now);
  expect(errors.map(({ message }) => message)).toEqual([
    `${dsa} of dsa.asc is a DSA key of 2048 bits: nothing signed by it is taken. Ask the repository for a newer key.`,
  ]);
});

test("an OpenPGP key where roots are signed by RSA", async () => {
  const text = `name: alpine\nkind: apk\ntitle: Alpine\norigin: https://alpine.example/\nkeys:\n  - file: debian-cd.gpg\n    fingerprints: [${debianCd}]\n`;
  const dir = listFolder({}, { ...repositoryTexts, alpine: text });
  mkdirSync(join(dir, "keys"));
  copyFileSync(shipped, join(dir, "keys", "debian-cd.gpg"));
  const { errors } = await compileMirrorList(dir, now);
  expect(errors.map(({ message }) => message)).toEqual([
    `${debianCd} of debian-cd.gpg is no RSA key, with which roots of apk are signed. Name the right key.`,
  ]);
});

const withRoots = (
  name: keyof typeof repositoryTexts,
  roots: string,
  more = "verify: checksums\n",
) =>
  checkTexts(
    {},
    { ...repositoryTexts, [name]: `${repositoryTexts[name]}roots: [${roots}]\n${more}` },
  ).errors.map(({ message }) => message);

test.each([
  ["debian", "dists/trixie/InRelease"],
  ["debian", "binary/Release"],
  ["almalinux", "10/os/repodata/repomd.xml"],
  ["debian-cd", "SHA256SUMS"],
  ["debian-cd", "sha256sum.txt"],
  ["debian-cd", "CHECKSUM.SHA512-FreeBSD-14.1-RELEASE-amd64"],
  ["debian-cd", "a.iso.sha256"],
] as const)("a root that can be verified: %s, %s", (name, root) => {
  expect(withRoots(name, root)).toEqual([]);
});

test.each([
  [
    "debian",
    "dists/trixie/Packages.gz",
    /^dists\/trixie\/Packages\.gz is no root that can be verified\. Of apt, that is InRelease or Release\./,
  ],
  ["debian", "project/trace/master", /InRelease or Release/],
  ["almalinux", "10/os/repodata/primary.xml.gz", /Of rpm, that is repomd\.xml\./],
  ["debian-cd", "MD5SUMS", /Of images, that is a list of SHA-256 or SHA-512: SHA256SUMS/],
] as const)("a root that never can be: %s, %s", (name, root, said) => {
  expect(withRoots(name, root)).toEqual([expect.stringMatching(said)]);
  expect(withRoots(name, root, "verify: none\n")).toEqual([]);
});

test("the suite of a root that isn't listed", () => {
  const more = "verify: checksums\nsuites: {dists/stabel/InRelease: x}\n";
  expect(withRoots("debian", "dists/stable/InRelease", more)).toEqual([
    "dists/stabel/InRelease is none of the repository's `roots`. Correct it, or add it there.",
  ]);
});
