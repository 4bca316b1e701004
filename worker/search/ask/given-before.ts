/** Which names the pages before have given: each suite says which its own list has before the place where a page begins. */
import type { FoundPackage, PackageList, Paging } from "../suite-question.ts";
import { askSuites } from "./ask-suites.ts";
import type { Unanswered } from "./choose-suites.ts";
import type { SuiteList } from "./merged-lists.ts";
import type { PageStart } from "./page-place.ts";
import type { Cursor } from "./page-token.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/** Names that are asked about at once: a suite looks up 2,000 of one question. */
const maxNames = 1000;

export class GivenBefore {
  readonly unanswered: Unanswered[] = [];
  readonly #sources: PackageSources;
  readonly #list: (page: Paging) => PackageList;
  readonly #starts: PageStart["lists"];
  readonly #deadline: Deadline;
  /** By `keyOf`: whether it was given. */
  readonly #known = new Map<string, boolean>();

  /**
   * @param list what the lists are of
   * @param starts where they stand at the beginning of the page
   */
  constructor(
    sources: PackageSources,
    list: (page: Paging) => PackageList,
    starts: PageStart["lists"],
    deadline: Deadline,
  ) {
    this.#sources = sources;
    this.#list = list;
    this.#starts = starts;
    this.#deadline = deadline;
  }

  /**
   * Whether a page before has given a name. All names that wait in the lists are asked about with it. Doesn't reject; of
   * a suite that doesn't say it, nothing counts as given.
   *
   * @param lists one for each of `starts`
   */
  async has(
    repository: string,
    name: string,
    lists: readonly SuiteList<FoundPackage>[],
  ): Promise<boolean> {
    if (!this.#starts.some(({ cursor }) => isBegun(cursor))) return false;
    const known = this.#known.get(keyOf(repository, name));
    if (known !== undefined) return known;
    await this.#ask(this.#unknown(repository, name, lists), lists);
    return this.#known.get(keyOf(repository, name)) ?? false;
  }

  /** By repository, the name itself first. */
  #unknown(
    repository: string,
    name: string,
    lists: readonly SuiteList<FoundPackage>[],
  ): Map<string, string[]> {
    const unknown = new Map([[repository, new Set([name])]]);
    let count = 1;
    for (const { chosen, waiting } of lists) {
      const of = chosen.state.repository;
      const names = unknown.get(of) ?? new Set();
      unknown.set(of, names);
      for (const { record } of waiting) {
        if (count >= maxNames) break;
        if (names.has(record.name) || this.#known.has(keyOf(of, record.name))) continue;
        names.add(record.name);
        count++;
      }
    }
    return new Map([...unknown].map(([of, names]) => [of, [...names]]));
  }

  async #ask(
    unknown: ReadonlyMap<string, string[]>,
    lists: readonly SuiteList<FoundPackage>[],
  ): Promise<void> {
    const suites = this.#starts.map(({ chosen }) => chosen);
    const { answers, unanswered } = await askSuites(
      this.#sources,
      suites,
      (at) => {
        const { cursor } = this.#starts[at] ?? {};
        const names = unknown.get(suites[at]?.state.repository ?? "") ?? [];
        // A silent one would be waited for once more.
        if (cursor === undefined || lists[at]?.isSilent || names.length === 0) return [];
        if (!isBegun(cursor)) return [];
        const { after, skip, isEnd } = cursor;
        const list = this.#list({ limit: 0, ...(after !== undefined && { after }) });
        return [{ ask: "before", list, skip, ...(isEnd && { isEnd }), names }];
      },
      this.#deadline,
    );
    for (const [repository, names] of unknown) {
      for (const name of names) this.#known.set(keyOf(repository, name), false);
    }
    for (const [at, answer] of answers.entries()) {
      const repository = suites[at]?.state.repository ?? "";
      for (const name of answer?.found[0]?.names ?? []) {
        this.#known.set(keyOf(repository, name), true);
      }
    }
    this.unanswered.push(
      ...unanswered.map(({ why, ...where }) => ({
        ...where,
        why: `Names of the pages before may come again. ${why}`,
      })),
    );
  }
}

/** Something of the list was given. */
function isBegun({ after, skip, isEnd }: Cursor): boolean {
  return isEnd === true || after !== undefined || skip > 0;
}

function keyOf(repository: string, name: string): string {
  return `${repository} ${name}`;
}
