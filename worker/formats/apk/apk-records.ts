/** Alpine's APKINDEX: what its stanzas tell of packages (apk-package(5), Alpine's wiki on the format of APKINDEX). */
import type { IndexReader } from "../index-reader.ts";
import { pathFault, secondsOf, sizeOf } from "../indexed-file.ts";
import type { PackageRecord, PackageSink } from "../package-record.ts";
import { isWord, oneLine } from "../record-text.ts";
import { field, fromBytes } from "../stanzas.ts";
import { apkStanzas } from "./apk-index.ts";

/**
 * Left out is a package without name, version and architecture.
 *
 * @param base the directory of the index, which is that of the packages
 */
export function apkRecords(base: string, sink: PackageSink): IndexReader {
  return apkStanzas((stanza) => {
    const record = recordOf(stanza, base);
    return typeof record === "string" ? record : sink(record);
  });
}

function recordOf(stanza: string, base: string): PackageRecord | string {
  const text = (letter: string) => {
    const value = field(stanza, `\n${letter}:`);
    return value === undefined ? undefined : oneLine(fromBytes(value));
  };
  const [name, version, architecture] = [text("P"), text("V"), text("A")];
  if (!isWord(name)) return "has no name, or none that is one";
  if (!isWord(version)) return "has no version, or none that is one";
  if (!isWord(architecture)) return "has no architecture, or none that is one";
  const record: PackageRecord = { name, version, architecture };
  const source = text("o");
  const told = {
    summary: text("T"),
    source: source === name ? undefined : source,
    homepage: text("U"),
    license: text("L"),
    maintainer: text("m"),
  };
  for (const part of textFields) {
    const value = told[part];
    if (value !== undefined) record[part] = value;
  }
  const file = `${name}-${version}.apk`;
  if (!file.includes("/") && pathFault(file, "name") === undefined) record.path = base + file;
  const size = sizeOf(text("S") ?? "");
  if (size !== undefined) record.size = size;
  const installedSize = sizeOf(text("I") ?? "");
  if (installedSize !== undefined) record.installedSize = installedSize;
  const built = secondsOf(text("t"));
  if (built !== undefined) record.built = built;
  addRelations(record, text);
  return record;
}

const textFields = ["summary", "source", "homepage", "license", "maintainer"] as const;

/** Of what is provided, a command. */
const commandMark = "cmd:";

/**
 * A dependency with `!` is a conflict. Conditions of `install_if` must hold together, so they are one entry.
 */
function addRelations(record: PackageRecord, text: (letter: string) => string | undefined): void {
  const words = (letter: string) => text(letter)?.split(" ") ?? [];
  const [needed, provided, condition] = [words("D"), words("p"), text("i")];
  const all = {
    provides: provided,
    depends: needed.filter((one) => !one.startsWith("!")),
    supplements: condition === undefined ? [] : [condition],
    conflicts: needed.filter((one) => one.startsWith("!")).map((one) => one.slice(1)),
    replaces: words("r"),
  };
  const relations: PackageRecord["relations"] = {};
  for (const kind of relationKinds) if (all[kind].length > 0) relations[kind] = all[kind];
  if (Object.keys(relations).length > 0) record.relations = relations;
  const commands = provided
    .filter((one) => one.startsWith(commandMark))
    .map((one) => one.slice(commandMark.length).replace(/[<>=~].*$/, ""));
  if (commands.length > 0) record.commands = [...new Set(commands)];
}

const relationKinds = ["provides", "depends", "supplements", "conflicts", "replaces"] as const;
