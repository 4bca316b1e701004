/**
 * When a repository's origin is polled: a Durable Object's alarms around its `SnapshotChain`. Knows no platform: the alarm
 * and the last-known-good store are passed in.
 */

import { reasonOf } from "../../runtime/reason.ts";
import type { Repository } from "../catalogue.ts";
import {
  expiredOriginWaitMs,
  firstProbeWaitMs,
  followEveryMs,
  isPollDue,
  originWaitMs,
  type Purpose,
  pollMs,
  probeWaitMs,
  readAs,
  silentOriginWaitMs,
} from "../follow-policy.ts";
import type { SnapshotChain } from "./chain.ts";
import { type Lasting, someExpired } from "./expiry.ts";
import type { IndexAsker } from "./pull-indexes.ts";
import { Renewals } from "./renewals.ts";
import { parseSnapshot, type SnapshotStore } from "./snapshot-store.ts";
import { type SnapshotListeners, SnapshotTellings } from "./snapshot-tellings.ts";

export interface RepositorySnapshotsContext extends SnapshotListeners {
  chain: SnapshotChain;
  store: SnapshotStore;
  /** What the origin is read for; as of the chain. */
  purpose: Purpose;
  /** The list entry that the object goes by; undefined: nobody has told it yet. */
  entry(): Repository | undefined;
  /** The object's one alarm; Unix ms. */
  alarm: { get(): Promise<number | null>; set(at: number): Promise<void> };
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
}

/** How exactly it is remembered across restarts when it was asked for, ms: each is a row written. */
const askedStepMs = 60_000;
/** Between two polls of the origin, ms, however often a refresh is asked for: anybody may ask. */
export const refreshGapMs = 1000;
/** Between two collections, ms: each reads all manifests and lists all blobs. */
export const collectEveryMs = 6 * 3_600_000;

/**
 * What a step left is gone on with after this, ms: indexes that clients pull one after the other are read together, and
 * a new state's clients wait for no longer.
 */
export const goOnMs = 100;
/** An origin that failed is asked again for a probe after this share of the age that is asked for. */
export const retryShare = 0.5;
/** A new state that takes more steps than this is gone on with by the alarm, however short they are. */
const maxStepsAwaited = 64;

export class RepositorySnapshots {
  readonly #context: RepositorySnapshotsContext;
  /** When the last poll was begun, whatever came of it. */
  #followedAt = Number.NEGATIVE_INFINITY;
  /** The origin isn't asked again before, Unix ms. */
  #followNextAt = Number.NEGATIVE_INFINITY;
  readonly #renewals: Renewals;
  readonly #tellings: SnapshotTellings;
  /** Of the current snapshot, by its id: read once for many questions. */
  #roots: { of: string | undefined; roots: readonly Lasting[] } = { of: undefined, roots: [] };

  constructor(context: RepositorySnapshotsContext) {
    this.#context = context;
    this.#renewals = new Renewals(context.now);
    this.#tellings = new SnapshotTellings(context, context.store);
  }

