/** What the repository's indexes say of the files in a folder: exact sizes and hashes, where the origin's page has neither. */
import { pathHash64 } from "../../blobs/segmented/path-hash.ts";
import { classify } from "../../formats/classify.ts";
import type { Background } from "../../runtime/background.ts";
import { inTime } from "../../runtime/deadline.ts";
import { FewAtOnce } from "../../runtime/few-at-once.ts";
import { hex } from "../../runtime/hex.ts";
import type { Repository } from "../catalogue.ts";
import type { FoldersAtEdge } from "../contents/folders/folders-at-edge.ts";
import type { PresentFile } from "../contents/presence/presence-index.ts";
import type { PageEntry } from "../directory-page/entry.ts";
import { verificationOf } from "../follow-policy.ts";
import type { OpenSnapshot } from "./open-snapshot.ts";
import type { IndexedFiles, SnapshotsAtEdge } from "./snapshots-at-edge.ts";

/** An entry with what the index tells. */
export interface KnownEntry extends PageEntry {
  /** Lower-case hex. */
  sha256?: string;
}

/** Where it is told. */
export interface Indexes {
  /** Absent: no payload is listed. */
  files?: IndexedFiles;
  /** Absent: no metadata is. */
  snapshots?: {
    current: Pick<SnapshotsAtEdge["current"], "of">;
    manifests: Pick<SnapshotsAtEdge["manifests"], "of">;
    /** Absent: it isn't known which names folders have. */
    folders?: Pick<FoldersAtEdge, "read">;
  };
  /** That one instead of the current one, for metadata and for names. */
  snapshot?: OpenSnapshot;
}

/** The folder, by its repository and its decoded path inside, which is empty or ends in `/`. */
export interface Folder {
  repository: Repository;
  decoded: string;
}

/** Indexes are read for so long, ms; what isn't known then is shown as the origin's page has it. */
export const readingMs = 2_000;
/** Reads from the cache or the store at a time: the platform lets six requests wait. */
const readsAtOnce = 6;

/** When a folder is asked for. */
export interface Moment {
  /** Unix ms. */
  now: number;
  background: Background;
}

/** The entries with what is known of each. Never rejects: what can't be read isn't known. */
export async function knownEntries(
  entries: readonly PageEntry[],
  folder: Folder,
  indexes: Indexes,
  moment: Moment,
): Promise<KnownEntry[]> {
  const { repository, decoded } = folder;
  const known: KnownEntry[] = entries.map((entry) => ({ ...entry }));
  const payload: KnownEntry[] = [];
  const metadata: KnownEntry[] = [];
  for (const entry of known) {
    if (entry.type === "folder") continue;
    const isPayload = classify(repository.kind, decoded + entry.name) === "payload";
    (isPayload ? payload : metadata).push(entry);
  }
  const work = [
    addPayload(payload, folder, indexes.files, moment),
    addMetadata(metadata, folder, indexes, moment),
  ];
  for (const { reason } of (await Promise.allSettled(work)).filter(isRejected)) {
    const why = reason instanceof Error ? reason.message : reason;
    console.warn(`/${repository.name}/${decoded}: sizes are those of the listing: ${why}`);
  }
  return known;
}

function isRejected(outcome: PromiseSettledResult<void>): outcome is PromiseRejectedResult {
  return outcome.status === "rejected";
}

async function addPayload(
  entries: readonly KnownEntry[],
  { repository, decoded }: Folder,
  files: IndexedFiles | undefined,
  { now, background }: Moment,
): Promise<void> {
  if (files === undefined) return;
  const unread: { entry: KnownEntry; path: string; high: number }[] = [];
  for (const entry of entries) {
    const path = decoded + entry.name;
    const file = files.fileAtHand(repository, path, now, background);
    if (file === undefined) unread.push({ entry, path, high: pathHash64(path).high });
    else addFile(entry, file);
  }
  // As presence is stored, so that each of its segments is read once though few are held.
  unread.sort((one, other) => one.high - other.high);
  const reads = new FewAtOnce(readsAtOnce);
  let late = false;
  const read = async () => {
    for (const { entry, path } of unread) {
      if (late) return;
      await reads.begin(async () => {
        addFile(entry, (await files.findFile(repository, path, now, background)).file);
      });
    }
    await reads.end();
  };
  try {
    await inTime(read(), readingMs);
  } finally {
    late = true;
  }
}

function addFile(entry: KnownEntry, file: PresentFile | null): void {
  if (file === null) return;
  const { size, sha256 } = file;
  if (size !== undefined) addSize(entry, size);
  if (sha256 !== undefined) entry.sha256 = hex(sha256);
}

function addSize(entry: KnownEntry, size: number): void {
  entry.size = size;
  delete entry.approximate;
}

/** From the roots, and from the manifests of what they name. */
async function addMetadata(
  entries: readonly KnownEntry[],
  { repository, decoded }: Folder,
  { snapshots, snapshot }: Indexes,
  { now, background }: Moment,
): Promise<void> {
  if (snapshots === undefined || verificationOf(repository) === undefined) return;
  if (entries.length === 0) return;
  const of = snapshot ?? (await snapshots.current.of(repository, now, background));
  if (of === undefined) return;
  // All files of a folder are of the same roots: a scope is a folder itself.
  const manifests = await inTime(
    Promise.all(
      of
        .scopes(decoded)
        .map(({ root }) => snapshots.manifests.of(repository.name, root, background)),
    ),
    readingMs,
  );
  for (const entry of entries) {
    const path = decoded + entry.name;
    const rootFile = of.file(path)?.file;
    if (rootFile !== undefined) {
      addSize(entry, rootFile.size);
      entry.sha256 = rootFile.sha256;
      const modified = Date.parse(rootFile.lastModified ?? "");
      if (!Number.isNaN(modified)) entry.modified = modified;
      continue;
    }
    const named = manifests
      .map((manifest) => manifest.entry(path))
      .find((one) => one !== undefined);
    if (named === undefined) continue;
    addSize(entry, named.size);
    if (named.sha256 !== undefined) entry.sha256 = named.sha256;
  }
}
