/** What the Worker's structure has to keep to. Pure. */
import type { Imports } from "./imports.ts";
import type { Exception, Folder } from "./order.ts";

/** One import that a rule forbids. */
export interface Against {
  from: string;
  to: string;
  /** A sentence that names the rule. */
  rule: string;
}

/** The first part of a path: its folder, or the file itself where it stands in none. */
export function folderOf(file: string): string {
  return file.split("/", 1)[0] ?? file;
}

/** Imports of a folder that stands later in the order, and imports of or by folders that it doesn't name. */
export function againstOrder(
  imports: Imports,
  order: readonly Folder[],
  exceptions: readonly Exception[],
): Against[] {
  const place = new Map(order.map(({ name }, at) => [name, at]));
  const against: Against[] = [];
  for (const [from, targets] of imports) {
    for (const to of targets) {
      const [user, used] = [folderOf(from), folderOf(to)];
      if (user === used) continue;
      if (exceptions.some((one) => one.from === from && one.to === to)) continue;
      const [userAt, usedAt] = [place.get(user), place.get(used)];
      if (userAt === undefined || usedAt === undefined) {
        const missing = userAt === undefined ? user : used;
        against.push({ from, to, rule: `"${missing}" has no place in the order of folders.` });
      } else if (usedAt > userAt) {
        against.push({ from, to, rule: `"${user}" stands before "${used}" and may not know it.` });
      }
    }
  }
  return against;
}

/** Exceptions that nothing needs any more. */
export function unusedExceptions(imports: Imports, exceptions: readonly Exception[]): Exception[] {
  return exceptions.filter(({ from, to }) => !imports.get(from)?.includes(to));
}

/** Circles of imports that cross a folder: each a list of files that reach each other. */
export function circlesAcrossFolders(imports: Imports): string[][] {
  const crossing = (files: readonly string[]) =>
    new Set(files.map((file) => file.split("/").slice(0, -1).join("/"))).size > 1;
  return circles(imports).filter(crossing);
}

/** Strongly connected parts of more than one file (Tarjan, 1972). */
export function circles(imports: Imports): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const at = index.size;
    index.set(file, at);
    stack.push(file);
    let lowest = at;
    for (const target of imports.get(file) ?? []) {
      const seen = index.get(target);
      if (seen === undefined) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, seen);
    }
    low.set(file, lowest);
    if (lowest === at) {
      const part = stack.splice(stack.indexOf(file));
      if (part.length > 1) found.push(part.sort());
    }
    return lowest;
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}
