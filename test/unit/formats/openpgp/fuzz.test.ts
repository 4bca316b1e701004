/** Damaged files, always the same ones: nothing but what was signed is ever taken, and nothing throws. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { verifyApkIndex } from "../../../../worker/formats/apk/apk-signature.ts";
import { readRelease } from "../../../../worker/formats/apt/release.ts";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { verifyClearsigned, verifyDetached } from "../../../../worker/formats/openpgp/verify.ts";
import { readRepomd } from "../../../../worker/formats/rpm/repomd.ts";
import { readSums } from "../../../../worker/formats/sums/signed-sums.ts";
import { apkIndex, makeApkKey, withApkSignature } from "../../../lab/apk-repository.ts";
import {
  armoured,
  bytesOf,
  clearSigned,
  fingerprintOf,
  keyringOf,
  makeKey,
  noon,
  seeded,
  signature,
  textOf,
} from "./signing.ts";

const runs = 1_500;

/** One to three changes: bytes flipped, cut out, doubled, put in, the end cut off. */
function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  let now = Buffer.from(bytes);
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * now.length);
    const length = 1 + Math.floor(random() * random() * 80);
    const [before, part, after] = [
      now.subarray(0, at),
      now.subarray(at, at + length),
      now.subarray(at + length),
    ];
    switch (Math.floor(random() * 6)) {
      case 0:
        now = Buffer.concat([
          before,
          Buffer.from([(now[at] ?? 0) ^ (1 << Math.floor(random() * 8))]),
          now.subarray(at + 1),
        ]);
        break;
      case 1:
        now = Buffer.concat([before, after]);
        break;
      case 2:
        now = Buffer.concat([before, part, part, after]);
        break;
      case 3:
        now = Buffer.concat([before, Buffer.from(among(random)), part, after]);
        break;
      case 4:
        now = Buffer.concat([
          before,
          Buffer.from([Math.floor(random() * 256)]),
          now.subarray(at + 1),
        ]);
        break;
      default:
        now = random() < 0.2 ? before : Buffer.concat([after, before, part]);
    }
  }
  return now;
}

/** What readers stumble over. */
function among(random: () => number): string {
  const pieces = [
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\0",
    "-",
    "- ",
    "=",
    "-----BEGIN PGP SIGNATURE-----\n",
    "\n-----END PGP SIGNATURE-----\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "Hash: MD5\n",
    "\u2028",
    "\ufeff",
    "<!DOCTYPE x>",
    "&x;",
    "]]>",
    "<data>",
    "../",
    "SHA256:\n",
    "99999999999999999999",
  ];
  return pieces[Math.floor(random() * pieces.length)] ?? "";
}

const [archive, stranger] = await Promise.all([makeKey(), makeKey()]);
const keyring = await keyringOf(archive);
const release = `Suite: stable\nDate: Sun, 22 Nov 2026 11:00:00 UTC\nSHA256:\n ${"1".repeat(64)} 12 main/a\n`;

test(`${runs} clear-signed files`, async () => {
  const file = await clearSigned(release.trimEnd(), [stranger, archive]);
  const random = seeded(1);
  let taken = 0;
  for (let run = 0; run < runs; run++) {
    const bytes = damaged(bytesOf(file), random);
    const found = await verifyClearsigned(bytes, keyring, noon);
    if ("refused" in found) {
      expect(found.refused).toMatch(/\.$/);
      continue;
    }
    taken++;
    // White space at a line's end, or the stranger's signature, is not what was signed.
    expect(textOf(found.text)).toBe(release.trimEnd());
    expect(found.signedBy).toBe(fingerprintOf(archive));
  }
  expect(taken).toBeLessThan(runs / 4);
});

test(`${runs} detached signatures, and ${runs} files`, async () => {
  const content = bytesOf(release);
  const made = await signature(archive, content);
  const random = seeded(2);
  for (let run = 0; run < runs; run++) {
    const form = run % 2 === 0 ? made : bytesOf(armoured(made));
    const found = await verifyDetached(content, damaged(form, random), keyring, noon);
    if (!("refused" in found)) expect(found).toMatchObject({ signedAt: noon, text: content });
    const other = damaged(content, random);
    if (Buffer.from(other).equals(content)) continue;
    expect(await verifyDetached(other, made, keyring, noon)).toHaveProperty("refused");
  }
});

test(`${runs} signed APKINDEX`, async () => {
  const key = makeApkKey();
  const pem = { file: key.file, bytes: bytesOf(key.publicKey), fingerprints: [key.fingerprint] };
  const alpine = await readKeys([pem]);
  const index = apkIndex([{ name: "musl", version: "1", size: 7 }], new Date(noon));
  const file = withApkSignature(index, key, new Date(noon));
  const random = seeded(4);
  let refused = 0;
  for (let run = 0; run < runs; run++) {
    const found = await verifyApkIndex(new Uint8Array(damaged(file, random)), alpine);
    if ("refused" in found) {
      refused++;
      expect(found.refused).toMatch(/\.$/);
      // What is before the signed bytes may be packed in other ways.
    } else expect(Buffer.from(found.signed).equals(index)).toBe(true);
  }
  expect(refused).toBeGreaterThan(runs / 2);
});

test("key files: read or an error that names the file", async () => {
  const bytes = archive.toPublic().write();
  const armour = bytesOf(archive.toPublic().armor());
  const random = seeded(3);
  for (let run = 0; run < 300; run++) {
    const file = { file: "f", bytes: damaged(run % 2 === 0 ? bytes : armour, random) };
    const fingerprints = [fingerprintOf(archive)];
    const said = await readKeys([{ ...file, fingerprints }]).then(
      ({ keys }) => `f ${keys.map(fingerprintOf)}`,
      (error: unknown) => (error instanceof Error ? error.message : "no Error"),
    );
    expect(said).toMatch(/^f[: ]/);
  }
});

test("Release, repomd.xml and lists: read or refused, never thrown", () => {
  const fixture = readFileSync(new URL("fixtures/bookworm-security-InRelease", import.meta.url));
  const real = bytesOf(textOf(fixture).split("\n").slice(3, 60).join("\n"));
  const hash = "a".repeat(64);
  const repomd = bytesOf(
    `<?xml version="1.0"?>\n<repomd xmlns="x"><revision>1</revision><data type="a"><checksum type="sha256">${hash}</checksum><location href="a&amp;b"/><size>1</size></data></repomd>\n`,
  );
  const sums = bytesOf(`${hash}  a.iso\n${hash} *b.iso\n`);
  const tagged = bytesOf(`# a: 12 bytes\nSHA256 (a) = ${hash}\n`);
  const random = seeded(5);
  let refused = 0;
  for (let run = 0; run < runs; run++) {
    const found = [
      readRelease(damaged(real, random), { codenames: ["bookworm-security"] }, noon),
      readRepomd(damaged(repomd, random)),
      readSums(damaged(sums, random)),
      readSums(damaged(tagged, random)),
    ];
    for (const one of found) {
      if (!("refused" in one)) continue;
      refused++;
      expect(one.refused).toMatch(/\.$/);
    }
  }
  expect(refused).toBeGreaterThan(runs);
});
