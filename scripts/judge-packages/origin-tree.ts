/** An origin's folder made of real files of suites: `dists/SUITE/` with its indexes, signed by a throwaway key. */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { SigningKey } from "../../test/lab/signing-key.ts";
import type { SuiteFiles } from "./suite-files.ts";

/**
 * Writes one suite. Files of Contents and translations are named by the root as Debian names them, in the component's folder.
 * @param date that the root carries
 */
export async function writeSuite(
  directory: string,
  files: SuiteFiles,
  key: SigningKey,
  date: Date,
): Promise<void> {
  const folder = join(directory, "dists", files.suite);
  const binary = join(folder, "main/binary-amd64");
  mkdirSync(binary, { recursive: true });
  const served: string[] = [];
  for (const ending of [".xz", ".gz"]) {
    if (existsSync(files.index + ending)) served.push(linked(files.index + ending, binary));
  }
  if (served.length === 0) served.push(await zipped(files.index, binary));
  for (const contents of files.contents) {
    const packed = contents.endsWith(".gz") ? contents : `${contents}.gz`;
    const to = dirname(binary);
    served.push(existsSync(packed) ? linked(packed, to) : await zipped(contents, to));
  }
  for (const translation of files.translations) {
    const to = join(folder, "main/i18n");
    mkdirSync(to, { recursive: true });
    const isPacked = /\.(xz|gz)$/.test(translation);
    served.push(isPacked ? linked(translation, to) : await zipped(translation, to));
  }
  // The plain index is named and not shipped, as in Debian's archive.
  const named = [{ path: "main/binary-amd64/Packages", file: files.index }].concat(
    served.map((file) => ({ path: file.slice(folder.length + 1), file })),
  );
  const sums: string[] = [];
  for (const { path, file } of named) {
    sums.push(` ${await sha256Of(file)} ${statSync(file).size} ${path}\n`);
  }
  const release = join(folder, "Release");
  const fields = {
    Origin: "Debian",
    Label: "Debian",
    Suite: files.suite,
    Codename: files.suite,
    Date: date.toUTCString().replace("GMT", "UTC"),
    Architectures: "all amd64",
    Components: "main",
  };
  const told = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(release, `${told.join("")}SHA256:\n${sums.join("")}`);
  await key.signClear(release, join(folder, "InRelease"));
}

function linked(file: string, folder: string): string {
  const to = join(folder, basename(file));
  symlinkSync(resolve(file), to);
  return to;
}

async function zipped(file: string, folder: string): Promise<string> {
  const to = join(folder, `${basename(file)}.gz`);
  await pipeline(createReadStream(file), createGzip(), createWriteStream(to));
  return to;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk);
  return hash.digest("hex");
}
