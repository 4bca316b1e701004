/**
 * pacman's databases as `repo-add` 6.0 writes them: `NAME.db` with a `desc` for each package, `NAME.files` with `files` too.
 * Of alternatives only the first is a dependency; Recommends and Suggests are optional ones; Breaks are conflicts, with the
 * version's condition.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TarEntry, tarOf } from "../../test/lab/tar.ts";
import { CompressedFile } from "./compressed-file.ts";
import type { DebPackage, RelationField } from "./deb-package.ts";
import type { DebTerm } from "./deb-relation.ts";
import { newestOfEach } from "./newest.ts";
import { otherArchitecture, pacmanRelationVersion, pacmanVersion } from "./other-versions.ts";
import { type Conversion, type Suite, sharedLibraries, toldOrigin } from "./suite.ts";

/** Of a name in a tar header. */
const maxTarName = 100;

export const convertToPacman: Conversion = async (suite, folder, progress) => {
  mkdirSync(folder, { recursive: true });
  // A pacman database has one version of each name.
  const taken = newestOfEach(suite.packages);
  const paths = [join(folder, `${suite.name}.db`), join(folder, `${suite.name}.files`)] as const;
  const [db, filesDb] = [new CompressedFile(paths[0]), new CompressedFile(paths[1])];
  const modified = new Date(suite.date * 1000);
  for (const [index, one] of suite.packages.entries()) {
    if (!taken.has(one)) continue;
    const files = suite.files.of(index);
    const place = `${one.name}-${pacmanVersion(one.version)}/`;
    const desc = [
      entry(place),
      entry(`${place}desc`, descOf(one, sharedLibraries(files), suite)),
    ].flat();
    const told = tarOf(desc, modified, { ends: false });
    await db.write(told);
    await filesDb.write(told);
    const listed = entry(`${place}files`, Buffer.from(filesText(files), "latin1"));
    await filesDb.write(tarOf(listed, modified, { ends: false }));
    if (index % 1000 === 0) progress(index / suite.packages.length);
  }
  const end = tarOf([], modified);
  await db.write(end);
  await filesDb.write(end);
  await Promise.all([db.end(), filesDb.end()]);
  // The form has no place for words about itself.
  const about = join(folder, "CONVERTED.txt");
  writeFileSync(about, `${toldOrigin(suite)}\n`);
  return [...paths, about];
};

function entry(name: string, bytes?: Buffer): TarEntry[] {
  const made = { name: name.slice(0, maxTarName), ...(bytes !== undefined && { bytes }) };
  return [name.length > maxTarName ? { ...made, pax: { path: name } } : made];
}

/** Folders are listed as well, each before what is in it. */
function filesText(paths: readonly string[]): string {
  const all = new Set<string>();
  for (const path of paths) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      all.add(path.slice(0, slash + 1));
    }
    all.add(path);
  }
  return `%FILES%\n${[...all].toSorted().join("\n")}\n`;
}

function descOf(one: DebPackage, libraries: readonly string[], suite: Suite): Buffer {
  const version = pacmanVersion(one.version);
  const arch = otherArchitecture(one.architecture, "any");
  const terms = (...fields: RelationField[]) =>
    fields.flatMap((field) => one.relation(field).flatMap(([first]) => first ?? []));
  const blocks: [string, readonly string[]][] = [
    ["FILENAME", [`${one.name}-${version}-${arch}.pkg.tar.zst`]],
    ["NAME", [one.name]],
    ["BASE", [one.source]],
    ["VERSION", [version]],
    ["DESC", [one.summary]],
    ["GROUPS", [one.section]],
    ["CSIZE", [String(one.size)]],
    ["ISIZE", [String(one.installedSize)]],
    ["MD5SUM", [one.md5]],
    ["SHA256SUM", [one.sha256]],
    ["URL", [one.homepage]],
    ["ARCH", [arch]],
    ["BUILDDATE", [String(suite.date)]],
    ["PACKAGER", [one.maintainer]],
    [
      "REPLACES",
      terms("Replaces")
        .filter(({ operator }) => operator === "<<")
        .map(written),
    ],
    ["CONFLICTS", terms("Conflicts", "Breaks").map(written)],
    ["PROVIDES", [...terms("Provides").map(written), ...libraries.map(soname)]],
    ["DEPENDS", terms("Pre-Depends", "Depends").map(written)],
    [
      "OPTDEPENDS",
      [
        ...terms("Recommends").map(({ name }) => `${name}: recommended`),
        ...terms("Suggests").map(({ name }) => `${name}: suggested`),
      ],
    ],
  ];
  const text = blocks
    .map(([name, values]) => [name, values.filter((value) => value !== "")] as const)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `%${name}%\n${[...new Set(values)].join("\n")}\n\n`)
    .join("");
  return Buffer.from(text, "latin1");
}

/** As makepkg writes a library of 64 bits: `libx.so=1-64`. */
function soname(library: string): string {
  const at = library.lastIndexOf(".so.");
  return `${library.slice(0, at)}.so=${library.slice(at + 4)}-64`;
}

function written({ name, operator, version }: DebTerm): string {
  if (operator === undefined || version === undefined) return name;
  const sign = operator === "<<" ? "<" : operator === ">>" ? ">" : operator;
  return `${name}${sign}${pacmanRelationVersion(version)}`;
}
