/** What an answer that found nothing says: that there is nothing, or that nobody could say it. */
import type { ToldSuites } from "../../search/package-service.ts";
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
 * @param what that isn't there, with its article
 */
export function nothingFound(what: string, { states, unanswered }: ToldSuites): QuestionRefused {
  const named = unanswered
    .slice(0, maxNamed)
    .map(({ repository, suite, why }) => `${[repository, suite].join(" ").trim()} (${why})`);
  const more = unanswered.length > maxNamed ? ` and ${unanswered.length - maxNamed} more` : "";
  const silent = named.length === 0 ? "" : ` Not answered: ${named.join(", ")}${more}.`;
  if (states.length === 0 && unanswered.length > 0) {
    return new QuestionRefused(503, `No suite can be asked for ${what} yet.${silent}`, retryAfter);
  }
  if (states.length === 0) {
    return new QuestionRefused(404, `There is no suite with packages that could have ${what}.`);
  }
  const suites = states.length === 1 ? "the suite" : `the ${states.length} suites`;
  return new QuestionRefused(404, `There is no ${what} in ${suites} that answered.${silent}`);
}

/** Throws where no suite answered: an empty list would say that there is nothing. */
export function checkAnswered(told: ToldSuites): void {
  if (told.states.length === 0 && told.unanswered.length > 0) {
    throw nothingFound("package", told);
  }
}