  /**
   * JSON of the current snapshot; `null` where `known` is its id, there is none yet, or the repository isn't followed.
   * Being asked is what has it followed. Where the origin wasn't polled lately, the answer waits for a poll, though
   * not for long.
   */
  async snapshot(known: string): Promise<string | null> {
    const listed = this.#context.entry();
    if (listed === undefined) return null;
    const [, followed] = await Promise.all([this.#renewed(listed), this.asked()]);
    if (!followed) return null;
    const current = this.#context.chain.current();
    return current === undefined || current.id === known ? null : current.json;
  }

  /** Notes that somebody asks for the repository, which has it followed. @returns whether it is one that is followed */
  async asked(): Promise<boolean> {
    const { store, entry, now } = this.#context;
    const listed = entry();
    if (listed === undefined || !this.#isRead(listed)) return false;
    const at = now();
    if (at - Number(store.state("asked") ?? 0) >= askedStepMs) store.setState("asked", String(at));
    // While nobody asked it was followed at a low rate, or not at all. A poll that this question waits for is begun.
    const last = Math.max(this.#polledAt, this.#followedAt);
    await this.#followBy(Math.max(at, last + pollMs(listed)));
    return true;
  }

  /**
   * Waits until the origin of what is watched is known as it was `maxAgeMs` ago at most, where it can be read; a first time for as long as
   * that takes, else no longer than for one answer. Rejects as the store does.
   */
  async knownSince(maxAgeMs: number): Promise<void> {
    const { chain, entry, now } = this.#context;
    const listed = entry();
    if (listed === undefined || !this.#isRead(listed)) return;
    const at = now();
    const isOther = !chain.isOf(listed);
    const isOld = isOther || at - this.#polledAt >= maxAgeMs;
    const isTried = !isOther && at - this.#followedAt < maxAgeMs * retryShare;
    if (isOld && (this.#renewals.running || !isTried)) {
      const waitMs = chain.current() === undefined ? firstProbeWaitMs : probeWaitMs;
      await this.#renewals.wait(() => this.#renew(listed), { waitMs, againMs: waitMs });
    }
    await this.asked();
  }

  #isRead(listed: Repository): boolean {
    return readAs(listed, this.#context.purpose) !== undefined;
  }

  /** Waits for a poll of the origin, begun now unless one is under way, where one is due. Rejects as the store does. */
  async #renewed(listed: Repository): Promise<void> {
    if (!this.#isRead(listed)) return;
    const [at, roots] = [this.#context.now(), this.#currentRoots()];
    if (!this.#renewals.running && !isPollDue(listed, { at: this.#polledAt, roots }, at)) return;
    const isExpired = someExpired(roots, at);
    const waitMs = isExpired ? expiredOriginWaitMs : originWaitMs;
    // What clients refuse as expired helps nobody: only a newer state does.
    const againMs = isExpired ? waitMs : silentOriginWaitMs;
    await this.#renewals.wait(() => this.#renew(listed), { waitMs, againMs });
  }

  /** When the last poll that the origin answered was begun, Unix ms; 0: never. */
  get #polledAt(): number {
    return Number(this.#context.store.state("looked") ?? 0);
  }

  #currentRoots(): readonly Lasting[] {
    const current = this.#context.chain.current();
    if (current?.id !== this.#roots.of) {
      const roots = current === undefined ? [] : parseSnapshot(current.json).roots;
      this.#roots = { of: current?.id, roots };
    }
    return this.#roots.roots;
  }

  /**
   * Polls the origin, and goes on with what it has for as long as somebody may wait: the alarm would go on a step at
   * a time. Never rejects. @returns whether the origin answered
   */
  async #renew(listed: Repository): Promise<boolean> {
    const { chain, now } = this.#context;
    const at = now();
    let answered = false;
    await this.#attempt(listed, "is not published", async () => {
      answered = await this.#follow(listed, at, pollMs(listed));
      for (let step = 0; step < maxStepsAwaited && now() - at < originWaitMs; step++) {
        if (!chain.staged || !chain.unfinished) break;
        await chain.advance(listed);
      }
      // Those who wait don't wait for KV.
      if (chain.unfinished || !this.#tellings.isDone) await this.#wake(now() + goOnMs);
    });
    return answered;
  }

  /**
   * Asks the origin for all roots. Never rejects.
   *
   * @param at Unix ms, now
   * @param everyMs it is due again after that
   * @returns whether the origin answered
   */
  async #follow(listed: Repository, at: number, everyMs: number): Promise<boolean> {
    const { chain, store } = this.#context;
    this.#followedAt = at;
    this.#followNextAt = at + everyMs;
    let answered = false;
    await this.#attempt(listed, "is not followed", async () => {
      await chain.follow(listed);
      answered = chain.originAnswered;
      if (answered) store.setState("looked", String(at));
    });
    return answered;
  }

  /** As `SnapshotChain.index`; what it leaves to do is done soon. */
  async index(path: string, sha256: string, asker?: IndexAsker): Promise<string> {
    const listed = this.#context.entry();
    if (listed === undefined) return "absent";
    const outcome = await this.#context.chain.index(listed, path, sha256, asker);
    await this.#goOn();
    return outcome;
  }

  /** Has the origin asked at once, or as soon as `refreshGapMs` has passed since the last time. */
  async refresh(): Promise<void> {
    await this.#followBy(Math.max(this.#context.now(), this.#followedAt + refreshGapMs));
  }

  /** Has the origin asked at that time, unless it is to be before. */
  async #followBy(at: number): Promise<void> {
    this.#followNextAt = Math.min(this.#followNextAt, at);
    await this.#wake(at);
  }

  async #goOn(): Promise<void> {
    const { chain, now } = this.#context;
    if (chain.unfinished) await this.#wake(now() + goOnMs);
  }

  /** Sets the alarm, unless it is set to an earlier time. */
  async #wake(at: number): Promise<void> {
    const { alarm } = this.#context;
    const set = await alarm.get();
    if (set === null || set > at) await alarm.set(at);
  }

  /** What the alarm is for. Never rejects: a platform's repetitions would be a second chain. */
  async alarm(): Promise<void> {
    const { chain, store, purpose, entry, now } = this.#context;
    const listed = entry();
    if (listed === undefined || !this.#isRead(listed)) return;
    const at = now();
    const asked = Number(store.state("asked") ?? 0);
    const everyMs = chain.waiting ? pollMs(listed) : followEveryMs(listed, purpose, at - asked);
    const wanted = everyMs !== undefined;
    // What is watched waits for the next question.
    if (!wanted && purpose === "watching") return;
    const due = at >= this.#followNextAt;
    // First of all, so that whatever breaks below doesn't end the chain.
    if (wanted) await this.#wake(due ? at + everyMs : this.#followNextAt);
    if (due) await this.#follow(listed, at, everyMs ?? pollMs(listed));
    else await this.#attempt(listed, "is not published", () => chain.advance(listed));
    const told = await this.#tellings.tell(listed, (unless, tell) =>
      this.#attempt(listed, unless, tell),
    );
    if (!told && !wanted) await this.#wake(at + pollMs(listed));
    await this.#goOn();
    if (at - Number(store.state("collected") ?? 0) < collectEveryMs) return;
    await this.#attempt(listed, "is not cleared up", async () => {
      // Noted before: what can't be collected isn't tried at each alarm.
      store.setState("collected", String(at));
      await chain.collect();
    });
  }

  async #attempt(
    { name }: Repository,
    what: string,
    work: () => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#context.log(`${name} ${what}: ${reasonOf(error)}.`);
      return false;
    }
  }
}
