/** A YAML file with its positions, so that every complaint can name line and column. */
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Problem } from "./problem.ts";

/** Steps from the document's root to a value: keys of maps, indexes of lists. */
export type ValuePath = readonly (string | number)[];

export interface Source {
  file: string;
  document: Document;
  /** The content as plain values; undefined where the file isn't YAML. */
  value: unknown;
  /** YAML's own errors. */
  problems: Problem[];
  /** A problem placed at the value a path leads to, or at the nearest part of it that is there. */
  problemAt(path: ValuePath, message: string): Problem;
  /** The same, placed at the last step's key. */
  problemAtKey(path: ValuePath, message: string): Problem;
}

/** Parses the text of one file. Never throws: syntax errors are in `problems`. */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });

  const at = (offset: number, message: string): Problem => {
    const position = lines.linePos(offset);
    return { file, line: Math.max(1, position.line), column: Math.max(1, position.col), message };
  };
  const problems = document.errors.map((error) =>
    at(
      error.pos[0],
      `This isn't valid YAML: ${error.message.replace(/\.?\s*$/, "")}. Correct the line.`,
    ),
  );

  const valueOffset = (path: ValuePath): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  };
  const keyOffset = (path: ValuePath): number => {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    if (isMap(parent)) {
      for (const pair of parent.items) {
        if (isPair(pair) && isScalar(pair.key) && pair.key.value === key && pair.key.range) {
          return pair.key.range[0];
        }
      }
    }
    return valueOffset(path);
  };

  return {
    file,
    document,
    value: problems.length === 0 ? document.toJS() : undefined,
    problems,
    problemAt: (path, message) => at(valueOffset(path), message),
    problemAtKey: (path, message) => at(keyOffset(path), message),
  };
}
