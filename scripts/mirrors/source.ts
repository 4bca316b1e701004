/** A YAML file with its positions, so that every complaint can name line and column. */
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Problem } from "../../worker/list/problem.ts";
import type { Source, ValuePath } from "../../worker/list/source.ts";

/** `problems` are YAML's own errors; `value` is undefined where there are some. */
export interface YamlSource extends Source {
  document: Document;
}

/** Parses the text of one file. Never throws: syntax errors are in `problems`. */
export function parseSource(file: string, text: string): YamlSource {
  return sourceOf(file, parsed(text));
}

/**
 * As `parseSource`, but nothing is held of the file but its text and value: of a list's 1,600 files the documents with
 * their positions are 30 MB, and a sixth of the processor time that reading takes. Few of them are ever asked for.
 */
export function lightSource(file: string, text: string): YamlSource {
  const document = parseDocument(text, { prettyErrors: false });
  return document.errors.length === 0
    ? knownSource(file, text, document.toJS())
    : parseSource(file, text);
}

/**
 * A file whose value is known, as it was read before and had no syntax errors. It is parsed when somebody asks for its
 * document, or complains about it.
 */
export function knownSource(file: string, text: string, value: unknown): YamlSource {
  let source: YamlSource | undefined;
  const whole = () => {
    source ??= parseSource(file, text);
    return source;
  };
  return {
    file,
    value,
    problems: [],
    get document() {
      return whole().document;
    },
    problemAt: (path, message) => whole().problemAt(path, message),
    problemAtKey: (path, message) => whole().problemAtKey(path, message),
  };
}

interface Parsed {
  lines: LineCounter;
  document: Document;
}

function parsed(text: string): Parsed {
  const lines = new LineCounter();
  return { lines, document: parseDocument(text, { lineCounter: lines, prettyErrors: false }) };
}

function sourceOf(file: string, { lines, document }: Parsed): YamlSource {
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

  let value: unknown;
  try {
    if (problems.length === 0) value = document.toJS();
  } catch {
    // Aliases that name aliases that name aliases: a few lines would be gigabytes.
    problems.push(
      at(0, "This has too many aliases (`*name`). Write what they stand for in their place."),
    );
  }

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
    value,
    problems,
    problemAt: (path, message) => at(valueOffset(path), message),
    problemAtKey: (path, message) => at(keyOffset(path), message),
  };
}
