/** The lists of tables, held against what the code has. Pure. */
import { edgeTables, viewTables } from "./edge-tables.ts";
import { passingTables } from "./passing-tables.ts";
import type { Table } from "./tables.ts";
import { watchedElsewhere, watcherTables } from "./watcher-tables.ts";

/** What the lists name: `file Class.#field`, or `file Class` for all of a class. */
export const listed: readonly string[] = [
  ...[...edgeTables, ...viewTables, ...watcherTables, ...watchedElsewhere].flatMap(({ of }) => of),
  ...Object.values(passingTables).flat(),
];

/** Both names by which a list may have a table. */
function namesOf({ file, name }: Table): readonly string[] {
  return [`${file} ${name}`, `${file} ${name.split(".", 1)[0]}`];
}

/** Tables that no list has, as the lists would name them. */
export function unlisted(found: readonly Table[], lists: readonly string[]): string[] {
  const known = new Set(lists);
  return found
    .filter((table) => !namesOf(table).some((name) => known.has(name)))
    .map(({ file, name }) => `${file} ${name}`);
}

/** What the lists name and the code hasn't got any more. */
export function gone(found: readonly Table[], lists: readonly string[]): string[] {
  const known = new Set(found.flatMap(namesOf));
  return lists.filter((name) => !known.has(name));
}
