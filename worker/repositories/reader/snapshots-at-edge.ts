/** What an isolate holds of snapshots, and how it gets more: in front of `Repository` and the store of bytes. */
import type { Blobs } from "../../blobs/blobs.ts";
import type { OpenBlob } from "../../blobs/segmented/index-at-edge.ts";
import { immutable } from "../../formats/classify.ts";
import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import type { LocationCache } from "../../runtime/location-cache.ts";
import { SharedWork } from "../../runtime/shared-work.ts";
import type { Repository } from "../catalogue.ts";
import type { KeptSnapshot } from "../chain/chain.ts";
import { nameOf } from "../chain/pull-ahead.ts";
import type { SnapshotAlarm } from "../chain/snapshot-store.ts";
import { FoldersAtEdge } from "../contents/folders/folders-at-edge.ts";
import { ImagesAtEdge } from "../contents/images/images-at-edge.ts";
import { PresenceAtEdge } from "../contents/presence/presence-at-edge.ts";
import type { PresentFile } from "../contents/presence/presence-index.ts";
import { verificationOf } from "../follow-policy.ts";
import { CurrentSnapshots } from "./current.ts";
import { ClientSnapshots } from "./current-clients.ts";
import { Manifests } from "./manifests.ts";
import { OpenSnapshot, readSnapshot } from "./open-snapshot.ts";
import { snapshotKey } from "./snapshot-key.ts";
import { BlobsAtEdge } from "./stored-answer.ts";

/** What the edge asks of `Repository`; a test answers it itself. */
export interface RepositoryAnswers {
  /**
   * JSON of the current snapshot; `null` when `known` is its id, or there is none. Being asked keeps it followed; where
   * the origin wasn't polled lately, the answer waits for a poll, up to `originWaitMs` or `expiredOriginWaitMs`.
   */
  snapshot(known: string): Promise<string | null>;
  /**
   * Pulls an index from the origin, verifies and stores it: `stored`, `absent` where the origin hasn't got it, or a
   * sentence on why it can't be had.
   */
  index(path: string, sha256: string): Promise<string>;
  /** All kept ones. */
  snapshots(): Promise<KeptSnapshot[]>;
  /** Has the origin asked at once; the object itself limits how often. */
  refresh(): Promise<void>;
  /** What is kept out at present, and why. */
  alarms(): Promise<SnapshotAlarm[]>;
  /** JSON of a kept snapshot: by its id, or the newest that isn't after an ISO time; `null`: none. */
  kept(wanted: string): Promise<string | null>;
}

export interface SnapshotSources {
  cache: LocationCache;
  /** A repository's stored bytes. */
  blobs(repository: string): Pick<Blobs, "get" | "has">;
  /** A repository's object. */
  object(repository: string): RepositoryAnswers;
  /** The last-known-good store. */
  store?: { get(key: string): Promise<string | null> };
}

/** A file by the snapshot that it was looked up in. */
export interface FoundFile {
  /** `null`: it isn't listed. */
  file: PresentFile | null;
  /** The snapshot's generation; 0: there is none. */
  served: number;
}

/** Which payload files a repository has, by its current snapshot; a test answers it itself. */
export interface IndexedFiles {
  /**
   * Without awaiting: the file, `null`: not listed, `undefined`: `findFile` has to look for it.
   *
   * @param path inside the repository, decoded
   * @param now Unix ms
   */
  fileAtHand(
    listed: Repository,
    path: string,
    now: number,
    background: Background,
  ): PresentFile | null | undefined;
  /** The same, read where it has to be. Rejects where the store can't be read. */
  findFile(
    listed: Repository,
    path: string,
    now: number,
    background: Background,
  ): Promise<FoundFile>;
  /** Generation of the snapshot at hand; 0: there is none. */
  served(listed: Repository): number;
}

/** Of kept snapshots held, characters of their text: one of eight suites has 6,400, and takes twice that. */
const heldKeptText = 256 * 1024;
/** The object reads one from its tables: ms. */
const keptDeadlineMs = 5000;
/** A pull crosses from the origin and is verified; apt gives up on us after 30 s, ms. */
const pullDeadlineMs = 25_000;
/** An index that the origin lacks isn't asked of it again for this long, ms. */
const absentMs = 30_000;
/** Of those, so many are remembered; Debian's list names some hundred files that its archive doesn't have. */
const maxAbsent = 1024;
/** An index's object is told this often that it is used, by each isolate, ms. */
const usedEveryMs = 12 * 3_600_000;
/** Of those, so many are remembered: clients of one location use some hundred. */
const maxToldUsed = 1024;

export class SnapshotsAtEdge implements IndexedFiles {
  readonly current: CurrentSnapshots;
  readonly clients = new ClientSnapshots();
  readonly manifests: Manifests;
  readonly blobs: BlobsAtEdge;
  readonly folders: FoldersAtEdge;
  readonly images: ImagesAtEdge;
  readonly object: (repository: string) => RepositoryAnswers;
  readonly #presence: PresenceAtEdge;
  /** By repository and what was asked. What is kept never changes. */
  readonly #kept = new LastUsed<OpenSnapshot>(heldKeptText);
  readonly #asking = new SharedWork<OpenSnapshot | null>(keptDeadlineMs);
  readonly #pulling = new SharedWork<string>(pullDeadlineMs);
  /** Until when, by repository and hash, Unix ms. */
  readonly #absent = new LastUsed<number>(maxAbsent);
  /** When it was told, by repository and index, Unix ms. */
  readonly #toldUsed = new LastUsed<number>(maxToldUsed);

