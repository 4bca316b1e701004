/** The page at `/statistics` as the object that adds up makes it, for the edge to put into its frame. */
import type { StatisticsAnswer, StatisticsQuestion } from "../../statistics/question.ts";
import type { PageWish, ToldPage } from "../../statistics/told-page.ts";
import { shownIn } from "../frame/shown.ts";
import { languageNames, languages } from "../texts/languages.ts";
import { pageQuestions, statisticsPage } from "./statistics-page.ts";

/**
 * @param answer as `RedirectStatistics.answer`
 * @param now Unix ms
 */
export function toldPage(
  { language: named, isChosen, repository, mirrors }: PageWish,
  answer: (questions: readonly StatisticsQuestion[]) => StatisticsAnswer[],
  now: number,
): ToldPage {
  const language = languageNames.find((one) => one === named) ?? "en";
  const { texts } = languages[language];
  const shown = shownIn(language);
  const visit = { language, isChosen, texts, shown, path: "/statistics", query: "" };
  const ofOne = repository === undefined ? {} : { repository };
  const answers = answer(pageQuestions(now, repository));
  const { main, ...rest } = statisticsPage(visit, { answers, mirrors, ...ofOne, now });
  return { ...rest, main: main.text };
}
