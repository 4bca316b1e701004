/** Asks an origin for all roots of a repository, and makes of each that changed what a snapshot holds of it. */
import { kinds } from "../../formats/kinds.ts";
import { leftOutSaid } from "../../formats/left-out.ts";
import { notOlder } from "../../formats/not-older.ts";
import type { OriginFile } from "../../formats/read-origin-file.ts";
import { readSnapshotRoot } from "../../formats/read-snapshot-root.ts";
import type { Fault, Reading, VerifiedRoot } from "../../formats/read-verified.ts";
import { lastOf } from "../../formats/root-end.ts";
import { maxRootBytes } from "../../formats/roots.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Repository } from "../catalogue.ts";
import { ruleOf } from "../follow-policy.ts";
import { isExpired } from "./expiry.ts";
import { confirmed, isDoubted, seenIn, withOlder } from "./root-history.ts";
import type { RootWatch } from "./root-watch.ts";
import type { Manifest, SnapshotFile, SnapshotRoot } from "./snapshot.ts";

/** What reading all roots of a repository takes. */
export interface RepositoryReading extends Reading {
  listed: Repository;
}

/** A root as it is known before asking. */
export interface RootBefore {
  root?: SnapshotRoot;
  watch?: RootWatch;
  /** Bytes of it aren't stored any more: it is read whole, and comes as `next` though it didn't change. */
  isLost?: boolean;
}

/** A root after asking. */
export interface PolledRoot {
  path: string;
  /** Why something of it was kept out; empty: all is well. */
  faults: readonly Fault[];
  /** To be remembered in place of what was; absent: nothing new is known. */
  watch?: RootWatch;
  /** What the next snapshot has of it; absent: what the last one had. */
  next?: { root: SnapshotRoot; bytes: ReadonlyMap<string, Uint8Array> };
}

/** Roots asked for at a time: a Worker may have six questions waiting. */
const rootsAtOnce = 3;
/**
 * A root that the origin confirms is still read whole after this, ms: keys expire and are revoked meanwhile, and files
 * may have come beside it.
 */
export const readAgainAfterMs = 6 * 3_600_000;

/** Asks for all roots. Never rejects; one root's failure is its own. */
export async function pollRoots(
  reading: RepositoryReading,
  before: (path: string) => RootBefore,
): Promise<PolledRoot[]> {
  const paths = reading.listed.roots ?? [];
  const followed: PolledRoot[] = [];
  let next = 0;
  const followNext = async () => {
    while (next < paths.length) {
      const at = next++;
      const path = paths[at];
      if (path !== undefined) followed[at] = await followRoot(reading, path, before(path));
    }
  };
  await Promise.all(Array.from({ length: rootsAtOnce }, followNext));
  return followed;
}

async function followRoot(
  reading: RepositoryReading,
  path: string,
  known: RootBefore,
): Promise<PolledRoot> {
  const { listed, now } = reading;
  const { root: before, watch } = known;
  const isWatched = reading.readAs === "watched";
  const rule = ruleOf(listed, reading.readAs);
  const confirmable =
    before !== undefined &&
    watch !== undefined &&
    watch.rule === rule &&
    watch.incomplete !== true &&
    known.isLost !== true &&
    // Of what is watched no key can expire, and nothing comes beside it.
    (isWatched || now - watch.readAt < readAgainAfterMs);
  const answer = await readSnapshotRoot(reading, path, confirmable ? watch : undefined);
  if ("refused" in answer) return { path, faults: [answer.refused] };
  if ("same" in answer) {
    const still = watch?.leftOut === undefined ? [] : [{ file: watch.path, said: watch.leftOut }];
    const faults = before === undefined ? [] : [...still, ...staleFaults(before, now)];
    return watch?.history?.olderSince === undefined
      ? { path, faults }
      : { path, faults, watch: { ...watch, history: confirmed(watch.history) } };
  }

  const { root } = answer;
  if (isWatched) return followWatched(reading, known, root, rule);
  const fault = now < (listed.olderUntil ?? 0) ? undefined : orderFault(listed, before, root);
  if (fault !== undefined) return { path, faults: [fault] };
  const next: RootWatch = {
    ...watchOf(root.files[0], rule, now),
    ...(root.faults.length > 0 && { incomplete: true }),
    ...(root.leftOut && { leftOut: leftOutSaid(root.leftOut) }),
  };
  const faults = [...root.faults];
  if (next.leftOut !== undefined) faults.push({ file: next.path, said: next.leftOut });
  const made = madeOf(path, root, before);
  if (known.isLost !== true && JSON.stringify(made.root) === JSON.stringify(before)) {
    return { path, faults: [...faults, ...staleFaults(made.root, now)], watch: next };
  }
  return { path, faults, watch: next, next: made };
}

