/**
 * When a repository's origin is asked: the chain of a Durable Object's alarms around its `SnapshotKeeper`. Knows no
 * platform: the alarm and the last-known-good store are passed in.
 */
import type { Repository } from "./catalogue.ts";
import { pollMs, verificationOf } from "./snapshots/follow-policy.ts";
import type { SnapshotKeeper } from "./snapshots/keeper.ts";
import { reasonOf } from "./snapshots/reason.ts";
import type { SnapshotStore } from "./snapshots/snapshot-store.ts";

export interface RepositorySnapshotsContext {
  keeper: SnapshotKeeper;
  store: SnapshotStore;
  /** The list entry that the object goes by; undefined: nobody has told it yet. */
  entry(): Repository | undefined;
  /** The object's one alarm; Unix ms. */
  alarm: { get(): Promise<number | null>; set(at: number): Promise<void> };
  /** Keeps the current snapshot where edges find it without the object; absent: nowhere. */
  publish?(name: string, json: string): Promise<void>;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
}

/** A repository that nobody has asked for in this time is not followed any more, ms. */
export const askedForMs = 3_600_000;
/** How exactly it is remembered across restarts when it was asked for, ms: each is a row written. */
const askedStepMs = 60_000;
/** Between two looks at the origin, ms, however often a refresh is asked for: anybody may ask. */
export const refreshGapMs = 1000;
/** Between two collections, ms: each reads all manifests and lists all blobs. */
export const collectEveryMs = 6 * 3_600_000;

/**
 * What a step left is gone on with after this, ms: indexes that clients pull one after the other are read together, and
 * a new state's clients wait for no longer.
 */
export const goOnMs = 100;

export class RepositorySnapshots {
  readonly #context: RepositorySnapshotsContext;
  #followedAt = Number.NEGATIVE_INFINITY;
  /** The origin isn't asked again before, Unix ms. */
  #followNextAt = Number.NEGATIVE_INFINITY;

  constructor(context: RepositorySnapshotsContext) {
    this.#context = context;
  }

  /**
   * JSON of the current snapshot; `null` where `known` is its id, there is none yet, or the repository isn't followed.
   * Being asked is what has it followed.
   */
  async snapshot(known: string): Promise<string | null> {
    const { keeper, store, entry, alarm, now } = this.#context;
    const listed = entry();
    if (listed === undefined || verificationOf(listed) === undefined) return null;
    const at = now();
    if (at - Number(store.state("asked") ?? 0) >= askedStepMs) store.setState("asked", String(at));
    if ((await alarm.get()) === null) await alarm.set(at);
    const current = keeper.current();
    return current === undefined || current.id === known ? null : current.json;
  }

  /** As `SnapshotKeeper.index`; what it leaves to do is done soon. */
  async index(path: string, sha256: string): Promise<string> {
    const listed = this.#context.entry();
    if (listed === undefined) return "absent";
    const outcome = await this.#context.keeper.index(listed, path, sha256);
    await this.#goOn();
    return outcome;
  }

  /** Has the origin asked at once, or as soon as `refreshGapMs` has passed since the last time. */
  async refresh(): Promise<void> {
    const { alarm, now } = this.#context;
    const at = Math.max(now(), this.#followedAt + refreshGapMs);
    this.#followNextAt = Math.min(this.#followNextAt, at);
    const set = await alarm.get();
    if (set === null || set > at) await alarm.set(at);
  }

  async #goOn(): Promise<void> {
    const { keeper, alarm, now } = this.#context;
    if (!keeper.unfinished) return;
    const at = now() + goOnMs;
    const set = await alarm.get();
    if (set === null || set > at) await alarm.set(at);
  }

  /** What the alarm is for. Never rejects: a platform's repetitions would be a second chain. */
  async alarm(): Promise<void> {
    const { keeper, store, entry, alarm, now } = this.#context;
    const listed = entry();
    if (listed === undefined || verificationOf(listed) === undefined) return;
    const at = now();
    const asked = Number(store.state("asked") ?? 0);
    const wanted = listed.follow === "always" || at - asked < askedForMs || keeper.waiting;
    const due = at >= this.#followNextAt;
    if (due) this.#followNextAt = at + pollMs(listed);
    // First of all, so that whatever breaks below doesn't end the chain.
    if (wanted) await alarm.set(this.#followNextAt);
    if (due) {
      this.#followedAt = at;
      await this.#attempt(listed, "is not followed", () => keeper.follow(listed));
    } else await this.#attempt(listed, "is not published", () => keeper.advance(listed));
    const told = await this.#attempt(listed, "is not told to its edges", () =>
      this.#publish(listed),
    );
    if (!told && !wanted) await alarm.set(at + pollMs(listed));
    await this.#goOn();
    if (at - Number(store.state("collected") ?? 0) < collectEveryMs) return;
    await this.#attempt(listed, "is not cleared up", async () => {
      // Noted before: what can't be collected isn't tried at each alarm.
      store.setState("collected", String(at));
      await keeper.collect();
    });
  }

  async #publish({ name }: Repository): Promise<void> {
    const { keeper, store, publish } = this.#context;
    const current = keeper.current();
    if (current === undefined || store.state("published") === current.id) return;
    await publish?.(name, current.json);
    store.setState("published", current.id);
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
