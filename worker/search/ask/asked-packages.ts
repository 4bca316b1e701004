/** Packages of all repositories: the service over suites' objects. */
import type { Kind } from "../../formats/kinds.ts";
import { Late } from "../../runtime/deadline.ts";
import type {
  ChangesAnswer,
  FilesAnswer,
  PackageDetail,
  PackageQuery,
  PackageService,
  PackagesAnswer,
  SuiteChoice,
} from "../package-service.ts";
import type { Paging, Shown, SuiteQuestion } from "../suite-question.ts";
import {
  type ChosenRepositories,
  type ChosenRepository,
  chooseRepositories,
  kindsOf,
  namesOfArchitecture,
  wholeDistributions,
} from "./choose-repositories.ts";
import { type ChosenSuites, chooseSuites } from "./choose-suites.ts";
import { pageOfFiles } from "./find-files.ts";
import { type AnswerMade, HeldAnswers } from "./held-answers.ts";
import { pageOfChanges } from "./list-changes.ts";
import { namedPackages } from "./named-packages.ts";
import { elsewhereWaitMs, packageDetail } from "./package-detail.ts";
import { type PackageAsk, pageOfPackages } from "./page-of-packages.ts";
import { askWaitMs, type Deadline, type PackageSources } from "./sources.ts";

/** An answer that another request began is waited for so much longer than its suites have, ms: it is put together then. */
const toPutTogetherMs = 1000;
const madeWithinMs = askWaitMs + toPutTogetherMs;
/** Of a name's detail: its suites, its files in them and in the distribution's others, and the suites elsewhere. */
const detailWithinMs = 3 * askWaitMs + elsewhereWaitMs + toPutTogetherMs;

/** What an isolate holds of answers, between requests. */
export class HeldPackages {
  readonly packages = new HeldAnswers<PackagesAnswer>(madeWithinMs);
  readonly files = new HeldAnswers<FilesAnswer>(madeWithinMs);
  readonly details = new HeldAnswers<PackageDetail>(detailWithinMs);
}

/** What is asked, with the suites that it is asked of. */
interface Asked extends ChosenRepositories {
  suites: ChosenSuites;
  /** Makes an answer by the request's deadline, which ends with it: other requests may wait for it when this one is gone. */
  within<Answer>(make: (deadline: Deadline) => Promise<Answer>): Promise<Answer>;
}

const nothing = { total: 0, states: [], unanswered: [] };

/** Made for each request; what is held outlives it. */
export class AskedPackages implements PackageService {
  readonly #sources: PackageSources;
  readonly #held: HeldPackages;

  constructor(sources: PackageSources, held: HeldPackages) {
    this.#sources = sources;
    this.#held = held;
  }

