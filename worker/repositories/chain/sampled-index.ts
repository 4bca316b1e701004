/** Which of a root's indexes mirrors are sampled by. */

import type { Blobs } from "../../blobs/blobs.ts";
import { readStream } from "../../blobs/memory-blobs.ts";
import type { WantedSamples } from "../../formats/kind-reading.ts";
import type { Kind } from "../../formats/kinds.ts";
import { readings } from "../../formats/readings.ts";
import type { Repository } from "../catalogue.ts";
import { type ContentsIndex, contentsIndexesOf } from "./choose-contents.ts";
import type { Manifest, SnapshotRoot } from "./snapshot.ts";

/** The index to sample by; a sentence where the root names none. Pure, but for `random`. */
export function chooseSampled(
  { kind, setup, architectures }: Repository,
  root: SnapshotRoot,
  manifest: Manifest,
  random: WantedSamples["random"],
): ContentsIndex | string {
  const indexes = contentsIndexesOf(kind, root, manifest);
  const [first] = indexes;
  if (first === undefined) return `${root.path} names no index that lists files`;
  const choose = readings[kind].contents.named?.chooseSampled;
  if (first.isRoot || choose === undefined) return first;
  const components = setup.components?.split(/\s+/).filter(Boolean) ?? [];
  const chosen = choose(root.path, manifest.files, { components, architectures, random });
  if (typeof chosen === "string") return chosen;
  for (const index of indexes) {
    const variant = index.variants.find(({ path }) => path === chosen.path);
    if (variant !== undefined) return { ...index, variants: [variant] };
  }
  return `${chosen.path} has no hash to verify it by`;
}

/** Why a root that lists nothing itself names nothing; undefined: it says so. */
export async function whyNamesNothing(
  kind: Kind,
  { path, files: [main] }: SnapshotRoot,
  blobs: Pick<Blobs, "get">,
): Promise<string | undefined> {
  const stored = main && (await blobs.get(main.sha256));
  if (!stored) return undefined;
  const bytes = await readStream(stored.body);
  const names = readings[kind].namesIn?.(path, bytes);
  return names !== undefined && "refused" in names ? `${path}: ${names.refused}` : undefined;
}
