/** Finds the root that names an index, among all that are kept. */
import { storedName } from "../../blobs/stored-name.ts";
import { kinds } from "../../formats/kinds.ts";
import { ownValue } from "../../runtime/own-value.ts";
import type { Repository } from "../catalogue.ts";
import type { AheadFile } from "./pull-ahead.ts";
import type { NamedFile } from "./pull-index.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import type { Manifests } from "./stored-manifests.ts";

/** The file as a manifest of the current snapshot names it, or one of a kept snapshot. */
export async function namedIndex(
  { kind }: Repository,
  { path, sha256 }: AheadFile,
  { store, manifests }: { store: SnapshotStore; manifests: Manifests },
): Promise<{ root: string; file: NamedFile } | undefined> {
  const { scope } = kinds[kind].roots;
  const looked = new Set<string>();
  for (const { roots } of store.all()) {
    for (const { path: root, manifest: name } of roots) {
      if (looked.has(name) || !path.startsWith(scope(root))) continue;
      looked.add(name);
      const manifest = await manifests.read(name);
      const entry = ownValue(manifest.files, path);
      if (entry === undefined || storedName(entry) !== sha256) continue;
      const { byHash } = manifest;
      return { root, file: { path, name: sha256, size: entry.size, byHash } };
    }
  }
  return undefined;
}
