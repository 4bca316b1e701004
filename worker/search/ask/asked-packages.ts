/** Packages of all repositories: the service over suites' objects. */
import type { Kind } from "../../formats/kinds.ts";
import type {
  ChangesAnswer,
  FilesAnswer,
  PackageDetail,
  PackageQuery,
  PackageService,
  PackagesAnswer,
  SuiteChoice,
} from "../package-service.ts";
import type { Paging, SuiteQuestion } from "../suite-question.ts";
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
import { HeldAnswers } from "./held-answers.ts";
import { pageOfChanges } from "./list-changes.ts";
import { namedPackages } from "./named-packages.ts";
import { packageDetail } from "./package-detail.ts";
import { type PackageAsk, pageOfPackages } from "./page-of-packages.ts";
import { askWaitMs, type Deadline, type PackageSources } from "./sources.ts";

/** What an isolate holds of answers, between requests. */
export class HeldPackages {
  readonly packages = new HeldAnswers<PackagesAnswer>();
  readonly files = new HeldAnswers<FilesAnswer>();
  readonly details = new HeldAnswers<PackageDetail>();
}

/** What is asked, with the suites that it is asked of. */
interface Asked extends ChosenRepositories {
  suites: ChosenSuites;
  deadline: Deadline;
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
    const { q, fields, isExact } = query;
    const architectures = query.architectures.flatMap(namesOfArchitecture);
    const words = { words: q, fields, architectures, ...(isExact && { isExact }) };
    return this.#packages({
      question: (page) => ({ ask: "search", ...words, ...page }),
      choice: query,
      exact: q.trim(),
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

  named(names: readonly string[], choice: SuiteChoice): Promise<PackagesAnswer> {
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
      answer: ({ repositories, suites, deadline }) =>
        pageOfChanges(this.#sources, repositories, suites, { names, choice, deadline }),
    });
  }

  detail(name: string, choice: SuiteChoice): Promise<PackageDetail> {
    return this.#of(choice, {
      refused: (why) => ({ ...noDetail(name), refused: why }),
      answer: ({ suites, deadline }) => {
        const { architectures } = choice;
        const question = ["detail", name, architectures];
        const filesOf = async (limit: number) =>
          (await this.filesOf(name, { ...choice, limit })).files.map(({ path }) => path);
        return this.#held.details.of(
          { question, chosen: suites },
          this.#sources.now(),
          async () => {
            const asked = { name, architectures, deadline, filesOf };
            const { detail, isComplete } = await packageDetail(this.#sources, suites, asked);
            return { answer: detail, isComplete };
          },
        );
      },
    });
  }

  #named(
    ask: "named" | "sources",
    names: readonly string[],
    choice: SuiteChoice,
  ): Promise<PackagesAnswer> {
    return this.#of(choice, {
      refused: (why) => ({ ...nothing, results: [], refused: why }),
      answer: ({ suites, deadline }) =>
        this.#held.packages.of(
          { question: [ask, names, choice.architectures], chosen: suites },
          this.#sources.now(),
          async () =>
            complete(await namedPackages(this.#sources, suites, { ask, names, choice, deadline })),
        ),
    });
  }

  #packages(ask: PackageAsk): Promise<PackagesAnswer> {
    return this.#of(ask.choice, {
      refused: (why) => ({ ...nothing, results: [], refused: why }),
      answer: ({ repositories, suites, deadline }) =>
        this.#held.packages.of(
          { question: keyOf(ask, repositories), chosen: suites },
          this.#sources.now(),
          () => pageOfPackages(this.#sources, repositories, suites, { ask, deadline }),
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
      answer: ({ repositories, suites, deadline }) =>
        this.#held.files.of(
          { question: keyOf(ask, repositories), chosen: suites },
          this.#sources.now(),
          async () =>
            complete(await pageOfFiles(this.#sources, repositories, suites, { ask, deadline })),
        ),
    });
  }

  /** Chooses the suites and has the answer made, all within one deadline. */
  async #of<Answer>(
    choice: SuiteChoice,
    by: { refused(why: string): Answer; answer(asked: Asked): Promise<Answer> },
  ): Promise<Answer> {
    const sources = this.#sources;
    const chosen = chooseRepositories(sources.repositories(), choice, sources.now());
    if (typeof chosen === "string") return by.refused(chosen);
    const deadline = sources.deadline(askWaitMs);
    try {
      const suites = await chooseSuites(sources, chosen, choice, deadline);
      return await by.answer({ ...chosen, suites, deadline });
    } finally {
      deadline.end();
    }
  }
}

function complete<Answer>(answer: Answer): { answer: Answer; isComplete: boolean } {
  return { answer, isComplete: true };
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
