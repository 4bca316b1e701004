/** Packages that were found, by repository and name, with all their places. */
import type { PackageResult } from "../package-service.ts";
import type { AnsweredState } from "../suite.ts";
import type { FoundPackage, Why } from "../suite-question.ts";
import { askSuites } from "./ask-suites.ts";
import type { ChosenSuite, Unanswered } from "./choose-suites.ts";
import type { SuiteList } from "./merged-lists.ts";
import { isOfArchitecture, orderPlaces, placed } from "./places.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/** A package as one suite told of it. */
export interface ToldPackage {
  state: AnsweredState;
  found: FoundPackage;
}

/** One name of one repository. */
export interface PackageGroup {
  repository: string;
  name: string;
  told: ToldPackage[];
}

/** Groups in the order in which their names came first. */
export class PackageGroups {
  readonly #groups = new Map<string, PackageGroup>();

  get size(): number {
    return this.#groups.size;
  }

  has(repository: string, name: string): boolean {
    return this.#groups.has(`${repository} ${name}`);
  }

  add(told: ToldPackage): void {
    const { repository } = told.state;
    const { name } = told.found.record;
    const group = this.#groups.get(`${repository} ${name}`);
    if (group !== undefined) group.told.push(told);
    else this.#groups.set(`${repository} ${name}`, { repository, name, told: [told] });
  }

  all(): PackageGroup[] {
    return [...this.#groups.values()];
  }
}

/** What is asked of a suite's list. */
type GivenList = Pick<SuiteList<FoundPackage>, "chosen" | "isSilent" | "state" | "given">;

/** What all suites have of names. */
export interface Places {
  /** Of each suite that was asked, by its place: its packages of these names. */
  bySuite: readonly (readonly ToldPackage[] | undefined)[];
  unanswered: readonly Unanswered[];
}

/**
 * Has all packages of the groups' names, found or not, of those suites of their repositories that answered before. A suite
 * is asked for the names that it didn't give whole: of a repository with one suite, for none.
 */
export async function askPlaces(
  sources: PackageSources,
  groups: readonly PackageGroup[],
  lists: readonly GivenList[],
  {
    architectures,
    isBrief,
    deadline,
  }: { architectures: readonly string[]; isBrief: boolean; deadline: Deadline },
): Promise<Places> {
  const names = Map.groupBy(groups, ({ repository }) => repository);
  const known = lists.map((list) => {
    if (list.isSilent) return undefined;
    const wanted = (names.get(list.chosen.state.repository) ?? []).map(({ name }) => name);
    const given = Map.groupBy(list.given, ({ record }) => record.name);
    return {
      told: wanted.flatMap((name) => toldOf(list, given.get(name) ?? [], architectures)),
      lacking: wanted.filter((name) => !given.has(name)),
    };
  });
  const { answers, unanswered } = await askSuites(
    sources,
    lists.map(({ chosen }) => chosen),
    (at) => {
      const lacking = known[at]?.lacking ?? [];
      if (lacking.length === 0) return [];
      return [{ ask: "named", names: lacking, ...(isBrief && { isBrief: true }) }];
    },
    deadline,
  );
  const bySuite = known.map((one, at) => {
    if (one === undefined) return undefined;
    if (one.lacking.length === 0) return one.told;
    const answer = answers[at];
    const found = answer?.found[0]?.packages;
    return found && [...one.told, ...toldOf(answer, found, architectures)];
  });
  return { bySuite, unanswered };
}

function toldOf(
  { state }: { state?: AnsweredState },
  packages: readonly FoundPackage[],
  architectures: readonly string[],
): ToldPackage[] {
  if (state === undefined) return [];
  return packages
    .filter((found) => isOfArchitecture(found, architectures))
    .map((found) => ({ state, found }));
}

/**
 * Makes results of groups.
 *
 * @param places all packages of the groups' names; of a suite that didn't tell, those that it found count
 * @param suites that were asked, in their order
 */
export function resultsOf(
  sources: PackageSources,
  groups: readonly PackageGroup[],
  places: Places,
  suites: readonly ChosenSuite[],
): PackageResult[] {
  const silent = new Set<string>();
  for (const [at, { state }] of suites.entries()) {
    if (places.bySuite[at] === undefined) silent.add(`${state.repository} ${state.suite}`);
  }
  const named = new Map<string, ToldPackage[]>();
  for (const told of places.bySuite.flatMap((one) => one ?? [])) {
    const key = `${told.state.repository} ${told.found.record.name}`;
    const some = named.get(key);
    if (some === undefined) named.set(key, [told]);
    else some.push(told);
  }
  return groups.map(({ repository, name, told }) => {
    const own = suites.filter(({ state }) => state.repository === repository);
    const words = own[0] === undefined ? undefined : sources.words(own[0].listed.kind);
    const known = told.filter(({ state }) => silent.has(`${repository} ${state.suite}`));
    const all = [...(named.get(`${repository} ${name}`) ?? []), ...known];
    // A suite whose answer is of another state by now may lack what it found before.
    const packages = all.length > 0 ? all : told;
    return {
      repository,
      name,
      why: whysOf(told),
      rank: Math.max(0, ...told.map(({ found }) => found.rank)),
      places: orderPlaces(
        packages.map(({ state, found }) => placed(state, found)),
        own,
        words,
      ),
    };
  });
}

/** Each reason once, the best suite's first. */
function whysOf(told: readonly ToldPackage[]): Why[] {
  const whys = new Map<string, Why>();
  for (const why of told.flatMap(({ found }) => found.why)) {
    const key = `${why.by} ${why.what ?? ""}`;
    if (!whys.has(key)) whys.set(key, why);
  }
  return [...whys.values()];
}
