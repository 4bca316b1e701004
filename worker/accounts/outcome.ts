/** What was asked, done; or why not. */

/** `wrong`: the input; `unknown`: no such thing; `conflict`: it can't be as things are; `full`: a limit is reached. */
export type RefusalKind = "wrong" | "unknown" | "conflict" | "full";

export interface Refused {
  refused: RefusalKind;
  /** A sentence: what, where, and what to do. */
  why: string;
}

export type Outcome<Made> = { done: Made } | Refused;

export function done<Made>(made: Made): { done: Made } {
  return { done: made };
}

export function refused(kind: RefusalKind, why: string): Refused {
  return { refused: kind, why };
}
