/**
 * Ubuntu's `Commands-ARCH`, as Debian's command-not-found 23.04 reads it (`db/creator.py`): a stanza about the index, and one
 * for each package with commands. Contents name commands; `Cnf-*` fields of packages change them, as in Ubuntu's archive.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CompressedFile } from "./compressed-file.ts";
import type { DebPackage } from "./deb-package.ts";
import { type Conversion, commandsOf, toldOrigin } from "./suite.ts";

export const convertToCnf: Conversion = async (suite, folder, progress) => {
  mkdirSync(folder, { recursive: true });
  const architecture = suite.packages.find(
    ({ architecture }) => architecture !== "all",
  )?.architecture;
  const path = join(folder, `Commands-${architecture ?? "all"}.gz`);
  const file = new CompressedFile(path);
  await file.write(
    `suite: ${suite.name}\ncomponent: main\narch: ${architecture ?? "all"}\ndescription: ${toldOrigin(suite)}\n\n`,
  );
  for (const [index, one] of suite.packages.entries()) {
    await file.write(stanzaOf(one, suite.files.of(index)));
    if (index % 1000 === 0) progress(index / suite.packages.length);
  }
  await file.end();
  return [path];
};

function stanzaOf(one: DebPackage, paths: readonly string[]): string {
  const more = namesIn(one.field("Cnf-Extra-Commands"));
  // Commas divide commands.
  const commands = [...new Set([...commandsOf(paths), ...more])].filter(
    (name) => !name.includes(","),
  );
  if (commands.length === 0) return "";
  const lines: [string, string][] = [
    ["name", one.name],
    ["version", one.version],
    ["visible-pkgname", one.field("Cnf-Visible-Pkgname")],
    ["ignore-commands", namesIn(one.field("Cnf-Ignore-Commands")).join(",")],
    ["commands", commands.toSorted().join(",")],
  ];
  const told = lines.filter(([, value]) => value !== "");
  return `${told.map(([name, value]) => `${name}: ${value}\n`).join("")}\n`;
}

function namesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}
