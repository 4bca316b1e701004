/**
 * Keeps a repository's snapshots: follows its origin, verifies, stores, moves the pointer, and clears away. Knows no
 * platform: the origin, blobs, database, clock and keys are passed in.
 *
 * The order of a publish: all blobs first, then the snapshot, what was learnt and the pointer in one transaction. So
 * whatever breaks off leaves the old state or the new one; blobs that nothing names are collected.
 */
import type { Repository } from "../catalogue.ts";
import { directoryOf } from "../index-reader.ts";
import type { OriginAccess } from "../origin-access.ts";
import type { Keyring } from "../signatures/keyring.ts";
import { type FollowedRoot, followRoots, hashOf } from "./follow.ts";
import { verificationOf } from "./follow-policy.ts";
import { filesToPull } from "./keeper-ahead.ts";
import { type NamedFile, pullIndex } from "./keeper-index.ts";
import { Manifests } from "./keeper-manifests.ts";
import type { Fault, Reading } from "./read-verified.ts";
import { collectBlobs, outlived, type Retention, usualRetention } from "./retention.ts";
import { RetentionHolds } from "./retention-holds.ts";
import type { Blobs, Snapshot, SnapshotRoot } from "./snapshot.ts";
import { parseSnapshot, type SnapshotAlarm, type SnapshotStore } from "./snapshot-store.ts";

export interface SnapshotKeeperContext {
  access: OriginAccess;
  blobs: Blobs;
  store: SnapshotStore;
  /** The repository's pinned keys; rejects with a sentence where they can't be read. */
  keyring(listed: Repository): Promise<Keyring>;
  /** Unix ms. */
  now(): number;
  /** One sentence for the operator's log. */
  log(sentence: string): void;
  /** Absent: `usualRetention`. */
  retention?: Retention;
}

/** A kept snapshot as lists show it. */
export interface ListedSnapshot {
  id: string;
  /** Unix ms. */
  at: number;
  roots: (Pick<SnapshotRoot, "path" | "date" | "revision" | "validUntil" | "signedBy"> & {
    /** Of the root itself. */
    sha256: string;
    /** It is another than in the snapshot before; of the oldest kept, all are. */
    changed: boolean;
  })[];
}

export class SnapshotKeeper {
  readonly #context: SnapshotKeeperContext;
  readonly #manifests: Manifests;
  readonly #holds = new RetentionHolds();
  /** By hash. */
  readonly #pulls = new Map<string, Promise<"stored" | "absent" | string>>();
  #following: Promise<boolean> | undefined;
  #collecting: Promise<number> | undefined;

  constructor(context: SnapshotKeeperContext) {
    this.#context = context;
    this.#manifests = new Manifests(context.blobs);
  }

  /** Id and JSON of the current snapshot. */
  current(): { id: string; json: string } | undefined {
    return this.#context.store.current();
  }

  /** JSON of a kept snapshot: by its id, or the newest not after a time (`2026-11-23T02:55Z`, `20261123T0255Z`). */
  kept(idOrTime: string): string | undefined {
    const { store } = this.#context;
    const time = timeOf(idOrTime);
    return store.byId(idOrTime) ?? (time === undefined ? undefined : store.atTime(time));
  }

  /** All kept snapshots, newest first, with what changed. */
  snapshots(): ListedSnapshot[] {
    const all = this.#context.store.all();
    return all.map(({ id, at, roots }, index) => {
      const before = all[index + 1]?.roots ?? [];
      return {
        id,
        at,
        roots: roots.map((root) => {
          const { files, manifest: _, ...shown } = root;
          const same = before.some((one) => JSON.stringify(one) === JSON.stringify(root));
          return { ...shown, sha256: files[0]?.sha256 ?? "", changed: !same };
        }),
      };
    });
  }

  /** What is kept out at present, and why. */
  alarms(): SnapshotAlarm[] {
    return this.#context.store.alarms();
  }

