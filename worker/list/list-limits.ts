/** What a list may not be, however right each of its entries is: too large for the object that keeps it. */
import { type EntryChanges, type ListEntries, maxEntries, maxEntryBytes } from "./entries.ts";
import type { Problem } from "./problem.ts";

/** A problem for each limit that a change goes over. @param after the list with the change */
export function limitsOf(after: ListEntries, changes: EntryChanges): Problem[] {
  const problem = (file: string, message: string): Problem => ({
    file,
    line: 1,
    column: 1,
    pointer: "",
    message,
  });
  const tooMuch: Problem[] = [];
  if (after.size > maxEntries) {
    tooMuch.push(
      problem("", `The list would have ${after.size} entries; ${maxEntries} are the most.`),
    );
  }
  for (const [place, value] of changes) {
    const bytes = value === null ? 0 : JSON.stringify(value).length;
    if (bytes > maxEntryBytes) {
      tooMuch.push(
        problem(place, `It has ${bytes} bytes; ${maxEntryBytes} are the most of an entry.`),
      );
    }
  }
  return tooMuch;
}
