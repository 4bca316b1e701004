/** The states of one `repomd.xml` in the current snapshot and the kept ones, for the metalink of its channel. */
import type { Repository } from "../../repositories/catalogue.ts";
import type { KeptSnapshot } from "../../repositories/chain/kept-snapshots.ts";
import type { OpenSnapshot } from "../../repositories/reader/open-snapshot.ts";
import type { SnapshotsAtEdge } from "../../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../../runtime/background.ts";
import { inTime } from "../../runtime/deadline.ts";
import { SharedWork } from "../../runtime/shared-work.ts";
import type { RepomdState } from "./repository-metalink.ts";

/**
 * Older states that are told besides the current. A mirror with none of them is days behind, and takes no clients
 * anyway.
 */
const maxKept = 8;
/** The object reads its tables: ms. A list without older states is still a list. */
const deadlineMs = 3000;
/** Channels whose states are remembered for an isolate, 2 KB each. */
const maxRemembered = 64;

export interface RepomdStates {
  /** Id of the snapshot that has the current state. */
  snapshot: string;
  current: RepomdState;
  kept: readonly RepomdState[];
  /** The first generation of the repository that has the current state. */
  since: number;
  /** The first that is kept: what a mirror of an older one has isn't told here. */
  oldest: number;
}

interface Remembered {
  readonly states: Map<string, RepomdStates>;
  readonly reading: SharedWork<RepomdStates>;
}

/** As long as what holds the snapshots, which is as long as the isolate. */
const remembered = new WeakMap<SnapshotsAtEdge, Remembered>();

/** A `repomd.xml` of a repository. */
export interface Repomd {
  listed: Repository;
  /** Inside the repository. */
  path: string;
}

/** It in the current snapshot. */
interface CurrentRepomd extends Repomd {
  current: OpenSnapshot;
  state: RepomdState;
}

/**
 * The states of a root. `undefined`: no verified snapshot has it. Never rejects; where older states can't be read,
 * only what is at hand is told.
 *
 * @param now Unix ms
 */
export async function repomdStates(
  { listed, path }: Repomd,
  snapshots: SnapshotsAtEdge,
  now: number,
  background: Background,
): Promise<RepomdStates | undefined> {
  const current = await snapshots.current.of(listed, now, background);
  const state = current === undefined ? undefined : stateIn(current, path);
  if (current === undefined || state === undefined) return undefined;
  const root = { listed, path, current, state };
  const { states, reading } = memoryOf(snapshots);
  // What is kept changes with the current one; that the oldest go earlier makes nothing told wrong.
  const key = `${listed.name} ${current.id} ${path}`;
  const known = states.get(key);
  if (known !== undefined) return known;
  try {
    const read = () => readKept(root, snapshots, background);
    const found = await reading.run(key, read, background);
    if (states.size >= maxRemembered) states.clear();
    states.set(key, found);
    return found;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    console.warn(`older states of /${listed.name}/${path} could not be read: ${why}`);
    return atHandOnly(root, snapshots);
  }
}

function memoryOf(snapshots: SnapshotsAtEdge): Remembered {
  const had = remembered.get(snapshots);
  if (had !== undefined) return had;
  const made = { states: new Map(), reading: new SharedWork<RepomdStates>(2 * deadlineMs) };
  remembered.set(snapshots, made);
  return made;
}

async function readKept(
  { listed, path, current, state }: CurrentRepomd,
  snapshots: SnapshotsAtEdge,
  background: Background,
): Promise<RepomdStates> {
  const { generation } = current.snapshot;
  const all = (await inTime(snapshots.object(listed.name).snapshots(), deadlineMs))
    .filter((one) => one.pending === undefined && one.generation <= generation)
    .toSorted((one, other) => other.generation - one.generation);
  const others = new Map<string, KeptSnapshot>();
  let since = generation;
  for (const one of all) {
    const sha256 = one.roots.find((root) => root.path === path)?.sha256;
    if (sha256 === state.sha256 && others.size === 0) since = one.generation;
    if (sha256 === undefined || sha256 === state.sha256 || others.has(sha256)) continue;
    if (others.size < maxKept) others.set(sha256, one);
  }
  const opened = await Promise.all(
    [...others.values()].map(({ id }) => snapshots.kept(listed, id, background)),
  );
  const kept = opened.flatMap((one) => (one === null ? [] : (stateIn(one, path) ?? [])));
  const oldest = all.at(-1)?.generation ?? generation;
  return { snapshot: current.id, current: state, kept, since, oldest };
}

function atHandOnly(
  { listed, path, current, state }: CurrentRepomd,
  snapshots: SnapshotsAtEdge,
): RepomdStates {
  const kept = snapshots.current.atHand(listed.name).flatMap((one) => stateIn(one, path) ?? []);
  const { generation } = current.snapshot;
  return { snapshot: current.id, current: state, kept, since: generation, oldest: 0 };
}

/** When a state was published: what it says itself, else when it was first served here. */
function stateIn(of: OpenSnapshot, path: string): RepomdState | undefined {
  const found = of.file(path);
  if (found === undefined || found.root.path !== path) return undefined;
  const { file, root } = found;
  const timestamp = Math.floor((root.date ?? of.snapshot.at) / 1000);
  return { timestamp, size: file.size, sha256: file.sha256 };
}
