/** pacman's databases: what they tell of packages (`repo-add`, libalpm's be_sync). */
import { tarFraming } from "../compression/tar.ts";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import { isSha256, pathFault, secondsOf, sizeOf } from "../indexed-file.ts";
import { EntryCount } from "../left-out.ts";
import type { PackageRecord, PackageSink, RelationKind } from "../package-record.ts";
import { RawText } from "../raw-text.ts";
import { isWord, oneLine } from "../record-text.ts";
import { type DescFields, descFields } from "./desc-fields.ts";

/** Of one package's text; those with many dependencies have 20 KB. */
const maxDesc = 1024 * 1024;

/** pacman's words, in the order of `relationKinds`. */
const relationFields: readonly (readonly [field: string, kind: RelationKind])[] = [
  ["PROVIDES", "provides"],
  ["DEPENDS", "depends"],
  ["OPTDEPENDS", "suggests"],
  ["CONFLICTS", "conflicts"],
  ["REPLACES", "replaces"],
];

/** A package's folder in the archive, with all of its text that has come. */
interface OpenPackage {
  folder: string;
  text: string;
}

/**
 * Left out is a package without name, version and architecture. Old databases have relations in a file of their own
 * (`depends`), which pacman 6 still reads: a package ends where another folder begins.
 *
 * @param base the directory of the database, which is that of the packages
 */
export function databaseRecords(base: string, sink: PackageSink): IndexReader {
  const entries = new EntryCount();
  let packages = 0;
  let open: OpenPackage | undefined;
  const close = () => {
    if (open === undefined) return;
    packages++;
    const place = `package ${packages} (${open.folder.slice(0, 200)})`;
    const record = recordOf(descFields(open.text), base);
    entries.add(typeof record === "string" ? record : sink(record), () => place);
    open = undefined;
  };
  const tar = tarFraming((name, bytes) => {
    const [, folder, file] = /^([^/]+)\/([^/]+)$/.exec(name) ?? [];
    if (folder === undefined || (file !== "desc" && file !== "depends")) return undefined;
    if (open?.folder !== folder) close();
    const own = open ?? { folder, text: "" };
    open = own;
    if (bytes + own.text.length > maxDesc) {
      throw new IndexRefused(`longer than ${maxDesc} bytes`, `package ${packages + 1} (${name})`);
    }
    const text = new RawText(`of ${name.slice(0, 200)}`);
    return {
      each: (piece) => {
        own.text += text.push(piece);
      },
      end: () => {
        own.text += `${text.end()}\n\n`;
      },
    };
  });
  return {
    push: (bytes) => void tar.push(bytes),
    end() {
      tar.end();
      close();
      entries.end();
    },
    get leftOut() {
      return entries.leftOut;
    },
  };
}

function recordOf(fields: DescFields, base: string): PackageRecord | string {
  const first = (field: string) => fields.get(field)?.[0];
  const joined = (field: string, by: string) => fields.get(field)?.join(by);
  const [name, version, architecture] = [first("NAME"), first("VERSION"), first("ARCH")];
  if (!isWord(name)) return "has no NAME, or none that is one";
  if (!isWord(version)) return "has no VERSION, or none that is one";
  if (!isWord(architecture)) return "has no ARCH, or none that is one";
  const record: PackageRecord = { name, version, architecture };
  const source = first("BASE");
  const told = {
    summary: oneLine(first("DESC")),
    source: source === name ? undefined : source,
    section: joined("GROUPS", " "),
    homepage: first("URL"),
    license: joined("LICENSE", ", "),
    maintainer: oneLine(first("PACKAGER")),
  };
  for (const field of textFields) {
    const value = told[field];
    if (value) record[field] = value;
  }
  addFile(record, first, base);
  addRelations(record, fields);
  return record;
}

const textFields = ["summary", "source", "section", "homepage", "license", "maintainer"] as const;

function addFile(
  record: PackageRecord,
  first: (field: string) => string | undefined,
  base: string,
): void {
  const file = first("FILENAME") ?? "";
  const isUsable = !file.includes("/") && pathFault(file, "FILENAME") === undefined;
  if (isUsable) record.path = base + file;
  const size = sizeOf(first("CSIZE") ?? "");
  if (size !== undefined) record.size = size;
  const sha256 = first("SHA256SUM");
  if (isSha256(sha256)) record.sha256 = sha256;
  const installedSize = sizeOf(first("ISIZE") ?? "");
  if (installedSize !== undefined) record.installedSize = installedSize;
  const built = secondsOf(first("BUILDDATE"));
  if (built !== undefined) record.built = built;
}

function addRelations(record: PackageRecord, fields: DescFields): void {
  const relations: PackageRecord["relations"] = {};
  for (const [field, kind] of relationFields) {
    const entries = fields.get(field) ?? [];
    if (entries.length > 0) relations[kind] = [...entries];
  }
  if (Object.keys(relations).length > 0) record.relations = relations;
}
