/** A suite's packages as apt's `Packages` has them, as far as other kinds' indexes are made of it. */
import { readFileSync } from "node:fs";
import { type DebRelation, readRelations } from "./deb-relation.ts";

/** Text is taken byte for character (latin1), and is written so: whatever it was encoded in stays as it is. */
export interface DebPackage {
  name: string;
  version: string;
  architecture: string;
  /** One line; empty where the index has none. */
  summary: string;
  source: string;
  /** Of the source, where it is another than the package's. */
  sourceVersion: string;
  section: string;
  maintainer: string;
  homepage: string;
  /** Bytes. */
  size: number;
  /** Bytes. */
  installedSize: number;
  md5: string;
  sha256: string;
  relation(field: RelationField): DebRelation[];
  /** Fields that only `Commands-ARCH` is made of. */
  field(name: string): string;
}

export type RelationField =
  | "Pre-Depends"
  | "Depends"
  | "Recommends"
  | "Suggests"
  | "Enhances"
  | "Provides"
  | "Conflicts"
  | "Breaks"
  | "Replaces";

const kib = 1024;

/** @throws Error with the stanza's number, where one lacks what every package has */
export function readPackages(path: string): DebPackage[] {
  const stanzas = readFileSync(path, "latin1")
    .split(/\n\n+/)
    .filter((stanza) => stanza.trim() !== "");
  return stanzas.map((stanza, index) => packageOf(stanza, `${path}: stanza ${index + 1}`));
}

function packageOf(stanza: string, place: string): DebPackage {
  const fields = fieldsOf(stanza);
  const must = (name: string) => {
    const value = fields.get(name);
    if (value === undefined || value === "") {
      throw new Error(`${place} has no ${name}: it is no package of apt's index.`);
    }
    return value;
  };
  const field = (name: string) => fields.get(name) ?? "";
  const [name, version] = [must("Package"), must("Version")];
  const [, source = name, sourceVersion = version] =
    /^(\S+)(?: \((.*)\))?$/.exec(field("Source")) ?? [];
  return {
    name,
    version,
    architecture: must("Architecture"),
    summary: field("Description"),
    source,
    sourceVersion,
    section: field("Section"),
    maintainer: field("Maintainer"),
    homepage: field("Homepage"),
    size: Number(must("Size")),
    installedSize: Number(field("Installed-Size")) * kib,
    md5: field("MD5sum"),
    sha256: must("SHA256"),
    relation: (one) => readRelations(field(one)),
    field,
  };
}

/** First lines of fields, and of relations all lines: nothing else is needed of longer ones. */
function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of stanza.split("\n")) {
    if (line.startsWith(" ")) {
      if (last !== "Description" && last !== "Tag") {
        fields.set(last, `${fields.get(last) ?? ""}${line}`);
      }
      continue;
    }
    const colon = line.indexOf(":");
    last = line.slice(0, colon);
    fields.set(last, line.slice(colon + 1).trim());
  }
  return fields;
}
