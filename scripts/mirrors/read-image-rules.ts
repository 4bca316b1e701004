/** Reads the `genisolist.ini` that repositories name for their images, with what it includes. */

import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { globPattern } from "../../worker/images/genisolist/glob.ts";
import { type IniLine, readIni } from "../../worker/images/genisolist/read-ini.ts";
import { type ImageRule, readSections } from "../../worker/images/genisolist/read-sections.ts";
import { nameOfFile } from "./check.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile } from "./site.ts";
import type { Source } from "./source.ts";

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
 * @param dir the list's folder, under which the files are
 * @param sources the repositories' files
 * @param repositories those of them without an error
 */
export async function readImageRules(
  dir: string,
  sources: readonly Source[],
  repositories: readonly RepositoryFile[],
): Promise<ImageRules> {
  const rules = new Map<string, ImageRule[]>();
  const problems: Problem[] = [];
  for (const { name, images } of repositories) {
    const source = sources.find((one) => nameOfFile(one) === name);
    if (images === undefined || source === undefined) continue;
    const read = await readRules(dir, images.rules);
    if (typeof read === "string") problems.push(source.problemAt(["images", "rules"], read));
    else if ("message" in read) problems.push(read);
    else {
      const own = ofRepository(read, name);
      if (typeof own !== "string") rules.set(name, own);
      else {
        const said = `${own}, or remove \`images\`.`;
        problems.push(source.problemAt(["images", "rules"], said));
      }
    }
  }
  return { rules, problems };
}

/**
 * The rules of a file that are of a repository, without a list. A sentence or a problem where there are none or they
 * can't be read.
 *
 * @param file its includes have to be in its own folder
 */
export async function rulesIn(
  file: string,
  repository: string,
): Promise<ImageRule[] | Problem | string> {
  const read = await readRules(dirname(resolve(file)), resolve(file));
  if (!Array.isArray(read)) return read;
  const own = ofRepository(read, repository);
  return typeof own === "string" ? `${file}: ${own}.` : own;
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
async function readRules(dir: string, file: string): Promise<ImageRule[] | Problem | string> {
  const folder = resolve(dir);
  const path = resolve(folder, file);
  if (!path.startsWith(folder + sep)) {
    return `${file} isn't in the list's folder: put it there, in images/ for example.`;
  }
  const lines: IniLine[] = [];
  const fault = await take(folder, path, { lines, depth: 0 });
  if (fault !== undefined) return fault;
  const sections = readIni(lines);
  const read = Array.isArray(sections) ? readSections(sections) : sections;
  if (Array.isArray(read)) return read;
  return { file: join(dir, read.file), line: read.line, column: 1, message: read.said };
}

/** Takes a file's lines, with those of files in place of `!include`. @returns what is wrong */
async function take(
  folder: string,
  path: string,
  { lines, depth }: { lines: IniLine[]; depth: number },
): Promise<Problem | string | undefined> {
  const file = relative(folder, path);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return `There is no file ${file} in the list's folder, or it can't be read.`;
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, wanted] = /^!include\s*(.*?)\s*$/.exec(line) ?? [];
    if (wanted === undefined) {
      lines.push({ file, line: index + 1, text: line });
      continue;
    }
    const problem = (message: string): Problem => ({
      file: path,
      line: index + 1,
      column: 1,
      message,
    });
    if (depth >= maxDepth)
      return problem(`It includes itself, or more than ${maxDepth} files in each other.`);
    const found = await filesAt(dirname(path), wanted);
    if (found.length === 0) return problem(`No file is called ${wanted} here.`);
    // The order that a folder gives is another on each machine.
    for (const one of found.sort()) {
      if (!one.startsWith(folder + sep)) return problem(`${wanted} isn't in the list's folder.`);
      const fault = await take(folder, one, { lines, depth: depth + 1 });
      if (fault !== undefined) return typeof fault === "string" ? problem(fault) : fault;
    }
  }
  // What follows in the file that includes this one begins at a line of its own.
  lines.push({ file, line: text.split("\n").length, text: "" });
  return undefined;
}

/** The files below a folder that a glob is of, absolute. */
async function filesAt(folder: string, wanted: string): Promise<string[]> {
  const pattern = globPattern(wanted.replace(/^\.\//, ""));
  const names = await readdir(folder, { recursive: true });
  return names
    .map((name) => name.split(sep).join("/"))
    .filter((name) => pattern.test(name))
    .map((name) => resolve(folder, name));
}
