/**
 * An rpm-md repository as createrepo_c 0.20 writes one: primary, filelists, other, groups, advisories and `repomd.xml`.
 * Requires with alternatives are rich (`(a or b)`), Breaks are conflicts too, and of Replaces only what names older versions
 * is an obsoletes. Each shared library in the linker's folders is provided as rpm's own generator writes it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CompressedFile, type WrittenFile } from "./compressed-file.ts";
import type { DebPackage } from "./deb-package.ts";
import { otherArchitecture, rpmVersion } from "./other-versions.ts";
import { advisoriesXml, groupsXml } from "./rpm-extra.ts";
import { relationsXml } from "./rpm-relations.ts";
import { type Conversion, type Suite, sharedLibraries, toldOrigin } from "./suite.ts";
import { xmlText } from "./xml-text.ts";

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const namespace = "http://linux.duke.edu/metadata";

export const convertToRpm: Conversion = async (suite, folder, progress) => {
  const repodata = join(folder, "repodata");
  mkdirSync(repodata, { recursive: true });
  const open = (name: string) => new CompressedFile(join(repodata, `${name}.xml.gz`));
  const [primary, filelists, other] = [open("primary"), open("filelists"), open("other")];
  const count = suite.packages.length;
  await primary.write(
    `${declaration}<metadata xmlns="${namespace}/common" xmlns:rpm="${namespace}/rpm" packages="${count}">\n`,
  );
  await filelists.write(
    `${declaration}<filelists xmlns="${namespace}/filelists" packages="${count}">\n`,
  );
  await other.write(`${declaration}<otherdata xmlns="${namespace}/other" packages="${count}">\n`);
  for (const [index, one] of suite.packages.entries()) {
    const paths = suite.files.of(index);
    await primary.write(primaryXml(one, paths, suite));
    const head = headXml(one);
    const files = paths.map((path) => `  <file>/${xmlText(path)}</file>\n`).join("");
    await filelists.write(`${head}${files}</package>\n`);
    await other.write(`${head}</package>\n`);
    if (index % 1000 === 0) progress(index / count);
  }
  await primary.write("</metadata>\n");
  await filelists.write("</filelists>\n");
  await other.write("</otherdata>\n");
  const written: [string, WrittenFile][] = [
    ["primary", await primary.end()],
    ["filelists", await filelists.end()],
    ["other", await other.end()],
  ];
  for (const [type, name, text] of [
    ["group_gz", "comps", groupsXml(suite)],
    ["updateinfo", "updateinfo", advisoriesXml(suite)],
  ] as const) {
    const file = open(name);
    await file.write(declaration + text);
    written.push([type, await file.end()]);
  }
  const data = written.map(([type, file]) => dataXml(type, file, suite.date));
  const root = join(repodata, "repomd.xml");
  writeFileSync(root, `${declaration}${repomdXml(suite, data)}`, "latin1");
  return [...written.map(([, file]) => withHash(file)), root];
};

/** Moves it to the name that has its hash, as clients' caches want it. */
function withHash({ path, sha256 }: WrittenFile): string {
  const hashed = join(path, "..", `${sha256}-${basename(path)}`);
  renameSync(path, hashed);
  return hashed;
}

function repomdXml(suite: Suite, data: readonly string[]): string {
  return (
    `<repomd xmlns="${namespace}/repo" xmlns:rpm="${namespace}/rpm">\n` +
    `  <revision>${suite.date}</revision>\n` +
    `  <tags>\n    <content>${xmlText(toldOrigin(suite))}</content>\n  </tags>\n` +
    `${data.join("")}</repomd>\n`
  );
}

function dataXml(type: string, file: WrittenFile, date: number): string {
  return (
    `  <data type="${type}">\n` +
    `    <checksum type="sha256">${file.sha256}</checksum>\n` +
    `    <open-checksum type="sha256">${file.openSha256}</open-checksum>\n` +
    `    <location href="repodata/${file.sha256}-${basename(file.path)}"/>\n` +
    `    <timestamp>${date}</timestamp>\n` +
    `    <size>${file.size}</size>\n` +
    `    <open-size>${file.openSize}</open-size>\n` +
    "  </data>\n"
  );
}

function versionXml(version: string): string {
  const { epoch, version: ver, release } = rpmVersion(version);
  return `<version epoch="${epoch}" ver="${ver}" rel="${release}"/>`;
}

/** As filelists and other begin each package. */
function headXml(one: DebPackage): string {
  const arch = otherArchitecture(one.architecture, "noarch");
  return `<package pkgid="${pkgid(one)}" name="${xmlText(one.name)}" arch="${arch}">\n  ${versionXml(one.version)}\n`;
}

/** The hash of a package of this kind, which doesn't exist: of Debian's and the name, as several may share a file. */
function pkgid({ name, version, sha256 }: DebPackage): string {
  return createHash("sha256").update(`${name} ${version} ${sha256}`).digest("hex");
}

function primaryXml(one: DebPackage, paths: readonly string[], suite: Suite): string {
  const { version, release } = rpmVersion(one.version);
  const arch = otherArchitecture(one.architecture, "noarch");
  const { version: sourceVersion, release: sourceRelease } = rpmVersion(one.sourceVersion);
  const file = `${one.name}-${version}-${release}.${arch}.rpm`;
  const libraries = sharedLibraries(paths).map((name) => `${name}()(64bit)`);
  return `<package type="rpm">
  <name>${xmlText(one.name)}</name>
  <arch>${arch}</arch>
  ${versionXml(one.version)}
  <checksum type="sha256" pkgid="YES">${pkgid(one)}</checksum>
  <summary>${xmlText(one.summary)}</summary>
  <description>${xmlText(one.summary)}</description>
  <packager>${xmlText(one.maintainer)}</packager>
  <url>${xmlText(one.homepage)}</url>
  <time file="${suite.date}" build="${suite.date}"/>
  <size package="${one.size}" installed="${one.installedSize}" archive="${one.installedSize}"/>
  <location href="Packages/${xmlText(one.name.slice(0, 1))}/${xmlText(file)}"/>
  <format>
    <rpm:license></rpm:license>
    <rpm:vendor></rpm:vendor>
    <rpm:group>${xmlText(one.section)}</rpm:group>
    <rpm:buildhost></rpm:buildhost>
    <rpm:sourcerpm>${xmlText(`${one.source}-${sourceVersion}-${sourceRelease}.src.rpm`)}</rpm:sourcerpm>
    <rpm:header-range start="0" end="0"/>
${relationsXml(one, libraries)}${paths
  .filter(isPrimaryFile)
  .map((path) => `    <file>/${xmlText(path)}</file>\n`)
  .join("")}  </format>
</package>
`;
}

/** Files that primary has as well (createrepo_c, `cr_is_primary`). */
function isPrimaryFile(path: string): boolean {
  return path.startsWith("etc/") || path.includes("bin/") || path === "usr/lib/sendmail";
}
