/** Looks for the same thing in the repositories of other distributions. */
import type { PackageRecord } from "../../../formats/package-record.ts";
import { distributionOf } from "../../../formats/package-url.ts";
import { suiteNamings } from "../../../formats/suites.ts";
import type { Elsewhere } from "../../package-service.ts";
import type { SuiteQuestion } from "../../suite-question.ts";
import { type Answered, askSuites } from "../ask-suites.ts";
import { sameArchitecture } from "../choose-repositories.ts";
import { type ChosenSuite, chooseSuites, type Unanswered } from "../choose-suites.ts";
import type { Deadline, KindWords, PackageSources } from "../sources.ts";
import { type Clues, type Same, sameIn } from "./decide.ts";
import { ownKeys } from "./own-keys.ts";
import { guessedNames, keyProbe, type Probe, providedTokens, tokenProbe } from "./probes.ts";

/** What is known of the package. */
export interface OwnPackage {
  name: string;
  /** Of its places. */
  records: readonly PackageRecord[];
  /** Paths of its files, as far as they are known. */
  files: readonly string[];
  /** Distributions that have it under this name: nothing is looked for there. */
  distributions: ReadonlySet<string>;
  words: KindWords | undefined;
}

export interface FoundElsewhere {
  elsewhere: readonly Elsewhere[];
  unanswered: readonly Unanswered[];
}

/** Packages are the same for all architectures: those of this one are looked through where a repository has it. */
const usualArchitecture = "amd64";
const everywhere = { repositories: [], suites: [], kinds: [], architectures: [] };

/** The same thing in other repositories, in the list's order. Doesn't reject. */
export async function askElsewhere(
  sources: PackageSources,
  own: OwnPackage,
  deadline: Deadline,
): Promise<FoundElsewhere> {
  const repositories = sources
    .repositories()
    .filter(
      ({ kind, name }) =>
        suiteNamings[kind] !== undefined && !own.distributions.has(distributionOf(name)),
    )
    .map((listed) => ({ listed, isNamed: false }));
  const chosen = await chooseSuites(sources, { repositories }, everywhere, deadline);
  const suites = chosen.suites.filter(isOfUsualArchitecture);
  const plan = planOf(own);
  const { answers, unanswered } = await askSuites(sources, suites, () => plan.questions, deadline);
  const same = new Map<string, readonly Same[]>();
  for (const repository of new Set(suites.map(({ state }) => state.repository))) {
    const told = answers.filter((_, at) => suites[at]?.state.repository === repository);
    same.set(repository, sameIn(ownOf(own), plan.clues(told)));
  }
  const versions = await versionsOf(sources, suites, same, deadline);
  return {
    elsewhere: [...same].flatMap(([repository, some]) =>
      some.flatMap((one) => {
        const version = versions.get(`${repository} ${one.name}`);
        return version === undefined ? [] : [{ repository, version, ...one }];
      }),
    ),
    unanswered: [...chosen.unanswered, ...unanswered].map(({ why, ...where }) => ({
      ...where,
      why: `The same thing was not looked for there. ${why}`,
    })),
  };
}

function ownOf({ name, records }: OwnPackage) {
  const homepage = records.find((one) => one.homepage !== undefined)?.homepage;
  return { name, ...(homepage !== undefined && { homepage }) };
}

function isOfUsualArchitecture({ listed, state }: ChosenSuite): boolean {
  const steps = state.suite.split("/").filter((step) => listed.architectures.includes(step));
  if (steps.length === 0) return true;
  const isUsual = (one: string) => sameArchitecture(one, usualArchitecture);
  return !listed.architectures.some(isUsual) || steps.some(isUsual);
}

/** All questions to a suite, and what the answers of one repository's suites say. */
function planOf({ name, records, files, words }: OwnPackage): {
  questions: SuiteQuestion[];
  clues(answers: readonly Answered[]): Clues;
} {
  const keys = ownKeys(records, files);
  const tokens = providedTokens(name, records, words);
  const questions: SuiteQuestion[] = [];
  const placed = (probe: Probe) => {
    const from = questions.length;
    questions.push(...probe.questions);
    const owners = (answers: readonly Answered[]) =>
      probe.owners(
        answers.flatMap((answer) => answer?.found.slice(from, from + probe.questions.length) ?? []),
      );
    return { owners };
  };
  const keyed = keys.map((key) => ({ key, probe: placed(keyProbe(key)) }));
  const provided = tokens.map((token) => ({ token, probe: placed(tokenProbe(token)) }));
  const namedAt = questions.length;
  questions.push({ ask: "named", names: guessedNames(name), isBrief: true });
  return {
    questions,
    clues: (answers) => ({
      keys: keyed.map(({ key, probe }) => ({ key, owners: probe.owners(answers) })),
      provides: provided.map(({ token, probe }) => ({ token, owners: probe.owners(answers) })),
      named: answers
        .flatMap((answer) => answer?.found[namedAt]?.packages ?? [])
        .map(({ record }) => record),
    }),
  };
}

/** The highest version of each name, by `repository name`. */
async function versionsOf(
  sources: PackageSources,
  suites: readonly ChosenSuite[],
  same: ReadonlyMap<string, readonly Same[]>,
  deadline: Deadline,
): Promise<Map<string, string>> {
  const namesOf = (at: number) =>
    (same.get(suites[at]?.state.repository ?? "") ?? []).map(({ name }) => name);
  const { answers } = await askSuites(
    sources,
    suites,
    (at) => (namesOf(at).length === 0 ? [] : [{ ask: "named", names: namesOf(at), isBrief: true }]),
    deadline,
  );
  const versions = new Map<string, string>();
  for (const [at, answer] of answers.entries()) {
    const { repository, kind } = suites[at]?.state ?? {};
    if (repository === undefined || kind === undefined) continue;
    for (const { record } of answer?.found[0]?.packages ?? []) {
      const key = `${repository} ${record.name}`;
      const before = versions.get(key);
      const isNewer =
        before === undefined ||
        (sources.words(kind)?.compareVersions(before, record.version) ?? 0) < 0;
      if (isNewer) versions.set(key, record.version);
    }
  }
  return versions;
}
