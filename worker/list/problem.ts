/** What `check` and `compile` say about a file, precise enough for an editor to jump to. */
export interface Problem {
  file: string;
  /** Counted from 1, both. */
  line: number;
  column: number;
  /** Where the content came as values: the place in them, as a JSON pointer. */
  pointer?: string;
  /** A sentence on what is wrong and what to do. */
  message: string;
}

/** `file:line:column: message`, the form editors and terminals make clickable. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
}

/** By file, then by place in it. For `Array.sort`. */
export function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
