/** One page of files that suites find. */
import type { FilesAnswer, SuiteChoice } from "../package-service.ts";
import type { FoundFile, Paging, SuiteFound, SuiteQuestion } from "../suite-question.ts";
import type { ChosenRepository } from "./choose-repositories.ts";
import type { ChosenSuites } from "./choose-suites.ts";
import { faultsOf, MergedLists, type SuiteList, type Taken } from "./merged-lists.ts";
import { endOfPage, startOfPage } from "./page-place.ts";
import type { Total } from "./page-token.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/** What is looked for. */
export interface FileAsk {
  question(page: Paging): SuiteQuestion;
  choice: SuiteChoice & Paging;
}

type PlacedFile = FilesAnswer["files"][number];

/** The page. Doesn't reject. */
export async function pageOfFiles(
  sources: PackageSources,
  repositories: readonly ChosenRepository[],
  { suites, unanswered }: ChosenSuites,
  { ask, deadline }: { ask: FileAsk; deadline: Deadline },
): Promise<FilesAnswer> {
  const start = startOfPage(repositories, suites, ask.choice.after);
  if (typeof start === "string") {
    return { files: [], total: 0, states: [], unanswered, refused: start };
  }
  const { limit } = ask.choice;
  const asked = {
    question: ask.question,
    limit,
    items: ({ files }: SuiteFound) => files ?? [],
    order: (one: Taken<FoundFile>, other: Taken<FoundFile>) =>
      compareTexts(one.item.path, other.item.path) || one.list.at - other.list.at,
  };
  const merged = new MergedLists<FoundFile>(sources, asked, start.lists, deadline);
  const files: PlacedFile[] = [];
  while (files.length < limit) {
    const taken = await merged.take();
    if (taken === undefined) break;
    const { repository, suite } = taken.list.chosen.state;
    files.push({ ...taken.item, repository, suite });
  }
  const total = start.total ?? totalOf(merged.lists);
  const end = endOfPage(start, merged, total);
  const faults = faultsOf(merged.lists);
  const refused = [...faults.refused, ...(end.fault === undefined ? [] : [end.fault])];
  return {
    files,
    ...total,
    ...(end.next !== undefined && { next: end.next }),
    ...(refused.length > 0 && { refused: refused.join(" ") }),
    states: merged.states,
    unanswered: [...unanswered, ...merged.unanswered, ...faults.unanswered],
  };
}

function totalOf(lists: readonly SuiteList<FoundFile>[]): Total {
  let total = 0;
  for (const { first } of lists) total += first?.total ?? 0;
  return lists.some(({ first }) => first?.isAtLeast) ? { total, isAtLeast: true } : { total };
}

/** By code units: the same order everywhere. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
