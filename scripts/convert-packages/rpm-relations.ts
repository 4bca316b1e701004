/** Relations of a Debian package as primary.xml has them. */
import type { DebPackage, RelationField } from "./deb-package.ts";
import type { DebOperator, DebRelation, DebTerm } from "./deb-relation.ts";
import { type RpmVersion, rpmRelationVersion, rpmVersion } from "./other-versions.ts";
import { xmlText } from "./xml-text.ts";

const flags: Readonly<Record<DebOperator, string>> = {
  "<<": "LT",
  "<=": "LE",
  "=": "EQ",
  ">=": "GE",
  ">>": "GT",
};
const signs: Readonly<Record<DebOperator, string>> = {
  "<<": "<",
  "<=": "<=",
  "=": "=",
  ">=": ">=",
  ">>": ">",
};

/** @param libraries that it provides, as rpm's generator names them */
export function relationsXml(one: DebPackage, libraries: readonly string[]): string {
  const own: RpmVersion = rpmVersion(one.version);
  const provides = [
    entry(one.name, { flag: "EQ", version: own }),
    ...one
      .relation("Provides")
      .flatMap(([first]) => (first === undefined ? [] : [plainEntry(first)])),
    ...libraries.map((name) => entry(name)),
  ];
  const all = (...fields: RelationField[]) => fields.flatMap((field) => one.relation(field));
  const obsoletes = all("Replaces").filter(([first]) => first?.operator === "<<");
  return (
    block("provides", provides) +
    block("requires", [
      ...all("Pre-Depends").map((relation) => anyEntry(relation, ' pre="1"')),
      ...all("Depends").map((relation) => anyEntry(relation)),
    ]) +
    block(
      "conflicts",
      all("Conflicts", "Breaks").map((relation) => anyEntry(relation)),
    ) +
    block(
      "obsoletes",
      obsoletes.map((relation) => anyEntry(relation)),
    ) +
    block(
      "suggests",
      all("Suggests").map((relation) => anyEntry(relation)),
    ) +
    block(
      "enhances",
      all("Enhances").map((relation) => anyEntry(relation)),
    ) +
    block(
      "recommends",
      all("Recommends").map((relation) => anyEntry(relation)),
    )
  );
}

function block(name: string, entries: readonly string[]): string {
  if (entries.length === 0) return "";
  // A line of Debian may name something twice; a package of rpm doesn't.
  return `    <rpm:${name}>\n${[...new Set(entries)].join("")}    </rpm:${name}>\n`;
}

function anyEntry(relation: DebRelation, more = ""): string {
  const [first] = relation;
  if (relation.length === 1 && first !== undefined) return plainEntry(first, more);
  return entry(`(${relation.map(richTerm).join(" or ")})`, undefined, more);
}

function plainEntry({ name, operator, version }: DebTerm, more = ""): string {
  if (operator === undefined || version === undefined) return entry(name, undefined, more);
  return entry(name, { flag: flags[operator], version: rpmRelationVersion(version) }, more);
}

function entry(name: string, versioned?: { flag: string; version: RpmVersion }, more = ""): string {
  let told = "";
  if (versioned !== undefined) {
    const { epoch, version, release } = versioned.version;
    told = ` flags="${versioned.flag}" epoch="${epoch}" ver="${version}"`;
    if (release !== undefined) told += ` rel="${release}"`;
  }
  return `      <rpm:entry name="${xmlText(name)}"${told}${more}/>\n`;
}

function richTerm({ name, operator, version }: DebTerm): string {
  if (operator === undefined || version === undefined) return name;
  const { epoch, version: ver, release } = rpmRelationVersion(version);
  const told = `${epoch === "0" ? "" : `${epoch}:`}${ver}${release === undefined ? "" : `-${release}`}`;
  return `${name} ${signs[operator]} ${told}`;
}
