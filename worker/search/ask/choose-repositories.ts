/** Which repositories and suites a choice means, by the list alone. Pure. */
import type { Kind } from "../../formats/kinds.ts";
import { distributionOf } from "../../formats/package-url.ts";
import { suiteNamings } from "../../formats/suites.ts";
import { noneOf } from "../../http/nearest-value.ts";
import { architectureNamed } from "../../images/architectures.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { readPin } from "../../repositories/reader/pin.ts";
import type { SuiteChoice } from "../package-service.ts";
import { suiteStates } from "../suite/suite-states.ts";
import type { SuiteState } from "../suite.ts";

/** A repository that is asked. */
export interface ChosenRepository {
  listed: Repository;
  /** The question names it, and so keeps it followed. */
  isNamed: boolean;
}

export interface ChosenRepositories {
  repositories: readonly ChosenRepository[];
  /** Id of a snapshot or an ISO time that is past, of a past state. */
  wanted?: string;
}

/**
 * Whether a suite goes by a name: its own, `9/AppStream/x86_64/os`; a run of its steps, `9`, `AppStream` or `core`;
 * or the Suite or Codename that the list has of it, `stable`.
 *
 * @param listed the suite's repository
 */
export function isCalled(
  name: string,
  { suites = {} }: Pick<Repository, "suites">,
  { suite, root }: Pick<SuiteState, "suite" | "root">,
): boolean {
  const wanted = name.replace(/^\/+|\/+$/g, "");
  if (wanted === "") return false;
  if (`/${suite}/`.includes(`/${wanted}/`)) return true;
  return Object.hasOwn(suites, root.path) && suites[root.path] === wanted;
}

/**
 * The repositories that a choice means, in the list's order; a sentence: it names something that isn't there.
 *
 * @param now Unix ms
 */
export function chooseRepositories(
  list: readonly Repository[],
  choice: SuiteChoice,
  now: number,
): ChosenRepositories | string {
  const searched = list.filter(({ kind }) => suiteNamings[kind] !== undefined);
  const wrong = wrongName(searched, choice) ?? wrongArchitecture(searched, choice);
  if (wrong !== undefined) return wrong;
  const repositories = searched
    .filter(({ kind }) => isIn(choice.kinds, kind))
    .filter(({ name }) => isIn(choice.repositories, name))
    .filter((one) => choice.suites.length === 0 || choice.suites.some((suite) => has(one, suite)))
    .map((listed) => ({ listed, isNamed: choice.repositories.includes(listed.name) }));
  if (repositories.length === 0) return noneLeft(searched.length === 0);
  if (choice.at === undefined) return { repositories };
  const wanted = readTime(choice.at, now);
  return typeof wanted === "string" ? wanted : { repositories, ...wanted };
}

/** Kinds with packages that the list has repositories of. */
export function kindsOf(list: readonly Repository[]): Kind[] {
  return [...new Set(list.map(({ kind }) => kind))].filter(
    (kind) => suiteNamings[kind] !== undefined,
  );
}

function isIn<Value>(chosen: readonly Value[], value: Value): boolean {
  return chosen.length === 0 || chosen.includes(value);
}

/** The suites that the list names, as states of no snapshot. */
export function listedSuites(listed: Repository): SuiteState[] {
  const roots = (listed.roots ?? []).map((path) => ({ path, files: [], manifest: "" }));
  return suiteStates(listed, { id: "", at: 0, roots });
}

function has(listed: Repository, name: string): boolean {
  return listedSuites(listed).some((suite) => isCalled(name, listed, suite));
}

function wrongName(searched: readonly Repository[], choice: SuiteChoice): string | undefined {
  const names = searched.map(({ name }) => name);
  const repository = choice.repositories.find((name) => !names.includes(name));
  if (repository !== undefined) return noneOf("repository", repository, names);
  const searchedKinds = kindsOf(searched);
  const kind = choice.kinds.find((one) => !searchedKinds.includes(one));
  if (kind !== undefined) return noneOf("kind", kind, searchedKinds);
  const among = searched.filter(({ name }) => isIn(choice.repositories, name));
  const suite = choice.suites.find((name) => !among.some((listed) => has(listed, name)));
  return suite === undefined ? undefined : noneOf("suite", suite, suiteNames(among));
}

function suiteNames(among: readonly Repository[]): string[] {
  const names = among.flatMap((listed) => [
    ...listedSuites(listed).map(({ suite }) => suite),
    ...Object.values(listed.suites ?? {}),
  ]);
  return [...new Set(names)];
}

function wrongArchitecture(
  searched: readonly Repository[],
  { architectures }: SuiteChoice,
): string | undefined {
  const known = [...new Set(searched.flatMap((listed) => listed.architectures))];
  const wrong = architectures.find(
    (asked) => !anyArchitecture.has(asked) && !known.some((one) => sameArchitecture(asked, one)),
  );
  return wrong === undefined ? undefined : noneOf("architecture", wrong, known);
}

/** What packages for each architecture are called, by kind. */
export const anyArchitecture: ReadonlySet<string> = new Set(["all", "noarch", "any"]);

/** Whether two names mean one architecture: `amd64` and `x86_64`. */
export function sameArchitecture(one: string, other: string): boolean {
  if (one === other) return true;
  const named = architectureNamed(one);
  return named !== undefined && named === architectureNamed(other);
}

/**
 * All suites of the distributions that a choice is of, where it is of a part of them: a security archive's packages have
 * their files in the main one. Undefined: the choice is of all of them already.
 */
export function wholeDistributions(
  list: readonly Repository[],
  { repositories, suites }: SuiteChoice,
): Pick<SuiteChoice, "repositories" | "suites"> | undefined {
  if (repositories.length === 0 && suites.length === 0) return undefined;
  const chosen = list
    .filter(({ kind }) => suiteNamings[kind] !== undefined)
    .filter(({ name }) => isIn(repositories, name))
    .filter((one) => suites.length === 0 || suites.some((suite) => has(one, suite)));
  const distributions = new Set(chosen.map(({ name }) => distributionOf(name)));
  const whole = list
    .filter(
      ({ kind, name }) =>
        suiteNamings[kind] !== undefined && distributions.has(distributionOf(name)),
    )
    .map(({ name }) => name);
  return whole.length === 0 ? undefined : { repositories: whole, suites: [] };
}

/** All that an architecture is called: each kind's packages have its own names. */
export function namesOfArchitecture(name: string): string[] {
  const named = architectureNamed(name);
  return named === undefined
    ? [name]
    : [...new Set([name, named.dpkg, named.uname, ...named.aliases])];
}

function readTime(at: string, now: number): { wanted: string } | string {
  const { wanted, time } = readPin(`@${at}`) ?? {};
  if (wanted === undefined) {
    return `at=${at} is neither a snapshot's id nor a time. Write a time as 20261123T0255Z.`;
  }
  if (time !== undefined && time > now) return `at=${at} has not come yet.`;
  return { wanted };
}

function noneLeft(isEmpty: boolean): string {
  if (isEmpty) return "No repository here has packages.";
  return "No repository is all of that at once. Leave repository=, suite= or kind= out.";
}
