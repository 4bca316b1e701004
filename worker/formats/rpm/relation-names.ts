/** Names in rpm's relations, rich ones included (rpm-dependencies(7)). Pure. */

/** Words between the parts of a rich dependency. */
const operators: ReadonlySet<string> = new Set([
  ...["and", "or", "if", "unless", "else", "with", "without"],
]);
const comparisons: ReadonlySet<string> = new Set(["<", "<=", "=", ">=", ">", "=="]);

/**
 * `foo >= 1` has `foo`, `(foo if bar)` has both. A name may have brackets, which belong to it where they are opened in it:
 * `libx.so.1()(64bit)`.
 */
export function namesInRpmRelation(entry: string): string[] {
  const text = entry.trim();
  if (!text.startsWith("(")) return /^\S+/.exec(text)?.slice(0, 1) ?? [];
  const names: string[] = [];
  let isVersion = false;
  for (const word of wordsOf(text)) {
    if (comparisons.has(word)) isVersion = true;
    else if (isVersion) isVersion = false;
    else if (!operators.has(word)) names.push(word);
  }
  return [...new Set(names)];
}

/** What blanks and the brackets around parts divide. */
function wordsOf(text: string): string[] {
  return text
    .split(/\s+/)
    .map((written) => withoutOwnEnd(written.replace(/^\(+/, "")))
    .filter((word) => word !== "");
}

/** Without the brackets at its end that aren't opened in it. */
function withoutOwnEnd(word: string): string {
  let open = 0;
  for (let at = 0; at < word.length; at++) {
    if (word[at] === "(") open++;
    else if (word[at] === ")" && --open < 0) return word.slice(0, at);
  }
  return word;
}
