/** What checks read of a file of the list, whatever it was written as, so that every complaint can name its place. */
import type { Problem } from "./problem.ts";

/** Steps from the document's root to a value: keys of maps, indexes of lists. */
export type ValuePath = readonly (string | number)[];

export interface Source {
  /** Its path: `mirrors/a.example.yaml`, whatever is before that. */
  file: string;
  /** The content as plain values; undefined where the file can't be read as such. */
  value: unknown;
  /** Of the file's form. */
  problems: Problem[];
  /** A problem placed at the value a path leads to, or at the nearest part of it that is there. */
  problemAt(path: ValuePath, message: string): Problem;
  /** The same, placed at the last step's key. */
  problemAtKey(path: ValuePath, message: string): Problem;
}

/** What a list is checked from. */
export interface ListSources<Of extends Source = Source> {
  repositories: Of[];
  mirrors: Of[];
  /** Names of the files under `keys/`. */
  keys: ReadonlySet<string>;
}

/** A file's content that came as plain values: problems are placed by JSON pointer (RFC 6901). */
export function valueSource(file: string, value: unknown): Source {
  const problemAt = (path: ValuePath, message: string): Problem => ({
    file,
    line: 1,
    column: 1,
    pointer: pointerOf(path),
    message,
  });
  return { file, value, problems: [], problemAt, problemAtKey: problemAt };
}

function pointerOf(path: ValuePath): string {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