  kinds(): Kind[] {
    return kindsOf(this.#sources.repositories());
  }

  search(query: PackageQuery): Promise<PackagesAnswer> {
    const { q, fields, isExact, isBrief } = query;
    const architectures = query.architectures.flatMap(namesOfArchitecture);
    const shown = { ...(isExact && { isExact }), ...(isBrief && { isBrief }) };
    const words = { words: q, fields, architectures, ...shown };
    return this.#packages({
      question: (page) => ({ ask: "search", ...words, ...page }),
      choice: query,
      exact: q.trim(),
      ...(isBrief && { isBrief }),
    });
  }

  keyed(
    by: "provides" | "needs" | "command",
    tokens: readonly string[],
    choice: SuiteChoice & Paging,
  ): Promise<PackagesAnswer> {
    return this.#packages({
      question: (page) => ({ ask: "keyed", by, tokens, ...page }),
      choice,
    });
  }

  named(names: readonly string[], choice: SuiteChoice & Shown): Promise<PackagesAnswer> {
    return this.#named("named", names, choice);
  }

  madeOf(sources: readonly string[], choice: SuiteChoice): Promise<PackagesAnswer> {
    return this.#named("sources", sources, choice);
  }

  files(
    path: string,
    match: "path" | "end" | "name" | "glob",
    choice: SuiteChoice & Paging,
  ): Promise<FilesAnswer> {
    return this.#files((page) => ({ ask: "paths", path, match, ...page }), choice);
  }

  /** Files of a package; where the suites chosen have no list of them, those of the same name in the distribution's others. */
  async filesOf(name: string, choice: SuiteChoice & Paging): Promise<FilesAnswer> {
    const question = (page: Paging): SuiteQuestion => ({ ask: "filesOf", name, ...page });
    const own = await this.#files(question, choice);
    // A page's place says which suites it is of: one that isn't of those chosen is of all of them.
    if (own.total > 0 || (own.refused !== undefined && choice.after === undefined)) return own;
    const all = wholeDistributions(this.#sources.repositories(), choice);
    return all === undefined ? own : this.#files(question, { ...choice, ...all });
  }

  changes(names: readonly string[], choice: SuiteChoice & Paging): Promise<ChangesAnswer> {
    return this.#of(choice, {
      refused: (why) => ({ changes: [], states: [], unanswered: [], refused: why }),
      answer: ({ repositories, suites, within }) =>
        within((deadline) =>
          pageOfChanges(this.#sources, repositories, suites, { names, choice, deadline }),
        ),
    });
  }

  detail(name: string, choice: SuiteChoice): Promise<PackageDetail> {
    return this.#of(choice, {
      refused: (why) => ({ ...noDetail(name), refused: why }),
      answer: ({ suites, within }) => {
        const { architectures } = choice;
        const question = ["detail", name, architectures];
        const filesOf = async (limit: number) =>
          (await this.filesOf(name, { ...choice, limit })).files.map(({ path }) => path);
        return this.#held.details.of({ question, chosen: suites }, this.#request, () =>
          within(async (deadline) => {
            const asked = { name, architectures, deadline, filesOf };
            const { detail, isComplete } = await packageDetail(this.#sources, suites, asked);
            return { answer: detail, isComplete };
          }),
        );
      },
    });
  }

  #named(
    ask: "named" | "sources",
    names: readonly string[],
    choice: SuiteChoice & Shown,
  ): Promise<PackagesAnswer> {
    return this.#of(choice, {
      refused: (why) => ({ ...nothing, results: [], refused: why }),
      answer: ({ suites, within }) =>
        this.#held.packages.of(
          { question: [ask, names, choice.architectures, choice.isBrief], chosen: suites },
          this.#request,
          () =>
            within((deadline) =>
              complete(namedPackages(this.#sources, suites, { ask, names, choice, deadline })),
            ),
        ),
    });
  }

  #packages(ask: PackageAsk): Promise<PackagesAnswer> {
    return this.#of(ask.choice, {
      refused: (why) => ({ ...nothing, results: [], refused: why }),
      answer: ({ repositories, suites, within }) =>
        this.#held.packages.of(
          { question: keyOf(ask, repositories), chosen: suites },
          this.#request,
          () =>
            within((deadline) =>
              pageOfPackages(this.#sources, repositories, suites, { ask, deadline }),
            ),
        ),
    });
  }

  #files(
    question: (page: Paging) => SuiteQuestion,
    choice: SuiteChoice & Paging,
  ): Promise<FilesAnswer> {
    const ask = { question, choice };
    return this.#of(choice, {
      refused: (why) => ({ ...nothing, files: [], refused: why }),
      answer: ({ repositories, suites, within }) =>
        this.#held.files.of(
          { question: keyOf(ask, repositories), chosen: suites },
          this.#request,
          () =>
            within((deadline) =>
              complete(pageOfFiles(this.#sources, repositories, suites, { ask, deadline })),
            ),
        ),
    });
  }

  /** Of the request that asks. */
  get #request() {
    return { now: this.#sources.now(), background: this.#sources.background };
  }

  /**
   * Chooses the suites and has the answer made, all within one deadline. Where another request was making it and was ended
   * before its time, all of it is done once more.
   */
  async #of<Answer>(choice: SuiteChoice, by: AnswerBy<Answer>): Promise<Answer> {
    try {
      return await this.#once(choice, by);
    } catch (error) {
      if (!(error instanceof Late)) throw error;
      return await this.#once(choice, by);
    }
  }

  async #once<Answer>(choice: SuiteChoice, by: AnswerBy<Answer>): Promise<Answer> {
    const sources = this.#sources;
    const chosen = chooseRepositories(sources.repositories(), choice, sources.now());
    if (typeof chosen === "string") return by.refused(chosen);
    const deadline = sources.deadline(askWaitMs);
    let isMaking = false;
    const within: Asked["within"] = async (make) => {
      isMaking = true;
      try {
        return await make(deadline);
      } finally {
        deadline.end();
      }
    };
    try {
      const suites = await chooseSuites(sources, chosen, choice, deadline);
      return await by.answer({ ...chosen, suites, within });
    } finally {
      // What is being made ends it, though this request no longer waits.
      if (!isMaking) deadline.end();
    }
  }
}

/** How a choice is answered. */
interface AnswerBy<Answer> {
  refused(why: string): Answer;
  answer(asked: Asked): Promise<Answer>;
}

async function complete<Answer>(answer: Promise<Answer>): Promise<AnswerMade<Answer>> {
  return { answer: await answer, isComplete: true };
}

function noDetail(name: string): PackageDetail {
  const neededBy = { names: [], total: 0 };
  return { name, places: [], elsewhere: [], neededBy, advisories: [], states: [], unanswered: [] };
}

/** What an answer depends on besides the suites; the place of a page, on the repositories that may have some. */
function keyOf(
  {
    question,
    choice: { architectures, limit, after },
  }: { question(page: Paging): SuiteQuestion; choice: SuiteChoice & Paging },
  repositories: readonly ChosenRepository[],
): unknown {
  const names = repositories.map(({ listed }) => listed.name);
  return [question({ limit }), architectures, after, names];
}
