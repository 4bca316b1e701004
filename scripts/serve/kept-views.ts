/** Where the views of a list are kept for a start that meets errors in it. */
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";

/**
 * Where a production service keeps what its list was last built to: the list's own folder may only be read there, or is
 * the operator's Git checkout. Each list has a file of its own.
 */
export function keptInStore(store: string, list: string): string {
  const name = createHash("sha256").update(resolve(list)).digest("hex").slice(0, 16);
  return join(store, "lists", `${name}.txt`);
}
