/** Asks many suites at once, with a deadline. */
import { reasonOf } from "../../runtime/reason.ts";
import type { AnsweredState } from "../suite.ts";
import type { SuiteFound, SuiteQuestion } from "../suite-question.ts";
import type { ChosenSuite, Unanswered } from "./choose-suites.ts";
import { before, type Deadline, type PackageSources } from "./sources.ts";

/** What a suite answered: one `found` for each question; undefined: it didn't. */
export type Answered = { state: AnsweredState; found: readonly SuiteFound[] } | undefined;

export interface Answers {
  /** One for each suite, in their order. */
  answers: readonly Answered[];
  unanswered: readonly Unanswered[];
}

/**
 * Asks each suite its questions; one that has none isn't asked. Doesn't reject, and ends with the deadline.
 *
 * @param questionsOf by the suite's place in `suites`
 */
export async function askSuites(
  sources: PackageSources,
  suites: readonly ChosenSuite[],
  questionsOf: (suite: number) => readonly SuiteQuestion[],
  { passed }: Deadline,
): Promise<Answers> {
  const unanswered: Unanswered[] = [];
  const answers = await Promise.all(
    suites.map(async ({ state }, at): Promise<Answered> => {
      const questions = questionsOf(at);
      if (questions.length === 0) return undefined;
      const { repository, suite } = state;
      const tell = (why: string) => void unanswered.push({ repository, suite, why });
      try {
        const object = sources.suite(repository, state.root.path);
        const answer = await before(object.ask(state, questions), passed);
        if (answer === undefined) tell("It didn't answer in time. Ask again.");
        else if ("unready" in answer) tell(answer.why);
        else return answer;
      } catch (error) {
        tell(`It could not be asked: ${reasonOf(error)}. Ask again.`);
      }
      return undefined;
    }),
  );
  return { answers, unanswered };
}