  /**
   * Asks the origin for all roots, once for all who call meanwhile, and makes one snapshot of what changed.
   *
   * @returns whether the pointer moved
   * @throws what the store throws; then nothing has changed
   */
  follow(listed: Repository): Promise<boolean> {
    this.#following ??= this.#follow(listed).finally(() => {
      this.#following = undefined;
    });
    return this.#following;
  }

  /**
   * Has an index of the current or a kept snapshot stored: pulls it, verified, where it isn't. One pull at a time for
   * all who ask for the same bytes.
   *
   * @returns a sentence where it can't be had; `absent` where the origin has no such file, or no manifest names it
   */
  index(listed: Repository, path: string, sha256: string): Promise<"stored" | "absent" | string> {
    const running = this.#pulls.get(sha256);
    if (running !== undefined) return running;
    const pull = this.#index(listed, path, sha256).finally(() => this.#pulls.delete(sha256));
    this.#pulls.set(sha256, pull);
    return pull;
  }

  /**
   * Forgets the snapshots that are old enough, then removes what nothing names any more.
   * @returns how many blobs were removed
   * @throws what the store or the blobs throw; what is named by a kept snapshot stays in any case
   */
  collect(): Promise<number> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  async #follow(listed: Repository): Promise<boolean> {
    const { store, now } = this.#context;
    const verification = verificationOf(listed);
    if (verification === undefined) return false;
    const current = this.#currentSnapshot();
    const reading = await this.#reading(listed, verification);
    const followed: FollowedRoot[] =
      "failed" in reading
        ? (listed.roots ?? []).map((path) => ({
            path,
            faults: [{ file: path, said: `The keys can't be read: ${reading.failed}` }],
          }))
        : await followRoots(reading, (path) => {
            const root = current?.roots.find((one) => one.path === path);
            const watch = store.watch(path);
            return { ...(root && { root }), ...(watch && { watch }) };
          });

    const named = followed.flatMap(({ next }) => (next ? [...next.bytes.keys()] : []));
    const releases = [await this.#holds.hold(named)];
    try {
      const kept = await Promise.all(followed.map((root) => this.#store(root)));
      const stored = await Promise.all(
        kept.map((root) => this.#pullAhead(listed, current, root, releases)),
      );
      const roots = stored.flatMap(({ path, next }) => {
        const root = next?.root ?? current?.roots.find((one) => one.path === path);
        return root === undefined ? [] : [root];
      });
      const at = now();
      const snapshot = nextSnapshot(listed.name, current, roots, at);
      const raised = store.record({
        at,
        ...(snapshot && { snapshot }),
        watches: new Map(stored.flatMap(({ path, watch }) => (watch ? [[path, watch]] : []))),
        faults: new Map(stored.map(({ path, faults }) => [path, faults])),
      });
      for (const alarm of raised) this.#tell(listed, alarm);
      return snapshot !== undefined;
    } finally {
      for (const release of releases) release();
    }
  }

  async #reading(
    listed: Repository,
    verification: Reading["verification"],
  ): Promise<Reading | { failed: string }> {
    const { access, now, keyring } = this.#context;
    const reading = { listed, access, verification, now: now() };
    if (verification !== "signed") return reading;
    try {
      return { ...reading, keyring: await keyring(listed) };
    } catch (error) {
      return { failed: `${reasonOf(error)}.` };
    }
  }

  /** Stores what is new of a root; the root stays as it was where that fails. */
  async #store(followed: FollowedRoot): Promise<FollowedRoot> {
    const { path, next } = followed;
    if (next === undefined) return followed;
    try {
      for (const [sha256, bytes] of next.bytes) await this.#context.blobs.put(sha256, bytes);
      return followed;
    } catch (error) {
      const fault: Fault = { file: path, said: `It can't be stored: ${reasonOf(error)}.` };
      return { path, faults: [fault] };
    }
  }

  /**
   * Pulls what clients used of a root's last state in its new one; the root stays as it was where that fails. What
   * the origin doesn't have any more is no failure: it may have been given up.
   *
   * @param releases takes what lets go of the pulled bytes, once the pointer has moved
   */
  async #pullAhead(
    listed: Repository,
    current: Snapshot | undefined,
    followed: FollowedRoot,
    releases: (() => void)[],
  ): Promise<FollowedRoot> {
    const { path, next } = followed;
    const before = current?.roots.find((one) => one.path === path);
    if (next === undefined || before === undefined) return followed;
    const { access, blobs } = this.#context;
    try {
      const manifest = await this.#manifests.read(next.root.manifest);
      const old = await this.#manifests.read(before.manifest);
      const files = await filesToPull(old, manifest, blobs);
      releases.push(await this.#holds.hold(files.map(({ sha256 }) => sha256)));
      for (const { path: file, sha256 } of files) {
        const entry = manifest.files[file];
        if (entry === undefined || (await blobs.has(sha256))) continue;
        const { byHash } = manifest;
        const named = { path: file, entry: { ...entry, sha256 }, byHash };
        const pulled = await pullIndex(access, listed, blobs, named);
        if (typeof pulled !== "string") {
          return { path, faults: [{ file, said: `It can't be had. ${pulled.failed}` }] };
        }
      }
      return followed;
    } catch (error) {
      return {
        path,
        faults: [{ file: path, said: `Its indexes can't be had: ${reasonOf(error)}.` }],
      };
    }
  }

  async #index(
    listed: Repository,
    path: string,
    sha256: string,
  ): Promise<"stored" | "absent" | string> {
    const { access, blobs, store, now } = this.#context;
    const release = await this.#holds.hold([sha256]);
    try {
      const named = await this.#named(path, sha256);
      if (named === undefined) return "absent";
      if (await blobs.has(sha256)) return "stored";
      const pulled = await pullIndex(access, listed, blobs, named.file);
      if (typeof pulled === "string") {
        store.clearIndex(named.root, path);
        return pulled;
      }
      const alarm = store.raiseIndex(named.root, { file: path, said: pulled.failed }, now());
      if (alarm !== undefined) this.#tell(listed, alarm);
      return `${path} can't be had from the origin. ${pulled.failed}`;
    } catch (error) {
      return `${path} can't be had: ${reasonOf(error)}.`;
    } finally {
      release();
    }
  }

  /** The file as a manifest of the current snapshot names it, or one of a kept snapshot. */
  async #named(
    path: string,
    sha256: string,
  ): Promise<{ root: string; file: NamedFile } | undefined> {
    const looked = new Set<string>();
    for (const { roots } of this.#context.store.all()) {
      for (const { path: root, manifest: name } of roots) {
        if (looked.has(name) || !path.startsWith(baseOf(root))) continue;
        looked.add(name);
        const manifest = await this.#manifests.read(name);
        const entry = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
        if (entry?.sha256 !== sha256) continue;
        return { root, file: { path, entry: { ...entry, sha256 }, byHash: manifest.byHash } };
      }
    }
    return undefined;
  }

  async #collect(): Promise<number> {
    const { blobs, store, now, retention = usualRetention } = this.#context;
    const gone = outlived(store.all(), now(), retention);
    store.remove(gone.map(({ id }) => id));
    const manifestOf = (sha256: string) => this.#manifests.read(sha256);
    return collectBlobs(() => store.all(), manifestOf, blobs, this.#holds);
  }

  #currentSnapshot(): Snapshot | undefined {
    const current = this.current();
    return current === undefined ? undefined : parseSnapshot(current.json);
  }

  #tell({ name }: Repository, { root, file, said }: SnapshotAlarm): void {
    this.#context.log(`${name}: ${file}${file === root ? "" : ` (of ${root})`}: ${said}`);
  }
}

