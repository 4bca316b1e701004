/**
 * The small files of a snapshot by which the edge tells whether a mirror's bodies are right: chosen among the samples
 * of its indexes, with the generation that listed each first, so that they can be asked for only where they must be.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import type { IndexHead } from "../../blobs/segmented/head.ts";
import { pathHash64 } from "../../blobs/segmented/path-hash.ts";
import { readHead, readSegment } from "../../blobs/segmented/read-index.ts";
import { blobsAtOnce } from "../../blobs/segmented/stored-bytes.ts";
import { isSha256 } from "../../formats/indexed-file.ts";
import { FewAtOnce } from "../../runtime/few-at-once.ts";
import { hex } from "../../runtime/hex.ts";
import type { SampleFile } from "../baseline/baseline.ts";
import { presenceCodec } from "../contents/presence/presence-index.ts";
import type { Canary, Snapshot, SnapshotPresence } from "./snapshot.ts";

/** Files a snapshot names, some 200 bytes each in what every isolate gets. Checks take turns at them. */
const maxLookFiles = 8;
/** Bytes of such a file: with less, a page in its place might look alike; with more, a client would wait for it. */
const minLookBytes = 1024;
const maxLookBytes = 32 * 1024;
/** Files looked up in the presence, a segment of some 50 KB each: twice what is chosen, as the old ones are sought. */
const maxLookedUp = 2 * maxLookFiles;

export interface CanarySources {
  blobs: Pick<Blobs, "get">;
  /** Of the snapshot. */
  presence: SnapshotPresence | undefined;
  /** Of its indexes; recent ones first, as `SnapshotChain.samples` has them. */
  samples: readonly SampleFile[];
  /** The snapshot before. */
  last: Snapshot | undefined;
  /** Says why there are none though there could be. */
  log(sentence: string): void;
}

/**
 * Files to check, spread over old and new ones, oldest first; those of the snapshot before where it has the same
 * files. Undefined: there are none so small, or what is listed isn't known. Never rejects: HEAD is enough then.
 */
export async function chooseCanaries({
  blobs,
  presence,
  samples,
  last,
  log,
}: CanarySources): Promise<Canary[] | undefined> {
  if (presence === undefined) return undefined;
  const before = last?.presence?.head === presence.head ? last.lookFiles : undefined;
  if (areCanaries(before)) return before;
  const small = spread(samples.filter(isSmall), maxLookedUp);
  if (small.length === 0) return undefined;
  try {
    const files = await present(blobs, presence, small);
    const oldestFirst = files.sort((one, other) => one.first - other.first);
    return files.length === 0 ? undefined : spread(oldestFirst, maxLookFiles);
  } catch (error) {
    log(`No files to look at mirrors by: ${error instanceof Error ? error.message : error}.`);
    return undefined;
  }
}

/** Whether that is what a snapshot names. */
export function areCanaries(value: unknown): value is Canary[] {
  return Array.isArray(value) && value.length <= maxLookFiles && value.every(isLookFile);
}

function isLookFile(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "size" in value &&
    typeof value.size === "number" &&
    Number.isInteger(value.size) &&
    value.size >= minLookBytes &&
    value.size <= maxLookBytes &&
    "sha256" in value &&
    isSha256(value.sha256) &&
    "first" in value &&
    typeof value.first === "number"
  );
}

function isSmall({ size, sha256 }: SampleFile): boolean {
  return size >= minLookBytes && size <= maxLookBytes && sha256 !== undefined;
}

/** Some of them, evenly out of all, in their order. */
function spread<Item>(all: readonly Item[], most: number): Item[] {
  if (all.length <= most) return [...all];
  return all.filter(
    (_, at) => Math.floor((at * most) / all.length) !== Math.floor(((at - 1) * most) / all.length),
  );
}

/** Those that the presence lists still, with that size and hash: it leaves out what two indexes have differently. */
async function present(
  blobs: Pick<Blobs, "get">,
  presence: SnapshotPresence,
  samples: readonly SampleFile[],
): Promise<Canary[]> {
  const head = await readHead(presenceCodec, blobs, presence.head);
  const found: Canary[] = [];
  const queue = new FewAtOnce(blobsAtOnce);
  try {
    for (const sample of samples) {
      await queue.begin(async () => {
        const file = await lookUp(blobs, head, sample);
        if (file !== undefined) found.push(file);
      });
    }
    await queue.end();
  } finally {
    await queue.settled();
  }
  return found;
}

async function lookUp(
  blobs: Pick<Blobs, "get">,
  head: IndexHead,
  { path, size, sha256 }: SampleFile,
): Promise<Canary | undefined> {
  if (sha256 === undefined) return undefined;
  const hash = pathHash64(path);
  const file = (await readSegment(presenceCodec, blobs, head, hash))?.find(hash);
  if (file === undefined || file.last !== undefined || file.size !== size) return undefined;
  if (file.sha256 === undefined || hex(file.sha256) !== sha256) return undefined;
  return { path, size, sha256, first: file.first };
}
