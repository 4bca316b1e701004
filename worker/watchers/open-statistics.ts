/** Statistics as an isolate of the edge has them: counted here, told in the background, asked of the one object. */
import { CountReports } from "../statistics/count-reports.ts";
import type { StatisticsAnswers } from "../statistics/question.ts";
import { RedirectCounts } from "../statistics/redirect-counts.ts";
import { type Bindings, statisticsStub } from "./bindings.ts";

export interface StatisticsAtEdge {
  counts: RedirectCounts;
  reports: CountReports;
  answers: StatisticsAnswers;
}

/** `undefined`: nobody adds up, so that nothing is counted. */
export function openStatistics({
  STATISTICS,
}: Pick<Bindings, "STATISTICS">): StatisticsAtEdge | undefined {
  if (STATISTICS === undefined) return undefined;
  // A stub that failed once fails for good: one each time. async: where even that can't be had, it is a rejection.
  const stub = () => statisticsStub(STATISTICS);
  const counts = new RedirectCounts();
  const reports = new CountReports({
    counts,
    isolate: () => crypto.randomUUID(),
    send: async (batch) => await stub().take(batch),
    log: (sentence) => console.warn(sentence),
  });
  const answers: StatisticsAnswers = {
    text: async (query, listed) => await stub().text(query, listed),
    page: async (wish) => await stub().page(wish),
    totals: async () => await stub().totals(),
  };
  return { counts, reports, answers };
}
