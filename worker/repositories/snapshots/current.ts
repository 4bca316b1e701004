/**
 * The current snapshot of each repository, in the isolate's memory: looked for in the background while the
 * repository is in use, never in a request's way but for the first one of all.
 */
import { inTime, type LocationCache, newerText } from "../../newer-text.ts";
import type { Background } from "../../shared-work.ts";
import type { Repository } from "../catalogue.ts";
import { OpenSnapshot, readSnapshot, snapshotId } from "./at-edge-open.ts";

/**
 * An isolate looks this often for a newer snapshot of a repository in use, ms, and a location asks the object
 * this often for all its isolates, seconds: the edge is 2 s behind at most, and 300 locations are 300 small
 * questions a second to one Durable Object, of the 1,000 it can take.
 */
const lookEveryMs = 1000;
const locationAgeSeconds = 1;
/** The very first request of an isolate for a repository waits this long for a snapshot, ms. */
const firstLookMs = 5000;
/** Of which the object has this much, ms, so that KV still can answer in time. */
const objectDeadlineMs = 3000;
/** Snapshots before the current one held, for clients that began with them; older ones are asked of the object. */
const heldBefore = 3;

/** What looking for snapshots takes of the world. */
export interface CurrentSources {
  cache: LocationCache;
  /** Asks the repository's object for its snapshot's JSON; `null`: none, or none newer than `known`. */
  ask(listed: Repository, known: string): Promise<string | null>;
  /** Reads the last-known-good JSON of a repository. */
  stored(repository: string): Promise<string | null>;
}

interface Followed {
  /** The current one first. */
  snapshots: OpenSnapshot[];
  lookedAt: number;
  /** Settles, and is then removed, with the first look; it never rejects. */
  first: Promise<void> | undefined;
  /** Whether the last look failed: told once. */
  failing: boolean;
}

export class CurrentSnapshots {
  readonly #sources: CurrentSources;
  /** As many as the catalogue has repositories. */
  readonly #followed = new Map<string, Followed>();

  constructor(sources: CurrentSources) {
    this.#sources = sources;
  }

  /**
   * The current snapshot, `undefined` where there is none, or where none could be had yet. Never rejects.
   *
   * @param now Unix ms
   */
  of(
    listed: Repository,
    now: number,
    background: Background,
  ): OpenSnapshot | undefined | Promise<OpenSnapshot | undefined> {
    let followed = this.#followed.get(listed.name);
    if (followed === undefined) {
      followed = { snapshots: [], lookedAt: now, first: undefined, failing: false };
      this.#followed.set(listed.name, followed);
      followed.first = this.#look(listed, followed);
      background.waitUntil(followed.first);
      return this.#afterFirst(followed, followed.first);
    }
    if (followed.first !== undefined) return this.#afterFirst(followed, followed.first);
    if (now - followed.lookedAt >= lookEveryMs) {
      followed.lookedAt = now;
      background.waitUntil(this.#look(listed, followed));
    }
    return followed.snapshots[0];
  }

  /** What the isolate has at hand, the current one first; looks for nothing. */
  atHand(repository: string): readonly OpenSnapshot[] {
    return this.#followed.get(repository)?.snapshots ?? [];
  }

  async #afterFirst(followed: Followed, first: Promise<void>): Promise<OpenSnapshot | undefined> {
    await inTime(first, firstLookMs).catch(() => undefined);
    followed.first = undefined;
    return followed.snapshots[0];
  }

  async #look(listed: Repository, followed: Followed): Promise<void> {
    const { name } = listed;
    const { cache, ask, stored } = this.#sources;
    try {
      const text = await newerText(
        {
          cache,
          key: `https://snapshots.nearmirror.invalid/${name}/`,
          age: locationAgeSeconds,
          ask: (known) => ask(listed, known),
          deadlineMs: objectDeadlineMs,
          stored: () => stored(name),
          versionOf: snapshotId,
        },
        followed.snapshots[0]?.id ?? "",
      );
      if (text !== null) this.#take(listed, followed, text);
      followed.failing = false;
    } catch (error) {
      if (!followed.failing) {
        console.warn(
          `snapshot of ${name} not refreshed: ${error instanceof Error ? error.message : error}`,
        );
      }
      followed.failing = true;
    }
  }

  #take(listed: Repository, followed: Followed, text: string): void {
    const snapshot = readSnapshot(text);
    if (snapshot.repository !== listed.name) {
      throw new Error(`it is one of ${snapshot.repository}`);
    }
    const current = followed.snapshots[0];
    // From KV or a slow look: what is older than the one at hand would take clients back.
    if (
      current !== undefined &&
      (snapshot.id === current.id || snapshot.at < current.snapshot.at)
    ) {
      return;
    }
    const opened = new OpenSnapshot(snapshot, listed.kind);
    followed.snapshots = [opened, ...followed.snapshots.slice(0, heldBefore)];
  }
}
