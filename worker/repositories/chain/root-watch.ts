/** What is remembered of a root from one poll to the next. */
import type { KnownRoot } from "../../formats/read-verified.ts";
import type { RootHistory } from "./root-history.ts";

/** What is remembered of a root beside its snapshot, for asking again. */
export interface RootWatch extends KnownRoot {
  /** `ruleOf` the list entry it was verified by. */
  rule: string;
  /** When it was last read and verified whole, Unix ms. */
  readAt: number;
  /** Something was left out of it, and is asked for at each poll. */
  incomplete?: true;
  /** A sentence on what it names that can't be used; absent: nothing. */
  leftOut?: string;
  /** Of a watched root. */
  history?: RootHistory;
}

/** Undefined where it is another version's: the root is then read anew. */
export function parseWatch(json: string): RootWatch | undefined {
  const value: unknown = JSON.parse(json);
  return isWatch(value) ? value : undefined;
}

function isWatch(value: unknown): value is RootWatch {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "rule" in value &&
    typeof value.rule === "string" &&
    "readAt" in value &&
    typeof value.readAt === "number"
  );
}
