/** Builds the lab's signed pacman repository with `repo-add`, as Arch does. */

import { linkSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import type { Edition } from "./apt-repository.ts";
import { incompressible } from "./bytes.ts";
import { findProgram, runOrThrow } from "./process.ts";
import type { SigningKey } from "./signing-key.ts";
import { tarOf } from "./tar.ts";

/** Programs the builder needs, with the Debian packages that have each and what it reads. */
export const pacmanTools: Record<string, string> = {
  "repo-add": "pacman-package-manager makepkg",
  bsdtar: "libarchive-tools",
  gpg: "gpg gpg-agent",
};

interface PacmanPackage {
  name: string;
  version: string;
  depends?: string[];
  sizeBytes: number;
}

const kib = 1024;
/** Packages are older than any edition's database. */
const packageDate = new Date(Date.UTC(2026, 0, 1));

/** The packages that version k of the repository lists. */
function pacmanPackages(k: number): PacmanPackage[] {
  return [
    { name: "near-pac-base", version: "1.0-1", sizeBytes: 300 * kib },
    {
      name: "near-pac-c++",
      version: "1:2.0~rc1+b2-1",
      depends: ["near-pac-base"],
      sizeBytes: 300 * kib,
    },
    { name: "near-pac-data", version: `2026.${k}-1`, sizeBytes: 2048 * kib },
    {
      name: "near-pac-app",
      version: `1.${k}-1`,
      depends: ["near-pac-c++", "near-pac-data"],
      sizeBytes: 300 * kib,
    },
  ];
}

/** The repository's name, and so its database's. */
export const pacmanName = "near";
/** Where the database is in each edition. */
export const pacmanRoot = `${pacmanName}/os/x86_64/${pacmanName}.db`;

/**
 * Builds every edition: database, `.files`, packages, all signed, and the links that `repo-add` makes. Earlier
 * packages stay in place and only the current are listed.
 * @throws Error with the failing command's messages.
 */
export async function buildPacmanRepository(
  editions: readonly Edition[],
  workDirectory: string,
  key: SigningKey,
): Promise<void> {
  const pool = join(workDirectory, "pacman");
  mkdirSync(pool, { recursive: true });
  const built = new Set<string>();
  for (const { version, directory, date } of editions) {
    const current: string[] = [];
    for (const item of pacmanPackages(version)) {
      const name = `${item.name}-${item.version}-any.pkg.tar.zst`;
      if (!built.has(name)) await buildPackage(item, join(pool, name), key);
      built.add(name);
      current.push(name);
    }
    const folder = join(directory, pacmanRoot, "..");
    mkdirSync(folder, { recursive: true });
    for (const name of built) {
      for (const file of [name, `${name}.sig`]) linkSync(join(pool, file), join(folder, file));
    }
    await addAll(folder, current, key);
    for (const kind of ["db", "files"]) {
      // The name without an ending is a link to these, and has their time.
      const file = join(folder, `${pacmanName}.${kind}.tar.gz`);
      for (const dated of [file, `${file}.sig`]) utimesSync(dated, date, date);
    }
  }
}

async function addAll(folder: string, packages: readonly string[], key: SigningKey): Promise<void> {
  const database = `${pacmanName}.db.tar.gz`;
  const signing = ["--sign", "--key", key.fingerprint];
  await runOrThrow(
    program("repo-add"),
    ["--quiet", "--nocolor", ...signing, database, ...packages],
    { cwd: folder, env: { PATH: process.env.PATH ?? "", GNUPGHOME: key.home, LC_ALL: "C" } },
  );
}

async function buildPackage(
  { name, version, depends = [], sizeBytes }: PacmanPackage,
  file: string,
  key: SigningKey,
): Promise<void> {
  const told = [
    `pkgname = ${name}`,
    `pkgbase = ${name}`,
    `pkgver = ${version}`,
    "pkgdesc = lab package",
    "url = http://localhost/",
    `builddate = ${packageDate.getTime() / 1000}`,
    "packager = Nearmirror lab <lab@localhost>",
    `size = ${sizeBytes}`,
    "arch = any",
    "license = Apache-2.0",
    ...depends.map((one) => `depend = ${one}`),
    "",
  ];
  const folder = `usr/share/${name}/`;
  const archive = tarOf(
    [
      { name: ".PKGINFO", bytes: told.join("\n") },
      ...["usr/", "usr/share/", folder].map((directory) => ({ name: directory })),
      { name: `${folder}payload`, bytes: incompressible(`${name} ${version}`, sizeBytes) },
    ],
    packageDate,
  );
  writeFileSync(file, zstdCompressSync(archive));
  // pacman takes no armour in its signatures.
  await key.signDetached(file, `${file}.asc`);
  await runOrThrow(program("gpg"), [
    ...["--homedir", key.home, "--batch", "--yes"],
    ...["-o", `${file}.sig`, "--dearmor", `${file}.asc`],
  ]);
  for (const dated of [file, `${file}.sig`]) utimesSync(dated, packageDate, packageDate);
}

function program(name: string): string {
  const found = findProgram(name);
  if (!found) throw new Error(`${name} is missing: install the package \`${pacmanTools[name]}\`.`);
  return found;
}
