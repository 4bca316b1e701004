/** Reads the `genisolist.ini` that repositories name for their images, with what it includes. */
import { globPattern } from "../images/genisolist/glob.ts";
import { type IniLine, readIni } from "../images/genisolist/read-ini.ts";
import { type ImageRule, readSections } from "../images/genisolist/read-sections.ts";
import { nameOfFile } from "./check.ts";
import { isRulesPlace } from "./entry-place.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile } from "./site.ts";
import type { Source, ValuePath } from "./source.ts";

/** Text files in the list's folder, by their paths in it, with `/` between. */
export interface TextFiles {
  /** Undefined where there is none, or it can't be read. */
  read(path: string): string | undefined;
  /** All paths below a folder, which is `""` for the list's own. */
  below(folder: string): string[];
  /** As people find the file. */
  called(path: string): string;
}

/** Where a repository names them. */
const rulesField: ValuePath = "images/rules".split("/");

/** How deep one file includes another: more is one that includes itself. */
const maxDepth = 8;

export interface ImageRules {
  /** By repository. */
  rules: Map<string, ImageRule[]>;
  problems: Problem[];
}

/**
 * The rules of all repositories that name a file of them.
 *
 * @param files those of the list
 * @param sources the repositories' files
 * @param repositories those of them without an error
 */
export function imageRules(
  files: TextFiles,
  sources: readonly Source[],
  repositories: readonly RepositoryFile[],
): ImageRules {
  const rules = new Map<string, ImageRule[]>();
  const problems: Problem[] = [];
  for (const { name, images } of repositories) {
    const source = sources.find((one) => nameOfFile(one) === name);
    if (images === undefined || source === undefined) continue;
    const read = readRules(files, images.rules);
    if (typeof read === "string") problems.push(source.problemAt(rulesField, read));
    else if ("message" in read) problems.push(read);
    else {
      const own = ofRepository(read, name);
      if (typeof own !== "string") rules.set(name, own);
      else {
        const said = `${own}, or remove \`images\`.`;
        problems.push(source.problemAt(rulesField, said));
      }
    }
  }
  return { rules, problems };
}

/**
 * The rules of a file that are of a repository, whatever the list says of it. A sentence or a problem where there are none
 * or they can't be read.
 */
export function rulesIn(
  files: TextFiles,
  file: string,
  repository: string,
): ImageRule[] | Problem | string {
  const read = readRules(files, file);
  if (!Array.isArray(read)) return read;
  const own = ofRepository(read, repository);
  return typeof own === "string" ? `${files.called(file)}: ${own}.` : own;
}

/** Of a collection: it has rules for a hundred repositories, and every isolate reads the catalogue. */
function ofRepository(rules: readonly ImageRule[], name: string): ImageRule[] | string {
  const own = rules.filter(({ locations }) => locations.some((one) => mayBeIn(name, one)));
  if (own.length > 0) return own;
  return `None of its sections has a location that begins with ${name}/: name one with [%alias%]`;
}

/** Whether a location can be one of the repository's. */
function mayBeIn(repository: string, location: string): boolean {
  const [first = ""] = location.split("/");
  return first === "**" || globPattern(first).test(repository);
}

/** A sentence where the file itself can't be had. */
function readRules(files: TextFiles, file: string): ImageRule[] | Problem | string {
  const path = resolved("", file);
  if (path === undefined || !isRulesPlace(path)) return misplaced(file);
  const lines: IniLine[] = [];
  const fault = take(files, path, { lines, depth: 0 });
  if (fault !== undefined) return fault;
  const sections = readIni(lines);
  const read = Array.isArray(sections) ? readSections(sections) : sections;
  if (Array.isArray(read)) return read;
  return { file: files.called(read.file), line: read.line, column: 1, message: read.said };
}

/** Takes a file's lines, with those of files in place of `!include`. @returns what is wrong */
function take(
  files: TextFiles,
  path: string,
  { lines, depth }: { lines: IniLine[]; depth: number },
): Problem | string | undefined {
  const text = files.read(path);
  if (text === undefined) {
    return `There is no file ${path} in the list's folder, or it can't be read.`;
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, wanted] = /^!include\s*(.*?)\s*$/.exec(line) ?? [];
    if (wanted === undefined) {
      lines.push({ file: path, line: index + 1, text: line });
      continue;
    }
    const problem = (message: string): Problem => ({
      file: files.called(path),
      line: index + 1,
      column: 1,
      message,
    });
    if (depth >= maxDepth)
      return problem(`It includes itself, or more than ${maxDepth} files in each other.`);
    const folder = path.split("/").slice(0, -1).join("/");
    if (resolved(folder, wanted) === undefined) {
      return problem(`${wanted} isn't in the list's folder.`);
    }
    const found = filesAt(files, folder, wanted);
    if (found.length === 0) return problem(`No file is called ${wanted} here.`);
    // The order that a folder gives is another on each machine.
    for (const one of found.sort()) {
      if (!isRulesPlace(one)) return problem(misplaced(one));
      const fault = take(files, one, { lines, depth: depth + 1 });
      if (fault !== undefined) return typeof fault === "string" ? problem(fault) : fault;
    }
  }
  // What follows in the file that includes this one begins at a line of its own.
  lines.push({ file: path, line: text.split("\n").length, text: "" });
  return undefined;
}

/** Files of other places are no entries of the list: a running service couldn't keep them. */
function misplaced(path: string): string {
  return `${path} is no file of rules: they are in images/ of the list's folder, and their names have letters, digits, \`.\`, \`_\` and \`-\`. Put it there.`;
}

/** The paths below a folder that a glob is of. */
function filesAt(files: TextFiles, folder: string, wanted: string): string[] {
  const pattern = globPattern(wanted.replace(/^\.\//, ""));
  const begin = folder === "" ? "" : `${folder}/`;
  return files.below(folder).filter((path) => pattern.test(path.slice(begin.length)));
}

/** A path as seen from a folder; undefined where it leads out of the list's. */
function resolved(folder: string, path: string): string | undefined {
  if (path.startsWith("/") || path.includes("\\")) return undefined;
  const steps = folder === "" ? [] : folder.split("/");
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}
