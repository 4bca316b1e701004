/** Everything that is known of one name. */
import { distributionOf } from "../../formats/package-url.ts";
import type { PackageDetail, PlacedPackage } from "../package-service.ts";
import type { SuiteQuestion } from "../suite-question.ts";
import { type Answered, askSuites } from "./ask-suites.ts";
import type { ChosenSuites } from "./choose-suites.ts";
import { askElsewhere } from "./elsewhere/ask-elsewhere.ts";
import { isOfArchitecture, orderPlaces, placed } from "./places.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/** The same thing elsewhere is looked for so long, ms, after the suites of the name itself. */
export const elsewhereWaitMs = 1500;
/** Packages that need it, by name. */
const neededByLimit = 100;
/** Versions that came, to date those that are there. */
const changesLimit = 200;
/** Files by which it is looked for elsewhere: commands, headers and libraries stand before documents. */
const filesLimit = 500;

const positions = { named: 0, needs: 1, advisories: 2, changes: 3, files: 4 } as const;

/** What is told of a name besides, and whether every other suite was looked through for it. */
export interface DetailMade {
  detail: PackageDetail;
  isComplete: boolean;
}

/**
 * Doesn't reject.
 *
 * @param filesOf its files, as other suites of the distribution have them: asked where those chosen have none
 */
export async function packageDetail(
  sources: PackageSources,
  { suites, unanswered: notAsked }: ChosenSuites,
  {
    name,
    architectures,
    deadline,
    filesOf,
  }: {
    name: string;
    architectures: readonly string[];
    deadline: Deadline;
    filesOf(limit: number): Promise<readonly string[]>;
  },
): Promise<DetailMade> {
  const asked: SuiteQuestion[] = [
    { ask: "named", names: [name] },
    { ask: "keyed", by: "needs", tokens: [name], limit: neededByLimit, isBrief: true },
    { ask: "advisories", names: [name] },
    { ask: "changes", names: [name], limit: changesLimit },
    { ask: "filesOf", name, limit: filesLimit },
  ];
  const { answers, unanswered } = await askSuites(sources, suites, () => asked, deadline);
  const places = placesOf(sources, { suites, unanswered: [] }, answers, architectures);
  const [first] = places;
  let files = answers
    .flatMap((answer) => answer?.found[positions.files]?.files ?? [])
    .map(({ path }) => path);
  if (files.length === 0 && first !== undefined) files = [...(await filesOf(filesLimit))];
  const wait = sources.deadline(elsewhereWaitMs);
  const found =
    first === undefined
      ? { elsewhere: [], unanswered: [] }
      : await askElsewhere(
          sources,
          {
            name,
            records: places.map(({ record }) => record),
            files,
            distributions: new Set(places.map(({ repository }) => distributionOf(repository))),
            words: sources.words(first.kind),
          },
          wait,
        );
  wait.end();
  return {
    detail: {
      name,
      places,
      elsewhere: found.elsewhere,
      // Past states of all other suites would each be read for it, for a minute.
      ...(suites.some(({ state }) => state.isPinned) && { isElsewhereOfNow: true as const }),
      neededBy: neededByOf(answers),
      advisories: advisoriesOf(answers),
      states: answers.flatMap((answer) => answer?.state ?? []),
      unanswered: [...notAsked, ...unanswered, ...found.unanswered],
    },
    isComplete: found.unanswered.every(({ suite }) => suite === undefined),
  };
}

function placesOf(
  sources: PackageSources,
  { suites }: ChosenSuites,
  answers: readonly Answered[],
  architectures: readonly string[],
): PlacedPackage[] {
  const all = answers.flatMap((answer) => {
    if (answer === undefined) return [];
    const changes = answer.found[positions.changes]?.changes ?? [];
    return (answer.found[positions.named]?.packages ?? [])
      .filter((found) => isOfArchitecture(found, architectures))
      .map((found): PlacedPackage => {
        const place = placed(answer.state, found);
        const { version, architecture } = found.record;
        // Changes are the newest first: a version that came back is as old as its first coming.
        const came = changes.findLast(
          (one) => one.version === version && one.architecture === architecture,
        );
        return place.since === undefined && came !== undefined
          ? { ...place, since: came.at }
          : place;
      });
  });
  const repositories = new Set(all.map(({ repository }) => repository));
  return [...repositories].flatMap((repository) => {
    const own = suites.filter(({ state }) => state.repository === repository);
    const kind = own[0]?.listed.kind;
    return orderPlaces(
      all.filter((place) => place.repository === repository),
      own,
      kind === undefined ? undefined : sources.words(kind),
    );
  });
}

function neededByOf(answers: readonly Answered[]): PackageDetail["neededBy"] {
  const found = answers.flatMap((answer) => answer?.found[positions.needs] ?? []);
  const all = new Set(
    found.flatMap(({ packages = [] }) => packages.map(({ record }) => record.name)),
  );
  const names = [...all].sort();
  const isCut = found.some(({ next }) => next !== undefined);
  const most = Math.max(0, ...found.map(({ total }) => total));
  return { names, total: isCut ? Math.max(most, names.length) : names.length };
}

function advisoriesOf(answers: readonly Answered[]): PackageDetail["advisories"] {
  const told = answers.flatMap((answer) =>
    (answer?.found[positions.advisories]?.advisories ?? []).map((one) => ({
      repository: answer?.state.repository ?? "",
      id: one.id,
      type: one.type,
      title: one.title,
      ...(one.severity !== undefined && { severity: one.severity }),
      ...(one.issued !== undefined && { issued: one.issued }),
    })),
  );
  const byId = new Map(told.map((one) => [`${one.repository} ${one.id}`, one]));
  return [...byId.values()].sort((one, other) => (other.issued ?? 0) - (one.issued ?? 0));
}
