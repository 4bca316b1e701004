/** The licences of what the folder contains besides this project's own code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package of which something is in the folder. */
export interface ShippedPackage {
  name: string;
  version: string;
  /** SPDX expression, as its `package.json` says. */
  licence: string;
  folder: string;
}

const licenceFile = /^(?:.*[-_])?(?:licen[cs]e|copying|notice|modifications)(?:[-_.].*)?$/i;

/**
 * The packages by their names, without repetition.
 *
 * @param inputs paths under the checkout of files that have a part in a bundle
 * @param more names of packages whose files are in the folder as they are
 */
export function packagesOf(
  root: string,
  inputs: readonly string[],
  more: readonly string[],
): ShippedPackage[] {
  const bundled = inputs.flatMap((path) => {
    // The last one: a package may have packages of its own below it.
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    return folder === undefined ? [] : [folder];
  });
  const folders = new Set([...bundled, ...more.map((name) => `node_modules/${name}`)]);
  return [...folders].sort().map((folder) => {
    const path = join(root, folder);
    const told: unknown = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const text = (field: string) => String(Reflect.get(Object(told), field) ?? "unknown");
    return { name: text("name"), version: text("version"), licence: text("license"), folder: path };
  });
}

/** A list for people, and the licences' own texts by the name of the file that each goes to. */
export function licencesOf(packages: readonly ShippedPackage[]): {
  list: string;
  texts: Map<string, string>;
} {
  const texts = new Map<string, string>();
  const lines = packages.map(({ name, version, licence, folder }) => {
    const files = readdirSync(folder)
      .filter((file) => licenceFile.test(file))
      .sort();
    const own = files.filter((file) => existsSync(join(folder, file)));
    const named = own.map((file) => {
      const target = `${name.replace("@", "").replace("/", "-")}-${file.replace(/\.(?:md|txt)$/i, "")}.txt`;
      texts.set(target, readFileSync(join(folder, file), "utf8"));
      return target;
    });
    const where = named.length > 0 ? named.join(", ") : "its package has no text of it";
    return `${name} ${version} (${licence}): ${where}\n`;
  });
  return { list: lines.join(""), texts };
}
