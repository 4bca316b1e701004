/** Which suites of the repositories are asked, each in which state. */
import type { Repository } from "../../repositories/catalogue.ts";
import type { Snapshot } from "../../repositories/chain/snapshot.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { SuiteChoice, ToldSuites } from "../package-service.ts";
import { suiteStates } from "../suite/suite-states.ts";
import type { SuiteState } from "../suite.ts";
import {
  anyArchitecture,
  type ChosenRepositories,
  type ChosenRepository,
  isCalled,
  sameArchitecture,
} from "./choose-repositories.ts";
import { before, type Deadline, type PackageSources, snapshotWaitMs } from "./sources.ts";

/** Why a suite isn't asked, or gave no answer. */
export type Unanswered = ToldSuites["unanswered"][number];

/** A suite that is asked. */
export interface ChosenSuite {
  listed: Repository;
  state: SuiteState;
}

export interface ChosenSuites {
  /** In the list's order, suites in the repository's. */
  suites: readonly ChosenSuite[];
  unanswered: readonly Unanswered[];
}

/** Nobody has asked for the repository: no snapshot of it was ever published. */
const neverAsked =
  "Nobody has asked for it here yet, so it isn't read. Ask for it by repository=, or for a file of it.";

/** The suites that are asked. Doesn't reject: what can't be had is told. */
export async function chooseSuites(
  sources: PackageSources,
  { repositories, wanted }: ChosenRepositories,
  choice: SuiteChoice,
  deadline: Deadline,
): Promise<ChosenSuites> {
  const unanswered: Unanswered[] = [];
  const found = await Promise.all(
    repositories.map(async (chosen) => {
      const { listed } = chosen;
      const snapshot = await snapshotOf(sources, chosen, wanted, deadline);
      if (typeof snapshot !== "string") return suitesOf(listed, snapshot, choice, wanted);
      unanswered.push({ repository: listed.name, why: snapshot });
      return { suites: [], unanswered: [] };
    }),
  );
  const order = repositories.map(({ listed }) => listed.name);
  unanswered.push(...found.flatMap((one) => one.unanswered));
  return {
    suites: found.flatMap(({ suites }) => suites),
    unanswered: unanswered.sort(
      (a, b) => order.indexOf(a.repository) - order.indexOf(b.repository),
    ),
  };
}

/** The snapshot whose suites are asked; a sentence: why there is none. */
async function snapshotOf(
  sources: PackageSources,
  { listed, isNamed }: ChosenRepository,
  wanted: string | undefined,
  { passed }: Deadline,
): Promise<Snapshot | string> {
  try {
    if (wanted !== undefined) return await keptOf(sources, listed, wanted, passed);
    const current = isNamed ? sources.current(listed) : undefined;
    if (current !== undefined && !(current instanceof Promise)) return current;
    const stored = sources.stored(listed);
    if (!isNamed) return (await before(stored, passed)) ?? neverAsked;
    stored.catch(() => undefined);
    const wait = sources.deadline(snapshotWaitMs);
    const either = Promise.race([wait.passed, passed]);
    const checked = before(Promise.resolve(current), either).finally(() => wait.end());
    return (
      (await checked) ??
      (await before(stored, passed)) ??
      "Its first snapshot isn't published yet. Ask again in a minute."
    );
  } catch (error) {
    return `Its snapshot could not be read: ${reasonOf(error)}. Try again shortly.`;
  }
}

async function keptOf(
  sources: PackageSources,
  listed: Repository,
  wanted: string,
  passed: Promise<void>,
): Promise<Snapshot | string> {
  // A repository that nobody asked for has none, and its object isn't made for a search.
  const stored = await before(sources.stored(listed), passed);
  if (stored === undefined) return neverAsked;
  const kept = await before(sources.kept(listed, wanted), passed);
  return kept ?? `No snapshot of it that is kept is of ${wanted}.`;
}

function suitesOf(
  listed: Repository,
  snapshot: Snapshot,
  choice: SuiteChoice,
  wanted: string | undefined,
): ChosenSuites {
  const unanswered: Unanswered[] = [];
  const suites = suiteStates(listed, snapshot)
    .filter(
      (state) =>
        choice.suites.length === 0 || choice.suites.some((name) => isCalled(name, listed, state)),
    )
    .filter((state) => {
      const why = withoutArchitecture(listed, state, choice.architectures);
      if (typeof why === "string") {
        unanswered.push({ repository: listed.name, suite: state.suite, why });
      }
      return why === undefined;
    })
    .map((state) => ({
      listed,
      state: wanted === undefined ? state : { ...state, isPinned: true as const },
    }));
  return { suites, unanswered };
}

/**
 * Whether none of the architectures that are asked for is in a suite: `true` where its path says that it is another's,
 * a sentence where it may have them, and they aren't read.
 */
function withoutArchitecture(
  listed: Repository,
  { suite, architectures }: SuiteState,
  asked: readonly string[],
): string | true | undefined {
  if (asked.length === 0 || asked.some((one) => anyArchitecture.has(one))) return undefined;
  const isAsked = (one: string) => asked.some((wanted) => sameArchitecture(wanted, one));
  const own = suite.split("/").filter((step) => listed.architectures.includes(step));
  if (own.length > 0) return own.some(isAsked) ? undefined : true;
  if (architectures.length === 0 || architectures.some(isAsked)) return undefined;
  return `Its packages for ${asked.join(", ")} aren't read here, those for ${architectures.join(", ")} are.`;
}