/**
 * A watched root that was read. The same bytes are no new state, whatever time a server tells of them. An older one than
 * before doesn't take its place at once: it is remembered, and believed when the origin keeps to it.
 */
function followWatched(
  { listed, now }: RepositoryReading,
  { root: before, watch }: RootBefore,
  root: VerifiedRoot,
  rule: string,
): PolledRoot {
  const [main] = root.files;
  const { path } = main;
  const made = madeOf(path, root, before);
  const [current, seen] = [before && seenIn(before), seenIn(made.root)];
  const history = watch?.history ?? {};
  const goesBack = now < (listed.olderUntil ?? 0);
  if (current !== undefined && !goesBack && isDoubted(current, seen, history, now)) {
    // Without the older one's validators, with which it would be confirmed in place of the newest.
    const last = watch ?? { path, rule, readAt: 0 };
    return { path, faults: [], watch: { ...last, history: withOlder(history, seen, now) } };
  }
  const known = { ...watchOf(main, rule, now), history: confirmed(history) };
  const isSame = current?.hash === seen.hash;
  return { path, faults: [], watch: known, ...(!isSame && { next: made }) };
}

/** What is remembered of a root that was read. @param now Unix ms */
function watchOf({ path, etag, lastModified }: OriginFile, rule: string, now: number): RootWatch {
  return {
    path,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    rule,
    readAt: now,
  };
}

/** The last good one goes on after its end; clients will refuse it, and the operator is to know. */
function staleFaults(root: SnapshotRoot, now: number): Fault[] {
  const { path, files, validUntil } = root;
  if (validUntil === undefined || !isExpired(root, now)) return [];
  const said = `It was valid until ${shown(validUntil)}, and the origin has nothing newer.`;
  return [{ file: files[0]?.path ?? path, said }];
}

/** Why the root may not follow the one before; undefined: it may. */
function orderFault(
  { kind }: Repository,
  before: SnapshotRoot | undefined,
  { files: [main], age, signedBy }: VerifiedRoot,
): Fault | undefined {
  if (before === undefined) return undefined;
  // A list's date is that of its signature: an unsigned one has none, and none to compare with.
  const dated = !kinds[kind].roots.datedBySignature || signedBy !== undefined;
  const refusal = dated ? notOlder(before, age) : undefined;
  if (refusal !== undefined) return { file: main.path, said: refusal.refused };
  const was = before.files[0]?.path;
  const without = was !== undefined && was !== main.path && was.endsWith("/InRelease");
  if (without && (age.date ?? 0) <= (before.date ?? 0)) {
    return { file: was, said: "The origin has it no more, and Release is no newer than it was." };
  }
  return undefined;
}

function madeOf(
  path: string,
  { files, entries, byHash, age, validUntil, signedBy }: VerifiedRoot,
  before: SnapshotRoot | undefined,
): { root: SnapshotRoot; bytes: Map<string, Uint8Array> } {
  const bytes = new Map<string, Uint8Array>();
  const kept = files.map((file): SnapshotFile => {
    const sha256 = sha256Of(file.bytes);
    bytes.set(sha256, file.bytes);
    // Servers of one origin may tell different times for the same bytes: that is no new state.
    const known = before?.files.find((one) => one.path === file.path && one.sha256 === sha256);
    const { lastModified, contentType } = file;
    const last = file.bytes.byteLength > maxRootBytes ? lastOf(file.bytes) : undefined;
    return (
      known ?? {
        path: file.path,
        size: file.bytes.byteLength,
        sha256,
        ...(lastModified !== undefined && { lastModified }),
        ...(contentType !== undefined && { contentType }),
        ...(last !== undefined && { last }),
      }
    );
  });
  // `fromEntries`: a path named `__proto__` is a path like any other.
  const manifest: Manifest = { root: path, byHash, files: Object.fromEntries(entries) };
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  const name = sha256Of(text);
  bytes.set(name, text);
  const { date, revision } = age;
  const root: SnapshotRoot = {
    path,
    files: kept,
    manifest: name,
    ...(date !== undefined && { date }),
    ...(revision !== undefined && { revision }),
    ...(validUntil !== undefined && { validUntil }),
    ...(signedBy !== undefined && { signedBy }),
  };
  return { root, bytes };
}

function shown(time: number): string {
  return new Date(time).toISOString().replace(".000", "");
}
