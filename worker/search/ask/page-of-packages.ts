/** One page of packages that suites find, put together by name. */
import type { PackagesAnswer, SuiteChoice } from "../package-service.ts";
import type { FoundPackage, PackageList, Paging, SuiteFound } from "../suite-question.ts";
import type { ChosenRepository } from "./choose-repositories.ts";
import type { ChosenSuites } from "./choose-suites.ts";
import { GivenBefore } from "./given-before.ts";
import { faultsOf, MergedLists, type SuiteList, type Taken } from "./merged-lists.ts";
import { askPlaces, PackageGroups, resultsOf } from "./package-groups.ts";
import { endOfPage, startOfPage } from "./page-place.ts";
import type { Total } from "./page-token.ts";
import { isOfArchitecture } from "./places.ts";
import { type Deadline, findWaitMs, type PackageSources } from "./sources.ts";

/** What is looked for. */
export interface PackageAsk {
  question(page: Paging): PackageList;
  choice: SuiteChoice & Paging;
  /** Of equals this name is the first. */
  exact?: string;
  /** As `Shown.isBrief`. */
  isBrief?: true;
}

/** The page, with all places of its packages; whether every suite that found something told them. Doesn't reject. */
export async function pageOfPackages(
  sources: PackageSources,
  repositories: readonly ChosenRepository[],
  { suites, unanswered }: ChosenSuites,
  { ask, deadline }: { ask: PackageAsk; deadline: Deadline },
): Promise<{ answer: PackagesAnswer; isComplete: boolean }> {
  const start = startOfPage(repositories, suites, ask.choice.after);
  if (typeof start === "string") {
    const answer = { results: [], total: 0, states: [], unanswered, refused: start };
    return { answer, isComplete: false };
  }
  const finding = sources.deadline(findWaitMs);
  const merged = new MergedLists<FoundPackage>(sources, listQuestion(ask), start.lists, finding);
  const given = new GivenBefore(sources, ask.question, start.lists, finding);
  const groups = await takeGroups(merged, ask, given).finally(() => finding.end());
  const { architectures } = ask.choice;
  const isBrief = ask.isBrief ?? false;
  const wanted = { architectures, isBrief, deadline };
  const places = await askPlaces(sources, groups.all(), merged.lists, wanted);
  const total = start.total ?? totalOf(merged.lists, architectures);
  const end = endOfPage(start, merged, total);
  const faults = faultsOf(merged.lists);
  const refused = [...faults.refused, ...(end.fault === undefined ? [] : [end.fault])];
  const answer = {
    results: resultsOf(sources, groups.all(), places, suites),
    ...total,
    ...(end.next !== undefined && { next: end.next }),
    ...(refused.length > 0 && { refused: refused.join(" ") }),
    states: merged.states,
    unanswered: [
      ...unanswered,
      ...merged.unanswered,
      ...faults.unanswered,
      ...given.unanswered,
      ...places.unanswered,
    ],
  };
  return { answer, isComplete: places.unanswered.length + given.unanswered.length === 0 };
}

function listQuestion({ question, choice, exact }: PackageAsk) {
  return {
    question,
    limit: choice.limit,
    items: ({ packages }: SuiteFound) => packages ?? [],
    order: (one: Taken<FoundPackage>, other: Taken<FoundPackage>) =>
      other.item.rank - one.item.rank ||
      Number(other.item.record.name === exact) - Number(one.item.record.name === exact) ||
      one.list.at - other.list.at,
  };
}

/** Takes names until the page is full. */
async function takeGroups(
  merged: MergedLists<FoundPackage>,
  { choice: { limit, architectures } }: PackageAsk,
  given: GivenBefore,
): Promise<PackageGroups> {
  const groups = new PackageGroups();
  while (groups.size < limit) {
    const taken = await merged.take();
    if (taken === undefined) break;
    const { item: found, list } = taken;
    if (list.state === undefined || !isOfArchitecture(found, architectures)) continue;
    const { repository } = list.state;
    const { name } = found.record;
    const isHere = groups.has(repository, name);
    if (!isHere && (await given.has(repository, name, merged.lists))) continue;
    groups.add({ state: list.state, found });
  }
  return groups;
}

/** How many names there are: counted where all lists are whole, else at least those of each repository's longest list. */
function totalOf(
  lists: readonly SuiteList<FoundPackage>[],
  architectures: readonly string[],
): Total {
  const answered = lists.filter(({ first }) => first !== undefined);
  if (answered.every(({ whole }) => whole !== undefined)) {
    const names = answered.flatMap(({ whole = [], chosen }) =>
      whole
        .filter((found) => isOfArchitecture(found, architectures))
        .map(({ record }) => `${chosen.state.repository} ${record.name}`),
    );
    const counted = new Set(names);
    return { total: counted.size };
  }
  const longest = new Map<string, number>();
  for (const { chosen, first } of answered) {
    const { repository } = chosen.state;
    longest.set(repository, Math.max(longest.get(repository) ?? 0, first?.total ?? 0));
  }
  const total = [...longest.values()].reduce((sum, one) => sum + one, 0);
  const isCounted =
    longest.size === answered.length && !answered.some(({ first }) => first?.isAtLeast);
  return isCounted ? { total } : { total, isAtLeast: true };
}
