/** Suites by the names that other services have for theirs. */
import type { Kind } from "../../../formats/kinds.ts";
import type { PackageService, ToldSuites } from "../../../search/package-service.ts";

/** Every suite of a kind. */
export function everySuiteOf(kind: Kind) {
  return { repositories: [], suites: [], kinds: [kind], architectures: [] };
}

/** The suites of a kind that answer: with no name asked for, they tell their states alone. */
export async function suitesOfKind(
  service: Pick<PackageService, "named">,
  kind: Kind,
): Promise<ToldSuites> {
  const { states, unanswered } = await service.named([], everySuiteOf(kind));
  return { states, unanswered };
}

/** Those of a list that a name means, as a choice of suites. */
export function chosenSuites(
  kind: Kind,
  suites: readonly { repository: string; suite: string }[],
): { repositories: string[]; suites: string[]; kinds: Kind[]; architectures: string[] } {
  return {
    repositories: [...new Set(suites.map(({ repository }) => repository))],
    suites: [...new Set(suites.map(({ suite }) => suite))],
    kinds: [kind],
    architectures: [],
  };
}
