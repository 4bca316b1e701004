/** rpm-md's primary.xml: what it tells of packages, as createrepo_c writes it. */
import type { IndexReader } from "../index-reader.ts";
import { isSha256, pathFault, secondsOf, sizeOf } from "../indexed-file.ts";
import { commandOf } from "../installed-path.ts";
import type { PackageRecord, PackageSink, RelationKind } from "../package-record.ts";
import { isWord, oneLine, plainLines } from "../record-text.ts";
import { evrOf, relationOf } from "./evr.ts";
import { childOf, childrenOf, type XmlElement, XmlEntries } from "./xml-entries.ts";

/** rpm's words, in the order of `relationKinds`. */
const relationElements: readonly (readonly [element: string, kind: RelationKind])[] = [
  ["provides", "provides"],
  ["requires", "depends"],
  ["recommends", "recommends"],
  ["suggests", "suggests"],
  ["enhances", "enhances"],
  ["supplements", "supplements"],
  ["conflicts", "conflicts"],
  ["obsoletes", "replaces"],
];

/** Of packages that are built from: they are not installed. */
const sourceArchitectures: ReadonlySet<string> = new Set(["src", "nosrc"]);

/**
 * Packages of sources are passed over. Left out is one without a name, a version and an architecture. A path that can't
 * be used, or that is at another base (`xml:base`), is absent, as clients don't fetch it from us.
 *
 * @param base the directory of `repodata/`
 */
export function primaryRecords(base: string, sink: PackageSink): IndexReader {
  const list = { root: "metadata", otherwise: "no list of packages", entries: ["package"] };
  return new XmlEntries(list, (entry) => {
    const record = recordOf(entry, base);
    if (typeof record === "string") return record;
    return sourceArchitectures.has(record.architecture) ? undefined : sink(record);
  });
}

function recordOf(entry: XmlElement, base: string): PackageRecord | string {
  const text = (name: string) => childOf(entry, name)?.text;
  const name = oneLine(text("name"));
  const version = evrOf(childOf(entry, "version")?.attributes ?? {});
  const architecture = oneLine(text("arch"));
  if (!isWord(name)) return "has no name, or none that is one";
  if (!isWord(version)) return "has no version, or none that is one";
  if (!isWord(architecture)) return "has no arch, or none that is one";
  const record: PackageRecord = { name, version, architecture };
  const format = childOf(entry, "format");
  const told = {
    summary: oneLine(text("summary")),
    description: plainLines(text("description")),
    ...sourceOf(oneLine(childOf(format, "sourcerpm")?.text), record),
    section: oneLine(childOf(format, "group")?.text),
    homepage: oneLine(text("url")),
    license: oneLine(childOf(format, "license")?.text),
    maintainer: oneLine(text("packager")) ?? oneLine(childOf(format, "vendor")?.text),
  };
  for (const field of textFields) {
    const value = told[field];
    if (value !== undefined) record[field] = value;
  }
  addFile(record, entry, base);
  addRelations(record, format);
  return record;
}

const textFields = [
  ...["summary", "description", "source", "sourceVersion"],
  ...["section", "homepage", "license", "maintainer"],
] as const;

/** `bash-5.1.8-9.el9.src.rpm`; the name of such a file has no epoch. */
function sourceOf(
  file: string | undefined,
  { name, version }: PackageRecord,
): { source?: string; sourceVersion?: string } {
  const [, source, evr] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? "") ?? [];
  const own = version.replace(/^\d+:/, "");
  return {
    ...(isWord(source) && source !== name && { source }),
    ...(isWord(evr) && evr !== own && { sourceVersion: evr }),
  };
}

function addFile(record: PackageRecord, entry: XmlElement, base: string): void {
  const location = childOf(entry, "location")?.attributes ?? {};
  const { href = "" } = location;
  const isHere = location["xml:base"] === undefined && pathFault(href, "href") === undefined;
  if (isHere) record.path = base + href;
  const sizes = childOf(entry, "size")?.attributes ?? {};
  const size = sizeOf(sizes.package ?? "");
  if (size !== undefined) record.size = size;
  const checksum = childrenOf(entry, "checksum").find(
    ({ attributes }) => attributes.type === "sha256",
  );
  const sha256 = checksum?.text.trim();
  if (isSha256(sha256)) record.sha256 = sha256;
  const installedSize = sizeOf(sizes.installed ?? "");
  if (installedSize !== undefined) record.installedSize = installedSize;
  const built = secondsOf(childOf(entry, "time")?.attributes.build);
  if (built !== undefined) record.built = built;
}

function addRelations(record: PackageRecord, format: XmlElement | undefined): void {
  const relations: PackageRecord["relations"] = {};
  for (const [element, kind] of relationElements) {
    const entries = childrenOf(childOf(format, element), "entry").flatMap(
      ({ attributes }) => relationOf(attributes) ?? [],
    );
    if (entries.length > 0) relations[kind] = [...new Set(entries)];
  }
  if (Object.keys(relations).length > 0) record.relations = relations;
  const files = childrenOf(format, "file").filter(({ attributes }) => attributes.type !== "dir");
  const commands = files.flatMap(({ text }) => commandOf(text) ?? []);
  if (commands.length > 0) record.commands = [...new Set(commands)];
}
