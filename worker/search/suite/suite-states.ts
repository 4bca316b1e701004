/** Which suites a snapshot has. Pure: whoever asks a suite's object, and whoever tells it of a new state, say the same. */
import { type ListedArchitectures, suiteNamings } from "../../formats/suites.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import type { Snapshot } from "../../repositories/chain/snapshot.ts";
import type { SuiteState } from "../suite.ts";

/**
 * All suites of a snapshot, each in its state; none where the kind has no packages.
 *
 * @param listed the repository as the list has it
 */
export function suiteStates(
  listed: Pick<Repository, "name" | "kind"> & ListedArchitectures,
  { id, at, roots }: Pick<Snapshot, "id" | "at" | "roots">,
): SuiteState[] {
  const { name: repository, kind } = listed;
  const naming = suiteNamings[kind];
  if (naming === undefined) return [];
  const architectures = naming.architectures(listed);
  return roots.map((root) => ({
    repository,
    kind,
    suite: naming.suite(root.path),
    root,
    snapshot: id,
    at,
    architectures,
  }));
}

/** What the object of a suite is called: one for each root of a repository. @param root path of it */
export function suiteObjectName(repository: string, root: string): string {
  return `${repository} ${root}`;
}
