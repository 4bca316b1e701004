/** apt's `Packages`: what its stanzas tell of packages (Debian policy, chapters 5 and 7). */

import type { IndexReader } from "../index-reader.ts";
import { isSha256, pathFault, sizeOf } from "../indexed-file.ts";
import type { PackageRecord, PackageSink, RelationKind } from "../package-record.ts";
import { isWord } from "../record-text.ts";
import { StanzaReader } from "../stanzas.ts";
import { descriptionDigest } from "./description-digest.ts";
import { entriesOf, type FieldValues, fieldsReader, firstLine, longText } from "./stanza-fields.ts";

/** Fields of relations, in the order of `relationKinds`. */
const relationFields: readonly (readonly [field: string, kind: RelationKind])[] = [
  ["Provides", "provides"],
  ["Pre-Depends", "preDepends"],
  ["Depends", "depends"],
  ["Recommends", "recommends"],
  ["Suggests", "suggests"],
  ["Enhances", "enhances"],
  ["Conflicts", "conflicts"],
  ["Breaks", "breaks"],
  ["Replaces", "replaces"],
];

const ownFields = [
  ...["Package", "Version", "Architecture", "Source", "Description", "Section", "Priority"],
  ...["Homepage", "Maintainer", "Filename", "Size", "SHA256", "Installed-Size", "Tag"],
  ...["Description-md5"],
] as const;

const readFields = fieldsReader(
  [...ownFields, ...relationFields.map(([field]) => field)],
  ["MD5sum", "SHA1", "SHA512", "Multi-Arch", "Built-Using", "Essential"],
);

/** Bytes of the unit of `Installed-Size`. */
const installedUnit = 1024;

/**
 * Reads `Packages`. Left out is a stanza without a name, a version and an architecture. A path, size or hash that can't
 * be used is absent.
 *
 * @param placed where a `Filename` is inside the repository
 */
export function packageRecords(placed: (name: string) => string, sink: PackageSink): IndexReader {
  return new StanzaReader((stanza) => {
    const record = recordOf(readFields(stanza), placed);
    return typeof record === "string" ? record : sink(record);
  });
}

function recordOf(values: FieldValues, placed: (name: string) => string): PackageRecord | string {
  const [name, version, architecture, source, description, section, priority, ...rest] = values;
  if (!isWord(name)) return "has no Package, or none that is a name";
  if (!isWord(version)) return "has no Version, or none that is one";
  if (!isWord(architecture)) return "has no Architecture, or none that is one";
  const record: PackageRecord = { name, version, architecture };
  addDescription(record, description);
  addSource(record, source);
  if (section) record.section = firstLine(section) ?? section;
  if (priority) record.priority = firstLine(priority) ?? priority;
  addFile(record, rest, placed);
  addRelations(record, values);
  return record;
}

function addDescription(record: PackageRecord, value: string | undefined): void {
  if (!value) return;
  const summary = firstLine(value);
  if (summary) record.summary = summary;
  const description = longText(value);
  if (description !== undefined) record.description = description;
}

/** `0ad-data`, or with a version of its own `gcc-defaults (1.203)`. */
function addSource(record: PackageRecord, value: string | undefined): void {
  if (!value) return;
  const open = value.indexOf("(");
  const name = (open < 0 ? value : value.slice(0, open)).trim();
  if (name !== record.name && isWord(name)) record.source = name;
  const version =
    open < 0
      ? record.version
      : value
          .slice(open + 1)
          .replace(/\).*$/s, "")
          .trim();
  if (version !== record.version && isWord(version)) record.sourceVersion = version;
}

/** @param values those from `Homepage` on */
function addFile(
  record: PackageRecord,
  [homepage, maintainer, filename, size, sha256, installed, tags, md5]: FieldValues,
  placed: (name: string) => string,
): void {
  if (homepage) record.homepage = firstLine(homepage) ?? homepage;
  if (maintainer) record.maintainer = firstLine(maintainer) ?? maintainer;
  const path =
    filename === undefined
      ? undefined
      : (firstLine(filename) ?? filename).replace(/^(?:\.\/)+/, "");
  if (path !== undefined && pathFault(path, "Filename") === undefined) record.path = placed(path);
  const bytes = sizeOf(size ?? "");
  if (bytes !== undefined) record.size = bytes;
  if (isSha256(sha256)) record.sha256 = sha256;
  const installedSize = sizeOf(installed ?? "");
  if (installedSize !== undefined) record.installedSize = installedSize * installedUnit;
  if (tags) record.tags = entriesOf(tags);
  const digest = descriptionDigest(md5);
  if (digest !== undefined && record.description === undefined) record.descriptionDigest = digest;
}

function addRelations(record: PackageRecord, values: FieldValues): void {
  let relations: PackageRecord["relations"];
  for (let at = 0; at < relationFields.length; at++) {
    const value = values[ownFields.length + at];
    const kind = relationFields[at]?.[1];
    if (!value || kind === undefined) continue;
    const entries = entriesOf(value).filter((entry) => !isOwnName(record, kind, entry));
    if (entries.length === 0) continue;
    relations ??= {};
    relations[kind] = entries;
  }
  if (relations !== undefined) record.relations = relations;
}

/** A package provides its own name, without a version: apt has no such entry, but has `name (= 2)` (observed, 2.6.2). */
function isOwnName({ name }: PackageRecord, kind: RelationKind, entry: string): boolean {
  return kind === "provides" && entry === name;
}
