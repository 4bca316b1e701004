/** Query parameters that are ours. Others mean nothing here and go nowhere. */

/** What a client may ask beside the path. */
export interface Question {
  /** Instead of the file: its ranked URLs. */
  mirrorlist: boolean;
  /** Instead of the file: how it would be answered, and why. */
  trace: boolean;
  /** With `trace` only: its value, as which the answer is wanted; empty: not said. */
  traceAs: string;
  /** With `trace` only: explain for this address. */
  ip?: string;
  /** With `trace` only: explain for this moment, as the client wrote it. */
  at?: string;
}

const nothing: Question = { mirrorlist: false, trace: false, traceAs: "" };
/** Of nearly every list that is asked for so. */
const mirrorlistAlone: Question = { ...nothing, mirrorlist: true };

/** Reads a query string without its `?`. */
export function readQuestion(query: string): Question {
  if (query === "") return nothing;
  if (query === "mirrorlist") return mirrorlistAlone;
  const given = new URLSearchParams(query);
  const ip = given.get("ip");
  const at = given.get("at");
  return {
    mirrorlist: given.has("mirrorlist"),
    trace: given.has("trace"),
    traceAs: given.get("trace") ?? "",
    // A form's field that was left empty says nothing.
    ...(ip === null || ip === "" ? {} : { ip }),
    ...(at === null || at === "" ? {} : { at }),
  };
}
