/**
 * Builds the lab's signed apk repository: packages and indexes as `abuild` and `apk index` write them, made here, as
 * Debian has no package of those.
 */

import { createHash, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { linkSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Edition } from "./apt-repository.ts";
import { incompressible } from "./bytes.ts";
import { tarOf } from "./tar.ts";

/** `RSA` is with SHA-1, as Alpine publishes; `RSA256` with SHA-256, `RSA512` with SHA-512. */
export type ApkSigning = "RSA" | "RSA256" | "RSA512";

const digests: Readonly<Record<ApkSigning, string>> = {
  RSA: "sha1",
  RSA256: "sha256",
  RSA512: "sha512",
};

/** An RSA key as `abuild-keygen` makes. */
export interface ApkKey {
  /** Name of the public key's file, which signatures name. */
  file: string;
  /** PEM. */
  publicKey: string;
  /** SHA-256 of the public key's DER, 64 upper-case hex digits. */
  fingerprint: string;
  privateKey: KeyObject;
}

/** A fresh key. */
export function makeApkKey(file = "lab@localhost-6a000000.rsa.pub", bits = 2048): ApkKey {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    file,
    publicKey: String(publicKey.export({ type: "spki", format: "pem" })),
    fingerprint: createHash("sha256").update(der).digest("hex").toUpperCase(),
    privateKey,
  };
}

/**
 * Puts a gzip member with a signature before signed bytes. The tar archive in it isn't ended, as it goes on in them.
 * @param at of the signature's entry; nobody reads it
 */
export function withApkSignature(
  bytes: Uint8Array,
  key: Pick<ApkKey, "file" | "privateKey">,
  at: Date,
  signing: ApkSigning = "RSA",
): Buffer {
  const signer = createSign(digests[signing]).update(bytes);
  const name = `.SIGN.${signing}.${key.file}`;
  const entry = { name, bytes: signer.sign(key.privateKey) };
  return Buffer.concat([gzipSync(tarOf([entry], at, { ends: false })), bytes]);
}

/** A package in an index. */
export interface IndexedApk {
  name: string;
  version: string;
  /** Of its file, bytes. */
  size: number;
  /** `Q1` and the SHA-1 of its control member, Base64. */
  checksum?: string;
  depends?: string;
  builtAt?: Date;
}

/** An index's bytes without a signature, as of a time. */
export function apkIndex(packages: readonly IndexedApk[], at: Date): Buffer {
  const stanzas = packages.map(
    ({ name, version, size, checksum = "Q1AAAA=", depends, builtAt = packageDate }) =>
      [
        `C:${checksum}`,
        `P:${name}`,
        `V:${version}`,
        "A:x86_64",
        `S:${size}`,
        `I:${size}`,
        "T:lab package",
        "U:http://localhost/",
        "L:Apache-2.0",
        `t:${Math.floor(builtAt.getTime() / 1000)}`,
        ...(depends === undefined ? [] : [`D:${depends}`]),
        "",
        "",
      ].join("\n"),
  );
  const entries = [
    { name: "DESCRIPTION", bytes: "lab" },
    { name: "APKINDEX", bytes: stanzas.join("") },
  ];
  return gzipSync(tarOf(entries, at));
}

interface ApkPackage {
  name: string;
  version: string;
  depends?: string;
  sizeBytes: number;
}

const kib = 1024;
/** Packages are older than any edition's index. */
const packageDate = new Date(Date.UTC(2026, 0, 1));

/** The packages that version k of the repository lists. */
function apkPackages(k: number): ApkPackage[] {
  return [
    { name: "near-apk-base", version: "1.0-r0", sizeBytes: 300 * kib },
    { name: "near-apk-c++", version: "2.0_rc1-r2", depends: "near-apk-base", sizeBytes: 300 * kib },
    { name: "near-apk-data", version: `2026.${k}-r0`, sizeBytes: 2048 * kib },
    {
      name: "near-apk-app",
      version: `1.${k}-r0`,
      depends: "near-apk-c++ near-apk-data",
      sizeBytes: 300 * kib,
    },
  ];
}

/** Where the index is in each edition. */
export const apkRoot = "main/x86_64/APKINDEX.tar.gz";

/** Builds every edition. Earlier packages stay in place and only the current are listed. */
export function buildApkRepository(
  editions: readonly Edition[],
  workDirectory: string,
  key: ApkKey,
  signing: ApkSigning = "RSA",
): void {
  const built = new Map<string, IndexedApk>();
  const pool = join(workDirectory, "apk");
  mkdirSync(pool, { recursive: true });
  for (const { version, directory, date } of editions) {
    const current = apkPackages(version).map((item) => {
      const name = `${item.name}-${item.version}.apk`;
      const known = built.get(name);
      if (known !== undefined) return known;
      const { bytes, checksum } = buildPackage(item, key);
      const file = join(pool, name);
      writeFileSync(file, bytes);
      utimesSync(file, packageDate, packageDate);
      const { depends } = item;
      const indexed: IndexedApk = {
        name: item.name,
        version: item.version,
        size: bytes.length,
        checksum,
        ...(depends !== undefined && { depends }),
      };
      built.set(name, indexed);
      return indexed;
    });
    const root = join(directory, apkRoot);
    const folder = join(root, "..");
    mkdirSync(folder, { recursive: true });
    for (const name of built.keys()) linkSync(join(pool, name), join(folder, name));
    writeFileSync(root, withApkSignature(apkIndex(current, date), key, date, signing));
    utimesSync(root, date, date);
  }
}

/** A package: its signature, what is told of it, and its files, a gzip member each. */
function buildPackage(
  { name, version, depends, sizeBytes }: ApkPackage,
  key: ApkKey,
): { bytes: Buffer; checksum: string } {
  const payload = incompressible(`${name} ${version}`, sizeBytes);
  const folder = `usr/share/${name}/`;
  const files = [
    ...["usr/", "usr/share/", folder].map((directory) => ({ name: directory })),
    { name: `${folder}payload`, bytes: payload, pax: { "APK-TOOLS.checksum.SHA1": sha1(payload) } },
  ];
  const data = gzipSync(tarOf(files, packageDate));
  const told = [
    `pkgname = ${name}`,
    `pkgver = ${version}`,
    "pkgdesc = lab package",
    "url = http://localhost/",
    `builddate = ${packageDate.getTime() / 1000}`,
    `size = ${sizeBytes}`,
    "arch = x86_64",
    "origin = near",
    "license = Apache-2.0",
    ...(depends?.split(" ").map((one) => `depend = ${one}`) ?? []),
    `datahash = ${createHash("sha256").update(data).digest("hex")}`,
    "",
  ];
  const info = [{ name: ".PKGINFO", bytes: told.join("\n") }];
  const control = gzipSync(tarOf(info, packageDate, { ends: false }));
  const checksum = `Q1${createHash("sha1").update(control).digest("base64")}`;
  const signed = withApkSignature(control, key, packageDate);
  return { bytes: Buffer.concat([signed, data]), checksum };
}

function sha1(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("hex");
}
