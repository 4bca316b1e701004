/** The index of packages, as it is asked. */
import { list, number, text } from "../../runtime/json-values.ts";
import type { FileRows } from "./file-rows.ts";
import { ownerRow } from "./owner-build.ts";

/** Where a package's files are. */
export interface OwnedFiles {
  /** Lines that name the package. */
  lines: number;
  /** They are by path from block to block. */
  isByPath: boolean;
  /** Ascending. */
  blocks: number[];
}

const decoder = new TextDecoder();

/** @param count of rows of the set's index of packages */
export function ownedFiles(rows: FileRows, count: number, owner: string): OwnedFiles | undefined {
  if (count === 0) return undefined;
  const row: unknown = JSON.parse(
    decoder.decode(rows.readPacked("owners", ownerRow(owner, count))),
  );
  for (const one of list(row, "a row of packages")) {
    const [name, lines, isByPath, steps] = list(one, "a package");
    if (name !== owner) continue;
    const blocks: number[] = [];
    for (const [at, step] of list(steps, text(name, "a package")).entries()) {
      if (at % 2 === 0) blocks.push((blocks.at(-1) ?? 0) + number(step, "a block"));
    }
    return { lines: number(lines, "lines"), isByPath: isByPath === 1, blocks };
  }
  return undefined;
}
