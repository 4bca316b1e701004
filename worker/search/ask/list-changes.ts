/** One page of versions that came. */
import type { ChangesAnswer, SuiteChoice } from "../package-service.ts";
import type { PackageChange, Paging, SuiteFound } from "../suite-question.ts";
import type { ChosenRepository } from "./choose-repositories.ts";
import type { ChosenSuites } from "./choose-suites.ts";
import { faultsOf, MergedLists, type Taken } from "./merged-lists.ts";
import { endOfPage, startOfPage } from "./page-place.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/** The newest first, over all suites. Doesn't reject. */
export async function pageOfChanges(
  sources: PackageSources,
  repositories: readonly ChosenRepository[],
  { suites, unanswered }: ChosenSuites,
  {
    names,
    choice,
    deadline,
  }: { names: readonly string[]; choice: SuiteChoice & Paging; deadline: Deadline },
): Promise<ChangesAnswer> {
  const start = startOfPage(repositories, suites, choice.after);
  if (typeof start === "string") return { changes: [], states: [], unanswered, refused: start };
  const asked = {
    question: (page: Paging) => ({ ask: "changes" as const, names, ...page }),
    limit: choice.limit,
    items: ({ changes }: SuiteFound) => changes ?? [],
    order: (one: Taken<PackageChange>, other: Taken<PackageChange>) =>
      other.item.at - one.item.at || one.list.at - other.list.at,
  };
  const merged = new MergedLists<PackageChange>(sources, asked, start.lists, deadline);
  const changes: ChangesAnswer["changes"][number][] = [];
  while (changes.length < choice.limit) {
    const taken = await merged.take();
    if (taken === undefined) break;
    const { repository, suite, isPinned, at } = taken.list.chosen.state;
    // A suite has one list of what came: a past state knows of nothing that came after it.
    if (isPinned && taken.item.at > at) continue;
    changes.push({ ...taken.item, repository, suite });
  }
  const { next, fault } = endOfPage(start, merged, { total: 0, isAtLeast: true });
  const faults = faultsOf(merged.lists);
  const refused = [...faults.refused, ...(fault === undefined ? [] : [fault])];
  return {
    changes,
    ...(next !== undefined && { next }),
    ...(refused.length > 0 && { refused: refused.join(" ") }),
    states: merged.states,
    unanswered: [...unanswered, ...merged.unanswered, ...faults.unanswered],
  };
}
