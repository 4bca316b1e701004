/** The objects of a repository's suites are told of a new snapshot, so that it is searched soon. */
import type { RepositorySnapshotsContext } from "../repositories/chain/repository-snapshots.ts";
import { parseSnapshot } from "../repositories/chain/snapshot-store.ts";
import { suiteStates } from "../search/suite/suite-states.ts";
import { suiteStub } from "./bindings.ts";
import type { PackageSearch } from "./package-search.ts";

/** Objects told at a time; the platform lets six questions wait. */
const atOnce = 6;

/** Rejects where some can't be reached: the others were told all the same. */
export function tellSuites(
  namespace: DurableObjectNamespace<PackageSearch>,
): NonNullable<RepositorySnapshotsContext["search"]> {
  return async (listed, json) => {
    const states = suiteStates(listed, parseSnapshot(json));
    let failed = 0;
    for (let at = 0; at < states.length; at += atOnce) {
      const told = await Promise.allSettled(
        states
          .slice(at, at + atOnce)
          .map(
            async (state) => await suiteStub(namespace, listed.name, state.root.path).follow(state),
          ),
      );
      failed += told.filter(({ status }) => status === "rejected").length;
    }
    if (failed > 0) throw new Error(`${failed} of ${states.length} can't be reached`);
  };
}
