/** The answer at `/statistics`. */
import { declaredMirrors } from "../../api/declared-mirrors.ts";
import { answerOrReason } from "../../health/fleet-questions.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import type { StatisticsAnswer, StatisticsAnswers } from "../../statistics/question.ts";
import type { OpenViews } from "../../views/views.ts";
import { heldPages, type PageQuestion } from "../frame/held-pages.ts";
import { missingNamed } from "../missing-page.ts";
import { pageQuestions, statisticsPage } from "./statistics-page.ts";

/** What the page is made of. */
export interface StatisticsSources {
  views: OpenViews;
  /** Absent: nobody adds up. */
  statistics?: StatisticsAnswers;
}

/** Answers are shown for so long, ms, in whichever language; isolates tell every half minute. */
const heldMs = 60_000;
/** Answers held: one for each repository, and one for all. */
const maxHeld = 64;

interface Held {
  answers: readonly StatisticsAnswer[];
  /** Unix ms. */
  at: number;
}

const heldOf = new WeakMap<StatisticsAnswers, LastUsed<Held>>();

export function serveStatistics(
  asked: PageQuestion,
  { views, statistics }: StatisticsSources,
): Promise<Response> {
  const question = { ...asked, takes: ["repository"] };
  return heldPages(views).answer(question, async (visit) => {
    const repository = new URLSearchParams(visit.query).get("repository") ?? undefined;
    if (repository !== undefined && views.byName.get(repository) === undefined) {
      return missingNamed(asked, visit, views, { repository });
    }
    const { now } = asked;
    const answers = statistics && (await answersOf(statistics, now, repository));
    const mirrors = declaredMirrors(views, repository ?? "");
    const ofOne = repository === undefined ? {} : { repository };
    return statisticsPage(visit, { answers, mirrors, ...ofOne, now });
  });
}

async function answersOf(
  statistics: StatisticsAnswers,
  now: number,
  repository: string | undefined,
): Promise<readonly StatisticsAnswer[] | undefined> {
  const held = heldOf.get(statistics) ?? new LastUsed<Held>(maxHeld);
  heldOf.set(statistics, held);
  const known = held.get(repository ?? "");
  if (known !== undefined && Math.abs(now - known.at) < heldMs) return known.answers;
  const got = await answerOrReason(statistics.answer(pageQuestions(now, repository)), "Statistics");
  if ("reason" in got) return undefined;
  const { answer: answers } = got;
  // Of a repository that nobody was sent anywhere for yet nothing is known: it is listed, and has nothing.
  held.set(repository ?? "", { answers, at: now });
  return answers;
}
