/** Why a name was found, for clients. Pure. */
import type { TypedQuery } from "../query/typed-query.ts";
import { reasons, toldAs } from "../rank/reasons.ts";
import type { Why } from "../suite-question.ts";

/**
 * @param bits of `reasons`
 * @param path by which it was found, where a file was looked for
 * @returns each reason once, the best first
 */
export function whyFound(bits: number, typed: TypedQuery, path: string | undefined): Why[] {
  const told: Why[] = [];
  for (const [reason, by] of toldAs) {
    if ((bits & reasons[reason]) === 0 || told.some((one) => one.by === by)) continue;
    const what = whatOf(by, typed, path);
    told.push(what === undefined ? { by } : { by, what });
  }
  return told;
}

function whatOf(by: Why["by"], typed: TypedQuery, path: string | undefined): string | undefined {
  switch (by) {
    case "file":
      return path;
    case "command":
    case "provides":
    case "source":
    case "group":
      return typed.text;
    case "words":
      return typed.words.join(" ");
    default:
      return undefined;
  }
}
