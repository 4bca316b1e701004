/** What an answer that found nothing says: that there is nothing, or that nobody could say it. */
import type { SuiteChoice, ToldSuites } from "../../search/package-service.ts";
import { QuestionRefused } from "./question-refused.ts";

/** Suites are read within two minutes of their publication, s. */
const retryAfter = 60;
/** Of those that didn't answer, in a sentence. */
const maxNamed = 5;

/** Throws where the question as such can't be taken. */
export function checkRefusal({ refused, isEmpty }: { refused?: string; isEmpty: boolean }): void {
  if (refused !== undefined && isEmpty) throw new QuestionRefused(400, refused);
}

/**
 * Nothing was found: 404 where suites answered, 503 where none did, as nobody knows then.
 *
 * @param what that isn't there, without an article
 * @param at as `SuiteChoice.at`: where it is asked for and no snapshot of then is kept, asking again is of no use
 */
export function nothingFound(
  what: string,
  { states, unanswered }: ToldSuites,
  { at }: Pick<SuiteChoice, "at"> = {},
): QuestionRefused {
  const named = unanswered
    .slice(0, maxNamed)
    .map(({ repository, suite, why }) => `${[repository, suite].join(" ").trim()} (${why})`);
  const more = unanswered.length > maxNamed ? ` and ${unanswered.length - maxNamed} more` : "";
  const silent = named.length === 0 ? "" : ` Not answered: ${named.join(", ")}${more}.`;
  if (states.length === 0 && unanswered.length > 0) {
    // A suite that could be asked is named.
    if (at !== undefined && unanswered.every(({ suite }) => suite === undefined)) {
      return new QuestionRefused(404, `There is no ${what} of ${at} here.${silent}`);
    }
    return new QuestionRefused(
      503,
      `No suite can be asked for any ${what} yet.${silent}`,
      retryAfter,
    );
  }
  if (states.length === 0) {
    return new QuestionRefused(404, `There is no suite with packages that could have ${what}.`);
  }
  const suites = states.length === 1 ? "the suite" : `the ${states.length} suites`;
  return new QuestionRefused(404, `There is no ${what} in ${suites} that answered.${silent}`);
}

/** Throws where no suite answered: an empty list would say that there is nothing. */
export function checkAnswered(told: ToldSuites, choice: Pick<SuiteChoice, "at"> = {}): void {
  if (told.states.length === 0 && told.unanswered.length > 0) {
    throw nothingFound("package", told, choice);
  }
}

/**
 * Throws where nothing was found and files are still being read: an empty list would say that there are none.
 *
 * @param isEmpty nothing was found
 */
export function checkFilesRead({ states }: ToldSuites, isEmpty: boolean): void {
  const reading = states.filter(({ areFilesComing, filesOf }) => areFilesComing && !filesOf);
  if (!isEmpty || reading.length === 0) return;
  const named = reading.slice(0, maxNamed).map(({ repository, suite }) => `${repository} ${suite}`);
  const more = reading.length > maxNamed ? ` and ${reading.length - maxNamed} more` : "";
  throw new QuestionRefused(
    503,
    `Nothing was found so far: the files of ${named.join(", ")}${more} are still being read. Ask again in a minute.`,
    retryAfter,
  );
}
