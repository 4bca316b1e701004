/** What a file set's own row says of it. */
import { list, number, record, text } from "../../runtime/json-values.ts";
import type { ShelfHead } from "./shelf-build.ts";

export interface FileSetHead {
  /** Lines. */
  count: number;
  /** Rows of the index of packages. */
  owners: number;
  shelf: ShelfHead;
}

/** Reads one; throws Error where it is none. */
export function headOf(value: unknown): FileSetHead {
  const head = record(JSON.parse(text(value, "the head of a file set")), "the head of a file set");
  const shelf = record(head.shelf, "shelf");
  return {
    count: number(head.count, "count"),
    owners: number(head.owners, "owners"),
    shelf: { firsts: list(shelf.firsts, "firsts").map((first) => text(first, "firsts")) },
  };
}
