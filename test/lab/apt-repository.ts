/** Builds the lab's signed apt repository with Debian's own tools: dpkg-deb, apt-ftparchive, gpg, xz. */

import { createHash } from "node:crypto";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type AptPackage, aptPackages } from "./apt-packages.ts";
import { incompressible } from "./bytes.ts";
import { findProgram, runOrThrow } from "./process.ts";
import type { SigningKey } from "./signing-key.ts";

/** Programs the builder needs, with the Debian package that has each. */
export const aptTools: Record<string, string> = {
  "dpkg-deb": "dpkg",
  "apt-ftparchive": "apt-utils",
  gpg: "gpg gpg-agent",
  xz: "xz-utils",
};

/** Where and when one version of a repository is published. */
export interface Edition {
  /** Counted from 1. */
  version: number;
  /** The repository's root directory in this version's tree. */
  directory: string;
  /** The date its metadata carries. */
  date: Date;
}

/**
 * Builds every edition. An edition's pool also keeps the files of the ones before, as archives do for a while;
 * its index lists only its own.
 * @param workDirectory for intermediate files.
 * @throws Error with the failing command's messages.
 */
export async function buildAptRepository(
  editions: Edition[],
  workDirectory: string,
  key: SigningKey,
): Promise<void> {
  const built = new Map<string, string>();
  const pooled: AptPackage[] = [];
  let before: Edition | undefined;
  for (const edition of editions) {
    const current = aptPackages(edition.version);
    for (const item of current) {
      if (built.has(item.file)) continue;
      built.set(item.file, await buildPackage(item, workDirectory));
      pooled.push(item);
    }
    for (const item of pooled) link(built.get(item.file), join(edition.directory, item.file));

    const listing = join(workDirectory, `listing${edition.version}`);
    for (const item of current) link(built.get(item.file), join(listing, item.file));
    const packages = await runOrThrow(program("apt-ftparchive"), ["packages", "pool"], {
      cwd: listing,
    });
    await publishSuite(edition, before, packages, key);
    before = edition;
  }
}

async function buildPackage(item: AptPackage, workDirectory: string): Promise<string> {
  const root = join(workDirectory, "deb", item.name, item.version);
  const payload = join(root, "usr/share", item.name);
  mkdirSync(join(root, "DEBIAN"), { recursive: true });
  mkdirSync(payload, { recursive: true });
  const control = [
    `Package: ${item.name}`,
    `Version: ${item.version}`,
    "Architecture: all",
    "Maintainer: Nearmirror lab <lab@localhost>",
    ...(item.depends ? [`Depends: ${item.depends}`] : []),
    `Description: lab package ${item.name}`,
  ];
  writeFileSync(join(root, "DEBIAN/control"), `${control.join("\n")}\n`);
  const seed = `${item.name} ${item.version}`;
  writeFileSync(join(payload, "payload"), incompressible(seed, item.sizeBytes));
  writeFileSync(join(payload, "version"), `${item.version}\n`);
  const file = join(workDirectory, "deb", `${item.name}_${item.version}.deb`);
  await runOrThrow(
    program("dpkg-deb"),
    ["--root-owner-group", "-Zxz", "-z0", "--build", root, file],
    { env: { PATH: process.env.PATH ?? "", SOURCE_DATE_EPOCH: String(packageEpochSeconds) } },
  );
  rmSync(root, { recursive: true });
  utimesSync(file, packageEpochSeconds, packageEpochSeconds);
  return file;
}

/** 2026-01-01: packages are older than any edition's metadata. */
const packageEpochSeconds = Date.UTC(2026, 0, 1) / 1000;

async function publishSuite(
  edition: Edition,
  before: Edition | undefined,
  packages: string,
  key: SigningKey,
): Promise<void> {
  const suite = join(edition.directory, "dists/stable");
  const binary = join(suite, "main/binary-amd64");
  mkdirSync(binary, { recursive: true });
  const plain = join(binary, "Packages");
  writeFileSync(plain, packages);
  writeFileSync(`${plain}.gz`, gzipSync(packages, { level: 9 }));
  await runOrThrow(program("xz"), ["--keep", "--force", plain]);

  const fields = {
    Origin: "Nearmirror lab",
    Label: "Nearmirror lab",
    Suite: "stable",
    Codename: "nearby",
    Version: String(edition.version),
    Architectures: "amd64",
    Components: "main",
    Description: `version ${edition.version}`,
  };
  const generated = await runOrThrow(program("apt-ftparchive"), [
    ...Object.entries(fields).flatMap(([name, value]) => [
      "-o",
      `APT::FTPArchive::Release::${name}=${value}`,
    ]),
    ...["-o", "APT::FTPArchive::SHA1=false", "-o", "APT::FTPArchive::SHA512=false"],
    ...["release", suite],
  ]);
  const dated = generated.replace(
    /^Date: .*$/m,
    `Date: ${edition.date.toUTCString().replace("GMT", "UTC")}`,
  );
  const release = join(suite, "Release");
  writeFileSync(release, dated.replace(/^MD5Sum:/m, "Acquire-By-Hash: yes\nMD5Sum:"));
  await key.signClear(release, join(suite, "InRelease"));
  await key.signDetached(release, `${release}.gpg`);
  // Listed in Release with its hash, but not shipped, as in Debian's archive.
  rmSync(plain);

  const published = [release, `${release}.gpg`, join(suite, "InRelease")];
  for (const index of [`${plain}.gz`, `${plain}.xz`]) {
    const hash = createHash("sha256").update(readFileSync(index)).digest("hex");
    const byHash = join(binary, "by-hash/SHA256", hash);
    mkdirSync(dirname(byHash), { recursive: true });
    copyFileSync(index, byHash);
    published.push(index, byHash);
  }
  for (const file of published) utimesSync(file, edition.date, edition.date);
  // By-hash files of earlier editions stay, so that a client between two publishes finds its own.
  if (before) linkEarlierByHash(before, edition);
}

function linkEarlierByHash(before: Edition, edition: Edition): void {
  const path = "dists/stable/main/binary-amd64/by-hash/SHA256";
  for (const name of readdirSync(join(before.directory, path))) {
    link(join(before.directory, path, name), join(edition.directory, path, name));
  }
}

function link(from: string | undefined, to: string): void {
  if (from === undefined) throw new Error(`${to} was never built`);
  mkdirSync(dirname(to), { recursive: true });
  linkSync(from, to);
}

function program(name: string): string {
  const found = findProgram(name);
  if (!found) throw new Error(`${name} is missing: install the package \`${aptTools[name]}\`.`);
  return found;
}
