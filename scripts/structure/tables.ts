/** Finds what of the Worker's code may hold more and more for as long as an isolate lives. Pure but for reading files. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Classes whose objects hold entries, as the code names them. `Array` stands for typed tables as well. */
const tableClasses =
  "(?:Weak|Readonly)?Map|(?:Weak|Readonly)?Set|\\w*Array|LastUsed|TextGenerations|TextIndex|SharedWork|DemandTable";
const isTable = new RegExp(`\\b(?:${tableClasses})\\b|\\[\\]`);
/** A class's own line, of a file in the formatter's form. */
const classLine = /^(?:export )?(?:abstract )?class (\w+)/;
const fieldLine =
  /^ {2}(?:(?:static|readonly|override|declare) )*(#?\w+)\??(?:: ([^=]+?))?(?: = (.+?))?;?$/;
const moduleLine = /^(?:export )?(const|let) (\w+)(?:: ([^=]+?))?(?: = (.+)|;)$/;
/** `places: new Map()` of an object that a function makes. */
const memberText = new RegExp(`\\b(\\w+): new (?:${tableClasses})\\b`, "g");

/** One place where entries may gather. */
export interface Table {
  /** Below the measured folder. */
  file: string;
  /** `Class.#field`, `variable` of a module, or `{member}` of an object that a function makes. */
  name: string;
}

/**
 * The tables of a text: fields of classes, variables of the module that something is added to later, and members of
 * objects. A module's table that is filled where it is made is a constant and isn't among them.
 */
export function tablesIn(text: string): string[] {
  const found = new Set<string>();
  let inClass: string | undefined;
  for (const line of withoutComments(text).split("\n")) {
    inClass = line.startsWith("}") ? undefined : (classLine.exec(line)?.[1] ?? inClass);
    const field = inClass === undefined ? undefined : fieldOf(line);
    if (field !== undefined) found.add(`${inClass}.${field}`);
    const variable = variableOf(line);
    if (variable !== undefined) found.add(variable);
    for (const [, member] of line.matchAll(memberText)) found.add(`{${member}}`);
  }
  return [...found];
}

function fieldOf(line: string): string | undefined {
  const [, name, type = "", made = ""] = fieldLine.exec(line) ?? [];
  if (name === undefined || type.includes("=>") || made.includes("=>")) return undefined;
  return isTable.test(type) || isTable.test(made) ? name : undefined;
}

function variableOf(line: string): string | undefined {
  const [, word, name, type = "", made = ""] = moduleLine.exec(line) ?? [];
  if (name === undefined) return undefined;
  if (word === "let") return name;
  if (/^Readonly(?:Map|Set)\b|^readonly /.test(type)) return undefined;
  const isEmpty = /^(?:new \w+(?:<.*>)?\((?:[\w.]*)\)|\[\]|\{\});$/.test(made);
  return isEmpty && (isTable.test(made) || made === "{};") ? name : undefined;
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** As `tablesIn`, of all files below a folder. */
export function tables(folder: string): Table[] {
  return globSync("**/*.ts", { cwd: folder })
    .sort()
    .flatMap((file) =>
      tablesIn(readFileSync(join(folder, file), "utf8")).map((name) => ({ file, name })),
    );
}
