/** What an answer that found nothing says: that there is nothing, or that nobody could say it. */
import type { Kind } from "../../formats/kinds.ts";
import type { PackageService, SuiteChoice, ToldSuites } from "../../search/package-service.ts";
import { askAgainSeconds, silenceOf } from "../../search/silence.ts";
import { QuestionRefused } from "./question-refused.ts";

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
  const silence = silenceOf({ states, unanswered }, at);
  const of = at === undefined ? "" : ` of ${at}`;
  if (silence === "never") {
    return new QuestionRefused(404, `There is no ${what}${of} here.${silent}`);
  }
  if (silence === "later") {
    return new QuestionRefused(
      503,
      `No suite can be asked for any ${what}${of} yet.${silent}`,
      askAgainSeconds,
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
  if (silenceOf(told, choice.at) !== undefined) throw nothingFound("package", told, choice);
}

/**
 * Throws where no repository has packages of a kind: the address is of that kind alone, and nothing of the question is
 * wrong.
 *
 * @param whose how people know the kind: `Arch's (pacman)`
 */
export function checkKind(service: Pick<PackageService, "kinds">, kind: Kind, whose: string): void {
  const kinds = service.kinds();
  if (kinds.includes(kind)) return;
  const here =
    kinds.length === 0
      ? "No repository here has packages."
      : `Packages here are of the kind ${kinds.join(", ")}: ask /api/v1/packages.`;
  throw new QuestionRefused(
    404,
    `This address tells ${whose} packages, and no repository of this service is of the kind ${kind}. ${here}`,
  );
}

/**
 * Throws where nothing was found and files are still being read: an empty list would say that there are none.
 *
 * @param isEmpty nothing was found
 * @param of whose files are still being read: some suites', or those of all that answered
 */
export function checkFilesRead(
  { states }: ToldSuites,
  isEmpty: boolean,
  of: "some" | "all" = "some",
): void {
  const reading = states.filter(({ areFilesComing, filesOf }) => areFilesComing && !filesOf);
  if (!isEmpty || reading.length === 0) return;
  if (of === "all" && reading.length < states.length) return;
  const named = reading.slice(0, maxNamed).map(({ repository, suite }) => `${repository} ${suite}`);
  const more = reading.length > maxNamed ? ` and ${reading.length - maxNamed} more` : "";
  throw new QuestionRefused(
    503,
    `Nothing was found so far: the files of ${named.join(", ")}${more} are still being read. Ask again in a minute.`,
    askAgainSeconds,
  );
}
