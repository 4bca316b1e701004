/** By what a package can be known in another distribution. Pure. */
import type { PackageRecord } from "../../../formats/package-record.ts";
import { normalPath } from "./normal-path.ts";

/**
 * What a part of a package is for: each may be a package of its own elsewhere. `zlib` of Arch Linux is Debian's
 * `zlib1g-dev` (development) and `zlib1g` (runtime).
 */
export type Use = "command" | "development" | "runtime" | "python";

/** Something that a package of another distribution may have as well. */
export type Key =
  | { use: "command"; by: "paths"; command: string }
  | { use: "development"; by: "paths"; header: string }
  | { use: "development"; by: "pkg-config"; module: string }
  | { use: "runtime"; by: "soname"; soname: string }
  | { use: "python"; by: "paths"; package: string };

/** So many of each sort are asked for: with the names and what is provided they are 40 at most. */
const most = { command: 8, header: 6, module: 6, soname: 6, python: 4 };

const soname = /^lib\/(lib[^/]+?\.so\.\d+(?:\.\d+)*)$/;
const pcFile = /^lib\/pkgconfig\/([^/]+)\.pc$/;
const header = /^include\/(.+\.(?:h|hh|hpp|hxx))$/;
const pythonModule = /^python\/([A-Za-z]\w*)\/__init__\.py$/;

interface Found {
  commands: Set<string>;
  headers: Set<string>;
  modules: Set<string>;
  sonames: Set<string>;
  python: Set<string>;
}

/**
 * The keys of a package, those first that say most: files in folders of documents and data are none.
 *
 * @param records of its places
 * @param files paths without a leading slash
 */
export function ownKeys(
  records: readonly Pick<PackageRecord, "name" | "relations" | "commands">[],
  files: readonly string[],
): Key[] {
  const found: Found = {
    commands: new Set(),
    headers: new Set(),
    modules: new Set(),
    sonames: new Set(),
    python: new Set(),
  };
  for (const path of files) readFile(path, found);
  for (const { relations, commands = [] } of records) {
    for (const command of commands) found.commands.add(command.slice(command.lastIndexOf("/") + 1));
    for (const entry of relations?.provides ?? []) readProvided(entry, found);
  }
  const name = records[0]?.name ?? "";
  return [
    ...nearest(found.commands, name, most.command).map(
      (command): Key => ({ use: "command", by: "paths", command }),
    ),
    ...shallowest(found.headers, name, most.header).map(
      (one): Key => ({ use: "development", by: "paths", header: one }),
    ),
    ...nearest(found.modules, name, most.module).map(
      (module): Key => ({ use: "development", by: "pkg-config", module }),
    ),
    ...nearest(shortestOfEach(found.sonames), name, most.soname).map(
      (one): Key => ({ use: "runtime", by: "soname", soname: one }),
    ),
    ...nearest(found.python, name, most.python).map(
      (one): Key => ({ use: "python", by: "paths", package: one }),
    ),
  ];
}

function readFile(path: string, found: Found): void {
  const normal = normalPath(path);
  if (normal === undefined) return;
  const [, command] = /^bin\/([^/]+)$/.exec(normal) ?? [];
  const [, include] = header.exec(normal) ?? [];
  const [, module] = pcFile.exec(normal) ?? [];
  const [, library] = soname.exec(normal) ?? [];
  const [, python] = pythonModule.exec(normal) ?? [];
  if (command !== undefined) found.commands.add(command);
  if (include !== undefined) found.headers.add(include);
  if (module !== undefined) found.modules.add(module);
  if (library !== undefined) found.sonames.add(library);
  if (python !== undefined) found.python.add(python);
}

/** rpm's `pkgconfig(zlib) = 1.3` and `libz.so.1()(64bit)`, apk's `pc:zlib=1.3`, `so:libz.so.1=1.3.1` and `cmd:mc=4.8`. */
function readProvided(entry: string, found: Found): void {
  const pc = /^pkgconfig\(([^)]+)\)/.exec(entry)?.[1] ?? /^pc:([^=<>~\s]+)/.exec(entry)?.[1];
  const library = /^(?:so:)?(lib[^\s()=<>:]+\.so\.[\d.]*\d)(?:\(|=|$)/.exec(entry)?.[1];
  const command = /^cmd:([^=<>~\s]+)/.exec(entry)?.[1];
  if (pc !== undefined) found.modules.add(pc);
  if (library !== undefined) found.sonames.add(library);
  if (command !== undefined) found.commands.add(command);
}

/** Of a library's names the one that programs ask for: `libz.so.1` of that and `libz.so.1.3.1`. */
function shortestOfEach(sonames: ReadonlySet<string>): Set<string> {
  const sorted = [...sonames].sort((one, other) => one.length - other.length);
  const kept = new Set<string>();
  for (const one of sorted) {
    if (![...kept].some((shorter) => one.startsWith(`${shorter}.`))) kept.add(one);
  }
  return kept;
}

/** Those that the package is called after first, then the shortest. */
function nearest(values: ReadonlySet<string>, name: string, count: number): string[] {
  const distance = (value: string) => (isAlike(value, name) ? 0 : 1);
  return [...values]
    .sort(
      (one, other) =>
        distance(one) - distance(other) || one.length - other.length || (one < other ? -1 : 1),
    )
    .slice(0, count);
}

/** Those in the uppermost folders first: what lies deeper is often of another library that came along. */
function shallowest(values: ReadonlySet<string>, name: string, count: number): string[] {
  const depth = (value: string) => value.split("/").length;
  return nearest(values, name, values.size)
    .sort((one, other) => depth(one) - depth(other))
    .slice(0, count);
}

/** Whether one name has the other's stem in it: `libpng16.so.16` and `libpng16-16`, `yaml` and `python3-yaml`. */
export function isAlike(one: string, other: string): boolean {
  const [a, b] = [stemOf(one), stemOf(other)];
  return a.length > 0 && b.length > 0 && (a.includes(b) || b.includes(a));
}

/** A name without what says which part of a thing it is. */
export function stemOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.so\..*$|\.h(?:h|pp|xx)?$/, "")
    .replace(/^(?:python3?-|py3-)/, "")
    .replace(/[-_](?:dev|devel|libs?|bin|tools|utils|common)$/, "")
    .replace(/^lib(?=.{2})/, "")
    .replace(/[\d.-]+[a-z]?$/, "");
}
