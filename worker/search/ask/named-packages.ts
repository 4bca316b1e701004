/** All packages of many names, or sources, at once. */
import type { PackagesAnswer, SuiteChoice } from "../package-service.ts";
import type { Shown } from "../suite-question.ts";
import { askSuites } from "./ask-suites.ts";
import type { ChosenSuites } from "./choose-suites.ts";
import { type PackageGroup, PackageGroups, resultsOf, type ToldPackage } from "./package-groups.ts";
import { isOfArchitecture } from "./places.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/**
 * Each name that is there, in the order in which they were asked for, then in that of repositories. Doesn't reject.
 *
 * @param ask `sources`: packages that are made of the names; those of a source's own name come first
 */
export async function namedPackages(
  sources: PackageSources,
  { suites, unanswered: notAsked }: ChosenSuites,
  {
    ask,
    names,
    choice,
    deadline,
  }: {
    ask: "named" | "sources";
    names: readonly string[];
    choice: SuiteChoice & Shown;
    deadline: Deadline;
  },
): Promise<PackagesAnswer> {
  const wanted = [...new Set(names)];
  const { answers, unanswered } = await askSuites(
    sources,
    suites,
    () => [
      ask === "named"
        ? { ask, names: wanted, ...(choice.isBrief && { isBrief: true as const }) }
        : { ask, names: wanted },
    ],
    deadline,
  );
  const bySuite = answers.map((answer) => {
    if (answer === undefined) return undefined;
    const packages = answer.found[0]?.packages ?? [];
    return packages
      .filter((found) => isOfArchitecture(found, choice.architectures))
      .map((found): ToldPackage => ({ state: answer.state, found }));
  });
  const groups = new PackageGroups();
  for (const told of bySuite.flatMap((one) => one ?? [])) groups.add(told);
  const order = new Map(wanted.map((name, at) => [name, at]));
  const placeOf = ({ name }: PackageGroup) => order.get(name) ?? wanted.length;
  // Sorting keeps the order of equals, and groups came by repository.
  const sorted = groups.all().sort((one, other) => placeOf(one) - placeOf(other));
  return {
    results: resultsOf(sources, sorted, { bySuite, unanswered: [] }, suites),
    total: sorted.length,
    states: answers.flatMap((answer) => answer?.state ?? []),
    unanswered: [...notAsked, ...unanswered],
  };
}
