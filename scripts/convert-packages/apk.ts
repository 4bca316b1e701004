/**
 * Alpine's `APKINDEX.tar.gz` without a signature (wiki.alpinelinux.org, Apk spec): `DESCRIPTION` and `APKINDEX`. Commands,
 * shared libraries and `.pc` files are provided as abuild's own scan does (`cmd:`, `so:`, `pc:`). Of alternatives only the
 * first is a dependency; Conflicts and Breaks are dependencies with `!`. `C:` is made of Debian's SHA-256, as there is no
 * package whose control part could be hashed.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { tarOf } from "../../test/lab/tar.ts";
import { CompressedFile } from "./compressed-file.ts";
import type { DebPackage, RelationField } from "./deb-package.ts";
import type { DebTerm } from "./deb-relation.ts";
import { newestOfEach } from "./newest.ts";
import { apkVersion, otherArchitecture } from "./other-versions.ts";
import { type Conversion, commandsOf, type Suite, sharedLibraries, toldOrigin } from "./suite.ts";

/** Of a SHA-1, which `Q1` says it is. */
const sha1Bytes = 20;

export const convertToApk: Conversion = async (suite, folder, progress) => {
  mkdirSync(folder, { recursive: true });
  const taken = newestOfEach(suite.packages);
  const stanzas: string[] = [];
  for (const [index, one] of suite.packages.entries()) {
    if (!taken.has(one)) continue;
    stanzas.push(stanzaOf(one, suite.files.of(index), suite));
    if (index % 1000 === 0) progress(index / suite.packages.length);
  }
  const path = join(folder, "APKINDEX.tar.gz");
  const file = new CompressedFile(path);
  const entries = [
    { name: "DESCRIPTION", bytes: toldOrigin(suite) },
    { name: "APKINDEX", bytes: Buffer.from(stanzas.join(""), "latin1") },
  ];
  await file.write(tarOf(entries, new Date(suite.date * 1000)));
  await file.end();
  return [path];
};

function stanzaOf(one: DebPackage, paths: readonly string[], suite: Suite): string {
  const version = apkVersion(one.version);
  const terms = (...fields: RelationField[]) =>
    fields.flatMap((field) => one.relation(field).flatMap(([first]) => first ?? []));
  const depends = [
    ...terms("Pre-Depends", "Depends").map(written),
    ...terms("Conflicts", "Breaks").map((term) => `!${written(term)}`),
  ];
  const provides = [
    ...terms("Provides").map(written),
    ...sharedLibraries(paths).map(
      (name) => `so:${name}=${name.slice(name.lastIndexOf(".so.") + 4)}`,
    ),
    // A command with a blank or a sign of a relation can't be named.
    ...commandsOf(paths)
      .filter((name) => !/[\s<>=~]/.test(name))
      .map((name) => `cmd:${name}=${version}`),
    ...pkgConfig(paths).map((name) => `pc:${name}=${version}`),
  ];
  const checksum = Buffer.from(one.sha256, "hex").subarray(0, sha1Bytes).toString("base64");
  const lines: [string, string][] = [
    ["C", `Q1${checksum}`],
    ["P", one.name],
    ["V", version],
    ["A", otherArchitecture(one.architecture, "noarch")],
    ["S", String(one.size)],
    ["I", String(one.installedSize)],
    ["T", one.summary],
    ["U", one.homepage],
    ["o", one.source],
    ["m", one.maintainer],
    ["t", String(suite.date)],
    ["D", [...new Set(depends)].join(" ")],
    ["p", [...new Set(provides)].join(" ")],
  ];
  const told = lines.filter(([, value]) => value !== "");
  return `${told.map(([letter, value]) => `${letter}:${value}\n`).join("")}\n`;
}

function pkgConfig(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const name = /^usr\/(?:lib(?:\/[^/]+)?|share)\/pkgconfig\/([^/\s]+)\.pc$/.exec(path)?.[1];
    return name ?? [];
  });
}

function written({ name, operator, version }: DebTerm): string {
  if (operator === undefined || version === undefined) return name;
  const sign = operator === "<<" ? "<" : operator === ">>" ? ">" : operator;
  return `${name}${sign}${apkVersion(version)}`;
}