/** The directory that all files which a root names are under. */
function baseOf(root: string): string {
  return directoryOf(root).replace(/(^|\/)repodata\/$/, "$1");
}

/** The snapshot that follows; undefined where it would be the same. */
function nextSnapshot(
  repository: string,
  current: Snapshot | undefined,
  roots: SnapshotRoot[],
  now: number,
): Snapshot | undefined {
  const text = JSON.stringify(roots);
  if (roots.length === 0 || text === JSON.stringify(current?.roots)) return undefined;
  // Ids sort by time to the second, also where two come in one, or the clock was put back.
  const at = Math.max(now, (Math.floor((current?.at ?? 0) / 1000) + 1) * 1000);
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const id = `${stamp}-${hashOf(new TextEncoder().encode(text)).slice(0, 8)}`;
  return { repository, id, at, roots };
}

/** A time as URLs have it, Unix ms: ISO 8601, or without its colons and dashes; UTC unless it says otherwise. */
function timeOf(text: string): number | undefined {
  const [, day, hour = "", minute = "", second = "00"] =
    /^(\d{8})T(\d\d)(\d\d)(\d\d)?Z$/.exec(text) ?? [];
  const iso =
    day === undefined
      ? text
      : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${hour}:${minute}:${second}Z`;
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(iso)) {
    return undefined;
  }
  const zoned = /T.*(?:Z|[+-]\d\d:\d\d)$/.test(iso) || !iso.includes("T") ? iso : `${iso}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}

/** What an error says, as part of a sentence. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
