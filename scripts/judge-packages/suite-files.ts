/** The real files of a suite, of which the expected answers are made. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type DebPackage, readPackages } from "../convert-packages/deb-package.ts";

/** Bytes of an unpacked translation: Debian's has 33 MB. */
const maxText = 512 * 1024 * 1024;

export interface SuiteFiles {
  /** `bookworm`. */
  suite: string;
  folder: string;
  /** Its unpacked `Packages`. */
  index: string;
  packages: DebPackage[];
  /** `Contents-ARCH`, of each the unpacked one where both are there. */
  contents: string[];
  /** `Translation-en`, the longer descriptions, as packed as it is there; none where the folder has none. */
  translations: string[];
}

/**
 * @param given `bookworm=/srv/bookworm`: a folder that has `Packages` and, where there are any, `Contents-*`
 * @throws Error with what to do
 */
export function suiteFiles(given: string): SuiteFiles {
  const [, suite, folder] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  if (suite === undefined || folder === undefined) {
    throw new Error(`--from takes SUITE=DIR (bookworm=/srv/bookworm), not "${given}".`);
  }
  const index = join(folder, "Packages");
  if (!existsSync(index)) throw new Error(`${folder} has no Packages: unpack Packages.xz there.`);
  const [contents, translations] = [contentsIn(folder), translationsIn(folder)];
  return { suite, folder, index, packages: readPackages(index), contents, translations };
}

/** The packed ones where there are some: archives ship no plain one. */
function translationsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^Translation-en(\.xz|\.gz)?$/.test(name));
  const packed = names.filter((name) => name !== "Translation-en");
  return (packed.length > 0 ? packed : names).map((name) => join(folder, name));
}

/** Of each architecture one: the plain file where both are there. */
export function contentsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^Contents-[a-z0-9]+(\.gz)?$/.test(name));
  const plain = names.filter((name) => !name.endsWith(".gz"));
  const packed = names.filter((name) => name.endsWith(".gz") && !plain.includes(name.slice(0, -3)));
  return [...plain, ...packed].map((name) => join(folder, name));
}

/** A translation, unpacked. @throws Error where `xz` is wanted and isn't there */
export function translationText(file: string): string {
  if (file.endsWith(".gz")) return gunzipSync(readFileSync(file)).toString();
  if (!file.endsWith(".xz")) return readFileSync(file, "utf8");
  return execFileSync("xz", ["-dc", file], { maxBuffer: maxText, encoding: "utf8" });
}

/** Names of a suite, each once. */
export function namesOf({ packages }: SuiteFiles): string[] {
  return [...new Set(packages.map(({ name }) => name))];
}
