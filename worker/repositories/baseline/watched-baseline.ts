/** What the origin of a repository has that is only watched, by what its chain knows. */
import type { Repository } from "../catalogue.ts";
import type { SnapshotChain } from "../chain/chain.ts";
import type { SnapshotStore } from "../chain/snapshot-store.ts";
import type { Baseline } from "./baseline.ts";
import { baselineFromSnapshots } from "./baseline-from-snapshots.ts";

/** The baseline of a watched repository: no generation, as its mirrors prove nothing by one. */
export function watchedBaseline(
  listed: Repository,
  chain: Pick<SnapshotChain, "isOf" | "samples" | "withoutSamples">,
  store: SnapshotStore,
): Baseline {
  const { name, origin, roots = [] } = listed;
  if (!chain.isOf(listed)) {
    const unknown = roots.map((path) => ({ path, generations: [] }));
    return { repository: name, origin, askedAt: 0, roots: unknown, samples: [] };
  }
  const faults = store.alarms().filter(({ kind, root, file }) => kind === "root" && root === file);
  return baselineFromSnapshots(listed, {
    snapshots: store.all().map(({ at, roots }) => ({ at, roots })),
    samples: chain.samples(),
    askedAt: Number(store.state("looked") ?? 0),
    versions: (root) => store.watch(root)?.history?.versions ?? [],
    faults: new Map(faults.map(({ root, said }) => [root, said])),
    withoutSamples: chain.withoutSamples(),
  });
}
