/** Builds the lab's signed rpm repository with rpmbuild, rpmsign and createrepo_c. */

import { linkSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Edition } from "./apt-repository.ts";
import { incompressible } from "./bytes.ts";
import { findProgram, runOrThrow } from "./process.ts";
import { type SigningKey, signerName } from "./signing-key.ts";

/** Programs the builder needs, with the Debian package that has each. */
export const rpmTools: Record<string, string> = {
  rpmbuild: "rpm",
  rpmsign: "rpm",
  createrepo_c: "createrepo-c",
  gpg: "gpg gpg-agent",
};

interface RpmPackage {
  name: string;
  version: string;
  requires?: string;
  sizeBytes: number;
}

const kib = 1024;

/** The packages that version k of the repository lists. */
function rpmPackages(k: number): RpmPackage[] {
  return [
    { name: "near-rpm-base", version: "1.0", sizeBytes: 300 * kib },
    {
      name: "near-rpm-c++",
      version: "2.0~rc1+b2",
      requires: "near-rpm-base",
      sizeBytes: 300 * kib,
    },
    { name: "near-rpm-data", version: `2026.${k}`, sizeBytes: 2048 * kib },
    {
      name: "near-rpm-app",
      version: `1.${k}`,
      requires: "near-rpm-c++, near-rpm-data, near-rpm-doc, near-rpm-tools",
      sizeBytes: 300 * kib,
    },
    { name: "near-rpm-doc", version: "3.0", sizeBytes: 300 * kib },
    { name: "near-rpm-tools", version: "4.0", sizeBytes: 300 * kib },
    // Small enough to be fetched where a mirror is looked at; nothing needs it.
    { name: "near-rpm-note", version: "5.0", sizeBytes: 20 * kib },
  ];
}

/**
 * Builds every edition. As in the apt repository, earlier files stay in place and only the current are listed.
 * @throws Error with the failing command's messages.
 */
export async function buildRpmRepository(
  editions: Edition[],
  workDirectory: string,
  key: SigningKey,
): Promise<void> {
  const built = new Map<string, string>();
  for (const edition of editions) {
    const current: string[] = [];
    for (const item of rpmPackages(edition.version)) {
      const id = `${item.name}-${item.version}`;
      const file = built.get(id) ?? (await buildPackage(item, workDirectory, key));
      built.set(id, file);
      current.push(file);
    }
    for (const file of built.values()) link(file, join(edition.directory, "Packages"));

    const list = join(workDirectory, `rpms${edition.version}.txt`);
    const paths = current.map((file) => `Packages/${file.slice(dirname(file).length + 1)}`);
    writeFileSync(list, `${paths.join("\n")}\n`);
    const seconds = Math.floor(edition.date.getTime() / 1000);
    await runOrThrow(program("createrepo_c"), [
      ...["--quiet", "--pkglist", list, "--no-database", "--unique-md-filenames"],
      ...["--revision", String(seconds), "--set-timestamp-to-revision", edition.directory],
    ]);
    const root = join(edition.directory, "repodata/repomd.xml");
    await key.signDetached(root, `${root}.asc`);
    for (const file of [root, `${root}.asc`]) utimesSync(file, edition.date, edition.date);
  }
}

async function buildPackage(
  item: RpmPackage,
  workDirectory: string,
  key: SigningKey,
): Promise<string> {
  const top = join(workDirectory, "rpm", `${item.name}-${item.version}`);
  mkdirSync(top, { recursive: true });
  writeFileSync(
    join(top, "payload"),
    incompressible(`${item.name} ${item.version}`, item.sizeBytes),
  );
  const spec = join(top, "package.spec");
  writeFileSync(
    spec,
    `Name: ${item.name}
Version: ${item.version}
Release: 1
Summary: lab package
License: Apache-2.0
BuildArch: noarch
${item.requires ? `Requires: ${item.requires}` : ""}
%description
lab package
%install
mkdir -p %{buildroot}/usr/share/${item.name}
cp ${top}/payload %{buildroot}/usr/share/${item.name}/payload
%files
/usr/share/${item.name}
`,
  );
  const defines = [`_topdir ${top}`, "_binary_payload w0.gzdio", "_buildhost localhost"];
  await runOrThrow(program("rpmbuild"), [
    "-bb",
    ...defines.flatMap((define) => ["--define", define]),
    spec,
  ]);
  const directory = join(top, "RPMS/noarch");
  const [name] = readdirSync(directory);
  if (!name) throw new Error(`rpmbuild made nothing of ${spec}`);
  const file = join(directory, name);
  await runOrThrow(program("rpmsign"), [
    ...["--define", `_gpg_name ${signerName}`, "--define", `_gpg_path ${key.home}`],
    // Debian's rpm has no usable default for where gpg is.
    ...["--define", `__gpg ${program("gpg")}`],
    ...["--addsign", file],
  ]);
  return file;
}

function link(file: string, directory: string): void {
  mkdirSync(directory, { recursive: true });
  linkSync(file, join(directory, file.slice(dirname(file).length + 1)));
}

function program(name: string): string {
  const found = findProgram(name);
  if (!found) throw new Error(`${name} is missing: install the package \`${rpmTools[name]}\`.`);
  return found;
}