  constructor({ cache, blobs, object, store }: SnapshotSources) {
    this.object = object;
    this.current = new CurrentSnapshots({
      cache,
      ask: (listed, known) => object(listed.name).snapshot(known),
      stored: async (name) => (await store?.get(snapshotKey(name))) ?? null,
    });
    this.blobs = new BlobsAtEdge(blobs, cache);
    this.manifests = new Manifests((...of) => this.blobs.open(...of));
    const open: OpenBlob = async (repository, sha256, background) => {
      const opened = await this.blobs.open(repository, sha256, background);
      return opened === null ? undefined : new Uint8Array(await opened.arrayBuffer());
    };
    this.#presence = new PresenceAtEdge(open);
    this.folders = new FoldersAtEdge(open);
    this.images = new ImagesAtEdge({ current: this.current, open });
  }

  fileAtHand(
    listed: Repository,
    path: string,
    now: number,
    background: Background,
  ): PresentFile | null | undefined {
    if (verificationOf(listed) === undefined) return null;
    const { snapshots, awaited } = this.current.held(listed, now, background);
    const presence = snapshots[0]?.snapshot.presence;
    const file = presence === undefined ? null : this.#presence.atHand(listed.name, presence, path);
    if (awaited === undefined || file === undefined) return file;
    return isSameInAnyState(listed, path, file) ? file : undefined;
  }

  async findFile(
    listed: Repository,
    path: string,
    now: number,
    background: Background,
  ): Promise<FoundFile> {
    const { snapshots, awaited } = this.current.held(listed, now, background);
    const found = await this.#findIn(snapshots[0], listed, path, background);
    if (awaited === undefined || isSameInAnyState(listed, path, found.file)) return found;
    const current = await this.current.of(listed, now, background);
    return this.#findIn(current, listed, path, background);
  }

  async #findIn(
    current: OpenSnapshot | undefined,
    { name }: Repository,
    path: string,
    background: Background,
  ): Promise<FoundFile> {
    const { presence, generation: served = 0 } = current?.snapshot ?? {};
    if (presence === undefined) return { file: null, served };
    return { file: await this.#presence.find(name, presence, path, background), served };
  }

  /**
   * The file as it was listed at a moment, with the snapshot that was served then; `null`: none of then is kept, or the
   * repository isn't served from snapshots. Rejects where the object or the store can't be read.
   *
   * @param time Unix ms, past
   */
  async fileThen(
    listed: Repository,
    path: string,
    time: number,
    background: Background,
  ): Promise<{ snapshot: OpenSnapshot; found: FoundFile } | null> {
    if (verificationOf(listed) === undefined) return null;
    const snapshot = await this.kept(listed, new Date(time).toISOString(), background);
    if (snapshot === null) return null;
    return { snapshot, found: await this.#findIn(snapshot, listed, path, background) };
  }

  served({ name }: Repository): number {
    return this.current.atHand(name)[0]?.snapshot.generation ?? 0;
  }

  /**
   * A kept snapshot, `null` where there is none such. Rejects when the object can't be asked.
   *
   * @param wanted id, or ISO time that is past
   */
  async kept(
    listed: Repository,
    wanted: string,
    background: Background,
  ): Promise<OpenSnapshot | null> {
    const atHand = this.current.atHand(listed.name).find(({ id }) => id === wanted);
    if (atHand !== undefined) return atHand;
    const key = `${listed.name} ${wanted}`;
    return (
      this.#kept.get(key) ??
      (await this.#asking.run(key, () => this.#askKept(listed, wanted, key), background))
    );
  }

  async #askKept(listed: Repository, wanted: string, key: string): Promise<OpenSnapshot | null> {
    const text = await this.object(listed.name).kept(wanted);
    if (text === null) return null;
    const snapshot = readSnapshot(text);
    if (snapshot.repository !== listed.name) throw new Error(`it is one of ${snapshot.repository}`);
    const kept = new OpenSnapshot(snapshot, listed.kind);
    this.#kept.set(key, kept, text.length);
    return kept;
  }

  /**
   * A client was given a stored index: its object is told in the background, so that the next state's is had as well,
   * once in `usedEveryMs` for each index.
   *
   * @param now Unix ms
   */
  used(
    listed: Repository,
    { path, sha256 }: { path: string; sha256: string },
    now: number,
    background: Background,
  ): void {
    // In each state an rpm index has another hash before its name.
    const key = `${listed.name} ${nameOf(path)}`;
    if (now - (this.#toldUsed.get(key) ?? Number.NEGATIVE_INFINITY) < usedEveryMs) return;
    this.#toldUsed.set(key, now);
    const told = this.object(listed.name).index(path, sha256);
    background.waitUntil(told.catch(() => undefined));
  }

  /**
   * Has an index stored that isn't yet; as `RepositoryAnswers.index`. Once at a time for each hash.
   *
   * @param now Unix ms
   */
  async pull(
    listed: Repository,
    { path, sha256 }: { path: string; sha256: string },
    now: number,
    background: Background,
  ): Promise<string> {
    const key = `${listed.name} ${sha256}`;
    if (now < (this.#absent.get(key) ?? 0)) return "absent";
    const outcome = await this.#pulling.run(
      key,
      () => this.object(listed.name).index(path, sha256),
      background,
    );
    this.#absent.delete(key);
    if (outcome === "absent") this.#absent.set(key, now + absentMs);
    return outcome;
  }
}

/**
 * Whether a newer state has the same file: a package that was listed is what it was. One that wasn't may be listed by
 * now, and an image may be another under the same name.
 */
function isSameInAnyState({ kind }: Repository, path: string, file: PresentFile | null): boolean {
  return file !== null && immutable(kind, path);
}
