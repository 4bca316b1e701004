/** The JSON of `/api/v1/stats`. It is made beside the sums, so that the edge's script does without. Pure. */
import { noneOf } from "../http/nearest-value.ts";
import { type Counts, hourMs, hoursPerDay } from "./counted.ts";
import { expectedShares } from "./expected-share.ts";
import type { Listed, Series, StatisticsAnswer, StatisticsQuestion } from "./question.ts";

/** The text, or why there is none: the question names what was never counted and isn't listed. */
export function statsText(
  question: StatisticsQuestion,
  answer: StatisticsAnswer,
  listed: Listed,
): { text: string } | { reason: string } {
  const { unknown } = answer;
  const named = unknown && question.only[unknown];
  if (unknown !== undefined && named !== undefined) {
    const names =
      unknown === "mirror" ? listed.mirrors.map(({ name }) => name) : listed.repositories;
    if (!names.includes(named)) return { reason: noneOf(unknown, named, names) };
  }
  return { text: JSON.stringify(described(question, answer, listed)) };
}

function described(
  { per, from, to, by, only }: StatisticsQuestion,
  { all, rows, further }: StatisticsAnswer,
  { mirrors }: Listed,
) {
  const ms = per === "hour" ? hourMs : hourMs * hoursPerDay;
  const span = {
    per,
    from: new Date(from * ms).toISOString(),
    to: new Date(to * ms).toISOString(),
  };
  if (by === undefined) return { ...span, ...only, ...told(all) };
  const expected = by === "mirror" ? expectedShares(mirrors) : new Map<string, number>();
  const share = (part: number, whole: number) => (whole === 0 ? 0 : rounded(part / whole));
  return {
    ...span,
    ...only,
    by,
    ...told(all),
    rows: rows.map((row) => {
      const likely = expected.get(row.name);
      return {
        name: row.name,
        share: share(row.total.redirects, all.total.redirects),
        bytesShare: share(row.total.bytes, all.total.bytes),
        ...(likely !== undefined && { expectedShare: rounded(likely) }),
        ...told(row),
      };
    }),
    further: { rows: further.rows, ...further.total },
  };
}

function told({ total, redirects, bytes }: Series): Counts & { series: object } {
  return { ...total, series: { redirects, bytes } };
}

function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}
