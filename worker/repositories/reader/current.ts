/**
 * The current snapshot of each repository, in the isolate's memory. While a repository is in use a newer one is asked
 * for in the background, and no request waits for that. After a pause what is at hand may be any number of states old:
 * the first request then waits for the check, with all that come meanwhile.
 */

import type { Background } from "../../runtime/background.ts";
import type { LocationCache } from "../../runtime/location-cache.ts";
import { newerText } from "../../runtime/newer-text.ts";
import { AwaitedWork } from "../../runtime/shared-work.ts";
import type { Repository } from "../catalogue.ts";
import { isExpired, someExpired } from "../chain/expiry.ts";
import { expiredOriginWaitMs, originWaitMs } from "../follow-policy.ts";
import { OpenSnapshot, readSnapshot, snapshotId } from "./open-snapshot.ts";

/**
 * An isolate asks this often for a newer snapshot of a repository in use, ms, and a location asks the object
 * this often for all its isolates, seconds: 300 locations are 300 small questions a second to one Durable Object, of
 * the 1,000 it can take.
 */
const lookEveryMs = 1000;
const locationAgeSeconds = 1;
/**
 * What was checked longer ago than this is not given before another check, ms. Twice the time between two checks, so
 * that a repository that is asked for every second is never waited for.
 */
export const freshMs = 2000;
/** The object has so much longer than it waits for the origin itself, ms: the way there and back, and its own start. */
const toObjectMs = 1000;
/** Then KV has so long, ms. */
const toStoreMs = 1000;
/** A request waits so long for a check, ms. */
export const lookWaitMs = originWaitMs + toObjectMs + toStoreMs;
/** A request for a root that its client would refuse as expired waits so long, ms. */
export const expiredLookWaitMs = expiredOriginWaitMs + toObjectMs + toStoreMs;
/** After a check that failed or took too long none is waited for in this time, ms; they go on in the background. */
export const failedMs = 10_000;
/**
 * A check that hasn't ended after this never will, ms: the platform ends what a request left to do 30 s after its answer,
 * and with it whatever others waited for.
 */
const strandedMs = 30_000;
/**
 * Repositories held. The bundled list has 29; those that were renamed or removed would stay for as long as the isolate, so
 * that the one that was looked for longest ago goes: its next client waits for a check, as an isolate's first one does.
 */
export const maxFollowed = 64;
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

/** What an isolate has of a repository. */
export interface HeldSnapshots {
  /** The current one first. */
  snapshots: readonly OpenSnapshot[];
  /** The check that is under way for a newer one, where what is at hand is too old to be given before it ends. */
  awaited: AwaitedWork | undefined;
}

interface Followed extends HeldSnapshots {
  /** When the last check was begun, Unix ms. */
  begunAt: number;
  /** When the last check that told what is newest was begun, Unix ms. */
  checkedAt: number;
  /** The check that is under way, awaited or not. */
  check: AwaitedWork | undefined;
  /** No check is waited for until then, Unix ms. */
  failedUntil: number;
  /** Whether the last check failed: told once. */
  failing: boolean;
}

export class CurrentSnapshots {
  readonly #sources: CurrentSources;
  readonly #followed = new Map<string, Followed>();

  constructor(sources: CurrentSources) {
    this.#sources = sources;
  }

  /**
   * The current snapshot, `undefined` where there is none, or where none could be had. Without awaiting where it was
   * asked for in the last `freshMs`; else after a check for a newer one, or after the time that a request waits for
   * it, the one at hand. Never rejects.
   *
   * @param now Unix ms
   * @param path inside the repository, decoded: a client that asks for an expired root is helped by a newer one alone
   */
  of(
    listed: Repository,
    now: number,
    background: Background,
    path = "",
  ): OpenSnapshot | undefined | Promise<OpenSnapshot | undefined> {
    const followed = this.#lookedFor(listed, now, background);
    const { awaited } = followed;
    const current = followed.snapshots[0];
    if (awaited === undefined) return current;
    const root = current?.file(path)?.root;
    const expired = root !== undefined && isExpired(root, now);
    const waitMs = expired ? expiredLookWaitMs : lookWaitMs;
    if (awaited.isLateAfter(waitMs)) return current;
    return this.#afterLook(followed, awaited, now, waitMs);
  }

