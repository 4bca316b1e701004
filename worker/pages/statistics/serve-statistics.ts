/** The answer at `/statistics`: the edge's frame around what the object that adds up makes. */

import { declaredMirrors } from "../../api/declared-mirrors.ts";
import { answerOrReason } from "../../health/fleet-questions.ts";
import { notFound, unavailable } from "../../http/errors.ts";
import { raw } from "../../http/html.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import type { StatisticsAnswers } from "../../statistics/question.ts";
import type { ToldPage } from "../../statistics/told-page.ts";
import type { OpenViews } from "../../views/views.ts";
import { heldPages, type PageQuestion } from "../frame/held-pages.ts";
import { missingNamed } from "../missing-page.ts";

/** What the page is made of. */
export interface StatisticsSources {
  views: OpenViews;
  /** Absent: nobody adds up. */
  statistics?: StatisticsAnswers;
}

/** A page is shown for so long, ms, whatever views come meanwhile; isolates tell every half minute. */
const heldMs = 60_000;
/** Pages held, of 20 kB mostly: of a repository and language each. */
const maxHeld = 24;

interface Held {
  page: ToldPage;
  /** Unix ms. */
  at: number;
}

const heldOf = new WeakMap<StatisticsAnswers, LastUsed<Held>>();

export async function serveStatistics(
  asked: PageQuestion,
  { views, statistics }: StatisticsSources,
): Promise<Response> {
  if (statistics === undefined) return notFound("/statistics", "No statistics are kept here.");
  const { now } = asked;
  const held = heldOf.get(statistics) ?? new LastUsed<Held>(maxHeld);
  heldOf.set(statistics, held);
  return heldPages(views).answer({ ...asked, takes: ["repository"] }, async (visit) => {
    const { language, isChosen, query } = visit;
    const repository = new URLSearchParams(query).get("repository") ?? undefined;
    if (repository !== undefined && views.byName.get(repository) === undefined) {
      return missingNamed(asked, visit, views, { repository });
    }
    const key = `${language} ${isChosen} ${repository ?? ""}`;
    const known = held.get(key);
    if (known !== undefined && Math.abs(now - known.at) < heldMs) return framed(known.page);
    const mirrors = declaredMirrors(views, repository ?? "");
    const wish = { language, isChosen, mirrors, ...(repository !== undefined && { repository }) };
    const got = await answerOrReason(statistics.page(wish), "Statistics");
    if ("reason" in got) return unavailable(`No statistics can be told now: ${got.reason}.`);
    held.set(key, { page: got.answer, at: now });
    return framed(got.answer);
  });
}

function framed({ main, ...page }: ToldPage) {
  return { ...page, main: raw(main) };
}
