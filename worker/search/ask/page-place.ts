/** Where a page of many suites begins and ends. Pure. */
import { type ChosenRepository, listedSuites } from "./choose-repositories.ts";
import type { ChosenSuite } from "./choose-suites.ts";
import type { MergedLists } from "./merged-lists.ts";
import {
  type Cursor,
  maxTokenLength,
  readToken,
  suitesKey,
  type Total,
  writeToken,
} from "./page-token.ts";

export interface PageStart {
  /** As `PagePosition.suites`. */
  suites: string;
  /** Where all suites of the list stand, whether they are asked or not. */
  cursors: readonly Cursor[];
  /** The suites that are asked. */
  lists: readonly { chosen: ChosenSuite; cursor: Cursor; place: number }[];
  /** As the first page told it; absent: this is the first. */
  total?: Total;
}

/**
 * Where a page begins; a sentence: its token is none of this question.
 *
 * @param repositories whose suites give the cursors their places: a suite that can't be asked at one page keeps its own
 */
export function startOfPage(
  repositories: readonly ChosenRepository[],
  suites: readonly ChosenSuite[],
  after: string | undefined,
): PageStart | string {
  const names = repositories.flatMap(({ listed }) =>
    listedSuites(listed).map(({ root }) => `${listed.name}/${root.path}`),
  );
  for (const { state } of suites) {
    const name = `${state.repository}/${state.root.path}`;
    if (!names.includes(name)) names.push(name);
  }
  const key = suitesKey(names);
  const position = after === undefined ? undefined : readToken(after);
  if (after !== undefined) {
    if (position === undefined) return "after= is no page's `next`. Begin without it.";
    if (position.suites !== key || position.cursors.length !== names.length) {
      return "after= is of a page of other suites. Begin without it.";
    }
  }
  const cursors = position?.cursors ?? names.map(() => ({ skip: 0 }));
  return {
    suites: key,
    cursors,
    lists: suites.map((chosen) => {
      const place = names.indexOf(`${chosen.state.repository}/${chosen.state.root.path}`);
      return { chosen, place, cursor: cursors[place] ?? { skip: 0 } };
    }),
    ...(position !== undefined && { total: position.total }),
  };
}

/** The next page's token, where there is one; or why it can't be had. */
export function endOfPage(
  { suites, cursors, lists }: PageStart,
  merged: MergedLists<unknown>,
  total: Total,
): { next?: string; fault?: string } {
  if (!merged.hasMore) return {};
  const places = [...cursors];
  for (const [at, { place }] of lists.entries()) {
    const list = merged.lists[at];
    if (list !== undefined) places[place] = list.cursor;
  }
  const next = writeToken({ suites, cursors: places, total });
  if (next.length <= maxTokenLength) return { next };
  return {
    fault:
      "There are more, and of so many suites no place can be noted. Ask for fewer by repository= or suite=, or for more words.",
  };
}