  /** What is at hand, without awaiting; a newer one is asked for as by `of`. @param now Unix ms */
  held(listed: Repository, now: number, background: Background): HeldSnapshots {
    return this.#lookedFor(listed, now, background);
  }

  /** What the isolate has at hand, the current one first; asks for nothing. */
  atHand(repository: string): readonly OpenSnapshot[] {
    return this.#followed.get(repository)?.snapshots ?? [];
  }

  /** With a check begun where the last one was a while ago. */
  #lookedFor(listed: Repository, now: number, background: Background): Followed {
    let followed = this.#followed.get(listed.name);
    if (followed === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      const times = { begunAt: never, checkedAt: never, failedUntil: never };
      followed = { snapshots: [], awaited: undefined, check: undefined, ...times, failing: false };
      if (this.#followed.size >= maxFollowed) this.#dropStalest();
      this.#followed.set(listed.name, followed);
    }
    const sinceBegun = now - followed.begunAt;
    if (sinceBegun < lookEveryMs) return followed;
    if (followed.check === undefined || sinceBegun >= strandedMs) {
      this.#begin(listed, followed, now, background);
    }
    return followed;
  }

  #dropStalest(): void {
    let stalest: { name: string; begunAt: number } | undefined;
    for (const [name, { begunAt }] of this.#followed) {
      if (stalest === undefined || begunAt < stalest.begunAt) stalest = { name, begunAt };
    }
    if (stalest !== undefined) this.#followed.delete(stalest.name);
  }

  #begin(listed: Repository, followed: Followed, now: number, background: Background): void {
    // Where there is none, the first one may come any moment.
    const age = followed.snapshots.length === 0 ? lookEveryMs : freshMs;
    const isAwaited = now - followed.checkedAt >= age && now >= followed.failedUntil;
    followed.begunAt = now;
    const ended = this.#check(listed, followed, now).then(() => {
      if (followed.check !== check) return;
      followed.check = undefined;
      followed.awaited = undefined;
    });
    const check = new AwaitedWork(ended);
    followed.check = check;
    followed.awaited = isAwaited ? check : undefined;
    background.waitUntil(ended);
  }

  async #afterLook(
    followed: Followed,
    check: AwaitedWork,
    now: number,
    waitMs: number,
  ): Promise<OpenSnapshot | undefined> {
    const inTime = await check.wait(waitMs);
    if (!inTime) followed.failedUntil = Math.max(followed.failedUntil, now + waitMs + failedMs);
    return followed.snapshots[0];
  }

  /** Never rejects. @param now when it begins, Unix ms */
  async #check(listed: Repository, followed: Followed, now: number): Promise<void> {
    const { name } = listed;
    const { cache, ask, stored } = this.#sources;
    const [current] = followed.snapshots;
    const expired = current !== undefined && someExpired(current.snapshot.roots, now);
    try {
      const { text, failed } = await newerText(
        {
          cache,
          key: `https://snapshots.nearmirror.invalid/${name}/`,
          age: locationAgeSeconds,
          ask: (known) => ask(listed, known),
          deadlineMs: toObjectMs + (expired ? expiredOriginWaitMs : originWaitMs),
          stored: () => stored(name),
          versionOf: snapshotId,
        },
        current?.id ?? "",
      );
      if (text !== null) this.#take(listed, followed, text);
      if (failed !== undefined) throw failed;
      followed.checkedAt = Math.max(followed.checkedAt, now);
      followed.failing = false;
    } catch (error) {
      followed.failedUntil = Math.max(followed.failedUntil, now + failedMs);
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
    // From KV or a slow check: what is older than the one at hand would take clients back.
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
