/**
 * The views of the list that the edge's script is shipped with: packed, so that a new isolate reads a third of the text,
 * and unpacks the mirrors that its first clients may be sent to.
 */
import { nextOverrideEnd } from "../health/compose-roster.ts";
import type { Views } from "../mirrors/compiled-list.ts";
import { type IndexedRoster, indexedRoster } from "../mirrors/packed-mirrors.ts";
import type { CatalogueView } from "../repositories/catalogue.ts";

/** Views whose roster is still packed, in which the states of the list's overrides are, and no override ends. */
export interface PackedViews {
  indexed: IndexedRoster;
  catalogue: CatalogueView;
}

/**
 * The text that the edge's script is shipped with. Keys aren't in it, which only the watchers read. A list with an
 * override that ends stays as it is: the edge ends it where there is no Fleet.
 */
export function shippedText({ roster, catalogue }: Views): string {
  const ends = nextOverrideEnd(roster.mirrors) < Number.POSITIVE_INFINITY;
  const views: Omit<Views, "keys"> | PackedViews = ends
    ? { roster, catalogue }
    : { indexed: indexedRoster(roster), catalogue };
  return JSON.stringify(views);
}

/** Whether what was read of a shipped text is packed. It was made with this script, so that its shape is known. */
export function isPacked(views: object): views is PackedViews {
  return "indexed" in views;
}
